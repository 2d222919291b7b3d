"""Edits of a spec: one field is set or removed, and every other byte stays what it was.

A field stands where a person wrote it; a new one where the language has it in its order. What an
edit made is read again and held against what it should say, so no layout can lead it astray.
"""

import copy
import json
import re
from typing import Any

from compiler.author.refused import Refused
from compiler.author.spec import Path, Spec, parsed
from compiler.author.value import entry, flow, in_double_quotes, scalar
from compiler.diagnostics.model import Rejected
from compiler.spec.app import App
from compiler.spec.kinds import fields

_STEP = 2
_ORDER = {key: place for place, (key, _) in enumerate(fields(App))}


def with_field(spec: Spec, path: Path, value: Any) -> Spec:
    """The spec with this value at a path of which the last step names a field.

    What the path leads through is there, or is a key without a value. Raises Refused.
    """
    said = copy.deepcopy(spec.document.data)
    parent = said
    for step in path[:-1]:
        if parent[step] is None:
            parent[step] = {}
        parent = parent[step]
    is_new = path[-1] not in parent
    parent[path[-1]] = value
    text = _inserted(spec, path, value) if is_new else _replaced(spec, path, value)
    return _verified(spec, path, text, said)


def with_field_below(spec: Spec, path: Path, value: Any) -> Spec:
    """The same where mappings that the path leads through may be missing. Raises Refused."""
    data: Any = spec.document.data
    for end, step in enumerate(path, 1):
        if not isinstance(data, dict) or step not in data:
            for key in reversed(path[end:]):
                value = {key: value}
            return with_field(spec, path[:end], value)
        data = data[step]
    return with_field(spec, path, value)


def without_field(spec: Spec, path: Path) -> Spec:
    """The spec without the field at this path, which is there. Raises Refused."""
    said = copy.deepcopy(spec.document.data)
    parent = said
    for step in path[:-1]:
        parent = parent[step]
    del parent[path[-1]]
    if not parent and not _in_brackets(spec, path[:-1]):
        outer = said
        for step in path[:-2]:
            outer = outer[step]
        outer[path[-2]] = None
    return _verified(spec, path, _removed(spec, path), said)


def _verified(spec: Spec, path: Path, text: str, said: dict[str, Any]) -> Spec:
    try:
        edited = parsed(spec.path, text.encode())
    except Rejected:
        edited = None
    if edited is None or edited.document.data != said:
        line = spec.document.span(path, key=True).line
        raise Refused(
            f"{spec.path}:{line} is laid out so that {path[-1]} cannot be changed in place: "
            "`portico fmt` lays it out anew, or change it by hand"
        )
    return edited


def _replaced(spec: Spec, path: Path, value: Any) -> str:
    place = spec.piece(spec.document.span(path))
    old = spec.text[place]
    if _in_brackets(spec, path[:-1]) or (isinstance(value, str) and not _is_block(old)):
        new = _like(old, value)
    elif isinstance(value, str) and old[0] in "|>":
        new = _in_block_scalar(old, value)
    else:
        key = spec.document.span(path, key=True)
        place = slice(spec.piece(key).start, place.stop)
        pad = " " * (key.column - 1)
        new = f"{spec.line_end(place.start)}{pad}".join(entry(path[-1], value, len(pad)))
    return spec.text[: place.start] + new + spec.text[place.stop :]


def _is_block(written: str) -> bool:
    """Whether a value has lines of its own; one between quotes or brackets may go on below."""
    return written[:1] in ("|", ">") or ("\n" in written and written[:1] not in ("'", '"', "{"))


def _like(old: str, value: Any) -> str:
    """A value on one line, in the quotes that the old one has."""
    if not isinstance(value, str):
        new = flow(value)
    elif old[:1] == "'" and value.isprintable():
        new = "'" + value.replace("'", "''") + "'"
    elif old[:1] == '"':
        new = in_double_quotes(value)
    else:
        new = scalar(value)
    # A key without a value ends with its colon.
    return new if old else f" {new}"


def _in_block_scalar(old: str, value: str) -> str:
    """The text below `|-` or `>-`, whose line may hold a comment."""
    head, *lines = old.split("\n")
    if len(lines) != 1:
        return scalar(value)
    pad = lines[0][: len(lines[0]) - len(lines[0].lstrip(" "))]
    return f"{head}\n{pad}{value}"


