"""Whether a text is a credential: by its shape, by its name, or by the names that it gives."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from compiler.credentials.names import (
    could_be_random,
    is_credential,
    is_elsewhere,
    is_key,
    is_password,
    is_path_or_number,
    words_of,
)
from compiler.credentials.pieces import Piece, assigned
from compiler.credentials.suspects import has_shape


class Judged(NamedTuple):
    """What was found in a text."""

    kind: str
    """What it looks like."""
    line: int = 0
    """The line of the text in which it begins, from 0."""
    lines: int = 1
    """In how many lines it stands."""


_BY_NAME = "a credential: its name says so"
_SCHEMES = ("basic", "bearer", "token")
# A pattern may take the square of the length of a text, and one of them wants no longer ones.
_AT_ONCE, _STEP = 4000, 2000
# A longer text is none because of its name: a file is called secrets.properties.
_LONGEST = 1000


def judged(piece: Piece) -> Iterator[Judged]:
    """What in a text looks like a credential."""
    yield from judged_by_shape(piece.text)
    if "aws" in piece.name.lower():
        # A secret access key has no shape: it is known by what is before it.
        yield from judged_by_shape(f"{piece.name}: {piece.text}")
    if is_named(piece.name, piece.text):
        yield Judged(_BY_NAME)
    told = 0
    for name, value, start in assigned(piece.text):
        # What else is in a line that is not shown need not be known.
        if start >= told and is_named(name, value):
            yield Judged(_BY_NAME, piece.text.count("\n", 0, start))
            told = (piece.text.find("\n", start) + 1) or len(piece.text)


def judged_by_shape(text: str) -> Iterator[Judged]:
    """What in a text shows by itself what it is; of each line that which is found first."""
    if not has_shape(text):
        return
    told: set[int] = set()
    for start in range(0, max(len(text) - _AT_ONCE + _STEP, 1), _STEP):
        for kind, secret in _by_shape(text[start : start + _AT_ONCE]):
            first, *others = secret.strip().split("\n")
            # Of some, a plugin tells only a part, or nothing.
            begin = text.rfind("\n", 0, max(text.find(first, start), start)) + 1
            if begin not in told:
                told.add(begin)
                yield Judged(kind, text.count("\n", 0, begin), 1 + len(others))


def _by_shape(text: str) -> Iterable[tuple[str, str]]:
    from compiler.credentials.detector import by_shape

    return by_shape(text)


def is_named(name: str, value: str) -> bool:
    """Whether a value is a credential because of its name."""
    # The name of an annotation has a domain before it.
    words, value = words_of(name.rpartition("/")[2]), value.strip()
    scheme, _, rest = value.partition(" ")
    if words[-1:] == ["authorization"] and scheme.lower() in _SCHEMES:
        words, value = ["token"], rest.strip()
    if "\n" in value or len(value) > _LONGEST or is_elsewhere(value):
        return False
    if value.startswith(("/", ".", "~")) and not could_be_random(value):
        # A path: by its name the detector takes no such text for a credential.
        return False
    if is_credential(words):
        if is_path_or_number(value) and not is_password(words):
            return False
        from compiler.credentials.detector import by_name

        return by_name(words, value)
    if is_key(words) and could_be_random(value):
        from compiler.credentials.detector import is_random

        return is_random(value)
    return False
