"""The strict reader of specs and environments: YAML that every reader understands alike, no more.

Text is tokenised by libyaml, as it is in Go, and turned into data here, after the YAML 1.2 core
schema. Whatever two YAML readers could understand differently is refused: what their characters
may be in `characters`, what a scalar means in `scalars`, what no spec may use in `subset`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Rejected, Span
from compiler.source import characters, spans, subset, syntax
from compiler.source.limits import MAX_BYTES, MAX_DEPTH, MAX_DIAGNOSTICS, too_deep, too_large
from compiler.source.scalars import AMBIGUOUS, DOUBT, RESOLVED, doubt
from compiler.source.spans import Node

__all__ = ["MAX_BYTES", "Document", "Reader", "Reading", "examine", "read"]

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


def read(path: str, content: bytes) -> Document:
    """Read one file; `path` is only named in diagnostics. Raises Rejected with its problems."""
    document, problems = examine(path, content)
    if document is None or problems:
        raise Rejected(problems)
    return document


def examine(path: str, content: bytes) -> Reading:
    """Read one file as far as it can be understood."""
    if len(content) > MAX_BYTES:
        return Reading(None, [too_large(path)])
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
    walk = _walk(path, cleaned)
    if not walk.problems and not found:
        return Reading(Document(path, text, walk.data), [])
    walk = _walk(path, cleaned, with_places=True)
    if doubts and walk.data is None:
        # What was replaced may be what broke the syntax.
        walk.problems[:] = [p for p in walk.problems if p.rule is not syntax.SYNTAX]
    found += walk.problems
    found.sort(key=lambda diagnostic: diagnostic.primary.span[1:3])
    understood = type(walk.data) is dict and all(p.rule in _IN_ONE_PLACE for p in found)
    return Reading(
        Document(path, cleaned, walk.data) if understood and len(found) < MAX_DIAGNOSTICS else None,
        found[:MAX_DIAGNOSTICS],
    )


class _Walk(NamedTuple):
    data: Any
    """None where a collection is a key: what belongs to it is lost."""
    problems: list[Diagnostic]
    places: Node | None


# Stand for the key that the next value belongs to: in a list there is none, in a mapping the next
# value is the key itself.
_ITEM: Any = object()
_KEY: Any = object()


def _walk(path: str, text: str, *, with_places: bool = False) -> _Walk:
    """Build the data of `text` from libyaml's events, without recursion.

    Without problems the data are whole. Only a walk with places can say where the first of two
    equal keys stands.
    """
    from yaml import YAMLError
    from yaml._yaml import CParser
    from yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

    problems: list[Diagnostic] = []
    block_scalars: list[tuple[int, int]] = []
    resolved = RESOLVED

    # A container, the key of its that awaits a value, and its place: first, a list of documents.
    container: Any = []
    documents: list[Any] = container
    key: Any = _ITEM
    top = node = Node(Span(path), None) if with_places else None
    outer: list[tuple[Any, Any, Node | None]] = []
    key_event: Any = None
    seen_document = False
    understood = True

    try:
        next_event: Any = CParser(text).get_event
        while len(problems) < MAX_DIAGNOSTICS:
            event = next_event()
            kind = type(event)

            if kind is ScalarEvent:
                value = event.value
                style = event.style
                if not style:
                    value = resolved[value]
                    if value is DOUBT:
                        value = event.value
                        problem = doubt(path, event, is_key=key is _KEY)
                        if problem:
                            problems.append(problem)
                elif style in "|>":
                    block_scalars.append((event.start_mark.index, event.end_mark.index))
                else:
                    if style == '"' and not value.isprintable():
                        problem = characters.not_carried(path, event)
                        if problem:
                            problems.append(problem)
                    if event.start_mark.line != event.end_mark.line:
                        problem = syntax.swallowed_lines(path, text, event)
                        if problem:
                            problems.append(problem)
                if event.anchor is not None or event.tag is not None:
                    problems.append(subset.anchor_or_tag(path, text, event))

                if key is _KEY:
                    if type(value) is not str:
                        problems.append(subset.key_not_text(path, text, event))
                        value = f"\0{event.start_mark.index}"
                    elif style and value == "<<":
                        problems.append(subset.merge_key(path, event))
                    elif value in container:
                        first = node.children[value].key if node is not None else None
                        problems.append(subset.duplicate_key(path, event, value, first))
                        value = f"\0{event.start_mark.index}"
                    key = value
                    key_event = event
                    continue

            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if event.anchor is not None or event.tag is not None:
                    problems.append(subset.anchor_or_tag(path, text, event))
                if key is _KEY:
                    problems.append(subset.key_not_text(path, text, event))
                    understood = False

            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if node is not None:
                    node.value = spans.of_collection(path, node, event)
                container, key, node = outer.pop()
                continue

            elif kind is AliasEvent:
                problems.append(subset.alias(path, event))
                value = f"*{event.anchor}"
                if key is _KEY:
                    key = value
                    key_event = event
                    continue

            elif kind is DocumentStartEvent:
                if seen_document:
                    problems.append(subset.second_document(path, event))
                    break
                seen_document = True
                continue

            elif kind is StreamEndEvent:
                break
            else:
                continue

            # A value: it belongs to the list or to the key that awaits one. A collection where a
            # key should be was reported; it belongs to nothing.
            child = None
            if node is not None:
                child = Node(spans.of_value(path, text, event), None)
                if key is _ITEM:
                    node.children[len(container)] = child
                elif key is not _KEY:
                    child.key = spans.of_event(path, key_event)
                    node.children.setdefault(key, child)
            if key is _ITEM:
                container.append(value)
            elif key is _KEY:
                key = f"\0{event.start_mark.index}"
                key_event = event
            else:
                container[key] = value
                key = _KEY
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                outer.append((container, key, node))
                if len(outer) > MAX_DEPTH:
                    problems.append(too_deep(path, event))
                    break
                container = value
                node = child
                key = _KEY if kind is MappingStartEvent else _ITEM
    except YAMLError as error:
        problem = syntax.syntax_error(path, text, error)
        if problem not in problems:
            problems.append(problem)
        return _Walk(None, problems, top)

    if "\t" in text:
        problems += syntax.tabs(path, text, block_scalars)
    data = documents[0] if documents else None
    if type(data) is not dict:
        problems.append(subset.not_a_mapping(path, text, data))
    return _Walk(data if understood else None, problems, top and top.children.get(0))


@lru_cache(maxsize=16)
def _places(path: str, text: str) -> Node:
    places = _walk(path, text, with_places=True).places
    return places if places is not None else Node(Span(path), None)