def _inserted(spec: Spec, path: Path, value: Any) -> str:
    parent, key = path[:-1], path[-1]
    if _in_brackets(spec, parent):
        return _inserted_in_brackets(spec, parent, key, value)
    beside = _keys(spec, parent)
    if not beside:
        return _inserted_below_a_key(spec, parent, key, value)
    first = spec.document.span((*parent, beside[0]), key=True)
    pad = " " * (first.column - 1)
    lines = [pad + line for line in entry(key, value, len(pad))]
    earlier = _earlier(beside, key)
    if earlier:
        return _after_line(spec, spec.piece(spec.document.span((*parent, earlier[-1]))).stop, lines)
    if parent:
        return _after_line(spec, spec.piece(spec.document.span(parent, key=True)).stop, lines)
    at = spec.piece(first).start - len(pad)
    return spec.text[:at] + _joined(spec, at, lines) + spec.line_end(at) + spec.text[at:]


def _inserted_below_a_key(spec: Spec, parent: Path, key: str, value: Any) -> str:
    """The first field of a mapping that has had no value."""
    above = spec.document.span(parent, key=True)
    pad = " " * (above.column - 1 + _STEP)
    written = spec.piece(spec.document.span(parent))
    before, after = spec.text[: written.start], spec.text[written.stop :]
    if written.start < written.stop:  # null
        before = before.rstrip(" ")
    spec = spec._replace(text=before + after)
    return _after_line(
        spec, spec.piece(above).stop, [pad + line for line in entry(key, value, len(pad))]
    )


def _after_line(spec: Spec, at: int, lines: list[str]) -> str:
    """The text with lines inserted after the one that holds this place, and its comment."""
    if spec.text[at - 1] == "\n":  # a text that keeps its empty lines ends below them
        return spec.text[:at] + _joined(spec, at, lines) + spec.line_end(at) + spec.text[at:]
    end = spec.end_of_line(at)
    return spec.text[:end] + spec.line_end(at) + _joined(spec, at, lines) + spec.text[end:]


def _joined(spec: Spec, at: int, lines: list[str]) -> str:
    return spec.line_end(at).join(lines)


def _inserted_in_brackets(spec: Spec, parent: Path, key: str, value: Any) -> str:
    text, written = spec.text, spec.piece(spec.document.span(parent))
    is_json = re.match(r'\{\s*"', text[spec.piece(spec.document.span(())).start :])
    new = f"{scalar(key)}: {flow(value)}"
    if is_json:
        new = f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
    beside = _keys(spec, parent)
    if beside:
        earlier = _earlier(beside, key)
        later = beside[len(earlier) :]
        if later or _value(spec, (*parent, beside[-1])) is None:
            before = spec.document.span((*parent, (later or beside)[0]), key=True)
            at = spec.piece(before).start
            return f"{text[:at]}{new}, {text[at:]}"
        at = spec.piece(spec.document.span((*parent, beside[-1]))).stop
        return f"{text[:at]}, {new}{text[at:]}"
    if text.startswith("{", written.start):
        return f"{text[: written.start]}{{{new}{text[written.start + 1 :]}"
    if written.start < written.stop:  # null
        return f"{text[: written.start]}{{{new}}}{text[written.stop :]}"
    at = spec.piece(spec.document.span(parent, key=True)).stop
    colon = re.compile(r"\s*:").match(text, at)
    if colon is not None:
        return f"{text[: colon.end()]} {{{new}}}{text[colon.end() :]}"
    return f"{text[:at]}: {{{new}}}{text[at:]}"


def _removed(spec: Spec, path: Path) -> str:
    text, document = spec.text, spec.document
    start = spec.piece(document.span(path, key=True)).start
    stop = spec.piece(document.span(path)).stop
    if not _in_brackets(spec, path[:-1]):
        start = text.rfind("\n", 0, start) + 1
        if text[stop - 1] != "\n":
            stop = text.find("\n", stop) + 1 or len(text)
        return text[:start] + text[stop:]
    beside = _keys(spec, path[:-1])
    place = beside.index(path[-1])
    if place + 1 < len(beside):
        stop = spec.piece(document.span((*path[:-1], beside[place + 1]), key=True)).start
    elif place > 0:
        start = spec.piece(document.span((*path[:-1], beside[place - 1]))).stop
    return text[:start] + text[stop:]


def _in_brackets(spec: Spec, path: Path) -> bool:
    """Whether the mapping at a path, or one that it is in, is written between braces."""
    outer = (path[:end] for end in range(len(path) + 1))
    return any(spec.text[spec.piece(spec.document.span(p))][:1] == "{" for p in outer)


def _earlier(beside: list[str], key: str) -> list[str]:
    """The keys that come before a new one: those above the first that the language has later."""
    place = next((i for i, other in enumerate(beside) if _order(other) > _order(key)), len(beside))
    return beside[:place]


def _order(key: str) -> int:
    return _ORDER.get(key, len(_ORDER))


def _keys(spec: Spec, path: Path) -> list[str]:
    """The keys of the mapping at a path, as they are written; none if there is no value."""
    return list(_value(spec, path) or ())


def _value(spec: Spec, path: Path) -> Any:
    data: Any = spec.document.data
    for step in path:
        data = data[step]
    return data
