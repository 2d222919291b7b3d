"""Plain data -> model, with pydantic's errors turned into diagnostics about what a person wrote."""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.spans import dotted
from compiler.source.yaml import Document
from compiler.spec import fix
from compiler.spec.kinds import bare_field, fields, kind_at
from compiler.spec.model import OneOrSeveral, ShortForm, shown

UNKNOWN_FIELD = Rule(
    "PT101",
    "unknown field",
    "A misspelt field that is silently ignored is a setting that silently does not apply.",
    what="Refuses a field that a spec or an environment file does not have, at any depth.",
    fix="Correct its name: the message says which one is near. What a spec can say is listed in "
    "docs/spec.md, what an environment can say in docs/environment.md.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
prot: 8080
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
environments:
  dev:
""",
)
MISSING_FIELD = Rule(
    "PT103",
    "missing field",
    "Portico does not guess what only a person knows.",
    what="Refuses a spec or an environment file without a field that it must have. A spec has at "
    "least `name`, `team`, `image` and `environments`.",
    fix="Add the field. The message says what it is for.",
    failing="""\
name: shop
team: sales
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
)
WRONG_TYPE = Rule(
    "PT104",
    "wrong type of value",
    "Values are never converted: 1.20 as a number is 1.2, which is another version.",
    what="Refuses a value of another type than its field takes: a number where text is meant, text "
    "where a number is meant, a single value where a list or a mapping is meant.",
    fix="Write text that looks like a number, or like true or false, in quotes, and a number "
    "without. Write each item of a list on a line of its own, after a hyphen.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: "8080"
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
environments:
  dev:
""",
)
BAD_VALUE = Rule(
    "PT105",
    "unusable value",
    "Kubernetes, the router or AWS would refuse it later, or read it as something else.",
    what="Refuses a value that has the right type and still cannot be used: an image without a "
    "fixed version, a name with capitals, a number out of range, a word that is not one of those "
    "to choose from.",
    fix="Write what the message proposes. What each field takes is described in docs/spec.md and "
    "docs/environment.md.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:latest
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
)

Path = tuple[str | int, ...]
Fixes = tuple[Fix, ...]


class Where(NamedTuple):
    """Where people wrote the data: in which document, and at which path of it, a path was decided.

    That path may be the one of an ancestor, if it is the nearest that was written.
    """

    find: Callable[[Path], tuple[Document, Path]]

    def value(self, path: Path) -> Span:
        document, written = self.find(path)
        return document.span(written)

    def key(self, path: Path) -> Span:
        document, written = self.find(path)
        return document.span(written, key=True)


def places_of(document: Document) -> Where:
    """The places of a document's own values."""
    return Where(lambda path: (document, path))


M = TypeVar("M", bound=BaseModel)
K = TypeVar("K")


def parse(model: type[M], data: Any, where: Where) -> M | list[Diagnostic]:
    """The model, or the reasons why the data is not one: all of them, up to a hundred."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)[:MAX_DIAGNOSTICS]
    misspelt = [detail["loc"] for detail in found if detail["type"] == "extra_forbidden"]
    return [
        _diagnostic(model, detail, where)
        for detail in found
        if detail["type"] != "missing" or not _is_meant(model, detail["loc"], misspelt)
    ]


def _is_meant(model: type[BaseModel], missing: Path, misspelt: list[Path]) -> bool:
    """Whether an unknown field beside it is the missing one in other words, and tells it all."""
    from compiler.spec import neighbours

    *parent, name = missing
    at = _model_at(model, missing[:-1])
    return any(
        [*path[:-1]] == parent
        and (
            nearest(str(path[-1]), (str(name),))
            or (at is not None and neighbours.field_for(at, str(path[-1])) == name)
        )
        for path in misspelt
    )


def instead_of_field(
    model: type[BaseModel], word: str, known: list[str], beside: Any = None
) -> str:
    """A help text for a field that the model does not have; `known` are those that it could be.

    `beside` is the mapping that has it.
    """
    # As everything below that proposes something, only imported once something is wrong.
    from compiler.spec import manifest, neighbours
    from compiler.spec.flow import flow

    if isinstance(beside, dict) and (said := manifest.in_a_spec(model, word, beside)):
        return said
    if fix.meant(word, known) is None:
        if why := neighbours.why_absent(model, word):
            return why
        meant = neighbours.field_for(model, word)
        if meant in known:
            field = _field(model, (meant,))
            example = f", for example `{meant}: {flow(field.examples[0])}`" if field else ""
            return f"did you mean {meant}{example}?"
        if holding := _holding(model, word):
            return f"it belongs below another field: write {holding}"
    return did_you_mean(word, known)


def _holding(model: type[BaseModel], word: str) -> str:
    """What to write where a field stands beside the one that has it; nothing if many have it."""
    from compiler.spec.flow import flow

    found: list[str] = []
    for key, field in fields(model):
        inner = bare_field(field).model
        of_it = dict(fields(inner)) if inner is not None else {}
        if word in of_it:
            needed = [name for name, one in of_it.items() if one.is_required() or name == word]
            example = {name: (of_it[name].examples or [None])[0] for name in needed}
            found.append(f"`{key}: {flow(example)}`")
    return " or ".join(found) if len(found) <= _MOST_HOLDING else ""


def did_you_mean(word: str, known: list[str]) -> str:
    """A help text: the nearest known word, or all of them when none is near and they are few."""
    near = nearest(word, tuple(known)) or _abbreviated(word, known)
    if near is not None:
        return f"did you mean {near}?"
    return "known here: " + ", ".join(known) if 0 < len(known) <= 60 else ""


_SHORTEST_ABBREVIATION = 3
_MOST_HOLDING = 2


@lru_cache(maxsize=1000)
def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that is nearest, if one is near.

    Kept, because one slip is often found once for each environment.
    """
    from difflib import get_close_matches

    folded = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def _abbreviated(word: str, known: list[str]) -> str | None:
    """The one known word that abbreviates it, or that it abbreviates: by their letters, prod is
    not near to production."""
    found = [name for name in known if _abbreviates(*sorted((name, word.lower()), key=len))]
    return found[0] if len(found) == 1 else None


def _abbreviates(short: str, long: str) -> bool:
    return len(short) >= _SHORTEST_ABBREVIATION and long.startswith(short)


_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of fields",
}


