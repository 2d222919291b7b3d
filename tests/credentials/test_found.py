"""What is taken for a credential, and what only looks like one to a less careful reader."""

import json
from typing import Any

import pytest

from compiler.credentials.exposed import Exposed, exposed
from compiler.source.yaml import Document, read
from tests.credentials.tokens import (
    AWS_ID,
    AWS_SECRET,
    AZURE,
    BASE64,
    DISCORD,
    GITHUB,
    GITHUB_FINE,
    GITLAB,
    HEXADECIMAL,
    JWT,
    MAILCHIMP,
    MAILGUN,
    NPM,
    SENDGRID,
    SLACK,
    SLACK_HOOK,
    SMALL,
    SQUARE,
    STRIPE,
    TWILIO,
    made,
    private_key,
)

_BY_NAME = "a credential: its name says so"

# What it is -> a spec's data, and what it looks like.
CREDENTIALS: dict[str, tuple[dict[str, Any], str]] = {
    # By their shape, whatever they are called.
    "AWS access key": ({"env": {"A": AWS_ID}}, "an AWS access key"),
    "AWS access key in an image": ({"image": f"{AWS_ID}:1"}, "an AWS access key"),
    "AWS secret key": ({"env": {"AWS_ACCESS_KEY": AWS_SECRET}}, "an AWS access key"),
    "AWS secret key on a line": (
        {"files": {"/aws": f"[default]\naws_secret_access_key = {AWS_SECRET}\n"}},
        "an AWS access key",
    ),
    "GitHub token": ({"env": {"A": GITHUB}}, "a GitHub token"),
    "GitHub token within a text": ({"args": [f"clone with {GITHUB}, please"]}, "a GitHub token"),
    "GitHub token as a key": ({"env": {GITHUB: "x"}}, "a GitHub token"),
    "GitHub token where a Secret is named": ({"env": {"A": {"secret": GITHUB}}}, "a GitHub token"),
    "Slack token": ({"env": {"A": SLACK}}, "a Slack token"),
    "Slack webhook": ({"env": {"WEBHOOK": SLACK_HOOK}}, "a Slack token"),
    "Stripe key": ({"env": {"STRIPE": STRIPE}}, "a Stripe key"),
    "npm token": ({"env": {"A": NPM}}, "an npm token"),
    "npm token in .npmrc": (
        {"files": {"/.npmrc": f"//npm.acme/:_authToken={made(36, SMALL)}\n"}},
        "an npm token",
    ),
    "SendGrid key": ({"env": {"A": SENDGRID}}, "a SendGrid key"),
    "Twilio key": ({"env": {"A": TWILIO}}, "a Twilio key"),
    "Mailchimp key": ({"env": {"A": MAILCHIMP}}, "a Mailchimp key"),
    "Discord token": ({"env": {"A": DISCORD}}, "a Discord token"),
    "Square secret": ({"env": {"A": SQUARE}}, "a Square secret"),
    "JSON web token": ({"env": {"A": JWT}}, "a JSON web token"),
    "Azure key": ({"env": {"A": f"AccountName=a;AccountKey={AZURE};"}}, "an Azure storage key"),
    "private key": ({"env": {"A": private_key("RSA ")}}, "a private key"),
    "private key of OpenSSH": ({"files": {"/id": private_key("OPENSSH ")}}, "a private key"),
    "private key on one line": ({"env": {"A": private_key("", " ")}}, "a private key"),
    "private key in JSON": (
        {"files": {"/gcp.json": json.dumps({"private_key": private_key()})}},
        "a private key",
    ),
    "private key that is indented": (
        {"files": {"/a.yaml": f"key: |\n  {private_key('EC ', chr(10) + '  ')}\n"}},
        "a private key",
    ),
    "password in a URL": ({"env": {"A": "postgres://shop:hunter2@db/s"}}, "a password in a URL"),
    "password in a URL of an example": (
        {"env": {"A": "mysql://shop:hunter2@db.example.com/shop"}},
        "a password in a URL",
    ),
    "password in a URL without a user": (
        {"env": {"A": "redis://:hunter2@cache:6379"}},
        "a password in a URL",
    ),
    "password with signs in a URL": (
        {"env": {"A": "amqps://shop:hun!te$r2@mq"}},
        "a password in a URL",
    ),
    "token in the URL of a repository": (
        {"args": [f"https://x-access-token:{made(20)}@github.com/acme/shop.git"]},
        "a password in a URL",
    ),
    # By their names.
    "password": ({"env": {"DB_PASSWORD": "hunter2"}}, _BY_NAME),
    "password in words": ({"env": {"DB_PASSWORD": "correct horse battery"}}, _BY_NAME),
    "password of digits": ({"env": {"DB_PASSWORD": "123456"}}, _BY_NAME),
    "password as a number": ({"env": {"DB_PASSWORD": 123456}}, _BY_NAME),
    "password that begins with a sign": ({"env": {"DB_PASSWORD": "+hunter2"}}, _BY_NAME),
    "password in the long form": ({"env": {"DB_PASSWORD": {"value": "hunter2"}}}, _BY_NAME),
    "password where a Secret is named": (
        {"env": {"DB_PASSWORD": {"secret": "Hunter2!"}}},
        _BY_NAME,
    ),
    "password with a word of manuals": ({"env": {"PASSWORD": "MyExample1"}}, _BY_NAME),
    "PGPASSWORD": ({"env": {"PGPASSWORD": "hunter2"}}, _BY_NAME),
    "DB_PASS": ({"env": {"DB_PASS": "hunter2"}}, _BY_NAME),
    "API_KEY": ({"env": {"API_KEY": "abc123"}}, _BY_NAME),
    "API_KEY_PROD": ({"env": {"API_KEY_PROD": "abc123"}}, _BY_NAME),
    "client_secret": ({"env": {"client_secret": "abc123"}}, _BY_NAME),
    "clientSecret": ({"env": {"clientSecret": "abc123"}}, _BY_NAME),
    "SECRET_KEY_BASE": ({"env": {"SECRET_KEY_BASE": "abc123"}}, _BY_NAME),
    "GITHUB_TOKEN": ({"env": {"GITHUB_TOKEN": GITHUB_FINE}}, _BY_NAME),
    "GITLAB_TOKEN": ({"env": {"GITLAB_TOKEN": GITLAB}}, _BY_NAME),
    "MAILGUN_API_KEY": ({"env": {"MAILGUN_API_KEY": MAILGUN}}, _BY_NAME),
    "TWILIO_AUTH_TOKEN": ({"env": {"TWILIO_AUTH_TOKEN": made(32, HEXADECIMAL)}}, _BY_NAME),
    "random key": ({"env": {"ENCRYPTION_KEY": made(64, HEXADECIMAL)}}, _BY_NAME),
    "random key of Laravel": ({"env": {"APP_KEY": f"base64:{made(43, BASE64)}="}}, _BY_NAME),
    "option": ({"args": ["--password=hunter2"]}, _BY_NAME),
    "option before it": ({"args": ["--db-password", "hunter2"]}, _BY_NAME),
    "option with quotes": ({"args": ["--password='hunter2'"]}, _BY_NAME),
    "variable of a shell": ({"command": ["sh", "-c", "DB_PASSWORD=hunter2 exec app"]}, _BY_NAME),
    "header": ({"command": ["curl", "-H", f"Authorization: Bearer {made(20)}"]}, _BY_NAME),
    "header in a shell": (
        {"command": ["sh", "-c", f"curl -H 'Authorization: Basic {made(20)}' http://a"]},
        _BY_NAME,
    ),
    "query": ({"env": {"A": "jdbc:postgresql://db/s?user=a&password=hunter2"}}, _BY_NAME),
    "connection string": ({"env": {"A": "Server=db;User Id=a;Password=hunter2;"}}, _BY_NAME),
    "JSON": ({"env": {"A": '{"user":"a","password":"hunter2"}'}}, _BY_NAME),
    "properties": ({"files": {"/a": "db.user=a\nspring.db.password = hunter2\n"}}, _BY_NAME),
    "YAML": ({"files": {"/a": "db:\n  user: a\n  password: hunter2\n"}}, _BY_NAME),
    "YAML in a list": ({"files": {"/a": "users:\n- password: hunter2\n"}}, _BY_NAME),
    "XML": ({"files": {"/a": "<db><password>hunter2</password></db>"}}, _BY_NAME),
    "TOML": ({"files": {"/a": '[db]\npassword = "hunter2"\n'}}, _BY_NAME),
    "description": ({"description": "log in as admin, password: hunter2"}, _BY_NAME),
    "label": ({"labels": {"api-key": "abc123"}}, _BY_NAME),
    "annotation": ({"annotations": {"acme.example/token": "abc123"}}, _BY_NAME),
    "Secret": ({"manifests": [{"kind": "Secret", "stringData": {"password": "a1"}}]}, _BY_NAME),
    "Secret in base 64": (
        {"manifests": [{"kind": "Secret", "data": {"password": "aHVudGVyMg=="}}]},
        _BY_NAME,
    ),
    "variable in a patch": (
        {"patches": [{"spec": {"env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}}]},
        _BY_NAME,
    ),
    "variable in a JSON patch": (
        {"patches": [{"op": "add", "path": "/env/-", "value": {"name": "PWD", "value": "a1"}}]},
        _BY_NAME,
    ),
    "value of a JSON patch": (
        {"patches": [{"op": "replace", "path": "/data/DB_PASSWORD", "value": "hunter2"}]},
        _BY_NAME,
    ),
    "override": ({"environments": {"dev": {"env": {"DB_PASSWORD": "hunter2"}}}}, _BY_NAME),
    "default": ({"defaults": {"env": {"DB_PASSWORD": "hunter2"}}}, _BY_NAME),
}

NONE: dict[str, dict[str, Any]] = {
    # Long and random, and known to everybody.
    "digest of an image": {
        "image": f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:{made(64, HEXADECIMAL)}"
    },
    "commit": {"env": {"GIT_SHA": made(40, HEXADECIMAL)}},
    "commit as a tag": {"image": f"ghcr.io/acme/shop:{made(40, HEXADECIMAL)}"},
    "UUID": {"env": {"TENANT_ID": "1234abcd-12ab-34cd-56ef-1234567890ab"}},
    "role": {"env": {"ROLE_ARN": "arn:aws:iam::111122223333:role/shop-web-production"}},
    "key of KMS": {"env": {"KMS_KEY": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab"}},
    "Secret of AWS": {
        "env": {"DB_SECRET": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf"}
    },
    "queue": {"env": {"QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}},
    "client of Cognito": {"env": {"CLIENT_ID": made(26, SMALL), "POOL": "eu-west-1_AbCdEfGhI"}},
    "client of Google": {"env": {"A": f"123456789012-{made(32, SMALL)}.apps.google.com"}},
    "hosted zone": {"domains": [{"hostedZoneId": "Z0926184PUBLIC0000001"}]},
    "security group": {"access": [f"sg-{made(17, HEXADECIMAL)}", f"vpc-{made(17, HEXADECIMAL)}"]},
    "configuration in base 64": {"env": {"CONFIG": made(300, BASE64) + "=="}},
    "JSON in base 64": {"env": {"CONFIG": "eyJsb2dnaW5nIjp7ImxldmVsIjoiaW5mbyJ9fQ=="}},
    "integrity": {"env": {"SRI": f"sha512-{AZURE}"}},
    "certificate": {"files": {"/ca.pem": private_key().replace("PRIVATE KEY", "CERTIFICATE")}},
    "public key": {"env": {"JWT_KEY": private_key().replace("PRIVATE", "PUBLIC")}},
    "public key on one line": {"env": {"JWT_PUBLIC_KEY": made(200, BASE64)}},
    "key of a host": {"env": {"HOST_KEY": f"ssh-ed25519 {made(68, BASE64)} github.com"}},
    "publishable key": {"env": {"STRIPE_PUBLISHABLE_KEY": f"pk_live_{made(99)}"}},
    "key of a site": {"env": {"RECAPTCHA_SITE_KEY": made(40)}},
    "DSN of Sentry": {"env": {"DSN": f"https://{made(32, HEXADECIMAL)}@o1.ingest.sentry.io/2"}},
    "long words in capitals": {"env": {"ASIA_REGION": "ap-south-1", "PRIVATE_SUBNETS": "a,b"}},
    # A credential that is kept elsewhere.
    "key of a Secret": {"env": {"DB_PASSWORD": {"secret": "shop-db/password"}}},
    "Secret without a key": {"env": {"PASSWORD": {"secret": "db"}}},
    "all keys of a Secret": {"envFrom": [{"secret": "shop-credentials"}]},
    "Secret as a volume": {"volumes": {"tls": {"secret": "shop-tls", "path": "/tls"}}},
    "pull secrets": {"imagePullSecrets": ["registry-credentials"]},
    "secrets of a store": {"secrets": {"shop-db": {"from": "prod/db", "keys": {"password": "pw"}}}},
    "path": {"env": {"PASSWORD_FILE": "/run/secrets/db", "DB_PASSWORD": "/run/secrets/db"}},
    "path of an option": {"args": ["--password-file", "/run/secrets/db", "--token-file=/a/b"]},
    "variable": {"args": ["--password=$(DB_PASSWORD)", "--token", "$(TOKEN)"]},
    "variable of a shell": {"command": ["sh", "-c", 'PASSWORD="$DB_PASSWORD" exec app']},
    "file in a shell": {"command": ["sh", "-c", "PASSWORD=$(cat /run/secrets/db) exec app"]},
    "header with a variable": {"command": ["curl", "-H", "Authorization: Bearer $(TOKEN)"]},
    "URL with a variable": {"env": {"A": "postgres://shop:$(DB_PASSWORD)@db:5432/shop"}},
    "URL with variables": {"env": {"A": "postgres://$(DB_USER):$(DB_PASSWORD)@db:5432/shop"}},
    "URL with a user": {"env": {"A": "postgres://shop@db:5432/shop"}},
    "URL with a template": {"env": {"A": "https://{user}:{password}@host"}},
    "URL with a port and a sign": {"env": {"A": "http://host:8080/x?u=a@b"}},
    "place in a vault": {"env": {"DB_PASSWORD": "vault:secret/data/db#password"}},
    "place in a store": {"env": {"DB_PASSWORD": "ref+awssecrets://prod/shop#/password"}},
    "name in a store": {"env": {"DB_SECRET": "prod/shop/db-password"}},
    "ExternalSecret": {
        "manifests": [
            {
                "kind": "ExternalSecret",
                "spec": {
                    "secretStoreRef": {"name": "aws", "kind": "ClusterSecretStore"},
                    "target": {"name": "shop-db"},
                    "data": [{"secretKey": "password", "remoteRef": {"key": "prod/shop/db"}}],
                },
            }
        ]
    },
    "patch of a pod": {
        "patches": [
            {
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "pw"}}}],
                "volumes": [{"secret": {"secretName": "shop-db"}}],
                "automountServiceAccountToken": False,
                "serviceAccountToken": {"path": "token", "audience": "sts.amazonaws.com"},
            }
        ]
    },
    "token of a web identity": {
        "env": {"AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/token"}
    },
    # What is said of a credential.
    "URL of tokens": {"env": {"TOKEN_URL": "https://auth.acme.example/oauth/token"}},
    "life of tokens": {"env": {"TOKEN_TTL": "3600s", "TOKEN_EXPIRY": "1h"}},
    "rules of passwords": {"env": {"PASSWORD_MIN_LENGTH": "12", "PASSWORD_POLICY": "strict"}},
    "name of a Secret": {"env": {"SECRET_NAME": "shop-db", "SECRETS_BACKEND": "vault"}},
    "name of a header": {"env": {"API_KEY_HEADER": "X-Api-Key", "CSRF_TOKEN_COOKIE": "csrf"}},
    "issuer of tokens": {"env": {"TOKEN_ISSUER": "shop", "TOKEN_ALGORITHM": "HS256"}},
    "number of tokens": {"env": {"MAX_TOKENS": "4096"}, "args": ["--max-tokens", "4096"]},
    "switches": {"env": {"TOKEN": "none", "PASSWORD": "required", "SECRETS": "enabled"}},
    "stars": {"env": {"PASSWORD": "****"}},
    "other words": {"env": {"TOKENIZER": "gpt2", "PASSWORDLESS": "x", "SECRETARY": "jane"}},
    "keys of data": {
        "env": {"CACHE_KEY": "catalog-v3", "PARTITION_KEY": "tenant", "KEYSPACE": "a"}
    },
    "rounds": {"env": {"SALT_ROUNDS": "10", "AUTH_MODE": "oidc"}},
    # Texts in which it stands by the way.
    "sentences": {"description": "Rotates the password: nightly. For the token: hourly"},
    "subject": {"description": "Password reset for customers, who get a token by mail"},
    "flags": {"env": {"FLAGS": '{"tokenCache":true,"maxTokens":4096,"password":null}'}},
    "words to be replaced": {"args": ["https://<user>:<password>@host/a", "--token=<token>"]},
    "schema": {"files": {"/a.json": '{"password": {"type": "string"}}'}},
    "nginx": {"files": {"/a.conf": "proxy_set_header X-Token $http_token;\nset $secret 1;\n"}},
    "settings": {
        "files": {"/a.yaml": "tokenUrl: https://x\npasswordEncoder: bcrypt\nsecretName: a\n"}
    },
    "properties": {
        "files": {
            "/a": "oauth2.token-uri=https://x\ndb.password=$(DB_PASSWORD)\npassword.encoder=b\n"
        }
    },
    "program": {
        "files": {
            "/a.py": "password = os.environ['DB_PASSWORD']\ntoken = get_token(user)\n"
            "if password == '':\n    raise SystemExit\n"
        }
    },
    "format of a log": {"env": {"LOG_FORMAT": '%(asctime)s token="%(token)s"'}},
    "attributes": {"env": {"OTEL": "service.name=shop,deployment.environment=prod"}},
    "options of Java": {"env": {"JAVA_OPTS": "-Xmx512m -Djavax.net.ssl.trustStore=/etc/cacerts"}},
    "schedule": {"schedule": "30 2 * * *"},
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_credential_is_found(name: str) -> None:
    data, kind = CREDENTIALS[name]

    messages = [one.diagnostic.message for one in found(data)]

    assert any(message.endswith(f"holds what looks like {kind}") for message in messages), messages


@pytest.mark.parametrize("name", NONE)
def test_what_is_none_is_none(name: str) -> None:
    assert [one.diagnostic.message for one in found(NONE[name])] == []


def found(data: dict[str, Any]) -> list[Exposed]:
    return exposed(".", [document(data)])


def document(data: dict[str, Any]) -> Document:
    return read("apps/shop.yaml", json.dumps(data, ensure_ascii=False).encode())
