"""The canonical JSON of rendered Terraform: the same data gives the same text, for ever."""

import re
from collections.abc import Callable
from typing import Any

from compiler.emit.yaml import refuse, unprintable


def document(obj: dict[str, Any]) -> str:
    """`obj` with its keys in the order that the dict has them; ends with a newline.

    Letters stay readable; characters that break lines, hide or reorder are escaped. Raises as
    `compiler.emit.yaml.document` does: json.dumps would write tuples, NaN and keys of any type.
    """
    from json.encoder import encode_basestring

    parts: list[str] = []
    try:
        if type(obj) is not dict:
            raise TypeError
        _value(obj, "\n", parts, encode_basestring)
    except (TypeError, ValueError):
        refuse(obj)
        raise
    parts.append("\n")
    return "".join(parts)


def _value(value: Any, newline: str, parts: list[str], quote: Callable[[str], str]) -> None:
    """Any value; `newline` is a line break and the indentation of the line it stands on."""
    kind = type(value)
    if kind is str:
        parts.append(_text(value, quote))
    elif kind is dict and value:
        deeper = f"{newline}  "
        begin = "{"
        for key, child in value.items():
            if type(key) is not str:
                raise TypeError
            parts.append(f"{begin}{deeper}{_text(key, quote)}: ")
            _value(child, deeper, parts, quote)
            begin = ","
        parts.append(f"{newline}}}")
    elif kind is list and value:
        deeper = f"{newline}  "
        begin = "["
        for child in value:
            parts.append(f"{begin}{deeper}")
            _value(child, deeper, parts, quote)
            begin = ","
        parts.append(f"{newline}]")
    elif kind is dict:
        parts.append("{}")
    elif kind is list:
        parts.append("[]")
    elif value is True:
        parts.append("true")
    elif value is False:
        parts.append("false")
    elif value is None:
        parts.append("null")
    else:
        refuse(value, "the value")
        parts.append(repr(value))


def _text(text: str, quote: Callable[[str], str]) -> str:
    quoted = quote(text)
    if quoted.isascii() and quoted.isprintable():
        return quoted
    return unprintable().sub(_escape, quoted)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))