def _diagnostic(model: type[BaseModel], detail: Any, where: Where) -> Diagnostic:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    path: Path = detail["loc"]
    of_key = bool(path) and path[-1] == "[key]" and kind != "extra_forbidden"
    if of_key:
        path = path[:-1]
    name = str(path[-1]) if path else "file"
    place = Place((where.key if of_key else where.value)(path))

    if kind == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        at = _model_at(model, path[:-1])
        document, written = where.find(path)
        return Diagnostic(
            UNKNOWN_FIELD,
            f'unknown field "{name}"',
            Place(where.key(path)),
            help=instead_of_field(at or model, name, known, _at(document, written[:-1])),
            fixes=fix.other_key(document, written, fix.meant(name, known)),
        )
    if kind == "missing":
        field = _field(model, path)
        purpose = field.description if field is not None and field.description else ""
        return Diagnostic(
            MISSING_FIELD,
            f'"{dotted(path)}" is missing',
            Place(where.value(path)),
            help=f"{name}: {purpose}" if purpose else "",
        )
    said = _as_said(model, path, where)
    if kind in _EXPECTED:
        help, fixes = "", Fixes()
        expected = _EXPECTED[kind]
        short = _mark(ShortForm, model, path) if kind == "model_type" else None
        if short is not None:
            expected = f"{'a whole number' if short.kind is int else 'text'}, or {expected}"
        elif kind == "model_type" and _may_be_several(model, path):
            expected += ", or a list of them"
        a_number = kind == "int_type" or (short is not None and short.kind is int)
        if kind == "string_type" and isinstance(value, bool | int | float):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            help = f'write it in quotes, exactly as it is meant: "{text}"'
            fixes = fix.in_quotes(*where.find(path), value)
        elif a_number and isinstance(value, str) and value.isascii() and value.isdigit():
            help = f"write it without quotes: {value}"
            fixes = fix.without_quotes(*where.find(path), value)
        elif kind == "bool_type" and value in ("true", "false"):
            help = f"write it without quotes: {value}"
        else:
            help = _as_in_a_spec(model, path, where)
            help = help or _in_the_right_form(model, path, kind, short, value)
        return Diagnostic(
            WRONG_TYPE,
            f'"{dotted(said)}" must be {expected}, and is {shown(value)}',
            place,
            help=help,
            fixes=fixes,
        )
    if kind == "literal_error":
        from compiler.spec import instead

        known = [str(choice) for choice in _choices(model, path)]
        if known in (["True"], ["False"]):
            only = known[0].lower()
            return Diagnostic(
                BAD_VALUE,
                f'"{dotted(said)}" can only be {only}, and is {shown(value)}',
                place,
                help=f"write {only}, or leave the field out",
            )
        if isinstance(value, str) and value in known:
            fixes = fix.without_quotes(*where.find(path), value)
        elif isinstance(value, str):
            fixes = fix.other_name(*where.find(path), value, fix.meant(value, known))
        else:
            fixes = fix.in_quotes(*where.find(path), value) if str(value) in known else Fixes()
        help = instead.choice(value, _choices(model, path)) or did_you_mean(str(value), known)
        return Diagnostic(
            BAD_VALUE,
            f'"{dotted(said)}" cannot be {shown(value)}',
            place,
            help=help,
            fixes=fixes,
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        field = _field(model, path)
        help = f"{said[-1]}: {field.description}" if field is not None else ""
        message = f'"{dotted(said)}" is {value}, and must be {bound}'
        return Diagnostic(BAD_VALUE, message, place, help=help)
    if kind == "too_short":
        field = _field(model, path)
        needed = field is None or field.is_required()
        help = "name at least one" if needed else "name at least one, or leave the field out"
        return Diagnostic(BAD_VALUE, f'"{dotted(said)}" is empty', place, help=help)
    if kind == "too_long":
        message = f'"{dotted(said)}" has {context["actual_length"]} items'
        return Diagnostic(
            BAD_VALUE, message, place, help=f"at most {context['max_length']} are taken"
        )
    if kind == "portico":
        fixes = fix.in_quotes(*where.find(path), value) if context.get("is_text") else Fixes()
        help = _as_in_a_spec(model, path, where) if isinstance(value, dict | list) else ""
        help = help or context["help"]
        return Diagnostic(BAD_VALUE, context["message"], place, help=help, fixes=fixes)
    return Diagnostic(BAD_VALUE, f'"{dotted(said)}": {detail["msg"].lower()}', place)


def _as_said(model: type[BaseModel], path: Path, where: Where) -> Path:
    """The path as a person sees it: in `replicas: 0` there is no replicas.min."""
    short = _mark(ShortForm, model, path[:-1]) if len(path) > 1 else None
    if short is not None and short.field == path[-1] and where.find(path)[1][-1:] != path[-1:]:
        return path[:-1]
    return path


def _as_in_a_spec(model: type[BaseModel], path: Path, where: Where) -> str:
    """What to write instead of a value that has the form it has in a manifest."""
    from compiler.spec import manifest

    document, written = where.find(path)
    at, beside = _model_at(model, path[:-1]), _at(document, written[:-1])
    if at is None or written[-1:] != path[-1:] or not isinstance(beside, dict):
        return ""
    return manifest.in_a_spec(at, str(path[-1]), beside)


def _at(document: Document, path: Path) -> Any:
    """What stands at a path of a document's data."""
    data: Any = document.data
    for step in path:
        data = data[step]
    return data


def _in_the_right_form(
    model: type[BaseModel], path: Path, kind: str, short: ShortForm | None, value: Any
) -> str:
    """A help text for a value of the wrong type."""
    from compiler.spec import instead

    end = next((end for end in range(len(path), 0, -1) if _field(model, path[:end])), 0)
    if end == 0:
        return ""
    field = _field(model, path[:end])
    wanted = instead.Wanted(str(path[end - 1]), field, in_list=isinstance(path[-1], int))
    if end < len(path) and not wanted.in_list:
        # An entry of a map, whose key is a person's own.
        return wanted.described
    if kind in ("int_type", "int_from_float") or (short is not None and short.kind is int):
        return instead.number(wanted, value)
    if kind == "list_type":
        return instead.sequence(wanted, value)
    if kind == "dict_type":
        return instead.names(wanted, value)
    if kind == "string_type":
        return instead.text(wanted, value)
    at = _model_at(model, path)
    if kind == "model_type" and at is not None:
        return instead.mapping(wanted, at, value)
    return wanted.described


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that the mapping at this path is checked against."""
    kind = kind_at(model, path)
    return None if kind is None else kind.of_mapping.model


def _fields_at(model: type[BaseModel], path: Path) -> list[str]:
    at = _model_at(model, path)
    return [key for key, _ in fields(at)] if at is not None else []


def _field(model: type[BaseModel], path: Path) -> Any:
    at = _model_at(model, path[:-1])
    if at is None:
        return None
    return next((field for key, field in fields(at) if key == path[-1]), None)


def _mark(kind: type[K], model: type[BaseModel], path: Path) -> K | None:
    """What marks the value at this path, such as a short form: its field, or its list or map."""

    def metadata(annotation: Any) -> list[Any]:
        own = list(annotation.__metadata__) if get_origin(annotation) is Annotated else []
        return own + [m for argument in get_args(annotation) for m in metadata(argument)]

    field = _field(model, path) or _field(model, path[:-1])
    if field is None:
        return None
    found = [*field.metadata, *metadata(field.annotation)]
    return next((m for m in found if isinstance(m, kind)), None)


def _may_be_several(model: type[BaseModel], path: Path) -> bool:
    """Whether a mapping at this path could be a list of them as well."""
    return isinstance(path[-1], str) and _mark(OneOrSeveral, model, path) is not None


def _choices(model: type[BaseModel], path: Path) -> list[Any]:
    from typing import Literal

    def literals(annotation: Any) -> list[Any]:
        if get_origin(annotation) is Literal:
            return list(get_args(annotation))
        return [choice for argument in get_args(annotation) for choice in literals(argument)]

    field = _field(model, path)
    return literals(field.annotation) if field is not None else []
