"""Kinds of fields that are loaded when a spec uses them: most specs use few of them.

Building the validators of all models takes longer than reading a spec and writing what it becomes.
"""

from functools import cache
from importlib import import_module
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema


class Later(NamedTuple):
    """A kind that a module has by a name, and that is not imported before it is needed."""

    module: str
    name: str

    def kind(self) -> Any:
        """The annotation itself. Imports its module."""
        return getattr(import_module(self.module), self.name)

    def check(self, value: Any) -> Any:
        # Its errors become those of the model that has the field, with their places below it.
        return _adapter(self).validate_python(value)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)


def later(module: str, name: str) -> Any:
    """What a model writes instead of the annotation, in an `else` of `if TYPE_CHECKING`."""
    return Annotated[Any, Later(f"compiler.spec.{module}", name)]


@cache
def _adapter(kind: Later) -> TypeAdapter[Any]:
    return TypeAdapter(kind.kind(), config=ConfigDict(strict=True))
