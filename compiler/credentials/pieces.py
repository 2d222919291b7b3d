"""The texts of a document, each with what it is called."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.credentials.suspects import ELSEWHERE, is_reference, may_name

Path = tuple[str | int, ...]


class Piece(NamedTuple):
    """A text of a document: a key or a value."""

    path: Path
    text: str
    name: str = ""
    """What it is called: by its key, by the option before it or by the `name` beside it; empty if
    it may say where a credential is kept."""
    is_key: bool = False


class Assigned(NamedTuple):
    """What is given a name within a text."""

    name: str
    value: str
    start: int
    """Where the name begins in the text."""


# A name and what it is given, if that is not longer than what a name makes a credential of, as
# command lines, URLs and the usual formats of files write it.
_ASSIGNED = re.compile(
    r"""(?<![\w.-])-*(?P<name>[^\W\d][\w.-]*)(?P<quote>["']?)
        (?P<sign>[ \t]*(?::=|=>|={1,3}|:)[ \t]*|>(?=[^<>\n]{1,1000}</))
        (?="(?P<double>[^"\n]{,1100})"|'(?P<single>[^'\n]{,1100})'
          |(?P<bare>(?:(?:basic|bearer|token)[ ]+)?[^\s"'`&;,]{1,1100}))""",
    re.VERBOSE | re.IGNORECASE,
)
# What may stand before a name where something begins, and after a value where it ends: in between,
# `password: ask the team` is a part of a sentence.
_BEGIN, _END = (",", ";", "{", "(", "[", '"', "'", "`", "-", "#"), tuple(",;})]\"'`#")
# So far it is looked for, since a text may have 256 KiB in one line.
_NEAR = 200


def pieces(data: Any) -> Iterator[Piece]:
    """Every key and every text, from top to bottom."""
    return _below(data, (), "", is_elsewhere=False)


def _below(data: Any, path: Path, name: str, *, is_elsewhere: bool) -> Iterator[Piece]:
    if type(data) is dict:
        beside = _name_beside(data)
        for key, value in data.items():
            yield Piece((*path, key), key, is_key=True)
            called, elsewhere = key, is_elsewhere or key in ELSEWHERE
            if key == "value":
                called = beside or name
            elif key == "secret" and type(value) is str and not is_reference(value):
                # Somebody put the credential itself where its name belongs.
                called, elsewhere = name or key, False
            elif key == "secretKey" and "remoteRef" in data:
                # Of an ExternalSecret: the key under which a Secret gets what is elsewhere.
                elsewhere = True
            yield from _below(value, (*path, key), called, is_elsewhere=elsewhere)
    elif type(data) is list:
        for index, item in enumerate(data):
            option = _option(data[index - 1], item) if index else ""
            yield from _below(item, (*path, index), option or name, is_elsewhere=is_elsewhere)
    elif type(data) in (str, int, float):
        yield Piece(path, str(data), "" if is_elsewhere else name)


def _name_beside(data: dict[str, Any]) -> str:
    """What the `value` of a mapping is called, in a list of variables or in a JSON patch."""
    if type(data.get("name")) is str:
        return str(data["name"])
    path = data.get("path")
    return path.rpartition("/")[2] if type(path) is str else ""


def _option(before: Any, word: Any) -> str:
    """The option whose value a word is, as in `[--password, abc]`."""
    if type(before) is not str or type(word) is not str or word.startswith("-"):
        return ""
    return before if before.startswith("-") and "=" not in before and " " not in before else ""


def assigned(text: str) -> Iterator[Assigned]:
    """What is given a name in a text."""
    for match in _ASSIGNED.finditer(text):
        if not may_name(match["name"]):
            continue
        start, sign = match.start("name"), match["sign"]
        value = match["double"] or match["single"] or _without_end(match["bare"] or "")
        if sign == ">":
            # An element of XML.
            is_given, value = text[start - 1 : start] == "<", value.partition("</")[0]
        else:
            is_given = sign == "=" or match["quote"] != "" or _stands_alone(text, match)
        if is_given:
            yield Assigned(match["name"], value, start)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a name and its value are no part of a sentence."""
    start, end = match.start("name"), match.end("bare")
    before = text[max(start - _NEAR, 0) : start].rpartition("\n")[2].rstrip()
    if before and not before.endswith(_BEGIN):
        return False
    if match["bare"] is None:
        return True
    after = text[end : end + _NEAR].partition("\n")[0].lstrip()
    return not after or after.startswith(_END)


def _without_end(bare: str) -> str:
    """The value without the brackets that were opened before its name; nothing if it is a call."""
    if bare.endswith(("(", "[")):
        return ""
    while bare.endswith(("}", ")", "]")) and bare.count(bare[-1]) > bare.count(_OPENING[bare[-1]]):
        bare = bare[:-1]
    return bare


_OPENING = {"}": "{", ")": "(", "]": "["}
