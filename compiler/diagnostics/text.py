"""Diagnostics as text for people: the message, the lines it is about, and what to do."""

from collections.abc import Callable
from typing import NamedTuple

from compiler.diagnostics.lines import CONCEALED, lines_below
from compiler.diagnostics.model import Diagnostic, Place, Span
from compiler.diagnostics.visible import cells, visible

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "dim": "\x1b[34m", "bold": "\x1b[1m"}
_RESET = "\x1b[0m"

# Of a longer line the part around the span is shown, between dots.
_MAX_WIDTH = 160
_CUT = "..."

Lines = Callable[[str], list[str]]
Paint = Callable[[str, str], str]


def render(
    diagnostics: list[Diagnostic],
    root: str,
    *,
    colour: bool,
    of: list[Diagnostic] | None = None,
) -> str:
    """All diagnostics, each followed by an empty line, with excerpts of the files below `root`.

    `of` are all of the report, where these are only some of them.
    """

    def paint(text: str, style: str) -> str:
        return f"{_COLOURS[style]}{text}{_RESET}" if colour else text

    lines = lines_below(root, diagnostics if of is None else of)
    return "".join(_one(diagnostic, lines, paint) + "\n" for diagnostic in diagnostics)


def _one(diagnostic: Diagnostic, lines: Lines, paint: Paint) -> str:
    severity = diagnostic.severity
    kind = paint(f"{severity}[{diagnostic.rule.id}]", severity)
    text = f"{kind}: {paint(visible(diagnostic.message), 'bold')}\n"
    others = [place for place in diagnostic.secondary if place != diagnostic.primary]
    margin = max(len(str(place.span.line)) for place in (diagnostic.primary, *others))
    text += _place(diagnostic.primary, lines, paint, margin, severity)
    for place in dict.fromkeys(others):
        text += _place(place, lines, paint, margin)
    if diagnostic.help:
        text += f"{' ' * margin} {paint('help', 'dim')}: {visible(diagnostic.help)}\n"
    return text


def _place(place: Place, lines: Lines, paint: Paint, margin: int, primary: str = "") -> str:
    """A place, its line and the marks below it. `primary` is the severity if it is the first."""
    span, pad, bar = place.span, " " * margin, paint("|", "dim")
    text = f"{pad}{paint('-->', 'dim')} {visible(str(span))}\n"
    if span.line == 0 or span.line > len(lines(span.path)):
        return text
    excerpt = _excerpt(lines(span.path)[span.line - 1], span)
    note = f" {visible(place.note)}" if place.note else ""
    marks = paint("^" * excerpt.width, primary or "dim") + note
    if primary:
        text += f"{pad} {bar}\n"
    text += f"{paint(str(span.line).rjust(margin), 'dim')} {bar} {excerpt.line}\n"
    return text + f"{pad} {bar} {' ' * excerpt.indent}{marks}\n"


class _Excerpt(NamedTuple):
    """What is shown of a line, and which columns of the terminal are marked below it."""

    line: str
    indent: int
    width: int


def _excerpt(line: str, span: Span) -> _Excerpt:
    # A line may have 256 KiB and a hundred errors; more than this around one is never shown.
    left_out = max(0, span.column - 1 - 4 * _MAX_WIDTH)
    if line is CONCEALED:
        return _Excerpt(line, 0, len(line))
    row = cells(line[left_out : span.column - 1 + 4 * _MAX_WIDTH])
    begin = min(span.column - 1 - left_out, len(row))
    end = len(row)
    if span.end_line == span.line:
        end = min(span.end_column - 1 - left_out, len(row))
    end = max(begin, end)
    while 0 < begin < len(row) and row[begin][1] == 0:
        begin -= 1  # an accent is marked below its letter
    first, last = _window([max(width, 1) for _, width in row], begin, end)
    before = _CUT if first > 0 else ""
    after = _CUT if last < len(row) else ""
    return _Excerpt(
        before + "".join(glyph for glyph, _ in row[first:last]) + after,
        len(before) + sum(width for _, width in row[first:begin]),
        max(1, sum(width for _, width in row[begin : min(end, last)])),
    )


def _window(widths: list[int], begin: int, end: int) -> tuple[int, int]:
    """The part of a line to show: all of it, or what fits, with the span, or its begin, inside."""
    if sum(widths) <= _MAX_WIDTH:
        return 0, len(widths)
    left = _MAX_WIDTH - 2 * len(_CUT)
    first = last = begin
    while last < end and widths[last] <= left:
        left -= widths[last]
        last += 1
    # What is left is for what stands around the span, on both sides alike while there is some.
    while True:
        more_before = first > 0 and widths[first - 1] <= left
        if more_before:
            first -= 1
            left -= widths[first]
        more_after = last < len(widths) and widths[last] <= left
        if more_after:
            left -= widths[last]
            last += 1
        if not more_before and not more_after:
            return first, last
