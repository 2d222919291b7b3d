"""The strict reader of specs and environments: YAML that every reader understands alike, no more.

Text is tokenised by libyaml, as it is in Go, and turned into data in `construct`, after the YAML
1.2 core schema. Whatever two YAML readers could understand differently is refused: what their
characters may be in `characters`, what a scalar means in `scalars`, what no spec may use in
`subset`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Rejected, Span
from compiler.source import characters, subset, syntax
from compiler.source.limits import MAX_BYTES, MAX_DIAGNOSTICS, too_large
from compiler.source.scalars import AMBIGUOUS
from compiler.source.spans import Node

__all__ = ["MAX_BYTES", "Document", "Reader", "Reading", "examine", "read"]

_PLACEMENT = ".placement.yaml"

# Only a text with one of these is searched for directives and for what git left of a conflict.
_MARKS_OF_DIRECTIVES_AND_CONFLICTS = (b"%", b"<<<<<<<", b"=======", b">>>>>>>")

# What is wrong at one place, with a value that stands for it: all around it is understood. The
# value of a doubtful scalar is its text, that of a key that stands twice the first.
_IN_ONE_PLACE = (
    characters.ENCODING,
    characters.HIDDEN_CHARACTER,
    subset.DUPLICATE_KEY,
    subset.KEY_NOT_TEXT,
    subset.TAG,
    AMBIGUOUS,
)


class Document(NamedTuple):
    """A file that was read: its text with LF line ends, and the data in it."""

    path: str
    text: str
    data: dict[str, Any]

    def span(self, path: tuple[str | int, ...], *, key: bool = False) -> Span:
        """The place of the value at `path`, or of its key; of the nearest ancestor if none is."""
        node = _places(self.path, self.text)
        for step in path:
            child = node.children.get(step)
            if child is None:
                break
            node = child
        return node.key if key and node.key is not None else node.value


class Reading(NamedTuple):
    """What was made of a file."""

    document: Document | None
    """None if what the file says cannot be told. With problems it serves to find further ones."""
    problems: list[Diagnostic]
    """Everything that could be found at once; syntax errors end the search."""


Reader = Callable[[str, bytes], Reading]
"""`examine`, or a function that remembers what it said: the path of a file, its content."""


def read(path: str, content: bytes, reader: Reader | None = None) -> Document:
    """Read one file; `path` is only named in diagnostics. Raises Rejected with its problems."""
    document, problems = (reader or examine)(path, content)
    if document is None or problems:
        raise Rejected(problems)
    return document


def examine(path: str, content: bytes) -> Reading:
    """Read one file as far as it can be understood."""
    from compiler.source.construct import construct

    if len(content) > MAX_BYTES:
        return Reading(None, [too_large(path)])
    if path.endswith(_PLACEMENT) and b"<<<<<<<" in content:
        from compiler.source.both_sides import both_sides

        content = both_sides(content)
    try:
        text, found = characters.decode(path, content)
    except Rejected as rejected:
        return Reading(None, rejected.diagnostics)
    cleaned = text
    doubts: list[Diagnostic] = []
    if content.translate(None, characters.UNDOUBTED) or any(
        mark in content for mark in _MARKS_OF_DIRECTIVES_AND_CONFLICTS
    ):
        conflicts = syntax.merge_conflicts(path, text)
        if conflicts:
            return Reading(None, found + conflicts)
        cleaned, directives = subset.directives(path, text)
        cleaned, doubts = characters.doubtful_characters(path, cleaned)
        found += directives + doubts
    built = construct(path, cleaned)
    if not built.problems and not found:
        return Reading(Document(path, text, built.data), [])
    built = construct(path, cleaned, with_places=True)
    if doubts and built.data is None:
        # What was replaced may be what broke the syntax.
        built.problems[:] = [p for p in built.problems if p.rule is not syntax.SYNTAX]
    found += built.problems
    found.sort(key=lambda diagnostic: diagnostic.primary.span[1:3])
    understood = type(built.data) is dict and all(p.rule in _IN_ONE_PLACE for p in found)
    return Reading(
        Document(path, cleaned, built.data)
        if understood and len(found) < MAX_DIAGNOSTICS
        else None,
        found[:MAX_DIAGNOSTICS],
    )


@lru_cache(maxsize=16)
def _places(path: str, text: str) -> Node:
    from compiler.source.construct import construct

    places = construct(path, text, with_places=True).places
    return places if places is not None else Node(Span(path), None)
