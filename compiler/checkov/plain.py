"""Objects and blocks as the files have them, out of what Checkov makes of them."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.policies.shape import Block, Object

_LINES = ("__startline__", "__endline__", "start_line", "end_line")
# Keys that Checkov writes into the configuration of a block beside those of the file.
_ADDED = (*_LINES, "__start_line__", "__end_line__", "__address__", "//")
_LABELS = {"resource": 2, "data": 2}
_TYPED = ("provider",)


def plain_object(conf: Mapping[str, Any]) -> Object:
    """A Kubernetes object without the lines that Checkov writes into every mapping.

    Looking for annotations that skip checks, Checkov also puts the annotations into a list.
    """
    obj: Object = _without_lines(conf)
    metadata = obj.get("metadata")
    if isinstance(metadata, dict):
        match metadata.get("annotations"):
            case [dict() as annotations]:
                metadata["annotations"] = annotations
    return obj


def _without_lines(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_lines(v) for k, v in value.items() if k not in _LINES[:2]}
    return [_without_lines(item) for item in value] if isinstance(value, list) else value


def plain_body(conf: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a block: Checkov puts every argument of it into a list, `count` as `[2]`.

    A list that holds mappings is left, since nested blocks are lists of bodies; an argument that
    is one mapping has become such a list and cannot be told from it.
    """
    return {key: _plain_value(value) for key, value in conf.items() if key not in _ADDED}


def _plain_value(value: Any) -> Any:
    match value:
        case dict():
            return plain_body(value)
        case [dict(), *_]:
            return [plain_body(item) for item in value if isinstance(item, dict)]
        case [[dict(), *_] as inner]:
            return _plain_value(inner)
        case [only]:
            return only
        case _:
            return value


class Folder:
    """The blocks of all files of one folder that Checkov read: a root, as rules see it."""

    def __init__(self, definitions: Mapping[Any, Mapping[str, Any]], folder: str) -> None:
        self._blocks = [
            block
            for key, definition in definitions.items()
            if _same_folder(getattr(key, "file_path", key), folder)
            for block in self._of(definition)
        ]

    def blocks(self, kind: str, type: str = "") -> list[Block]:
        """Its blocks of a kind, and of a type if one is given."""
        return [b for b in self._blocks if b.kind == kind and type in ("", b.type)]

    def _of(self, definition: Mapping[str, Any]) -> Iterator[Block]:
        for kind, entries in definition.items():
            for entry in entries if isinstance(entries, list) else ():
                yield from self._blocks_in(kind, entry)

    def _blocks_in(self, kind: str, entry: Any) -> Iterator[Block]:
        if kind == "locals" and isinstance(entry, dict):
            for name, value in plain_body(entry).items():
                yield Block("local", "", name, {"value": value}, self)
        elif kind in _LABELS:
            for type, named in _mappings(entry):
                for name, conf in _mappings(named):
                    yield Block(kind, type, name, plain_body(conf), self)
        elif kind == "terraform" and isinstance(entry, dict):
            yield Block(kind, "", "", plain_body(entry), self)
        else:
            for label, conf in _mappings(entry):
                type, name = (label, "") if kind in _TYPED else ("", label)
                yield Block(kind, type, name, plain_body(conf), self)


def _mappings(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield from ((k, v) for k, v in value.items() if isinstance(v, dict))


def _same_folder(path: object, folder: str) -> bool:
    return os.path.realpath(os.path.dirname(str(path))) == os.path.realpath(folder)
