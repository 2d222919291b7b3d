"""A value as it is written in YAML, in one line."""

import re
from typing import Any

from compiler.source.quoting import in_quotes
from compiler.source.scalars import RESOLVED

# Text that any YAML reader takes as text without quotes: words, paths, quantities, address ranges.
_PLAIN = re.compile(r"-{0,2}[A-Za-z/][\w./:@=-]*(?<!:)|[0-9]+(?:m|[KMGT]i?)|[0-9.]+/[0-9]+")


def flow(value: Any) -> str:
    """The value in braces, brackets, quotes or plain; it has no control characters."""
    if isinstance(value, dict):
        inner = (f"{flow(key)}: {flow(item)}".rstrip() for key, item in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if value is None:
        return ""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and RESOLVED[value] == value
        return value if plain else in_quotes(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
