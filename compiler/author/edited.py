"""What an edit made of a file, before it is written."""

from typing import NamedTuple

from compiler.author.spec import Spec


class Edited(NamedTuple):
    """A file that is to be written, and what that changes."""

    path: str
    before: bytes | None
    """What the file holds; None if there is no such file."""
    after: bytes
    said: tuple[str, ...]
    """What changes, in words, a line for each; if nothing does, why."""


def edited(before: Spec, after: Spec, said: list[str]) -> Edited:
    """A spec before and after an edit."""
    return Edited(before.path, before.content, after.content, tuple(said))
