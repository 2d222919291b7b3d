"""The reference pages of the language and its JSON Schemas, made of the models.

`python -m compiler.spec.reference FOLDER` writes them; `make docs` does it for this repository.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from compiler.spec import json_schema
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.flow import flow
from compiler.spec.kinds import Bare, bare, bare_field, fields
from compiler.spec.model import Form

_SPEC = """\
# The app spec

`apps/<name>.yaml`, one file for each app. Generated from the models; `make docs` writes it anew.
Editors read the same as a [JSON Schema](schema/app.schema.json): see [editor.md](editor.md).

The layers of an app are merged in this order: environment defaults, the spec, the spec's block for
the environment. Maps merge, lists and values replace, `null` removes. What is required may stand in
any layer; only `name` and `team` are always said by the spec itself.
"""

_ENVIRONMENT = """\
# The environment file

`environments/<name>.yaml`, one file for each environment. Generated from the models; `make docs`
writes it anew. Editors read the same as a [JSON Schema](schema/environment.schema.json): see
[editor.md](editor.md).

`environments/<name>.placement.yaml` beside it is written by `portico compile`: which CloudFront
distribution serves which host. Commit it; a host keeps its place while others come and go.
"""

_HEAD = "| field | type | default | example | what it is |\n|---|---|---|---|---|\n"


class Section(NamedTuple):
    """A model, and every path in a file where it is used; the path of the file itself is empty."""

    model: type[BaseModel]
    paths: list[str]

    @property
    def title(self) -> str:
        return " and ".join(f"`{path}`" for path in self.paths)

    @property
    def anchor(self) -> str:
        """How GitHub and GitLab name the heading."""
        return re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")


def pages() -> dict[str, str]:
    """File name -> text, for `docs/`."""
    environments = ("environments", json_schema.ENVIRONMENTS)
    return {
        "spec.md": _SPEC + _tables(App, environments),
        "environment.md": _ENVIRONMENT + _tables(Environment),
        "schema/app.schema.json": json_schema.text("app"),
        "schema/environment.schema.json": json_schema.text("environment"),
    }


def sections_of(model: type[BaseModel]) -> dict[type[BaseModel], Section]:
    """The model, and after each model those that it holds.

    One that stands at several paths is told of at the first of those that are the least deep.
    """
    found: dict[type[BaseModel], Section] = {model: Section(model, [""])}
    held: dict[type[BaseModel], list[type[BaseModel]]] = {}
    nearest_first = [model]
    for holder in nearest_first:
        held[holder] = []
        path = found[holder].paths[0]
        for key, field in fields(holder):
            kind, inner = bare_field(field), f"{path}.{key}" if path else key
            kind = kind.of_mapping
            while get_origin(kind.annotation) in (list, dict):
                inner += "[]" if get_origin(kind.annotation) is list else ".<name>"
                kind = bare(get_args(kind.annotation)[-1])
            if kind.model is None:
                continue
            if kind.model not in found:
                found[kind.model] = Section(kind.model, [])
                held[holder].append(kind.model)
                nearest_first.append(kind.model)
            found[kind.model].paths.append(inner)

    def with_held(holder: type[BaseModel]) -> Iterator[type[BaseModel]]:
        yield holder
        for inner in held[holder]:
            yield from with_held(inner)

    return {each: found[each] for each in with_held(model)}


def _tables(model: type[BaseModel], *more: tuple[str, FieldInfo]) -> str:
    """A table for the model, one for each model that it holds, and one of the kinds of text."""
    sections = sections_of(model)
    forms: dict[str, Form] = {}
    text = ""
    for section in sections.values():
        text += f"\n## {section.title}\n\n" if section.paths[0] else "\n## Fields\n\n"
        if section.paths[0]:
            text += f"{json_schema.purpose(section.model)}\n\n"
        text += _HEAD
        for key, field in fields(section.model):
            text += _row(key, field, _type(bare_field(field), sections, forms))
        if not section.paths[0]:
            text += "".join(_row(key, f, "map: environment → the fields above") for key, f in more)
    text += "\n## Kinds of text\n\n| kind | what it looks like |\n|---|---|\n"
    for name, form in sorted(forms.items()):
        text += f"| {name} | {form.hint} |\n"
    return text


def _row(key: str, field: FieldInfo, kind: str) -> str:
    example = f"`{flow(field.examples[0])}`" if field.examples else ""
    what = json_schema.description(field)
    return f"| `{key}` | {kind} | {_default(field)} | {example} | {what} |\n"


def _type(kind: Bare, sections: dict[type[BaseModel], Section], forms: dict[str, Form]) -> str:
    origin, arguments = get_origin(kind.annotation), get_args(kind.annotation)
    if kind.model is not None:
        mapping = f"[mapping](#{sections[kind.model].anchor})"
        if kind.short_form is None:
            return mapping
        short = bare_field(dict(fields(kind.model))[kind.short_form])
        choices = len(get_args(short.annotation)) if get_origin(short.annotation) is Literal else 0
        alone = f"its `{kind.short_form}`" if choices > 3 else _type(short, sections, forms)
        return f"{alone}, or {mapping}"
    if origin is Literal:
        return " or ".join(f"`{flow(choice)}`" for choice in arguments)
    if origin is list:
        item = _type(bare(arguments[0]), sections, forms)
        if kind.alone is not None:
            return f"{item}, or list of them"
        if kind.may_stand_alone:
            return f"{item}, or list: {item}"
        return f"list, not empty: {item}" if kind.bounds.get("minItems") else f"list: {item}"
    if origin is dict:
        key, value = (_type(bare(argument), sections, forms) for argument in arguments)
        return f"map: {key} → {value}"
    if kind.number_or is not None:
        either = kind.number_or
        forms[either.text.name] = either.text
        return f"number, {either.minimum} to {either.maximum}, or {either.text.name}"
    if kind.form is not None:
        forms[kind.form.name] = kind.form
        return kind.form.name
    if kind.annotation is int:
        return f"number, {kind.bounds['minimum']} to {kind.bounds['maximum']}"
    return {str: "text", bool: "true or false", Any: "anything"}[kind.annotation]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = json_schema.default(field)
    if value == {} and bare_field(field).model is not None:
        return "as below"
    return "–" if value in (None, [], {}) else f"`{flow(value)}`"


if __name__ == "__main__":
    import os
    import sys

    for name, content in pages().items():
        path = os.path.join(sys.argv[1], name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
