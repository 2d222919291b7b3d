"""The canonical layout of specs and environment files: what `portico fmt` writes.

Fields are in the order of the language, with two spaces of indentation and quotes where they are
needed. What a person decides stays: which collections are in brackets, if they fit on a line,
single empty lines, the column of comments, quotes around several words.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from compiler.author.layout import Collection, Comment, Entry, Node, Scalar, layout
from compiler.author.refused import Refused
from compiler.author.value import WIDTH, in_double_quotes, is_plain, scalar
from compiler.diagnostics.model import Rejected
from compiler.source.scalars import RESOLVED
from compiler.source.yaml import Document, read
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.kinds import Bare, bare, bare_field, fields

# What stands at a place of a file, as far as the language knows it.
Kind = Bare | None

_APP, _ENVIRONMENT, _BLOCKS = bare(App), bare(Environment), bare(dict[str, App])
_STEP = "  "
# A comment further away from what it is beside was moved there, below or above another one.
_MOST_NOT_ALIGNED = 3


def canonical(document: Document) -> str:
    """The text of a file in which the reader found nothing wrong, in the canonical layout.

    Raises Refused if it would say anything else, or lack a comment.
    """
    kind = _APP if document.path.startswith("apps/") else _ENVIRONMENT
    whole = layout(document)
    text = "\n".join(_file(whole, kind)) + "\n"
    try:
        again = read(document.path, text.encode())
    except Rejected:
        again = None
    if (
        again is None
        or repr(again.data) != repr(_in_order(document.data, kind))
        or sorted(_comments(layout(again))) != sorted(_comments(whole))
    ):
        raise Refused(f"{document.path} cannot be laid out anew without loss, and stays as it is")
    return text


# Lines ---------------------------------------------------------------------------------------


def _file(whole: Collection, kind: Kind) -> list[str]:
    lines: list[str] = []
    for comment in whole.above:
        _add(lines, comment.blank, [comment.text])
    if not whole.entries:
        lines.append("{}")
    return _block(whole, kind, "", lines)


def _add(lines: list[str], blank: bool, more: list[str]) -> None:
    """More lines, below an empty one if there was one; at the beginning there is none."""
    if blank and lines and lines[-1]:
        lines.append("")
    lines += more


def _block(collection: Collection, kind: Kind, pad: str, lines: list[str]) -> list[str]:
    """The lines, and those of a collection that is not in brackets."""
    for entry in _ordered(collection, kind):
        for comment in entry.above:
            _add(lines, comment.blank, [pad + comment.text])
        inner = _inner(kind, entry)
        if entry.key is None:
            _add(lines, entry.blank, _item(entry, inner, pad, collection.column))
        else:
            _add(lines, entry.blank, _field(entry, kind, inner, pad, collection.column))
        for comment in entry.below:
            _add(lines, comment.blank, [pad + _STEP + comment.text])
    for comment in collection.below:
        _add(lines, comment.blank, [pad + comment.text])
    return lines


def _field(entry: Entry, kind: Kind, inner: Kind, pad: str, column: int) -> list[str]:
    assert entry.key is not None
    lead = f"{pad}{_inline(entry.key)}:"
    value = entry.value
    if isinstance(value, Scalar):
        if kind is _BLOCKS and _is_null(value):
            return _beside([lead], entry)
        return _scalar(lead, value, entry, pad, column)
    line = _on_a_line(lead, value, inner)
    if line is not None:
        return _beside([line], entry) + [
            f"{pad}{_STEP}{comment.text}" for comment in _comments_in(value)
        ]
    deeper = pad + _STEP if value.is_mapping else pad
    return _beside([lead], entry) + _block(value, inner, deeper, [])


def _item(entry: Entry, inner: Kind, pad: str, column: int) -> list[str]:
    value = entry.value
    if isinstance(value, Scalar):
        return _scalar(f"{pad}-", value, entry, pad, column)
    line = _on_a_line(f"{pad}-", value, inner)
    if line is not None:
        return _beside([line], entry) + [
            f"{pad}{_STEP}{comment.text}" for comment in _comments_in(value)
        ]
    lines = _block(value, inner, pad + _STEP, [])
    # What would stand between the dash and the first line stands above the dash.
    first = next(i for i, line in enumerate(lines) if line and not line.lstrip().startswith("#"))
    above = [comment.text for comment in entry.beside] + [line.lstrip() for line in lines[:first]]
    return [
        *(pad + line if line else "" for line in above),
        f"{pad}- {lines[first].lstrip()}",
        *lines[first + 1 :],
    ]


def _beside(lines: list[str], entry: Entry, line: int = 0) -> list[str]:
    """The lines, with the entry's comment at the end of one of them."""
    for comment in entry.beside:
        text = lines[line]
        is_aligned = comment.gap > _MOST_NOT_ALIGNED and comment.column <= WIDTH
        gap = comment.column - len(text) if is_aligned else min(comment.gap, _MOST_NOT_ALIGNED)
        lines[line] = f"{text}{' ' * max(gap, 1)}{comment.text}"
    return lines


