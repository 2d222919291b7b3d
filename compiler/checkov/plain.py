"""Kubernetes objects as the files have them, out of what Checkov makes of them."""

from collections.abc import Mapping
from typing import Any

from compiler.policies.shape import Object

START = "__startline__"
_ADDED = (START, "__endline__")


def plain_object(conf: Mapping[str, Any]) -> Object:
    """An object without the lines that Checkov writes into every mapping.

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
        return {k: _without_lines(v) for k, v in value.items() if k not in _ADDED}
    return [_without_lines(item) for item in value] if isinstance(value, list) else value
