"""Values that the reader refused: another stands for each, and nothing more is said of it."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Span
from compiler.source.characters import HIDDEN_CHARACTER


def beside(refused: list[Diagnostic], found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """What was found, those that were refused included, but nothing more about their places."""
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in refused:
        by_path.setdefault(diagnostic.primary.span.path, []).append(diagnostic)
    for diagnostic in found:
        here = by_path.get(diagnostic.primary.span.path, [])
        if diagnostic in here or not any(_is_of(diagnostic.primary.span, one) for one in here):
            yield diagnostic


def _is_of(span: Span, refused: Diagnostic) -> bool:
    """Whether what was refused stands at the span, or is a character of the text there."""
    place = refused.primary.span
    begin, end = place[1:3], place[3:]
    if refused.rule == HIDDEN_CHARACTER and span[1:3] <= begin < span[3:]:
        return span.line == span.end_line
    return span[1:3] == begin or begin <= span[1:3] < end
