"""Where every value of an app in one environment came from: a line that a person wrote, or none."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from compiler.diagnostics.model import Span
from compiler.inventory.defaults import Defaults
from compiler.link.defaults import default_of
from compiler.link.layers import where
from compiler.link.sizes import in_full
from compiler.link.unit import Unit
from compiler.source.yaml import Document
from compiler.spec.app import App
from compiler.spec.kinds import Bare, bare, bare_field, fields
from compiler.spec.parse import Path


class Value(NamedTuple):
    """A value that is no collection, or a collection with nothing in it."""

    path: Path
    value: str | int | bool | list[Any] | dict[str, Any] | None
    """None takes away what the environment's defaults say."""
    source: Span | None
    """Where a person wrote it; None if nobody did."""
    removed: Span | None
    """Where a person removed what a weaker layer says."""
    is_own: bool
    """Whether the app's own spec says it."""


class Removed(NamedTuple):
    """In place of a value that the spec gives and removes again."""

    path: Path
    at: Span


class Fields(NamedTuple):
    """A mapping. What was removed from inside of an empty one stands beside it: `env.LEVEL`."""

    entries: "dict[str, Node]"
    short_form: str | None = None
    """The field that stands for the whole where it is the only one."""


class Items(NamedTuple):
    """A list."""

    items: "list[Node]"


Node = Value | Removed | Fields | Items


def origins(unit: Unit, defaults: Defaults, left_out: Collection[Path] = frozenset()) -> Fields:
    """Everything that holds for the app, in the order of the language.

    `defaults` are what holds where nobody said anything and the model has nothing either. What has
    one of the paths `left_out` is not there.
    """
    whole = _Origins(unit, defaults, left_out).node(unit.app, bare(App), (), is_said=True)
    assert isinstance(whole, Fields)
    return whole


def leaves(node: Node) -> Iterator[Value | Removed]:
    """Every value and what was removed, in the order in which they stand."""
    if isinstance(node, Value | Removed):
        yield node
    else:
        for inner in _inside(node):
            yield from leaves(inner)


def plain(node: Node) -> Any:
    """The same as data, without short forms."""
    if isinstance(node, Fields):
        present = {k: n for k, n in node.entries.items() if not isinstance(n, Removed)}
        return {key: plain(entry) for key, entry in present.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Value) else None


def _inside(node: Fields | Items) -> Iterator[Node]:
    yield from node.entries.values() if isinstance(node, Fields) else node.items


