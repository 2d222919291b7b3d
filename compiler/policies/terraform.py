"""Reads Terraform blocks that nobody validated: what is known of a value without evaluating it."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compiler.hcl.expression import Unknown, parse_template
from compiler.hcl.tokens import NotUnderstood
from compiler.policies.shape import Block, Root

__all__ = ["Unknown", "bodies", "holder", "settled", "settled_body", "shown", "unsettled_keys"]

# How many locals may stand behind each other, and how many values may come from them: a local that
# is a list of locals, and so on, has as many as one likes.
_MAX_BEHIND = 16
_MAX_VALUES = 20_000

Path = tuple[str | int, ...]


class _Same:
    """Stands for a block by the identity of its body, which lives as long as this does."""

    __slots__ = ("block",)

    def __init__(self, block: Block) -> None:
        self.block = block

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.block.body is other.block.body

    def __hash__(self) -> int:
        return id(self.block.body)


class _Following:
    """How far locals were followed for one value."""

    __slots__ = ("behind", "left", "root")

    def __init__(self, root: Root) -> None:
        self.root = root
        self.behind = 0
        self.left = _MAX_VALUES


def settled(value: Any, root: Root) -> Any:
    """The value as Terraform will have it: escapes undone, constants put together, locals followed.

    What depends on anything else is Unknown.
    """
    return _settled(value, _Following(root))


def settled_body(block: Block) -> dict[Any, Any]:
    """All arguments of a block, settled: it is looked at by many rules, and settled once."""
    return _settled_body(_Same(block))


def bodies(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The bodies of a kind of nested block, with their paths: it may be one, a list, or neither.

    A list within the list is one body, written in pieces.
    """
    if isinstance(value, dict):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield (*path, index), item
            elif isinstance(item, list):
                pieces = [piece for piece in item if isinstance(piece, dict)]
                yield (*path, index), {k: v for piece in pieces for k, v in piece.items()}


def holder(value: Any, *types: str) -> tuple[str, str, str] | None:
    """Of a reference to an attribute of a resource of one of these types: type, name, attribute.

    Data sources have `data.` before their type; instances of `count` and `for_each` are taken for
    the resource.
    """
    if not isinstance(value, Unknown) or not value.reference:
        return None
    parts = value.reference
    type = parts[0]
    if type == "data" and len(parts) > 1:
        type, parts = f"data.{parts[1]}", parts[1:]
    if type not in types or len(parts) < 3:
        return None
    return type, parts[1], parts[-1]


def unsettled_keys(body: dict[Any, Any]) -> bool:
    """Whether a mapping has keys that only Terraform knows."""
    return any(isinstance(key, Unknown) for key in body)


def shown(value: Any) -> str:
    """A value in a message."""
    if isinstance(value, Unknown):
        return _short(value.text)
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return f'"{_short(value)}"' if isinstance(value, str) else json.dumps(value)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


@lru_cache(maxsize=1024)
def _settled_body(same: _Same) -> dict[Any, Any]:
    made: dict[Any, Any] = settled(same.block.body, same.block.root)
    return made


def _settled(value: Any, following: _Following) -> Any:
    """A value of Terraform JSON."""
    if following.behind:
        following.left -= 1
        if following.left < 0:
            return Unknown("${local}")
    if isinstance(value, str):
        if "{" not in value:
            return value
        try:
            return _known(parse_template(value).value, following)
        except NotUnderstood:
            return Unknown(value)
    if isinstance(value, dict):
        return {_key(key, following): _settled(item, following) for key, item in value.items()}
    if isinstance(value, list):
        return [_settled(item, following) for item in value]
    return value


def _key(key: str, following: _Following) -> Any:
    """A key, which is evaluated as a text is."""
    if "{" not in key:
        return key
    made = _settled(key, following)
    return made if isinstance(made, str) else Unknown(key)


def _known(value: Any, following: _Following) -> Any:
    """A value that the expression reader gave, with its locals followed."""
    if isinstance(value, Unknown):
        if value.encoded is not None:
            return value._replace(encoded=_known(value.encoded, following))
        if value.reference[:1] == ("local",) and len(value.reference) > 1:
            return _local(value, following)
        return value
    if isinstance(value, dict):
        return {key: _known(item, following) for key, item in value.items()}
    if isinstance(value, list):
        return [_known(item, following) for item in value]
    return value


def _local(value: Unknown, following: _Following) -> Any:
    """What a reference to a local means; the reference itself if that is not known."""
    _, name, *steps = value.reference
    named = [block for block in following.root.blocks("local") if block.name == name]
    if len(named) != 1 or following.behind >= _MAX_BEHIND:
        return value
    following.behind += 1
    found = _settled(named[0].body.get("value"), following)
    following.behind -= 1
    for step in steps:
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, Unknown) and found.reference:
            found = Unknown(value.text, (*found.reference, step))
        else:
            return value
    return found
