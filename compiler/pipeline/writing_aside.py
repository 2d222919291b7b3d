"""All parts made, and written where they differ: by two processes where there are many."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.cache.aside import aside
from compiler.cache.digest import Digest
from compiler.cache.memory import PartFacts
from compiler.emit import tree
from compiler.pipeline.plan import Piece
from compiler.pipeline.shares import are_many, shares
from compiler.watch import Watch, unwatched

_HERE = 0.5


def write_all(
    root: str, pieces: Sequence[Piece], there: Mapping[str, Digest], watch: Watch = unwatched
) -> dict[str, Digest]:
    """Write the files that are not `there` like this: path -> digest of those that were written.

    Each piece knows afterwards what there is to know of it. Raises OSError.
    """
    to_make = [piece for piece in pieces if not piece.is_made]
    if not are_many(to_make):
        return _written(root, watch("compiling", pieces), there)
    _, others = shares(to_make, _itself, _HERE)
    made_there = {id(piece) for piece in others}
    here = [piece for piece in pieces if id(piece) not in made_there]
    process = os.getpid()
    told = aside(lambda: _told(root, others, there, process))
    written = _written(root, watch("compiling", here), there)
    facts, more = told()
    for piece, known in zip(others, facts, strict=True):
        piece.take(PartFacts(*known))
    written.update(more)
    return written


def _itself(piece: Piece) -> Piece:
    return piece


def _written(
    root: str, pieces: Iterable[Piece], there: Mapping[str, Digest], process: int | None = None
) -> dict[str, Digest]:
    written: dict[str, Digest] = {}
    for piece in pieces:
        for path, digest, content in piece.differing(there):
            if process is not None and process not in (os.getpid(), os.getppid()):
                # Its run was killed. Another one may have begun, of other specs.
                raise InterruptedError
            tree.write_bytes(os.path.join(root, path), content)
            written[path] = digest
        piece.forget()
    return written


def _told(
    root: str, pieces: Sequence[Piece], there: Mapping[str, Digest], process: int
) -> tuple[Any, ...]:
    """The same as plain data: facts of each piece, what was written."""
    written = _written(root, pieces, there, process)
    return [tuple(piece.facts) for piece in pieces], written
