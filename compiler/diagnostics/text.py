"""Diagnostics as text for people: the message, the lines it is about, and what to do."""

import os
from collections.abc import Callable

from compiler.diagnostics.model import Diagnostic, Place

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "dim": "\x1b[34m", "bold": "\x1b[1m"}
_RESET = "\x1b[0m"
_MAX_WIDTH = 160

Paint = Callable[[str, str], str]


def render(diagnostics: list[Diagnostic], root: str, *, colour: bool) -> str:
    """All diagnostics, each followed by an empty line, with excerpts of the files below `root`."""

    def paint(text: str, style: str) -> str:
        return f"{_COLOURS[style]}{text}{_RESET}" if colour else text

    lines_of: dict[str, list[str]] = {}
    return "".join(_one(diagnostic, root, lines_of, paint) + "\n" for diagnostic in diagnostics)


def _one(diagnostic: Diagnostic, root: str, cache: dict[str, list[str]], paint: Paint) -> str:
    kind = paint(f"{diagnostic.severity}[{diagnostic.rule.id}]", diagnostic.severity)
    text = f"{kind}: {paint(diagnostic.message, 'bold')}\n"
    places = (diagnostic.primary, *diagnostic.secondary)
    margin = max(len(str(place.span.line)) for place in places)
    for number, place in enumerate(places):
        text += _place(place, root, cache, paint, diagnostic.severity, margin, first=number == 0)
    if diagnostic.help:
        text += f"{' ' * margin} {paint('help', 'dim')}: {diagnostic.help}\n"
    return text


def _place(
    place: Place,
    root: str,
    cache: dict[str, list[str]],
    paint: Paint,
    severity: str,
    margin: int,
    *,
    first: bool,
) -> str:
    span, pad = place.span, " " * margin
    if span.line == 0:
        return f"{pad}{paint('-->', 'dim')} {span.path}\n"
    text = f"{pad}{paint('-->', 'dim')} {span.path}:{span.line}:{span.column}\n"
    lines = _lines(os.path.join(root, span.path), cache)
    if span.line > len(lines):
        return text
    line = lines[span.line - 1].replace("\t", " ")
    if len(line) > _MAX_WIDTH or not line.isprintable():
        return text
    width = span.end_column - span.column if span.end_line == span.line else len(line) + 1
    width = max(1, min(width, len(line) + 1 - span.column))
    marks = paint("^" * width, severity if first else "dim")
    note = f" {place.note}" if place.note else ""
    bar = paint("|", "dim")
    if first:
        text += f"{pad} {bar}\n"
    text += f"{paint(str(span.line).rjust(margin), 'dim')} {bar} {line}\n"
    return text + f"{pad} {bar} {' ' * (span.column - 1)}{marks}{note}\n"


def _lines(path: str, cache: dict[str, list[str]]) -> list[str]:
    if path not in cache:
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                cache[path] = file.read(1 << 20).split("\n")
        except OSError:
            cache[path] = []
    return cache[path]
