"""A file that was compiled, as it is handed from the stages that make it to those that hold it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from compiler.diagnostics.model import Span


class Rendered(NamedTuple):
    """A file below `rendered/`."""

    path: str
    """Below the repository."""
    text: str
    source: str
    """The spec or the environment that it comes from."""
    objects: list[dict[str, Any]]
    """Of a manifest; a file of Terraform has none."""
    written: Callable[[int, tuple[str | int, ...]], Span | None] | None = None
    """Where in the source a person wrote a value of an object in so many words, by the object's
    index and the path in it."""
