"""Operators' own definitions accept every custom resource that is compiled for them."""

from pathlib import Path
from typing import Any

import yaml

from tests.definitions import validator
from tests.repository import portico, repository

HEAD = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
"""
TAIL = """\
environments:
  dev:
"""


def compiled(root: Path, kind: str, fields: str, environment: str) -> list[dict[str, Any]]:
    """The objects of a kind that an app with these fields becomes, without a finding."""
    files = {"apps/shop.yaml": HEAD + fields + TAIL, "environments/dev.yaml": environment}
    repository(root, files)
    for command in ("compile", "check"):
        result = portico(root, command)
        assert result.code == 0, result.err
    manifests = (root / "rendered/dev/apps/shop/manifests.yaml").read_text()
    return [obj for obj in yaml.load_all(manifests, yaml.CSafeLoader) if obj["kind"] == kind]


def test_every_form_of_a_secret_is_valid_for_external_secrets_operator(tmp_path: Path) -> None:
    operator = validator("external-secrets/external-secrets.io_externalsecrets.yaml", "v1")
    secrets = compiled(
        tmp_path,
        "ExternalSecret",
        """\
secrets:
  shop-db: prod/shop/db
  shop-mail: {secretsManager: prod/shop/mail, keys: {password: smtp_password, user: smtp.user}}
  shop-token: {parameterStore: /prod/shop/token, key: token}
  shop-json: {parameterStore: /prod/shop/json}
  registry: {secretsManager: registry, key: .dockerconfigjson}
  of.another-account: "arn:aws:secretsmanager:eu-west-1:444455556666:secret:partner/api-AbCdEf"
""",
        "# ...\nsecretStores: {secretsManager: aws-secrets, parameterStore: aws-parameters}\n",
    )

    assert len(secrets) == 6
    assert [str(error) for obj in secrets for error in operator.iter_errors(obj)] == []
    assert not operator.is_valid({**secrets[0], "spec": {**secrets[0]["spec"], "dataform": []}})
    types = {obj["metadata"]["name"]: obj["spec"]["target"].get("template") for obj in secrets}
    assert types.pop("registry") == {"type": "kubernetes.io/dockerconfigjson"}
    assert set(types.values()) == {None}
