"""JSON Schema, draft 2020-12, of spec and environment files: for editors, and for other tools.

A schema sees one file. What is known only after layers are merged it leaves open: a field that
another layer may give is not required, and null is taken where there may be something to remove.

A value with a short form lists both its types, without `anyOf`, and so does a mapping that may be a
list: keywords apply to their own type only, and so an editor names the misspelt field instead of
guessing which form was meant.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from compiler.spec.app import App
from compiler.spec.defaults import Defaults
from compiler.spec.environment import Environment
from compiler.spec.kinds import Bare, bare, bare_field, extra_of, fields
from compiler.spec.model import OneOf
from compiler.spec.types import Name

Schema = dict[str, Any]
Kind = Literal["app", "environment"]

# The same in every environment, so an override does not have them.
FIXED = ("name", "team")

ENVIRONMENTS = FieldInfo(
    description="The environments that the app is in, each with the fields that differ there.",
    examples=[{"dev": None, "prod": {"replicas": {"min": 3, "max": 12}}}],
    json_schema_extra={
        "becomes": "Maps merge, lists and values replace, `null` removes. Each becomes a folder "
        "`rendered/<environment>/apps/<name>/`."
    },
)

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {str: "string", int: "integer", bool: "boolean"}
_OF_MAPS = {"minItems": "minProperties", "maxItems": "maxProperties"}
_ABBREVIATIONS = {
    word.lower(): word
    for word in ("ARN", "AWS", "CIDR", "CIDRs", "CPU", "DNS", "HTTPS", "JSON", "OIDC", "VPC", "WAF")
}


class Layer(NamedTuple):
    """What a value is a part of."""

    complete: bool
    """Nothing else gives what is missing here."""
    removes: bool
    """Null removes what a weaker layer says. Elsewhere it is a value that some fields have."""
    defaults: bool
    """What is left out has the model's default, and not what another layer says."""


_WHOLE = Layer(complete=True, removes=False, defaults=True)
_SPEC = Layer(complete=False, removes=False, defaults=True)
_OVER_ENVIRONMENT_DEFAULTS = Layer(complete=False, removes=True, defaults=True)
_OVERRIDE = Layer(complete=False, removes=True, defaults=False)


def schema(kind: Kind) -> Schema:
    """The schema of `apps/<name>.yaml`, or of `environments/<name>.yaml`."""
    if kind == "app":
        return _spec()
    return {
        "$schema": _DIALECT,
        "title": "Environment",
        "description": "What the platform owns in one environment: `environments/<name>.yaml`.",
        **_object(Environment, _WHOLE),
    }


def text(kind: Kind) -> str:
    """The schema as it is printed and committed: the same bytes on any machine."""
    import json

    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def description(field: FieldInfo) -> str:
    """What a field is, and what becomes of it."""
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    return f"{field.description} {extra['becomes']}"


def purpose(model: type[BaseModel]) -> str:
    """What a model is for, in a sentence or two."""
    return (model.__doc__ or "").strip()


def default(field: FieldInfo) -> Any:
    """What a field that is left out stands for, as a person would write it; None is nothing."""
    return _written(field.default, bare_field(field))


def _written(value: Any, kind: Bare) -> Any:
    if isinstance(value, list):
        return [_written(item, bare(get_args(kind.annotation)[0])) for item in value]
    if isinstance(value, dict):
        entry = bare(get_args(kind.annotation)[1])
        return {name: _written(item, entry) for name, item in value.items()}
    if not isinstance(value, BaseModel):
        return value
    names = type(value).model_fields
    set_fields = {
        key: _written(getattr(value, name), bare_field(field))
        for name, (key, field) in zip(names, fields(type(value)), strict=True)
        if name in value.model_fields_set
    }
    only = kind.short_form if [*set_fields] == [kind.short_form] else None
    return set_fields if only is None else set_fields[only]


def _spec() -> Schema:
    override = _nullable(_object(App, _OVERRIDE))
    override["properties"] = {k: v for k, v in override["properties"].items() if k not in FIXED}
    return {
        "$schema": _DIALECT,
        "title": "App",
        "description": "One app in all its environments: `apps/<name>.yaml`.",
        "type": "object",
        "properties": {
            **{key: _field(key, field, _layer_in_spec(key)) for key, field in fields(App)},
            "environments": {
                "title": "Environments",
                "description": description(ENVIRONMENTS),
                "type": "object",
                "propertyNames": _value(bare(Name), _WHOLE),
                "additionalProperties": {
                    "title": "What differs in this environment",
                    "description": "Any field but `name` and `team`; empty if nothing differs.",
                    **override,
                },
                "minProperties": 1,
                "examples": ENVIRONMENTS.examples,
            },
        },
        "required": [*FIXED, "environments"],
        "additionalProperties": False,
        "allOf": _completed_by_overrides(),
    }


def _layer_in_spec(key: str) -> Layer:
    return _OVER_ENVIRONMENT_DEFAULTS if key in dict(fields(Defaults)) else _SPEC


def _completed_by_overrides() -> list[Schema]:
    """What a spec must say unless each of its environments does, and the other way round."""

    def everywhere(override: Schema) -> Schema:
        return {"properties": {"environments": {"additionalProperties": override}}}

    conditions: list[Schema] = []
    for key, field in fields(App):
        has = {"required": [key]}
        if field.is_required() and key not in FIXED:
            conditions.append({"if": everywhere({"type": "object", **has}), "else": has})
        kind = bare_field(field)
        model = kind.model or kind.alone
        if model is None or _layer_in_spec(key) is not _SPEC:
            continue
        for need in _needed(model):
            # It says nothing about a short form, a list or null, and all of them are complete.
            complete = {"properties": {key: need}}
            in_spec = {**has, **complete}
            conditions += [
                {"if": everywhere({"type": "object", **has, **complete}), "else": complete},
                {"if": in_spec, "else": everywhere(complete)},
            ]
    return conditions


