"""The lines of the files that diagnostics point into."""

import os
from collections.abc import Callable
from functools import cache

# The files that are read here hold specs of 256 KiB at most, or what was compiled from them.
_MOST_CHARACTERS = 1 << 20


def lines_below(root: str) -> Callable[[str], list[str]]:
    """Gives the lines of a file by its path below `root`; none when it cannot be read."""

    @cache
    def lines(path: str) -> list[str]:
        full = os.path.join(root, path)
        try:
            # As spans count: a byte order mark is no character, a lone CR ends no line.
            with open(full, encoding="utf-8-sig", errors="replace", newline="") as file:
                return file.read(_MOST_CHARACTERS).replace("\r\n", "\n").split("\n")
        except (OSError, ValueError):  # ValueError: no file has such a name
            return []

    return lines
