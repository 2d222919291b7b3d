"""What spec models are made of: their strict base, forms of text, short forms, a field's error."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, get_args

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


class _NoFields(dict[Any, Any]):
    """Has a hash, so pydantic knows that it need not copy it for each model that has it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


class _NoItems(list[Any]):
    """Has a hash, so pydantic knows that it need not copy it for each model that has it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


# What a map or list holds that is not said. Nobody changes it: models are frozen, and what is made
# of them is made anew. A copy for each field of each app would take a tenth of a compile.
NOTHING: dict[Any, Any] = _NoFields()
NONE: list[Any] = _NoItems()


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


def form_of(kind: Any) -> Form:
    """The form of a kind of text: of `Annotated[str, Form(...)]`."""
    [form] = get_args(kind)[1:]
    assert isinstance(form, Form)
    return form


class NumberOr(NamedTuple):
    """A whole number, or a text of a form: `1` or `25%`. Stands in `Annotated[int | str, ...]`."""

    minimum: int
    maximum: int
    text: Form

    def check(self, value: Any) -> Any:
        if type(value) is str:
            return self.text.check(value)
        if type(value) is not int:
            raise invalid(
                f"{shown(value)} is neither a whole number nor a {self.text.name}",
                f"write a whole number, or {self.text.hint}",
            )
        # Pydantic's own errors, as of any number out of range.
        if value < self.minimum:
            raise PydanticKnownError("greater_than_equal", {"ge": self.minimum})
        if value > self.maximum:
            raise PydanticKnownError("less_than_equal", {"le": self.maximum})
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)


class OneOrMore(NamedTuple):
    """`team: sales` for `team: [sales]`: a value that stands alone is a list of one."""

    def expand(self, value: Any) -> Any:
        return [value] if isinstance(value, str | bool | int | float) else value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))


class OneOf(NamedTuple):
    """Of these fields a mapping has exactly one, whatever it has `beside` them; at most one if
    none is `required`. An override by another one takes away what `belongs` to them, too."""

    fields: tuple[str, ...]
    beside: tuple[str, ...]
    message: str
    help: str
    required: bool = True
    belongs: tuple[str, ...] = ()

    def check(self, value: Any) -> Any:
        if isinstance(value, dict):
            said = [field for field in self.fields if field in value]
            # A misspelt field has an error of its own.
            lacks = self.required and not said and value.keys() <= set(self.beside)
            if lacks or len(said) > 1:
                raise invalid(self.message, self.help)
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))


class OneOrSeveral(NamedTuple):
    """`expose: {host: shop}` for `expose: [{host: shop}]`: a mapping stands for a list of one.

    What is wrong with a mapping is said as if no list were meant, so its path has no index.
    """

    model: type[BaseModel]

    def read(self, value: Any, several: Callable[[Any], Any]) -> Any:
        if type(value) is dict:
            return [self.model.model_validate(value)]
        if type(value) is list:
            return several(value)
        # Pydantic's own error for a value that is no mapping.
        raise PydanticKnownError("model_type", {"class_name": self.model.__name__})

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self.read, handler(source))


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


def shown(value: Any) -> str:
    """A value as a person would name it: the text "8080", the number 8080, a list."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value if len(value) <= 60 else value[:57] + "..."}"'
    return "a list" if isinstance(value, list) else "a mapping"


def quoted(value: Any) -> str:
    """The value as a person sees it in an error: one line, at most 60 characters."""
    text = str(value).encode("unicode_escape").decode("ascii") if "\n" in value else str(value)
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'
