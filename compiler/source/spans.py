"""Where things stand in a file: the spans of libyaml's events, of pieces of text and of values."""

from typing import Any

from compiler.diagnostics.model import Span


class Node:
    """Where a value stands, where its key does, and the nodes in it by key or index."""

    __slots__ = ("children", "key", "value")

    def __init__(self, value: Span, key: Span | None) -> None:
        self.value = value
        self.key = key
        self.children: dict[str | int, Node] = {}


def of_event(path: str, event: Any) -> Span:
    """The span between the marks of an event."""
    start, end = event.start_mark, event.end_mark
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def of_text(path: str, text: str, start: int, end: int) -> Span:
    """The span of `text[start:end]`."""
    line = text.count("\n", 0, start) + 1
    last = line + text.count("\n", start, end)
    return Span(
        path, line, start - text.rfind("\n", 0, start), last, end - text.rfind("\n", 0, end)
    )


def of_value(path: str, text: str, event: Any) -> Span:
    """As `of_event`, but a block scalar ends with its last line, not with the lines left empty."""
    style = getattr(event, "style", None)
    if not style or style not in "|>":
        return of_event(path, event)
    start, end = event.start_mark.index, event.end_mark.index
    source = text[start:end]
    if "+" not in source.partition("\n")[0].partition("#")[0]:
        end = start + len(source.rstrip("\n"))
    return of_text(path, text, start, end)


def of_collection(path: str, node: Node, end_event: Any) -> Span:
    """A collection in brackets ends with the bracket, another one with the last value in it."""
    begun = node.value
    if end_event.end_mark.index > end_event.start_mark.index:
        end = end_event.end_mark
        return Span(path, begun.line, begun.column, end.line + 1, end.column + 1)
    last = begun
    for child in node.children.values():
        if child.value[3:] > last[3:]:
            last = child.value
    return Span(path, begun.line, begun.column, last.end_line, last.end_column)


def dotted(path: tuple[str | int, ...]) -> str:
    """The path of a value as a person would name it: `domains[0].name`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"
