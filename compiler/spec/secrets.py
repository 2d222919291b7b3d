"""Secrets that External Secrets Operator fetches from AWS, and where an environment keeps them."""

import re
from typing import Annotated

from pydantic import Field
from pydantic_core import PydanticCustomError

from compiler.spec.model import Form, Model, OneOf, ShortForm, becomes, invalid, quoted
from compiler.spec.types import Duration, ObjectName, SecretKey

# The key under which the kubelet looks for the credentials of registries. Source: kubernetes.io,
# Secrets, "Docker config Secrets".
PULL_KEY = ".dockerconfigjson"

_SECRET = "[A-Za-z0-9/_+=.@-]{1,512}"
_ARN = f"arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{{12}}:secret:{_SECRET}"
_PARAMETER_PART = "[A-Za-z0-9_.-]+"
_PROPERTY = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"


def _why_secret(value: str) -> PydanticCustomError:
    if value.startswith("arn:"):
        return invalid(
            f"{quoted(value)} is not the ARN of a secret of AWS Secrets Manager",
            "write the secret's name, such as prod/shop/db; an ARN only for one of another account",
        )
    return invalid(
        f"{quoted(value)} is not a name of a secret in AWS Secrets Manager",
        "a name has letters, digits and / _ + = . @ - only: prod/shop/db",
    )


def _why_parameter(value: str) -> PydanticCustomError:
    if "/" in value and not value.startswith("/"):
        return invalid(
            f"{quoted(value)} is not the full name of a parameter",
            f'a name with parts begins with a slash: "/{value.rstrip("/")}"',
        )
    return invalid(
        f"{quoted(value)} is not a name of a parameter in AWS Systems Manager Parameter Store",
        "a name has letters, digits and . _ - in parts after slashes: /prod/shop/api",
    )


def _why_property(value: str) -> PydanticCustomError:
    if re.search(r"[*?|#@\\]", value):
        return invalid(
            f"{quoted(value)} is an expression, and what it finds can change",
            "name one property of the JSON text: smtp_password, or smtp.password for one inside",
        )
    return invalid(
        f"{quoted(value)} is not a name of a property",
        "write letters, digits, _ and -, with a dot before what is inside: smtp.password",
    )


# Source: AWS Secrets Manager API, CreateSecret. By its name, a secret of the store's own account
# and region is found; one of another account by its ARN alone.
SecretsManagerName = Annotated[
    str,
    Form(
        "secret of Secrets Manager",
        f"{_SECRET}|{_ARN}",
        "its name: letters, digits and / _ + = . @ - only, such as prod/shop/db; or its ARN",
        _why_secret,
    ),
]
# Source: AWS Systems Manager API, PutParameter.
ParameterName = Annotated[
    str,
    Form(
        "parameter of Parameter Store",
        f"{_PARAMETER_PART}|(?:/{_PARAMETER_PART}){{1,15}}",
        "its full name: letters, digits and . _ - in at most 15 parts after slashes: "
        "/prod/shop/api",
        _why_parameter,
        1011,
    ),
]
# External Secrets Operator looks a property up with gjson, to which * ? | # @ and \ are operators.
JsonProperty = Annotated[
    str,
    Form(
        "property of a JSON text",
        _PROPERTY,
        "letters, digits, _ and -, with a dot before what is inside: smtp.password",
        _why_property,
        253,
    ),
]


