"""The layers that an app is made of, weakest first: environment defaults, spec, override.

They are merged once; afterwards a value's place is looked up in the layer that decided it, so an
error points at the line that a person must change.
"""

from functools import lru_cache
from typing import Any

from compiler.link.defaults import default_of
from compiler.source.yaml import Document
from compiler.spec.app import App
from compiler.spec.model import OneOf
from compiler.spec.parse import Path, Where

# A document, and the path of the part of it that applies.
Layer = tuple[Document, Path]
_DEFAULTS: Path = ("defaults",)


@lru_cache(maxsize=1000)
def _forms(path: Path) -> tuple[str | None, tuple[OneOf, ...]]:
    """Of what stands at a path: the field that its short form sets, and the fields of each of which
    it has one. `replicas: 3` stands for `replicas: {min: 3}` where a stronger layer says `replicas:
    {max: 9}`; `{secret: a/b}` takes the place of `{value: x}`."""
    from compiler.spec.kinds import kind_at

    kind = kind_at(App, path)
    if kind is None:
        return None, ()
    return kind.short_form, kind.one_of


def _beneath(below: Any, over: dict[str, Any], path: Path) -> dict[str, Any]:
    """What a mapping is merged over, of what a weaker layer says there."""
    is_mapping = isinstance(below, dict)
    said: dict[str, Any] = below if is_mapping else {}
    if is_mapping and (said.keys() <= over.keys() or over.keys() <= said.keys()):
        return said
    short, alternatives = _forms(path)
    if not is_mapping and short is not None:
        said = {short: below}
    for one_of in alternatives:
        if over.keys().isdisjoint(one_of.fields):
            continue
        gone = {key for key in one_of.fields if key in said and key not in over}
        if gone:
            gone |= set(one_of.belongs) - over.keys()
            said = {key: value for key, value in said.items() if key not in gone}
    return said


def merge(
    base: dict[str, Any], over: dict[str, Any], empty: list[Path], path: Path = ()
) -> dict[str, Any]:
    """Deep merge: maps merge, everything else replaces, `null` removes. Neither side is changed.

    The paths of nulls that remove nothing are added to `empty`. What comes from one side alone is
    the same object there and here, so that nobody need look at it twice.
    """
    merged = {**base, **over}
    for field, value in over.items():
        if value is None:
            del merged[field]
            if field not in base:
                empty.append((*path, field))
        elif isinstance(value, dict) and (field in base or _has_null(value)):
            below = _beneath(base.get(field, {}), value, (*path, field))
            merged[field] = merge(below, value, empty, (*path, field))
    return merged


def _has_null(data: dict[str, Any]) -> bool:
    """Whether there is a null somewhere in it; those in lists remove nothing."""
    for value in data.values():
        if value is None or (isinstance(value, dict) and _has_null(value)):
            return True
    return False


def where(layers: tuple[Layer, ...]) -> Where:
    """Finds a path of the merged data in the strongest layer that decides about it."""

    def find(path: Path) -> tuple[Document, Path]:
        partial: tuple[Document, Path] = (layers[-1][0], ())
        for document, prefix in reversed(layers):
            for written in _as_written(default_of(path) if prefix == _DEFAULTS else path):
                whole = (*prefix, *written)
                reached, decided = _follow(document.data, whole, len(prefix))
                if decided:
                    return document, reached
                if len(reached) > max(len(prefix), len(partial[1])):
                    partial = document, reached
        return partial

    return Where(find)


def _as_written(path: Path) -> tuple[Path, ...]:
    """The path, and those of its short forms: amounts may stand in `resources` themselves, or
    follow from a size."""
    if "resources" in path[:-1]:
        at = path.index("resources") + 1
        if path[at] in ("requests", "limits"):
            return path, (*path[:at], *path[at + 1 :]), (*path[:at], "size")
    return (path,)


def has(layer: Layer, *path: str | int) -> bool:
    """Whether a layer says something at this path, be it null."""
    document, prefix = layer
    reached, _ = _follow(document.data, (*prefix, *path), len(prefix))
    return reached == (*prefix, *path)


def removes(layer: Layer, field: str) -> bool:
    """Whether a layer that has the field says null of it."""
    document, prefix = layer
    data: Any = document.data
    for step in (*prefix, field):
        data = data[step]
    return data is None


def _follow(data: Any, path: Path, fixed: int) -> tuple[Path, bool]:
    """How much of a path the data has, and whether it decides about the whole of it.

    It does when it has the whole path, or a value on the way that replaces what lies below it:
    a text, a list, a null. The first `fixed` steps only lead to the layer. A mapping that is meant
    as a list of one is its own first item.
    """
    reached: list[str | int] = []
    in_list = False
    for part in path:
        step: Any = part
        if isinstance(data, dict):
            if step == 0:
                continue
            present = step in data
        else:
            present = isinstance(data, list) and isinstance(step, int) and step < len(data)
            in_list = in_list or present
        if not present:
            # A field is no step into a list: a mapping above has replaced the list as a whole.
            if isinstance(data, list) and isinstance(step, str):
                return tuple(reached[:fixed]), False
            return tuple(reached), len(reached) > fixed and (in_list or not isinstance(data, dict))
        data = data[step]
        reached.append(part)
    return tuple(reached), True
