"""Pieces of a file as messages quote them."""

import re
from functools import cache


def shown(text: str) -> str:
    """The text on one line, cut off after 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def quoted(text: str) -> str:
    """The text between double quotes, as a message proposes to write it: on one line, cut off."""
    return in_quotes(shown(text))


def in_quotes(text: str) -> str:
    """The text between double quotes, as YAML takes it; it has no control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def rest_of_line(text: str, start: int) -> str:
    """The text from `start` to the end of its line, without a comment."""
    end = text.find("\n", start)
    return _comment().sub("", text[start : end if end >= 0 else len(text)]).rstrip()


@cache
def _comment() -> re.Pattern[str]:
    return re.compile(r"(?:^|[ \t])#.*")