class SecretSource(Model):
    """Where a Secret's values come from: AWS Secrets Manager, or Parameter Store."""

    secrets_manager: SecretsManagerName | None = Field(
        None,
        description="The secret's name in AWS Secrets Manager.",
        examples=["prod/shop/db"],
        json_schema_extra=becomes(
            "Becomes `remoteRef.key`, or `extract.key` for all of it. By default its text is JSON, "
            "and each of its properties becomes a key of the Secret."
        ),
    )
    parameter_store: ParameterName | None = Field(
        None,
        description="The parameter's name in AWS Systems Manager Parameter Store.",
        examples=["/prod/shop/api-token"],
        json_schema_extra=becomes(
            "As `secretsManager`, of which it stands in the place; most parameters are one text, "
            "which needs a `key`."
        ),
    )
    key: SecretKey | None = Field(
        None,
        description="The one key of the Secret, for the whole text as it is.",
        examples=["token"],
        json_schema_extra=becomes(
            "Becomes `data` with that `secretKey`. `.dockerconfigjson` makes the Secret one for "
            "pulling images."
        ),
    )
    keys: dict[SecretKey, JsonProperty] | None = Field(
        None,
        description="The keys of the Secret, each with the property of the JSON text that it gets.",
        examples=[{"password": "smtp_password"}],
        json_schema_extra=becomes(
            "Becomes `data`: `secretKey` and `remoteRef.property` of each. What is not named is "
            "not fetched."
        ),
    )


# What is missing may stand in another layer, so only what is said twice is told here.
_ONE_SERVICE = OneOf(
    ("secretsManager", "parameterStore"),
    (),
    "a Secret comes from Secrets Manager or from Parameter Store, not from both",
    "keep `secretsManager` or `parameterStore`",
    required=False,
)
_KEY_OR_KEYS = OneOf(
    ("key", "keys"),
    (),
    "a Secret has the whole text in one key, or properties of it in several, not both",
    "keep `key` or `keys`",
    required=False,
)
Secrets = Annotated[
    dict[
        ObjectName,
        Annotated[SecretSource, _ONE_SERVICE, _KEY_OR_KEYS, ShortForm("secretsManager", str)],
    ],
    Field(
        description="Secrets to make of what AWS keeps: `name: prod/shop/db`, or `{secretsManager, "
        "parameterStore, key, keys}`.",
        examples=[
            {
                "shop-db": "prod/shop/db",
                "shop-api": {"parameterStore": "/prod/shop/api-token", "key": "token"},
            }
        ],
        json_schema_extra=becomes(
            "Each becomes an ExternalSecret, of which External Secrets Operator makes a Secret of "
            "that name, for `{secret: name/key}` of any app of the team. No value ever stands in "
            "this repository."
        ),
    ),
]


class SecretStores(Model):
    """The ClusterSecretStores of External Secrets Operator, by what they fetch from."""

    secrets_manager: ObjectName | None = Field(
        None,
        description="The ClusterSecretStore for AWS Secrets Manager.",
        examples=["aws-secrets"],
        json_schema_extra=becomes(
            "Becomes `secretStoreRef` of each ExternalSecret that says `secretsManager`. The store "
            "itself, with its AWS role, is the platform's and not in this repository."
        ),
    )
    parameter_store: ObjectName | None = Field(
        None,
        description="The ClusterSecretStore for Parameter Store.",
        examples=["aws-parameters"],
        json_schema_extra=becomes(
            "Becomes `secretStoreRef` of each ExternalSecret that says `parameterStore`."
        ),
    )
    refresh_interval: Duration = Field(
        "1h",
        description="How often values are fetched again.",
        examples=["15m"],
        json_schema_extra=becomes(
            "Becomes `refreshInterval`. A container sees a new value in its variables only when it "
            "starts again."
        ),
    )


SecretStoresField = Annotated[
    SecretStores | None,
    Field(
        description="Where External Secrets Operator fetches the `secrets` of apps.",
        examples=[{"secretsManager": "aws-secrets", "parameterStore": "aws-parameters"}],
        json_schema_extra=becomes(
            "Becomes what each ExternalSecret refers to. Without it no app here may have `secrets`."
        ),
    ),
]


def keys_of(source: SecretSource) -> tuple[str, ...] | None:
    """The keys that the Secret will have; None where only AWS knows."""
    if source.keys is not None:
        return tuple(source.keys)
    return None if source.key is None else (source.key,)
