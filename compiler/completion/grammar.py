"""The command line as a shell completes it.

What a value may be is one of these words, which each shell has a function for, or a list of words.
"""

from typing import Literal, NamedTuple

Kind = Literal["apps", "environments", "rules", "revisions", "files", "folders", "anything"]


class Value(NamedTuple):
    """What stands after an option, or by itself."""

    kind: Kind
    words: tuple[str, ...] = ()
    """If there are any, one of them."""


class Option(NamedTuple):
    """An option of a command."""

    name: str
    """As it is typed: `--environment`."""
    help: str
    value: Value | None
    """None if it takes none."""
    repeatable: bool


class Place(NamedTuple):
    """Something that a command takes without an option before it."""

    name: str
    value: Value
    repeatable: bool


class Command(NamedTuple):
    """One of the commands, and what may follow it."""

    name: str
    summary: str
    options: tuple[Option, ...]
    places: tuple[Place, ...]
