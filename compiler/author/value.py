"""Values as a spec has them: a scalar, a line in braces or brackets, an entry of a mapping."""

import json
import re
from typing import Any

from compiler.emit import yaml as emit_yaml
from compiler.source.scalars import RESOLVED

WIDTH = 100
"""How long a line in braces or brackets may be; of what is longer, each item has its own line."""

# Text that every YAML reader takes as text without quotes, also between brackets: words, paths,
# names, image references. What only might be a number is left to RESOLVED.
_PLAIN = re.compile(r"-{0,2}[A-Za-z0-9/_.][A-Za-z0-9/_.:@=+-]*(?<!:)|-{1,2}[A-Za-z]")
# What some reader takes for a number, a date or a time, as of a text that begins with a digit.
_NUMBER_LIKE = re.compile(r"[-+.]*[0-9][0-9A-Fa-fOoXxTtZz_+.,:-]*")


def scalar(value: Any) -> str:
    """The value on one line, with quotes only where it needs them."""
    if isinstance(value, str):
        return value if is_plain(value) else in_double_quotes(value)
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_plain(text: str) -> bool:
    """Whether every reader takes this for the text that it is, wherever it stands."""
    return (
        _PLAIN.fullmatch(text) is not None
        and not _NUMBER_LIKE.fullmatch(text)
        and RESOLVED[text] == text
    )


def in_double_quotes(text: str) -> str:
    """The text between double quotes, with escapes for what cannot stand there."""
    return emit_yaml.unprintable().sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def flow(value: Any) -> str:
    """The value on one line, collections in braces and brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def entry(key: str, value: Any, indent: int) -> list[str]:
    """The lines of `key: value`, without the indentation that they will have."""
    line = f"{scalar(key)}: {flow(value)}"
    if indent + len(line) <= WIDTH or not isinstance(value, dict | list):
        return [line]
    return emit_yaml.document({key: value}).splitlines()
