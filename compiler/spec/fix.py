"""Edits that settle a diagnostic about a spec, where it is certain what was meant."""

import re
from collections.abc import Iterable
from typing import Any

from compiler.diagnostics.model import Fix, Span
from compiler.source.scalars import RESOLVED
from compiler.source.yaml import Document

Path = tuple[str | int, ...]

# Names that need no escape between quotes, and none outside them unless they mean something else.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def meant(word: str, known: Iterable[str]) -> str | None:
    """The one known name of which `word` is a misspelling: a slip, two in a longer one.

    Stricter than a hint may be: a name that differs in a digit is another name, not a slip.
    """
    typed = _folded(word)
    slips = 1 if len(typed) < 8 else 2
    near: dict[int, list[str]] = {}
    for name in known:
        folded = _folded(name)
        if abs(len(folded) - len(typed)) <= slips and _digits(folded) == _digits(typed):
            near.setdefault(_distance(typed, folded), []).append(name)
    best = near[min(near)] if near and min(near) <= slips else []
    return best[0] if len(best) == 1 else None


def other_key(document: Document, path: Path, name: str | None) -> tuple[Fix, ...]:
    """The key at `path` becomes `name`, unless that stands beside it already."""
    beside = _at(document.data, path[:-1])
    if name is None or not isinstance(beside, dict) or path[-1] not in beside or name in beside:
        return ()
    return _name_instead(document, document.span(path, key=True), name)


def other_name(document: Document, path: Path, read: Any, name: str | None) -> tuple[Fix, ...]:
    """The text `read`, which was found at `path`, becomes `name`."""
    if name is None or not _stands_at(document, path, read):
        return ()
    return _name_instead(document, document.span(path), name)


def in_quotes(document: Document, path: Path, read: Any) -> tuple[Fix, ...]:
    """The number, true or false at `path` becomes the text that stands there."""
    if not _stands_at(document, path, read):
        return ()
    span = document.span(path)
    return (Fix(span, f'"{_source(document, span)}"'),)


def without_quotes(document: Document, path: Path, read: str) -> tuple[Fix, ...]:
    """The text at `path` becomes the whole number that it shows."""
    span = document.span(path)
    quoted = _source(document, span)[:1] in ("'", '"')
    if not quoted or type(RESOLVED[read]) is not int or not _stands_at(document, path, read):
        return ()
    return (Fix(span, read),)


def _name_instead(document: Document, span: Span, name: str) -> tuple[Fix, ...]:
    """What stands at `span` becomes a name; quotes stay, since `{"prot":80}` needs them."""
    if not _NAME.fullmatch(name):
        return ()
    quote = _source(document, span)[:1]
    if quote not in ("'", '"'):
        quote = "" if RESOLVED[name] == name else '"'
    return (Fix(span, f"{quote}{name}{quote}"),)


def _stands_at(document: Document, path: Path, read: Any) -> bool:
    """Whether exactly this was read at `path`, or at the nearest ancestor that was written: a
    short form is checked as if it had been written in full."""
    written = document.data
    for step in path:
        if isinstance(written, dict | list):
            written = _at(written, (step,))
    return type(written) is type(read) and bool(written == read)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _source(document: Document, span: Span) -> str:
    """What is written at a span; of several lines, the first."""
    line = document.text.split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


def _folded(name: str) -> str:
    return re.sub("[-_]", "", name.lower())


def _digits(name: str) -> list[str]:
    return re.findall("[0-9]+", name)


def _distance(one: str, other: str) -> int:
    """How many letters are missing, added, wrong or swapped with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row, earlier = row, [i], before
        for j, wanted in enumerate(other, 1):
            cost = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
