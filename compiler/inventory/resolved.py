"""The spec of an app as it holds in one environment: a spec again, with nothing left unsaid.

Beside each value stands where it came from. Compiled in place of the app's own spec, the text
means the same in that environment. So what an app cannot say is not in it: defaults that have no
effect beside something else, such as the replicas of a job.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.author.value import flow, scalar
from compiler.diagnostics.model import Span
from compiler.emit import yaml as emit_yaml
from compiler.inventory.defaults import later_defaults
from compiler.inventory.origin import Fields, Items, Node, Removed, Value, leaves, origins, plain
from compiler.link.resolve import resolve
from compiler.link.unit import Unit
from compiler.source.yaml import Document, read
from compiler.spec.parse import Path

# A collection of values that came from one place stands on a line of at most so many columns.
_WIDTH = 84
# Where the comments stand, unless a line is longer.
_MOST_COLUMN = 60
_STEP = "  "


class Resolved(NamedTuple):
    """A spec in one environment, as a person reads it and as a program does."""

    text: str
    data: dict[str, Any]


class _Line(NamedTuple):
    text: str
    origin: str = ""


def resolved(unit: Unit) -> Resolved:
    """The app in its environment."""
    defaults = later_defaults(unit)
    left_out: set[Path] = set()
    while True:
        whole = origins(unit, defaults, left_out)
        text = _text([*_fields(whole, ""), *_environments(unit)])
        unsayable = set(_unsayable(unit, whole, read(unit.source, text.encode())))
        if not unsayable:
            return Resolved(text, _data(unit, whole))
        left_out |= unsayable


def _unsayable(unit: Unit, whole: Fields, document: Document) -> Iterator[Path]:
    """The paths of values that are not the spec's own, and are refused beside what is."""
    environment = unit.environment
    found = resolve(
        unit.interface.name,
        document,
        {environment.name: (environment, unit.layers[0][0])},
        (environment.name,),
    )
    errors = [error for error in found.diagnostics if error.severity == "error"]
    not_own = [
        (leaf.path, (document.span(leaf.path), document.span(leaf.path, key=True)))
        for leaf in (leaves(whole) if errors else ())
        if isinstance(leaf, Value) and not leaf.is_own
    ]
    for error in errors:
        # One of the places is wrong beside the others: the first that need not be there.
        for place in (error.primary, *error.secondary):
            refused = [path for path, at in not_own if any(_is_in(one, place.span) for one in at)]
            yield from refused
            if refused:
                break


def _is_in(inner: Span, outer: Span) -> bool:
    return outer[1:3] <= inner[1:3] and inner[3:] <= outer[3:]


# Text ----------------------------------------------------------------------------------------


def _text(lines: list[_Line]) -> str:
    """The lines, with their comments below each other."""
    column = max(len(line.text) for line in lines if len(line.text) < _MOST_COLUMN - 2) + 2
    return "".join(
        f"{line.text.ljust(column - 2)}  # {line.origin}\n" if line.origin else f"{line.text}\n"
        for line in lines
    )


def _environments(unit: Unit) -> Iterator[_Line]:
    document, path = unit.layers[2]
    yield _Line("environments:")
    yield _Line(f"{_STEP}{path[-1]}:", _place(document.span(path, key=True)))


def _fields(fields: Fields, pad: str) -> Iterator[_Line]:
    for key, entry in fields.entries.items():
        if isinstance(entry, Removed):
            yield _Line(f"{pad}# {key}: {_origin(entry)}")
            continue
        node, gone = _shortened(entry)
        yield from (_Line(f"{pad}# {key}.{inner}: removed in {_place(at)}") for inner, at in gone)
        lead = f"{pad}{scalar(key)}:"
        at_once = _at_once(lead, node, pad)
        if at_once is not None:
            yield from at_once
        else:
            yield _Line(lead)
            yield from _below(node, pad if isinstance(node, Items) else pad + _STEP)


def _items(items: Items, pad: str) -> Iterator[_Line]:
    for item in items.items:
        node, _ = _shortened(item)
        lead = f"{pad}-"
        lines = _at_once(lead, node, pad)
        if lines is None:
            first, *rest = _below(node, pad + _STEP)
            lines = [first._replace(text=f"{lead} {first.text.lstrip()}"), *rest]
        yield from lines


def _below(node: Node, pad: str) -> Iterator[_Line]:
    if isinstance(node, Items):
        yield from _items(node, pad)
    elif isinstance(node, Fields):
        yield from _fields(node, pad)


def _shortened(node: Node) -> tuple[Node, list[tuple[str, Span]]]:
    """The short form if it says everything, and where the rest was removed, which it cannot say."""
    if not isinstance(node, Fields) or node.short_form is None:
        return node, []
    gone: list[tuple[str, Span]] = []
    for key, inner in node.entries.items():
        if isinstance(inner, Removed):
            gone.append((key, inner.at))
        elif isinstance(inner, Value) and inner.value is None:
            gone += [(key, inner.removed)] if inner.removed is not None else []
        elif key != node.short_form:
            return node, []
    return node.entries.get(node.short_form, node), gone


def _at_once(lead: str, node: Node, pad: str) -> list[_Line] | None:
    """The lines of a value, or the one of a collection with values of one origin, if it fits."""
    if isinstance(node, Value):
        return _value(lead, node, pad)
    if not isinstance(node, Fields | Items):
        return None
    inside = tuple(leaves(node))
    line = f"{lead} {flow(plain(node))}"
    is_flat = len(inside) == len(node.entries if isinstance(node, Fields) else node.items)
    is_there = all(isinstance(leaf, Value) for leaf in inside)
    if not (is_flat and is_there and len({*map(_origin, inside)}) == 1 and len(line) <= _WIDTH):
        return None
    return [_Line(line, _origin(inside[0]))]


def _value(lead: str, value: Value, pad: str) -> list[_Line]:
    text = value.value
    if isinstance(text, str) and "\n" in text:
        head, *body = emit_yaml.document({"text": text}).splitlines()
        mark = head.removeprefix("text: ")
        if mark.startswith("|"):
            block = [_Line(pad + line if line else "") for line in body]
            return [_Line(f"{lead} {mark}", _origin(value)), *block]
    return [_Line(f"{lead} {flow(text)}", _origin(value))]


def _origin(node: Value | Removed) -> str:
    """Where it came from, as a person looks it up."""
    if isinstance(node, Removed):
        return f"removed in {_place(node.at)}"
    if node.source is not None:
        return _place(node.source)
    if node.removed is None:
        return "default"
    removed = f"removed in {_place(node.removed)}"
    return removed if node.value is None else f"default ({removed})"


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}"


# Data ----------------------------------------------------------------------------------------


def _data(unit: Unit, whole: Fields) -> dict[str, Any]:
    name = unit.environment.name
    return {
        "app": unit.interface.name,
        "environment": name,
        "spec": {**plain(whole), "environments": {name: None}},
        "values": [
            {
                "path": list(leaf.path),
                "value": leaf.value if isinstance(leaf, Value) else None,
                "source": _file_and_line(leaf.source if isinstance(leaf, Value) else None),
                "removed": _file_and_line(leaf.removed if isinstance(leaf, Value) else leaf.at),
            }
            for leaf in leaves(whole)
        ],
    }


def _file_and_line(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"file": span.path, "line": span.line}