class _Origins:
    def __init__(self, unit: Unit, defaults: Defaults, left_out: Collection[Path]) -> None:
        self._layers = unit.layers
        (self._environment, _), (self._spec, _), _ = unit.layers
        said = self._environment.data.get("defaults") or {}
        self._below = in_full(said, unit.environment)
        self._where = where(unit.layers)
        self._defaults = defaults
        self._left_out = left_out
        self._alone: set[Path] = set()
        """Where a mapping stands for a list of one."""

    def node(self, value: Any, kind: Bare, path: Path, *, is_said: bool) -> Node | None:
        """What stands at a path; None if nothing does. `is_said`: somebody wrote it."""
        if path in self._left_out:
            return None
        if not is_said and value in (None, [], {}):
            value = _at(self._defaults, path)
            if value in (None, {}):
                return self._gone(path)
        if kind.model is not None:
            entries = self._of_model(kind.model, value, kind, path, is_said=is_said)
            return self._fields(entries, kind.short_form, path, is_said=is_said)
        if isinstance(value, list) and len(value) == 1 and kind.alone is not None:
            self._alone.add(path)
            return self.node(value[0], bare(get_args(kind.annotation)[0]), path, is_said=is_said)
        if isinstance(value, dict):
            inner = _inside_of(kind)
            entries = {
                key: self.node(entry, inner, (*path, key), is_said=is_said)
                for key, entry in value.items()
            }
            entries |= {k: self._gone((*path, k)) for k in self._keys(path) if k not in value}
            return self._fields(entries, None, path, is_said=is_said)
        if isinstance(value, list) and value:
            inner = _inside_of(kind)
            items = [
                self.node(item, inner, (*path, index), is_said=is_said)
                for index, item in enumerate(value)
            ]
            return Items([item for item in items if item is not None])
        return self._value(value, path, is_said=is_said)

    def _of_model(
        self, model: type[BaseModel], value: Any, kind: Bare, path: Path, *, is_said: bool
    ) -> dict[str, Node | None]:
        # Where nobody said anything there is no model, but defaults of its fields.
        said = value if isinstance(value, BaseModel) else None
        names = said.model_fields_set if said is not None and is_said else set()
        known = dict(zip(model.model_fields, fields(model), strict=True))
        keys = {known[name][0] for name in names if name in known}
        entries: dict[str, Node | None] = {}
        for name, (key, field) in known.items():
            others = {
                other for one_of in kind.one_of if key in one_of.fields for other in one_of.fields
            }
            if key in keys or keys.isdisjoint(others):
                inner = None if said is None else getattr(said, name)
                entries[key] = self.node(
                    inner, bare_field(field), (*path, key), is_said=name in names
                )
        further = (said.model_extra or {}) if said is not None else {}
        return entries | {
            key: self.node(inner, bare(Any), (*path, key), is_said=True)
            for key, inner in further.items()
        }

    def _fields(
        self,
        entries: dict[str, Node | None],
        short_form: str | None,
        path: Path,
        *,
        is_said: bool,
    ) -> Node | None:
        found: dict[str, Node] = {}
        for key, entry in entries.items():
            if isinstance(entry, Fields) and all(isinstance(n, Removed) for n in _inside(entry)):
                found |= {f"{key}.{below}": gone for below, gone in entry.entries.items()}
                entry = self._value({}, (*path, key), is_said=True)
            if entry is not None:
                found[key] = entry
        if found:
            return Fields(found, short_form)
        empty = self._value({}, path, is_said=is_said)
        return empty if empty.is_own else None

    def _value(self, value: Any, path: Path, *, is_said: bool) -> Value:
        document, written = self._find(path)
        there = _at(document.data, written)
        if is_said and _means(there, written, value):
            return Value(path, value, document.span(written), None, document is self._spec)
        at = document.span(written, key=True) if there is None else None
        return Value(path, value, None, at, is_own=False)

    def _find(self, path: Path) -> tuple[Document, Path]:
        """Where it was decided what stands at a path, in which file and at which path of that."""
        whole: Path = ()
        for number, step in enumerate(path):
            whole = (*whole, 0, step) if path[:number] in self._alone else (*whole, step)
        return self._where.find(whole)

    def _gone(self, path: Path) -> Value | Removed | None:
        """In place of what is not there."""
        document, written = self._find(path)
        at = document.span(written, key=True)
        if _at(self._below, default_of(path)) is not None:
            removed = at if document is self._spec else None
            return Value(path, None, None, removed, is_own=False)
        if written[-len(path) :] == path and _at(document.data, written) is None:
            return Removed(path, at)
        return None

    def _keys(self, path: Path) -> Iterator[str]:
        """The keys that the layers have at a path."""
        for document, prefix in self._layers:
            below = _at(document.data, (*prefix, *path))
            if isinstance(below, dict):
                yield from below


def _inside_of(kind: Bare) -> Bare:
    """What a map or a list holds; anything, where the language leaves it to Kubernetes."""
    inner = get_args(kind.annotation)
    return bare(inner[-1]) if inner else kind


def _means(there: Any, written: Path, value: Any) -> bool:
    """Whether a value is what somebody wrote, or follows from the size that somebody named."""
    is_size = isinstance(there, str) and written[-1] in ("resources", "size")
    return is_size or there == value or isinstance(value, dict)


def _at(data: Any, path: Path) -> Any:
    """The value at a path; None if there is none."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