def _on_a_line(lead: str, value: Collection, kind: Kind) -> str | None:
    """The line of a collection in brackets, if it can stay one."""
    if not value.in_brackets or (kind is _BLOCKS and value.entries):
        return None
    line = f"{lead} {_flow(value, kind)}"
    if value.entries and (len(line) > WIDTH or _comments_in(value)):
        return None
    return line


# Scalars -------------------------------------------------------------------------------------


def _scalar(lead: str, value: Scalar, entry: Entry, pad: str, column: int) -> list[str]:
    if value.style in ("|", ">"):
        head, *body = _block_scalar(value, pad + _STEP, column)
        return _beside([f"{lead} {head}"], entry) + body
    if "\n" in value.source and not is_plain(value.value):
        first, *rest = value.source.split("\n")
        rest = [f"{pad}{_STEP}{line.strip()}" if line.strip() else "" for line in rest]
        return _beside([f"{lead} {first.rstrip()}", *rest], entry, -1)
    return _beside([f"{lead} {_inline(value)}"], entry)


def _block_scalar(value: Scalar, pad: str, column: int) -> list[str]:
    """The mark and the lines of a text below it. `column` is that of its key or dash."""
    mark, *body = value.source.split("\n")
    digits = re.match(r".[+-]?([1-9]?)", mark)
    assert digits is not None
    first = next((line for line in body if line.strip()), "")
    indent = column + int(digits[1]) if digits[1] else len(first) - len(first.lstrip(" "))
    body = [line[indent:] for line in body]
    while body and not body[-1]:
        del body[-1]
    ends = len(value.value) - len(value.value.rstrip("\n"))
    body += [""] * (ends - 1)
    chomp = "-" if not ends else "" if ends == 1 else "+"
    explicit = "2" if digits[1] else ""
    return [f"{value.style}{explicit}{chomp}", *(pad + line if line else "" for line in body)]


def _inline(value: Scalar) -> str:
    """A scalar on one line."""
    text, source = value.value, value.source
    if _is_null(value):
        return "null"
    if not value.style:
        return source if "\n" not in source else scalar(text)
    if is_plain(text):
        return text
    if value.style == '"' and "\n" not in source:
        return source
    if value.style == "'" and ('"' in text or "\\" in text) and "\n" not in source:
        return source
    return in_double_quotes(text)


def _is_null(value: Scalar) -> bool:
    return not value.style and RESOLVED[value.value] is None


def _flow(node: Node, kind: Kind) -> str:
    if isinstance(node, Scalar):
        return _inline(node)
    parts: list[str] = []
    for entry in _ordered(node, kind):
        value = _flow(entry.value, _inner(kind, entry))
        parts.append(value if entry.key is None else f"{_inline(entry.key)}: {value}")
    return f"{{{', '.join(parts)}}}" if node.is_mapping else f"[{', '.join(parts)}]"


# The language --------------------------------------------------------------------------------


@cache
def _order(kind: Bare) -> dict[str, int]:
    """The fields of a model in their order; none of what is no model."""
    if kind.model is None:
        return {}
    keys = [key for key, _ in fields(kind.model)]
    return {key: place for place, key in enumerate([*keys, "environments"])}


def _ordered(collection: Collection, kind: Kind) -> list[Entry]:
    """The entries in the order of the language; what it does not know comes last."""
    if kind is None:
        return collection.entries
    order = _order(kind.of_mapping if collection.is_mapping else kind)
    return sorted(
        collection.entries,
        key=lambda entry: order.get(entry.key.value if entry.key else "", len(order)),
    )


def _inner(kind: Kind, entry: Entry) -> Kind:
    if kind is None or entry.key is None:
        return _inside(kind, "")
    return _inside(kind.of_mapping, entry.key.value)


def _inside(kind: Kind, key: str) -> Kind:
    """What stands below a key, or in a list."""
    if kind is None:
        return None
    if kind.model is None:
        inner = get_args(kind.annotation)
        return bare(inner[-1]) if inner else None
    if kind.model is App and key == "environments":
        return _BLOCKS
    field = dict(fields(kind.model)).get(key)
    return bare_field(field) if field is not None else None


def _in_order(data: Any, kind: Kind) -> Any:
    """The data with its fields in the order of the language."""
    if isinstance(data, list):
        return [_in_order(item, _inside(kind, "")) for item in data]
    if not isinstance(data, dict):
        return data
    kind = kind.of_mapping if kind is not None else None
    order = _order(kind) if kind is not None else {}
    keys = sorted(data, key=lambda key: order.get(key, len(order)))
    return {key: _in_order(data[key], _inside(kind, key)) for key in keys}


def _comments(collection: Collection) -> Iterator[str]:
    """The texts of all comments."""
    yield from (comment.text for comment in (*collection.above, *_comments_in(collection)))


def _comments_in(collection: Collection) -> list[Comment]:
    """The comments in a collection, but for those of the file."""
    found = [*collection.below]
    for entry in collection.entries:
        found += [*entry.above, *entry.beside, *entry.below]
        if isinstance(entry.value, Collection):
            found += _comments_in(entry.value)
    return found
