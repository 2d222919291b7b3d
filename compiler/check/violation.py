"""What a JSON Schema refuses in a Kubernetes object, in words."""

from collections.abc import Iterable
from typing import Any

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}


def violation(error: Any) -> str:
    """One sentence about one error of jsonschema-rs: the path, what is there, what is allowed."""
    where, kind = _dotted(error.instance_path), error.kind
    found = f"{where} is {_shown(error.instance)}, and must be"
    match kind.name:
        case "type":
            return f"{found} {_either(_TYPES[name] for name in _ordered(kind.types))}"
        case "required":
            return f'{where} lacks the field "{kind.property}"'
        case "additionalProperties":
            names = [f'"{name}"' for name in kind.unexpected]
            fields = "fields" if len(names) > 1 else "field"
            return f"{where} has no {fields} {_either(names)}"
        case "enum":
            return f"{found} {_either(_option(option) for option in kind.options)}"
        case "const":
            return f"{found} {_option(kind.expected_value)}"
        case "anyOf" | "oneOf" if hasattr(kind, "context"):
            types = {
                name
                for alternative in kind.context
                for one in alternative
                if one.kind.name == "type" and one.instance_path == error.instance_path
                for name in one.kind.types
            }
            allowed = _either(_TYPES[name] for name in _ordered(types))
            return f"{found} {allowed or 'of another form'}"
        case "falseSchema":
            return f"{where} is {_shown(error.instance)}, and nothing may stand there"
        case "format":
            return f"{found} of the form {kind.format}"
        case "pattern":
            return f"{found} text of the form {kind.pattern}"
        case "minimum" | "exclusiveMinimum":
            return f"{found} {'more than' if 'ex' in kind.name else 'at least'} {kind.limit}"
        case "maximum" | "exclusiveMaximum":
            return f"{found} {'less than' if 'ex' in kind.name else 'at most'} {kind.limit}"
        case name:
            return f"{where} is {_shown(error.instance)}, which its schema refuses ({name})"


def _dotted(path: list[str | int]) -> str:
    """The path as in an error about a spec: `spec.ports[0].port`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the object"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value if len(value) <= 60 else value[:57] + "..."}"'
    return "a list" if isinstance(value, list) else "a mapping"


def _option(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else _shown(value)


def _ordered(types: Iterable[str]) -> list[str]:
    """The types of a field that may be left out end with "nothing"."""
    return sorted(types, key=lambda name: (name == "null", name))


def _either(names: Iterable[str]) -> str:
    *others, last = list(names) or [""]
    return f"{', '.join(others)} or {last}" if others else last
