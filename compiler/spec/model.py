"""What spec models are made of: their strict base, forms of text, short forms, a field's error."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, JsonValue
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema


class Model(BaseModel):
    """camelCase in files, snake_case here; nothing unknown, nothing converted, nothing changed."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        validate_default=False,
    )


class Form(NamedTuple):
    """What a text must look like as a whole, said once: for the check and for JSON Schema.

    `pattern` means the same to Python and to ECMA-262, and `hint` is what an editor says of a text
    that does not match. `why` is the error of a text that does not match; where the pattern does
    not suffice it is asked about every text, and returns None for a usable one.
    """

    name: str
    pattern: str
    hint: str
    why: Callable[[str], PydanticCustomError | None]
    longest: int | None = None
    suffices: bool = True

    def matches(self, text: str) -> bool:
        short_enough = self.longest is None or len(text) <= self.longest
        return short_enough and re.fullmatch(self.pattern, text) is not None

    def check(self, text: str) -> str:
        """The text itself. Raises what is wrong with it."""
        matches = self.matches(text)
        if matches and self.suffices:
            return text
        problem = self.why(text)
        if problem is None and not matches:
            problem = invalid(f"{quoted(text)} is not usable here", self.hint)
        if problem is not None:
            raise problem
        return text

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))


class ShortForm(NamedTuple):
    """`health: /healthz` for `health: {path: /healthz}`: the short form sets that one field."""

    field: str
    kind: type

    def expand(self, value: Any) -> Any:
        # Not isinstance: bool is an int in Python, but `replicas: true` is nobody's short form.
        return {self.field: value} if type(value) is self.kind else value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))


class OneOrMore(NamedTuple):
    """`team: sales` for `team: [sales]`: a value that stands alone is a list of one."""

    def expand(self, value: Any) -> Any:
        return [value] if isinstance(value, str | bool | int | float) else value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))


class Exactly(NamedTuple):
    """A value of this type and no other that Python calls equal: 1 is not true, 90.0 is not 90."""

    kind: type

    def check(self, value: Any) -> Any:
        if value is not None and type(value) is not self.kind:
            # Pydantic's own error for a value that is not among those of a Literal.
            raise PydanticKnownError("literal_error", {"expected": self.kind.__name__})
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))


def becomes(text: str) -> dict[str, JsonValue]:
    """What a field turns into, for the reference and the editor; not part of any error."""
    return {"becomes": text}


def invalid(message: str, help: str, *, is_text: bool = False) -> PydanticCustomError:
    """The error of a value that has the right type but cannot be used.

    `message` says what was found and why it is wrong; `help` says what to write instead. `is_text`
    says that a number, true or false is right if it is put in quotes.
    """
    context = {"message": message, "help": help, "is_text": is_text}
    return PydanticCustomError("portico", "{message}", context)


def quoted(value: Any) -> str:
    """The value as a person sees it in an error: one line, at most 60 characters."""
    text = str(value).encode("unicode_escape").decode("ascii") if "\n" in value else str(value)
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'
