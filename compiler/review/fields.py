"""Which fields of two objects differ: lists of named items by name, sets as sets."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

Kind = Literal["appears", "disappears", "changes"]


class Difference(NamedTuple):
    """One field that differs. `before` is None where it appears, `after` where it disappears."""

    path: str
    kind: Kind
    before: Any
    after: Any


# By what the items of a list are told apart, the first that all of them have.
_OF_OBJECTS = "metadata"
_NAMES = ("name", "topologyKey", "host", "mountPath", "key", "variable", "secretKey", _OF_OBJECTS)

# Lists whose order says nothing, by their field.
_SETS = {
    *("addresses", "admits", "aliases", "allowed_account_ids", "allows", "apiGroups", "actions"),
    *("drop", "lets out to", "loadBalancerSourceRanges", "names", "policyTypes", "records"),
    *("resources", "resourceNames", "security groups", "verbs"),
}

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ -]*")


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Every field that differs, in the order of `after`."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _of_mappings(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, path)
    else:
        yield Difference(path, "changes", before, after)


def joined(path: str, step: str) -> str:
    """The path of a field of a mapping; a name that is no word is quoted."""
    if not _PLAIN.fullmatch(step):
        return f"{path}[{json.dumps(step, ensure_ascii=False)}]"
    return f"{path}.{step}" if path else step


def _of_mappings(before: dict[str, Any], after: dict[str, Any], path: str) -> Iterator[Difference]:
    for key, value in after.items():
        if key in before:
            yield from differences(before[key], value, joined(path, key))
        else:
            yield Difference(joined(path, key), "appears", None, value)
    for key, value in before.items():
        if key not in after:
            yield Difference(joined(path, key), "disappears", value, None)


def _of_lists(before: list[Any], after: list[Any], path: str) -> Iterator[Difference]:
    if path.rpartition(".")[2] in _SETS and all(_is_scalar(v) for v in (*before, *after)):
        for value in after:
            if value not in before:
                yield Difference(path, "appears", None, value)
        for value in before:
            if value not in after:
                yield Difference(path, "disappears", value, None)
        return
    by = _told_apart_by(before, after)
    if by:
        old = {_name(item, by): item for item in before}
        new = {_name(item, by): item for item in after}
        for name, item in new.items():
            where = f"{path}[{name}]"
            if name in old:
                yield from differences(old[name], item, where)
            else:
                yield Difference(where, "appears", None, item)
        for name, item in old.items():
            if name not in new:
                yield Difference(f"{path}[{name}]", "disappears", item, None)
        kept = [name for name in old if name in new]
        order = [name for name in new if name in old]
        if kept != order:
            yield Difference(f"{path} (order)", "changes", kept, order)
        return
    if all(_is_scalar(value) for value in (*before, *after)):
        yield Difference(path, "changes", before, after)
        return
    yield from _of_unnamed(before, after, path)


def _of_unnamed(before: list[Any], after: list[Any], path: str) -> Iterator[Difference]:
    """Items without names are told apart by what they are; a single one that differs is looked
    into."""
    new = _without(after, before)
    gone = _without(before, after)
    if len(new) == len(gone) == 1:
        yield from differences(gone[0][1], new[0][1], f"{path}[{new[0][0]}]")
        return
    for index, item in new:
        yield Difference(f"{path}[{index}]", "appears", None, item)
    for index, item in gone:
        yield Difference(f"{path}[{index}]", "disappears", item, None)
    if not new and not gone:
        yield Difference(f"{path} (order)", "changes", before, after)


def _without(items: list[Any], others: list[Any]) -> list[tuple[int, Any]]:
    """The items that the other list does not have, or not as often, with their places."""
    left = list(others)
    found: list[tuple[int, Any]] = []
    for index, item in enumerate(items):
        if item in left:
            left.remove(item)
        else:
            found.append((index, item))
    return found


def _told_apart_by(before: list[Any], after: list[Any]) -> str:
    """The field that names the items of both lists, or nothing."""
    for name in _NAMES:
        if all(_is_named(items, name) for items in (before, after)):
            return name
    return ""


def _is_named(items: list[Any], by: str) -> bool:
    names = [_name(item, by) for item in items]
    return all(isinstance(name, str) for name in names) and len({*names}) == len(names)


def _name(item: Any, by: str) -> Any:
    """The name of an item of a list, if it has one; of an object it stands in its metadata."""
    if isinstance(item, dict) and by == _OF_OBJECTS:
        item, by = item.get("metadata"), "name"
    return item.get(by) if isinstance(item, dict) else None


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)
