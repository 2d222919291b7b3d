"""How a file is laid out: its values as they are written, and the comments that belong to each.

A comment on a line of its own belongs to what stands below it or, if it is indented further, to
what stands above it. One at the end of a line belongs to what stands on that line.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.source.yaml import Document


class Comment(NamedTuple):
    """A comment, and where it stands. Columns count from 0."""

    text: str
    at: int
    column: int
    gap: int
    """How many spaces are before it on its line."""
    alone: bool
    """Whether nothing else is on its line."""
    blank: bool
    """Whether an empty line is above it."""


class Scalar(NamedTuple):
    """A value that is no collection, as it is written."""

    value: str
    source: str
    style: str
    """Empty if it is plain; a quote; `|` or `>`."""
    start: int
    end: int
    column: int


class Collection(NamedTuple):
    """A mapping or a list."""

    is_mapping: bool
    in_brackets: bool
    start: int
    end: int
    column: int
    entries: list["Entry"]
    above: list[Comment]
    """Comments that stay above the first entry, whichever that is."""
    below: list[Comment]
    """Comments below the last entry."""


class Entry(NamedTuple):
    """A field of a mapping or an item of a list, and its comments."""

    key: Scalar | None
    value: "Node"
    blank: bool
    """Whether an empty line is above it."""
    above: list[Comment]
    beside: list[Comment]
    """At most one, at the end of its first line."""
    below: list[Comment]

    @property
    def start(self) -> int:
        return self.value.start if self.key is None else self.key.start


Node = Scalar | Collection


def layout(document: Document) -> Collection:
    """The layout of a file in which the reader found nothing wrong."""
    from yaml._yaml import CParser

    text = document.text
    events: Any = CParser(text)
    event = events.get_event()
    while not hasattr(event, "flow_style"):
        event = events.get_event()
    whole = _node(text, event, events)
    assert isinstance(whole, Collection)
    starts = [entry.start for entry in _entries(whole)]
    gap = depth = -1
    for comment in _comments(text, list(_scalars(whole))):
        # One that stands below others never goes further in than they do.
        before, gap = gap, bisect(starts, comment.at)
        depth = _attach(whole, comment, 0, depth if gap == before else len(starts))
    return _with_head(whole)


def _node(text: str, event: Any, events: Any) -> Node:
    from yaml.events import MappingStartEvent, ScalarEvent

    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    if isinstance(event, ScalarEvent):
        style = event.style or ""
        source = text[start:end]
        if style in ("|", ">"):
            end = start + len(source.rstrip())
        return Scalar(event.value, source, style, start, end, column)
    is_mapping = isinstance(event, MappingStartEvent)
    entries: list[Entry] = []
    following = events.get_event()
    while hasattr(following, "anchor"):
        key: Scalar | None = None
        if is_mapping:
            written = _node(text, following, events)
            assert isinstance(written, Scalar)
            key = written
            following = events.get_event()
        value = _node(text, following, events)
        blank = _is_below_empty_line(text, (key or value).start)
        entries.append(Entry(key, value, blank, [], [], []))
        following = events.get_event()
    end = following.end_mark.index
    if not event.flow_style and entries:
        end = entries[-1].value.end
    return Collection(is_mapping, bool(event.flow_style), start, end, column, entries, [], [])


def _is_below_empty_line(text: str, at: int) -> bool:
    begin = text.rfind("\n", 0, at)
    return begin >= 0 and not text[text.rfind("\n", 0, begin) + 1 : begin].strip()


def _entries(collection: Collection) -> Iterator[Entry]:
    """All entries at any depth, in the order in which they stand."""
    for entry in collection.entries:
        yield entry
        if isinstance(entry.value, Collection):
            yield from _entries(entry.value)


def _scalars(collection: Collection) -> Iterator[Scalar]:
    for entry in _entries(collection):
        if entry.key is not None:
            yield entry.key
        if isinstance(entry.value, Scalar):
            yield entry.value


def _comments(text: str, scalars: list[Scalar]) -> Iterator[Comment]:
    """All comments, in the order in which they stand."""
    scalar = end = 0
    for match in re.finditer(r"(?:\A|(?<=[\s,\[\]{}:]))#", text):
        at = match.start()
        while scalar < len(scalars) and scalars[scalar].end <= at:
            scalar += 1
        if at < end or (scalar < len(scalars) and _holds(scalars[scalar], at)):
            continue
        line, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        before = text[line:at].rstrip()
        yield Comment(
            text[at:end].rstrip(),
            *(at, at - line),
            gap=at - line - len(before),
            alone=not before,
            blank=_is_below_empty_line(text, at),
        )


def _holds(scalar: Scalar, at: int) -> bool:
    """Whether what looks like a comment is a part of a text."""
    begin = scalar.start
    if scalar.style in ("|", ">"):
        begin += scalar.source.find("\n")  # on the line of the mark may be a comment
    return begin <= at < scalar.end


def _attach(collection: Collection, comment: Comment, depth: int, most: int) -> int:
    """Give a comment to what it belongs to, at most so deep; returns how deep that is."""
    place = bisect([entry.start for entry in collection.entries], comment.at)
    following = collection.entries[place].above if place < len(collection.entries) else None
    outside = collection.below if following is None else following
    if place == 0:
        outside.append(comment)
        return depth
    entry = collection.entries[place - 1]
    value = entry.value
    is_block = isinstance(value, Collection) and not value.in_brackets
    is_inside = comment.at < value.end or (is_block and not comment.alone)
    if isinstance(value, Collection) and value.start <= comment.at and is_inside:
        return _attach(value, comment, depth + 1, most)
    if comment.at < value.start and comment.alone and not is_block:
        entry.above.append(comment)
    elif not comment.alone:
        (entry.above if entry.beside else entry.beside).append(comment)
    elif is_block and comment.at < value.start:
        assert isinstance(value, Collection)
        return _attach(value, comment, depth + 1, most)
    elif collection.in_brackets or comment.column <= collection.column or depth >= most:
        outside.append(comment)
    elif isinstance(value, Scalar) and value.style in ("|", ">"):
        outside.append(comment)  # further in it would be a line of the text
    elif not is_block:
        entry.below.append(comment)
        return depth + 1
    elif comment.column >= value.column:
        assert isinstance(value, Collection)
        return _attach(value, comment, depth + 1, most)
    else:
        outside.append(comment)
    return depth


def _with_head(whole: Collection) -> Collection:
    """The same, with the comments of the file itself: those above an empty line, or all that
    stand above the first field."""
    if not whole.entries:
        return whole
    first = whole.entries[0]
    above = first.above
    parted = len(above)
    if not first.blank:
        parted = max((i for i, c in enumerate(above) if i and c.blank), default=len(above))
    head = above[:parted]
    del above[:parted]
    return whole._replace(above=head)
