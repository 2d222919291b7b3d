"""Environment variables of a container."""

from typing import Any

from pydantic import ConfigDict, Field

from compiler.spec.model import Model, becomes, invalid
from compiler.spec.types import SecretReference, Text


class EnvValue(Model):
    """One environment variable: a text, or a key of a Secret of the app's namespace."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

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


def env_value(value: Any) -> Any:
    """For `BeforeValidator`: says of a value that is neither text nor a reference what to write."""
    if isinstance(value, bool | int | float):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        raise invalid(
            f"an environment variable is text, and {shown} is not",
            f'write it in quotes: "{shown}"',
            is_text=True,
        )
    if isinstance(value, dict) and (len(value) != 1 or None in value.values()):
        raise invalid(
            "an environment variable is one text, or one key of a Secret",
            "write the text itself, or {secret: name/key}",
        )
    return value
