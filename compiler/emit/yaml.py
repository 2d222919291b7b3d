"""The canonical YAML of rendered manifests: the same object gives the same text, for ever.

Every reader understands it alike, those of YAML 1.1 (Go's, so kubectl's and Flux's; PyYAML) and
those of YAML 1.2. The layout is that of `kubectl get -o yaml`.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from compiler.constant import Constant


def document(obj: dict[str, Any]) -> str:
    """One object, its keys in the order that the dict has them; ends with a newline.

    Raises TypeError, naming the path, for anything but dict or Constant with str keys, list, str,
    int, float, bool and None; ValueError for what no reader or not every reader could read back:
    NaN and infinity, integers over 64 bits, lone surrogates.
    """
    parts: list[str] = []
    try:
        if type(obj) is Constant:
            return _constant(obj, "", "")
        if type(obj) is not dict:
            raise TypeError
        if not obj:
            return "{}\n"
        _mapping(obj, "", "", parts)
    except (TypeError, ValueError):
        refuse(obj)
        raise
    return "".join(parts)


def stream(header: str, objects: Iterable[dict[str, Any]]) -> str:
    """A file of objects below a comment; raises as `document` does.

    `header` may have several lines. A character in it that could end a comment is a ValueError.
    """
    texts = [document(obj) for obj in objects]
    return _comment(header) + "---\n".join(texts)


# Layout --------------------------------------------------------------------------------------


@cache
def _comment(text: str) -> str:
    if not text:
        return ""
    if unprintable().search(text.replace("\n", "")):
        raise ValueError(f"a comment cannot hold this text: {text!r}")
    return "".join([f"# {line}".rstrip() + "\n" for line in text.split("\n")])


def _mapping(obj: dict[str, Any], lead: str, indent: str, parts: list[str]) -> None:
    """The lines of a mapping; the first begins with `lead`, in place of `indent`."""
    keys = _KEYS[lead]
    for key, value in obj.items():
        parts.append(keys[key])
        kind = type(value)
        if kind is str:
            parts.append(_TEXT[value] or _block(value, indent + "  "))
        elif kind is dict:
            if value:
                parts.append("\n")
                deeper = indent + "  "
                _mapping(value, deeper, deeper, parts)
            else:
                parts.append(" {}\n")
        elif kind is Constant:
            deeper = indent + "  "
            parts.append(f"\n{_constant(value, deeper, deeper)}")
        elif kind is list:
            if value:
                parts.append("\n")
                _sequence(value, indent, indent, parts)
            else:
                parts.append(" []\n")
        elif kind is int:
            parts.append(_integer(value))
        else:
            parts.append(_rare(value))
        if lead is not indent:
            lead = indent
            keys = _KEYS[indent]


def _sequence(items: list[Any], lead: str, indent: str, parts: list[str]) -> None:
    """The lines of a sequence; a nested collection begins on the line of its dash."""
    for item in items:
        kind = type(item)
        if kind is str:
            parts.append(f"{lead}-{_TEXT[item] or _block(item, indent + '  ')}")
        elif kind is dict and item:
            _mapping(item, f"{lead}- ", f"{indent}  ", parts)
        elif kind is Constant:
            parts.append(_constant(item, f"{lead}- ", f"{indent}  "))
        elif kind is list and item:
            _sequence(item, f"{lead}- ", f"{indent}  ", parts)
        elif kind is dict:
            parts.append(f"{lead}- {{}}\n")
        elif kind is list:
            parts.append(f"{lead}- []\n")
        elif kind is int:
            parts.append(f"{lead}-{_integer(item)}")
        else:
            parts.append(f"{lead}-{_rare(item)}")
        lead = indent


def _constant(obj: Constant, lead: str, indent: str) -> str:
    """The lines of a mapping that does not change."""
    text = obj.texts.get(lead)
    if text is None:
        parts: list[str] = []
        _mapping(obj, lead, indent, parts)
        text = obj.texts[lead] = "".join(parts)
    return text


class _Keys(dict[str, str]):
    """Keys as they stand at the beginning of a line: `    replicas:`."""

    def __init__(self, lead: str) -> None:
        super().__init__()
        self.lead = lead

    def __missing__(self, key: str) -> str:
        if type(key) is not str:
            raise TypeError
        text = _inline(key)
        # A key of more than 1,024 characters on the line of its value is an error to libyaml.
        if len(text.encode()) > 1000:
            return f"{self.lead}? {text}\n{self.lead.replace('-', ' ')}:"
        line = f"{self.lead}{text}:"
        if len(self) < 20_000:
            self[key] = line
        return line


class _KeysByLead(dict[str, _Keys]):
    def __missing__(self, lead: str) -> _Keys:
        keys = self[lead] = _Keys(lead)
        return keys


class _Text(dict[str, str]):
    """Texts as they stand after a key or a dash: ` RollingUpdate\\n`; empty for a block."""

    def __missing__(self, text: str) -> str:
        if "\n" in text and _suits_block(text):
            return ""
        line = f" {_inline(text)}\n"
        if len(text) <= 200 and len(self) < 65_536:
            self[text] = line
        return line


_KEYS = _KeysByLead()
_TEXT = _Text()


# Scalars -------------------------------------------------------------------------------------

_INSIDE = r"[\w./+=@,;()$~^<>?!*&%-]"
# Plain in block context for every reader, when it is none of the words below: nothing that begins
# with an indicator, ends with a colon, or holds ": " or " #".
_PLAIN = re.compile(
    r"(?:[A-Za-z_/$(]|\.\.?/|--?[A-Za-z]|[0-9])" + f"{_INSIDE}*(?:(?: |:+){_INSIDE}+)*", re.ASCII
)
# What begins with a digit is a number, a date or a time to some reader unless a character in it
# cannot be part of any. YAML 1.1 lets a float hold several dots, so `1.4.2` is quoted as well.
_NO_NUMBER = re.compile(r"[^0-9A-Fa-fOoXxPpTtZz_+.,: -]")
_WORDS = frozenset(
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"]
)
_SIGNED_WORDS = re.compile(r"-(?:inf|nan|infinity)", re.IGNORECASE)

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@cache
def unprintable() -> re.Pattern[str]:
    """Characters that are escaped: those that break lines, hide, reorder, or look like a space.

    Listed rather than asked of Python, whose Unicode tables change with its version.
    """
    return re.compile(
        "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
        "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
        "\ufdd0-\ufdef\ufff0-\uffff\ud800-\uf8ff"
        "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
        + "".join(f"{chr(p << 16 | 0xFFFE)}{chr(p << 16 | 0xFFFF)}" for p in range(1, 14))
        + "]"
    )


def _inline(text: str) -> str:
    """A text on one line: plain where no reader can mistake it, otherwise in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        first = text[0]
        if first in "0123456789":
            if _NO_NUMBER.search(text):
                return text
        elif first != "-" or not _SIGNED_WORDS.fullmatch(text):
            return text
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    if not text.isascii() or not text.isprintable():
        text = unprintable().sub(_escape, text)
    return f'"{text}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError
    if code > 0xFFFF:
        return f"\\U{code:08X}"
    return _ESCAPES.get(character) or f"\\u{code:04X}"


