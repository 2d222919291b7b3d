"""Which parts this process makes, and which another one makes meanwhile."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from compiler.pipeline.plan import Piece

P = TypeVar("P")

# To begin another process and hear what it did takes some 60 ms, to make a part 0.1 ms, and as much
# again to judge it.
_MANY = 400


def are_many(pieces: Sequence[P]) -> bool:
    """Whether they are worth another process."""
    return len(pieces) >= _MANY


def shares(
    pieces: Sequence[P], piece_of: Callable[[P], Piece], here: float
) -> tuple[list[P], list[P]]:
    """Those for this process, about so much of them, and those for the other one.

    An app is made by one of them for all its environments, which have most of its text in common.
    """
    names = sorted({piece_of(piece).name for piece in pieces})
    mine = set(names[: round(len(names) * here)])
    return (
        [piece for piece in pieces if piece_of(piece).name in mine],
        [piece for piece in pieces if piece_of(piece).name not in mine],
    )