def _needed(model: type[BaseModel]) -> list[Schema]:
    """What a mapping must fulfil to be whole."""
    either = extra_of(model).get("either")
    required: list[Schema] = [
        {"required": [key]} for key, field in fields(model) if field.is_required()
    ]
    return required + ([_either(*either)] if either else [])


def _either(usual: str, other: str) -> Schema:
    return {"if": {"required": [other]}, "else": {"required": [usual]}}


def _object(model: type[BaseModel], layer: Layer) -> Schema:
    required = [key for key, field in fields(model) if field.is_required()]
    extra = dict(extra_of(model))
    either = extra.pop("either", None)
    return {
        "type": "object",
        "properties": {key: _field(key, field, layer) for key, field in fields(model)},
        **({"required": required} if required and layer.complete else {}),
        **(_either(*either) if either and layer.complete else {}),
        **({} if layer.removes else extra),
        "additionalProperties": model.model_config["extra"] == "allow",
    }


def _field(key: str, field: FieldInfo, layer: Layer) -> Schema:
    value = _value(bare_field(field), layer)
    if layer.removes and not field.is_required():
        value = _nullable(value)
    stands_for = default(field) if layer.defaults and not field.is_required() else None
    return {
        "title": _title(key),
        "description": description(field),
        **value,
        **({"default": stands_for} if stands_for is not None else {}),
        "examples": field.examples,
    }


def _value(kind: Bare, layer: Layer) -> Schema:
    """What a value may be, and nothing about what it is for."""
    arguments = get_args(kind.annotation)
    origin = get_origin(kind.annotation)
    value: Schema
    if kind.model is not None:
        value = _object(kind.model, layer)
        value |= _rules(kind, layer)
        if kind.short_form is not None:
            value = _with_short_form(value, dict(fields(kind.model))[kind.short_form])
    elif origin is list:
        # A list replaces a list: its items are whole in any layer.
        item = _entry(bare(arguments[0]), _WHOLE)
        value = {"type": "array", "items": item, **kind.bounds}
        if kind.may_stand_alone:
            value = {**item, **value, "type": [item["type"], "array"]}
        if kind.alone is not None:
            value = {**_object(kind.alone, layer), **value, "type": ["object", "array"]}
            value |= _rules(kind, layer)
    elif origin is dict:
        entry = _entry(bare(arguments[1]), layer)
        value = {
            "type": "object",
            "propertyNames": _value(bare(arguments[0]), _WHOLE),
            "additionalProperties": _nullable(entry) if layer.removes else entry,
            **{_OF_MAPS[bound]: number for bound, number in kind.bounds.items()},
        }
    elif origin is Literal:
        value = {"type": _TYPES[type(arguments[0])], "enum": list(arguments)}
    elif kind.number_or is not None:
        either = kind.number_or
        value = {
            **_text(either.text.pattern, either.text.hint),
            "type": ["integer", "string"],
            "minimum": either.minimum,
            "maximum": either.maximum,
        }
    elif kind.annotation is Any:
        value = {}
    elif kind.form is not None:
        value = _text(kind.form.pattern, kind.form.hint)
        if kind.form.longest is not None:
            value["maxLength"] = kind.form.longest
    else:
        value = {"type": _TYPES[kind.annotation], **kind.bounds}
    return _nullable(value) if kind.optional and layer.complete else value


def _rules(kind: Bare, layer: Layer) -> Schema:
    """What its fields must fulfil together."""
    if not kind.one_of or layer.removes:
        return {}
    return {"allOf": [rule for one_of in kind.one_of for rule in _one_of(one_of)]}


def _one_of(one_of: OneOf) -> Iterator[Schema]:
    """One of these fields, or at most one; the keywords take no notice of a short form."""
    for pair in combinations(one_of.fields, 2):
        yield {"not": {"type": "object", "required": list(pair)}}
    if one_of.required:
        none = [{"not": {"required": [key]}} for key in one_of.fields]
        yield {"not": {"type": "object", "allOf": none}}


def _entry(kind: Bare, layer: Layer) -> Schema:
    """An item of a list or of a map, which has no field to describe it."""
    described = {"description": purpose(kind.model)} if kind.model is not None else {}
    return {**described, **_value(kind, layer)}


def _with_short_form(long: Schema, field: FieldInfo) -> Schema:
    short = _value(bare_field(field), _SPEC)
    if "enum" in short:
        # An enum would exclude the long form; a pattern does not.
        choices = short.pop("enum")
        short |= _text("|".join(choices), f"one of: {', '.join(choices)}")
        short["examples"] = choices
    return {**long, **short, "type": [short["type"], "object"]}


def _text(pattern: str, hint: str) -> Schema:
    # `patternErrorMessage` is not of the standard: editors show it, validators pass over it.
    whole = f"^(?:{pattern})$" if "|" in pattern else f"^{pattern}$"
    return {"type": "string", "pattern": whole, "patternErrorMessage": hint}


def _nullable(value: Schema) -> Schema:
    if "type" not in value:
        # Anything, so null too.
        return value
    types = value["type"] if isinstance(value["type"], list) else [value["type"]]
    allowed = {**value, "type": [*types, *(["null"] if "null" not in types else [])]}
    if "enum" in value:
        allowed["enum"] = [*(choice for choice in value["enum"] if choice is not None), None]
    return allowed


def _title(key: str) -> str:
    """`runAsUser` is "Run as user"."""
    separated = "".join(f" {c.lower()}" if c.isupper() else c for c in key.replace("-", " "))
    words = [_ABBREVIATIONS.get(word, word) for word in separated.split()]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])
