"""The texts in values of any shape, which no field checks."""

from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticCustomError

from compiler.diagnostics.model import Diagnostic
from compiler.link.unit import Unit
from compiler.spec.kinds import bare
from compiler.spec.parse import BAD_VALUE, Path
from compiler.spec.types import Text


def unusable_in_patches(unit: Unit) -> Iterator[Diagnostic]:
    """What no text of a spec may have: see `spec.types.Text`."""
    form = bare(Text).form
    assert form is not None
    for path, text in _in_patches(unit):
        try:
            form.check(text)
        except PydanticCustomError as error:
            said = error.context or {}
            place = unit.place("patches", *path)
            yield Diagnostic(BAD_VALUE, said["message"], place, help=said["help"])


def _in_patches(unit: Unit) -> Iterator[tuple[Path, str]]:
    for index, patch in enumerate(unit.app.patches):
        yield from texts(patch.merge, (index, "merge"))
        for number, operation in enumerate(patch.operations or ()):
            yield from texts(operation.value, (index, "json", number, "value"))


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text, keys too, and where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield (*path, key), key
            yield from texts(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from texts(below, (*path, index))
