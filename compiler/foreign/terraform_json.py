"""A file of Terraform JSON -> blocks, as Terraform finds them.

Source: "JSON Configuration Syntax" of Terraform and of HCL; what they leave open was tried with
Terraform 1.11. At the top and in labels a key that stands twice is two blocks, and any object may
be a list of objects; two arguments of the same name are an error.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from compiler.hcl.places import Node
from compiler.hcl.tokens import MAX_DEPTH, NotUnderstood

LABELS = {
    **dict.fromkeys(("resource", "data", "ephemeral", "action", "list"), 2),
    **dict.fromkeys(("module", "provider", "variable", "output", "check"), 1),
}
"""How many labels the blocks of a root have; those that are not here have none."""

COMMENT = "//"

_OBJECT = "an object in braces is expected here"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Found(NamedTuple):
    """A block, and how one gets to its body from the top of the file."""

    kind: str
    labels: tuple[str, ...]
    body: dict[str, Any]
    steps: tuple[int, ...]


class _Pairs(list[tuple[str, Any]]):
    """An object with every key that it has, also twice."""


def parse(text: str) -> list[Found]:
    """Read a file. Raises NotUnderstood."""
    try:
        top = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_no_number)
        if _SURROGATE.search(text):
            json.dumps(top, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise NotUnderstood(f"this is not JSON: {error.msg}", error.pos) from None
    except RecursionError:
        raise NotUnderstood(f"this is nested deeper than {MAX_DEPTH} levels", 0) from None
    except ValueError as error:
        # A number without end, NaN, or half of a character.
        raise NotUnderstood(f"this is not JSON as Terraform reads it: {error}", 0) from None
    reader = _Reader(text)
    return list(reader.blocks(top))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text

    def blocks(self, top: Any) -> Iterator[Found]:
        for kind, value, steps in self._entries(top, ()):
            if kind != COMMENT:
                yield from self._labelled(kind, (), value, steps)

    def _labelled(
        self, kind: str, labels: tuple[str, ...], value: Any, steps: tuple[int, ...]
    ) -> Iterator[Found]:
        """The blocks of a kind below their labels."""
        if len(labels) < LABELS.get(kind, 0):
            for label, inner, deeper in self._entries(value, steps):
                yield from self._labelled(kind, (*labels, label), inner, deeper)
        elif value is not None:
            bodies = [value] if isinstance(value, _Pairs) or not isinstance(value, list) else value
            for index, body in enumerate(bodies):
                own = steps if bodies is not value else (*steps, index)
                # A list in the list is one body, written in pieces.
                pieces = body if isinstance(body, list) and not isinstance(body, _Pairs) else [body]
                pairs = _Pairs(pair for piece in pieces for pair in self._pairs(piece, own))
                yield Found(kind, labels, self._body(pairs, own), own)

    def _entries(
        self, value: Any, steps: tuple[int, ...]
    ) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
        """The keys of an object, or of each object of a list."""
        if isinstance(value, _Pairs):
            for index, (key, inner) in enumerate(value):
                yield key, inner, (*steps, index)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                for inner, pair in enumerate(self._pairs(item, (*steps, index))):
                    yield *pair, (*steps, index, inner)
        else:
            raise self._refused(_OBJECT, steps)

    def _pairs(self, value: Any, steps: tuple[int, ...]) -> _Pairs:
        if isinstance(value, _Pairs):
            return value
        raise self._refused(_OBJECT, steps)

    def _body(self, pairs: _Pairs, steps: tuple[int, ...]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for key, value in pairs:
            if key == COMMENT:
                continue
            if key in body:
                raise self._refused(f'the argument "{key}" is set twice', steps)
            body[key] = self._plain(value, steps, 1)
        return {key: value for key, value in body.items() if value is not None}

    def _plain(self, value: Any, steps: tuple[int, ...], depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self._refused(f"this is nested deeper than {MAX_DEPTH} levels", steps)
        if isinstance(value, _Pairs):
            plain = {key: self._plain(inner, steps, depth + 1) for key, inner in value}
            if len(plain) < len(value):
                twice = next(k for i, (k, _) in enumerate(value) if k in dict(value[:i]))
                # Terraform may merge the two or refuse them: that depends on the provider.
                if twice != COMMENT:
                    raise self._refused(f'the key "{twice}" stands twice', steps)
            return plain
        if isinstance(value, list):
            return [self._plain(item, steps, depth + 1) for item in value]
        return value

    def _refused(self, message: str, steps: tuple[int, ...]) -> NotUnderstood:
        return NotUnderstood(message, places(self._text).at(steps).start)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<symbol>[{}\[\],:])|[^\s{}\[\],:"]+', re.DOTALL)


class _Open:
    """An object or a list whose end was not reached yet."""

    __slots__ = ("count", "key", "keyed", "node")

    def __init__(self, node: Node, *, keyed: bool) -> None:
        self.node = node
        self.keyed = keyed
        self.key: re.Match[str] | None = None
        self.count = 0


@lru_cache(maxsize=16)
def places(text: str) -> Node:
    """Where each value stands in a text that is JSON; the values of an object by key and by index.

    A value that has a key begins with it.
    """
    top = Node(0, len(text))
    frames = [_Open(top, keyed=False)]
    for piece in _PIECE.finditer(text):
        frame = frames[-1]
        symbol = piece["symbol"]
        if symbol in ("}", "]"):
            frame.node.end = piece.end()
            frames.pop()
        elif symbol in (",", ":"):
            continue
        elif frame.keyed and frame.key is None:
            frame.key = piece
        else:
            child = Node((frame.key or piece).start(), piece.end())
            if frame.key is not None:
                frame.node.children[json.loads(frame.key[0])] = child
            frame.node.children[frame.count] = child
            frame.count += 1
            frame.key = None
            if symbol:
                frames.append(_Open(child, keyed=symbol == "{"))
    return top.children.get(0, top)
