"""One list, as a person reads it and as a program does."""

from typing import Any, NamedTuple


class Listing(NamedTuple):
    """What is listed, each thing once, in a fixed order."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    """A cell for each column; empty if there is nothing."""
    data: list[dict[str, Any]]
    """The same and more, as plain data."""
