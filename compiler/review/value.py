"""Any value on one line, as it is shown to people."""

import json
import re
from typing import Any

_PLAIN = re.compile(r"[^\s\"'`{}\[\],:](?:[^\"'`{}\[\],\n]*[^\s\"'`{}\[\],:])?")
_LONGEST = 200
_CUT = "..."
# How much of what is equal stands before the place where two long texts differ.
_BEFORE = 20


def one_line(value: Any) -> str:
    """Like YAML in flow style; a text that could be taken for something else is quoted."""
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)}: {one_line(item)}" for key, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(one_line(item) for item in value)}]"
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=not _shows(value))
    return json.dumps(value, default=str)


def alone(value: Any) -> str:
    """The value where nothing stands beside it: a text as it is, if it reads like nothing else."""
    if isinstance(value, str) and _shows(value) and value == value.strip() and value:
        try:
            json.loads(value)
        except ValueError:
            return json.dumps(value) if value[0] in '"[{' else value
        return json.dumps(value)
    return one_line(value)


def shortened(text: str) -> str:
    """The text, or as many whole words of it as fit; a word that never ends is cut."""
    if len(text) <= _LONGEST:
        return text
    head = text[: _LONGEST - len(_CUT)]
    words = head.rpartition(" ")[0]
    return f"{words if len(words) > _LONGEST // 2 else head}{_CUT}"


def shortened_apart(one: str, other: str) -> tuple[str, str]:
    """Two texts that differ, shortened so that it can be seen where."""
    if max(len(one), len(other)) <= _LONGEST:
        return one, other
    same = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    begin = one.rfind(" ", 0, max(0, same - _BEFORE)) + 1
    if same < _LONGEST - _BEFORE or not begin:
        return shortened(one), shortened(other)
    return shortened(f"{_CUT}{one[begin:]}"), shortened(f"{_CUT}{other[begin:]}")


def _key(key: str) -> str:
    return key if _is_plain(key) else json.dumps(key, ensure_ascii=not _shows(key))


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text.replace("://", "//").replace(":", "_")) is not None and _shows(
        text
    )


def _shows(text: str) -> bool:
    return text.isprintable()
