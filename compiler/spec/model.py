"""The strict base of every spec model, and the error that a field's own check raises."""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """camelCase in files, snake_case here; nothing unknown, nothing converted, nothing changed."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        validate_default=False,
    )


def invalid(message: str, help: str) -> PydanticCustomError:
    """The error of a value that has the right type but cannot be used.

    `message` says what was found and why it is wrong; `help` says what to write instead.
    """
    return PydanticCustomError("portico", "{message}", {"message": message, "help": help})


def short_form(field: str, *types: type) -> BeforeValidator:
    """`health: /healthz` for `health: {path: /healthz}`: the short form sets that one field."""

    def expand(value: Any) -> Any:
        # bool is an int in Python, but `replicas: true` is nobody's short form.
        return {field: value} if isinstance(value, types) and value is not True else value

    return BeforeValidator(expand)
