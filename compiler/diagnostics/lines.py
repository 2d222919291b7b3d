"""The lines of the files that diagnostics point into."""

import os
from collections.abc import Callable, Iterable
from functools import cache

from compiler.diagnostics.model import Diagnostic

# The files that are read here hold specs of 256 KiB at most, or what was compiled from them.
_MOST_CHARACTERS = 1 << 20


CONCEALED = "(not shown)"
"""Stands for a line that no report may show."""


def lines_below(root: str, diagnostics: Iterable[Diagnostic]) -> Callable[[str], list[str]]:
    """Gives the lines of a file by its path below `root`, as reports of these diagnostics may show
    them; none when it cannot be read."""
    concealed = [found.primary.span for found in diagnostics if found.rule.conceals]

    @cache
    def lines(path: str) -> list[str]:
        shown = read(path)
        for span in concealed:
            if span.path == path:
                shown[span.line - 1 : span.end_line] = [CONCEALED] * (span.end_line - span.line + 1)
        return shown

    def read(path: str) -> list[str]:
        full = os.path.join(root, path)
        try:
            # As spans count: a byte order mark is no character, a lone CR ends no line.
            with open(full, encoding="utf-8-sig", errors="replace", newline="") as file:
                return file.read(_MOST_CHARACTERS).replace("\r\n", "\n").split("\n")
        except (OSError, ValueError):  # ValueError: no file has such a name
            return []

    return lines
