"""Environment variables of a container."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from compiler.spec.model import Exactly, Model, OneOf, ShortForm, becomes, invalid
from compiler.spec.types import (
    AppReference,
    ConfigReference,
    EnvName,
    FieldPath,
    SecretReference,
    Text,
)

Optional = Annotated[
    Annotated[Literal[True], Exactly(bool)] | None,
    Field(
        description="`true`: the container starts without it, if it is not there.",
        examples=[True],
        json_schema_extra=becomes("Becomes `optional` of the reference."),
    ),
]


class EnvValue(Model):
    """One environment variable: a text, or what a Secret, a ConfigMap or the pod itself says."""

    value: Text | None = Field(
        None,
        description="The text itself.",
        examples=["info"],
        json_schema_extra=becomes("Becomes `value`, in plain sight."),
    )
    secret: SecretReference | None = Field(
        None,
        description="A key of a Secret in the team's namespace, as `name/key`.",
        examples=["payment-gateway/api-key"],
        json_schema_extra=becomes(
            "Becomes `valueFrom.secretKeyRef`; the Secret itself is not in this repository."
        ),
    )
    config: ConfigReference | None = Field(
        None,
        description="A key of a ConfigMap in the team's namespace, as `name/key`.",
        examples=["shop-settings/theme"],
        json_schema_extra=becomes("Becomes `valueFrom.configMapKeyRef`."),
    )
    field: FieldPath | None = Field(
        None,
        description="What Kubernetes knows of the pod or container: `metadata.name`, "
        "`status.podIP`, `limits.memory`.",
        examples=["metadata.name"],
        json_schema_extra=becomes(
            "Becomes `valueFrom.fieldRef`, or `resourceFieldRef` for requests and limits."
        ),
    )
    app: AppReference | None = Field(
        None,
        description="Another app that it calls, as `name`, or `name/port` for a port of its "
        "`ports`.",
        examples=["catalog-api", "catalog-api/grpc"],
        json_schema_extra=becomes(
            "Becomes its address inside the cluster: `http://<name>.<team>`, or "
            "`<name>.<team>:<port>` of a port whose `appProtocol` is not http. The app must be one "
            "of the `calls`."
        ),
    )
    optional: Optional = None


def env_value(value: Any) -> Any:
    """For `BeforeValidator`: says of a number what to write, and of a text that it is there."""
    if isinstance(value, dict) and value.get("optional") is True:
        there = next((key for key in ("value", "field", "app") if key in value), None)
        if there is not None:
            raise invalid(
                f"`{there}` is always there, and never optional",
                "remove `optional`: it is for a `secret` or `config` that may be missing",
            )
    if isinstance(value, bool | int | float):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        raise invalid(
            f"an environment variable is text, and {shown} is not",
            f'write it in quotes: "{shown}"',
            is_text=True,
        )
    return value


_ONE_VALUE = OneOf(
    ("value", "secret", "config", "field", "app"),
    ("optional",),
    "an environment variable is one text, or one reference",
    "write the text itself, {secret: name/key}, {config: name/key}, {field: metadata.name} or "
    "{app: name}",
    belongs=("optional",),
)

Env = Annotated[
    dict[
        EnvName,
        Annotated[EnvValue, _ONE_VALUE, BeforeValidator(env_value), ShortForm("value", str)],
    ],
    Field(
        description="Environment variables: text, or `{secret: name/key}`, `{config: name/key}`, "
        "`{field: metadata.name}`, `{app: name}`.",
        examples=[{"LOG_LEVEL": "info", "DB_PASSWORD": {"secret": "shop-db/password"}}],
        json_schema_extra=becomes("Becomes the container's `env`, in the order it has here."),
    ),
]
