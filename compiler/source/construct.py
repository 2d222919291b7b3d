"""Plain data from libyaml's events, after the YAML 1.2 core schema; what is refused on the way.

Imported when there is something to read: PyYAML alone takes 12 ms to import.
"""

from typing import Any, NamedTuple

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

from compiler.diagnostics.model import Diagnostic, Span
from compiler.source import characters, spans, subset, syntax
from compiler.source.limits import MAX_DEPTH, MAX_DIAGNOSTICS, too_deep
from compiler.source.scalars import DOUBT, RESOLVED, doubt
from compiler.source.spans import Node


class Constructed(NamedTuple):
    """What was made of a text."""

    data: Any
    """None where a collection is a key: what belongs to it is lost."""
    problems: list[Diagnostic]
    places: Node | None


# Stand for the key that the next value belongs to: in a list there is none, in a mapping the next
# value is the key itself.
_ITEM: Any = object()
_KEY: Any = object()


def construct(path: str, text: str, *, with_places: bool = False) -> Constructed:
    """The data of `text`, built without recursion.

    Without problems the data are whole. Only with places it can be said where the first of two
    equal keys stands.
    """
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
        return Constructed(None, problems, top)

    if "\t" in text:
        problems += syntax.tabs(path, text, block_scalars)
    data = documents[0] if documents else None
    if type(data) is not dict:
        problems.append(subset.not_a_mapping(path, text, data))
    return Constructed(data if understood else None, problems, top and top.children.get(0))