def _suits_block(text: str) -> bool:
    """Whether a text of several lines can stand below `|` exactly as it is.

    Its first line tells readers the indentation, so it cannot be empty or begin with a space;
    space at the end of a line would not survive editors, and tabs there or first confuse readers.
    """
    return (
        text[0] not in " \t\n"
        and not re.search(r"[ \t](?:\n|\Z)|\n\t", text)
        and not unprintable().search(text.replace("\n", "").replace("\t", ""))
    )


def _block(text: str, indent: str) -> str:
    """A text of several lines below `|`, with the sign for its line ends at the end."""
    lines = text.split("\n")
    if lines[-1]:
        sign = "-"
    else:
        lines.pop()
        sign = "" if lines[-1] else "+"
    body = "".join([f"{indent}{line}\n" if line else "\n" for line in lines])
    return f" |{sign}\n{body}"


def _integer(value: int) -> str:
    if not -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
        raise ValueError
    return f" {value}\n"


def _rare(value: Any) -> str:
    if value is True:
        return " true\n"
    if value is False:
        return " false\n"
    if value is None:
        return " null\n"
    if type(value) is not float:
        raise TypeError
    number = repr(value)
    if "n" in number:
        raise ValueError
    # YAML 1.1 knows an exponent only after a dot.
    if "e" in number and "." not in number:
        number = number.replace("e", ".0e")
    return f" {number}\n"


def refuse(value: Any, path: str = "") -> None:
    """Raise for the first thing in `value` that cannot be written, naming where it is."""
    where = path or "the object"
    kind = type(value)
    if kind is dict or kind is Constant:
        for key, child in value.items():
            if type(key) is not str:
                raise TypeError(f"{where}: a key must be str, not {type(key).__name__}")
            refuse(key, f"the key {key!r} of {where}")
            refuse(child, f"{path}.{key}" if path else key)
    elif not path:
        raise TypeError(f"{where}: must be dict, not {kind.__name__}")
    elif kind is list:
        for index, child in enumerate(value):
            refuse(child, f"{path}[{index}]")
    elif kind is str:
        if re.search("[\ud800-\udfff]", value):
            raise ValueError(f"{where}: a lone surrogate is no character")
    elif kind is int:
        if not -0x8000000000000000 <= value <= 0x7FFFFFFFFFFFFFFF:
            raise ValueError(f"{where}: {value:#x} does not fit into 64 bits")
    elif kind is float:
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(f"{where}: {value} is not a number that JSON has")
    elif kind is not bool and value is not None:
        raise TypeError(f"{where}: {kind.__name__} has no text form")
