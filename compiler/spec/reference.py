"""The reference pages of the language, made of the models' own descriptions.

`python -m compiler.spec.reference FOLDER` writes them; `make docs` does it for this repository.
"""

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from compiler.spec.app import App
from compiler.spec.environment import Environment

_SPEC = """\
# The app spec

`apps/<name>.yaml`, one file for each app. Generated from the models; `make docs` writes it anew.

Beside the fields below a spec has `environments`: a map of the environments that the app is in.
Each may override any field but `name` and `team`. The layers are merged in this order: environment
defaults, the spec, the spec's block for the environment. Maps merge, lists and values replace,
`null` removes.
"""

_ENVIRONMENT = """\
# The environment file

`environments/<name>.yaml`, one file for each environment. Generated from the models; `make docs`
writes it anew.

`environments/<name>.placement.yaml` beside it is written by `portico compile`: which CloudFront
distribution serves which host. Commit it; a host keeps its place while others come and go.
"""


def pages() -> dict[str, str]:
    """File name -> Markdown, for `docs/`."""
    return {
        "spec.md": _SPEC + _tables(App),
        "environment.md": _ENVIRONMENT + _tables(Environment),
    }


def _tables(model: type[BaseModel]) -> str:
    """A table for the model and one for each model that it holds, each once."""
    text, pending, done = "", [("", model)], set[type[BaseModel]]()
    while pending:
        prefix, current = pending.pop(0)
        if current in done:
            continue
        done.add(current)
        title = f"`{prefix}`" if prefix else "Fields"
        text += f"\n## {title}\n\n"
        if prefix:
            text += f"{(current.__doc__ or '').strip()}\n\n"
        text += "| field | type | default | what it is |\n|---|---|---|---|\n"
        for name, field in current.model_fields.items():
            key = field.alias or name
            path = f"{prefix}.{key}" if prefix else key
            kind = _type(field.annotation)
            text += f"| `{key}` | {kind} | {_default(field)} | {field.description} |\n"
            pending += [(path, inner) for inner in _models(field.annotation)]
    return text


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0])
    if origin in (Union, UnionType):
        return _type(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal:
        return " or ".join(f"`{_word(choice)}`" for choice in arguments)
    if origin is list:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"map of {_type(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "fields below"
    return {str: "text", int: "number", bool: "true or false"}[annotation]


def _default(field: FieldInfo) -> str:
    default = field.default
    if default is PydanticUndefined:
        return "required"
    if default is None or default in ([], {}):
        return ""
    if isinstance(default, BaseModel):
        dumped = default.model_dump(exclude_unset=True)
        return f"`{dumped}`".replace("'", "") if dumped else ""
    if isinstance(default, list):
        return ", ".join(f"`{item.name}`" for item in default)
    return f"`{_word(default)}`"


def _word(value: Any) -> str:
    """A value as it is written in YAML."""
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in pages().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
