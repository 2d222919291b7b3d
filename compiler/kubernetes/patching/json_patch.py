"""JSON patches (RFC 6902): operations at places that JSON pointers (RFC 6901) name."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from compiler.kubernetes.patching.refused import Refused
from compiler.kubernetes.patching.values import equal, is_excessive, with_key
from compiler.spec.model import shown
from compiler.spec.parse import did_you_mean
from compiler.spec.patches import Operation

Path = tuple[str | int, ...]

_INDEX = re.compile(r"0|[1-9][0-9]*")
_END = "-"


class Applied(NamedTuple):
    """A document after all operations."""

    document: Any
    changed: list[Path]
    """What each operation changed: the path in the document as it was then."""


def applied(document: Any, operations: Sequence[Operation]) -> Applied:
    """The document after all operations. Raises Refused for the first that is impossible; its path
    is the index of the operation and a field of it."""
    changed: list[Path] = []
    for index, operation in enumerate(operations):
        try:
            document, path = _carried_out(document, operation)
        except Refused as refused:
            at = (index, *refused.path)
            raise Refused(at, refused.message, refused.help) from refused
        changed.append(path)
    if is_excessive(document):
        message = "these operations make an object that is too large for Kubernetes"
        raise Refused((), message, "a copy of what holds copies grows fast: write it out")
    return Applied(document, changed)


def where(operations: Sequence[Operation], changed: Sequence[Path], path: Path) -> Path | None:
    """Where in the operations that were applied the value stands that the document has at `path`;
    None if they do not say it."""
    for index in reversed(range(len(operations))):
        at = changed[index]
        if operations[index].op == "test":
            continue
        if path[: len(at)] == at and operations[index].op in ("add", "replace"):
            return (index, "value", *path[len(at) :])
        if at[: len(path)] == path or path[: len(at)] == at:
            return (index,)
    return None


def _carried_out(document: Any, operation: Operation) -> tuple[Any, Path]:
    """The document after an operation, and what it changed."""
    target = operation.path
    if operation.op in ("add", "copy", "move"):
        value = operation.value
        if operation.source is not None:
            origin = _path(document, operation.source, "from")
            value = _at(document, origin)
            if operation.op == "move":
                if target.startswith(f"{operation.source}/"):
                    raise Refused(
                        ("path",),
                        f"{operation.source} cannot be moved into itself",
                        "name a place outside of it",
                    )
                document = _without(document, origin)
        path = _path(document, target, "path", is_new=True)
        return _with(document, path, value, inserts=True), path
    path = _path(document, target, "path")
    if operation.op == "replace":
        return _with(document, path, operation.value), path
    if operation.op == "remove":
        return _without(document, path), path
    found = _at(document, path)
    if not equal(found, operation.value):
        raise Refused(
            ("value",),
            f"{target} is {shown(found)}, so the test fails",
            "the patch was made for another value: see whether it is still right",
        )
    return document, path


def _path(document: Any, pointer: str, field: str, *, is_new: bool = False) -> Path:
    """The path that a pointer names. With `is_new` its last step may name a key that is not there,
    or where in a list something is inserted. Raises Refused if it leads nowhere."""
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
    path: list[str | int] = []
    for number, token in enumerate(tokens, 1):
        is_last = is_new and number == len(tokens)
        here = "/".join(pointer.split("/")[:number]) or "the object"
        if isinstance(document, list):
            count = len(document)
            place = count if token == _END else _index(token)
            if place is None or place >= count + is_last:
                said = f"there is no {pointer}: {here} has {count} item{'s' if count != 1 else ''}"
                raise Refused((field,), said, _places(count, is_new=is_last))
            path.append(place)
            document = None if place == count else document[place]
        elif isinstance(document, dict):
            if token not in document and not is_last:
                said = f"there is no {pointer}: {here} has no field `{token}`"
                raise Refused((field,), said, did_you_mean(token, [*document]))
            path.append(token)
            document = document.get(token)
        else:
            said = f"there is no {pointer}: {here} is {shown(document)}"
            raise Refused((field,), said, f"name {here} itself")
    return tuple(path)


def _index(token: str) -> int | None:
    return int(token) if _INDEX.fullmatch(token) and len(token) < 10 else None


def _places(count: int, *, is_new: bool) -> str:
    """What may stand for an item of a list."""
    last = count - 1 + is_new
    numbers = "0" if last == 0 else f"0 to {last}"
    if is_new:
        return f"write {numbers}, or - for the place after the last"
    return f"write {numbers}" if count else "it is empty"


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _with(document: Any, path: Path, value: Any, *, inserts: bool = False) -> Any:
    """The document with a value at `path`; in a list it is inserted, or takes the place of one."""
    if not path:
        return value
    step: Any = path[0]
    if isinstance(document, list):
        if len(path) == 1 and inserts:
            return [*document[:step], value, *document[step:]]
        below = _with(document[step], path[1:], value, inserts=inserts)
        return [*document[:step], below, *document[step + 1 :]]
    return with_key(document, step, _with(document.get(step), path[1:], value, inserts=inserts))


def _without(document: Any, path: Path) -> Any:
    if not path:
        raise Refused(("path",), "nothing would be left of the object", "name a field of it")
    step: Any = path[0]
    if len(path) > 1:
        return _with(document, path[:1], _without(document[step], path[1:]))
    if isinstance(document, list):
        return [*document[:step], *document[step + 1 :]]
    return {key: value for key, value in document.items() if key != step}
