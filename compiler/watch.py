"""Work that may take long, told to whoever waits for it."""

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Watch(Protocol):
    """Gives the items one after the other, and says how many are done."""

    def __call__(self, what: str, items: Collection[T], /) -> Iterable[T]:
        """`what` is done with them, as `reading specs`."""


def unwatched(what: str, items: Collection[T], /) -> Iterable[T]:
    """Nobody is told anything."""
    return items
