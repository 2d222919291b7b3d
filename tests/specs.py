"""Repositories around an app of any valid spec, made of the models.

A field that is new is in them without a change here: its model says what it may be, and what
cannot stand beside something else is taken out of the spec again.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from bench.environment import environment
from compiler.diagnostics.model import Diagnostic, Rejected, Span
from compiler.emit import json as emit_json
from compiler.emit import yaml as emit_yaml
from compiler.kubernetes.files import app_files, shared_files
from compiler.kubernetes.routers import router_of
from compiler.link.neighbours import neighbours_of
from compiler.pipeline.linking import Linked, link_in_memory
from compiler.pipeline.unread import NOTHING_KNOWN
from compiler.source.yaml import Document, examine
from compiler.spec.app import App
from compiler.spec.defaults import Defaults
from compiler.spec.json_schema import FIXED
from compiler.spec.kinds import Bare, bare, bare_field, fields
from compiler.spec.model import Form, OneOf
from compiler.spec.parse import Path as Steps
from compiler.terraform.root import terraform_files

ENVIRONMENTS = ("dev", "prod")
SPEC = "apps/shop.yaml"

Data = dict[str, Any]

_LETTERS = st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\n\tä€😀")
# An optional field is there so often that most specs have a few and many have two that meet.
_MOST_OPTIONAL_FIELDS = 6
# What an environment must say for apps to have secrets, metrics and an autoscaler on requests.
_COLLECTS = """\
secretStores: {secretsManager: aws-secrets, parameterStore: aws-parameters}
metrics: serviceMonitor
autoscaling: {requestsMetric: http_requests_per_second}
"""
# What is Kubernetes' own, as in a patch.
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(_LETTERS, max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text("abc/.", min_size=1), inner, max_size=2)
    ),
    max_leaves=5,
)


class Repository(NamedTuple):
    """A repository in which nothing is wrong."""

    files: dict[str, str]
    spec: Data
    """Of the app `shop`."""

    def with_spec(self, spec: Data | str) -> dict[str, str]:
        """The files with another spec in its place."""
        text = spec if isinstance(spec, str) else emit_yaml.document(spec)
        return {**self.files, SPEC: text}


@st.composite
def repositories(draw: st.DrawFn) -> Repository:
    """An app of any spec, in one or both environments, and the apps that it calls."""
    spec: Data = {**draw(_mappings(App)), **draw(_mappings(App)), "name": "shop", "team": "sales"}
    if draw(st.integers(0, 3)):
        # Much of what else there is needs one.
        spec.setdefault("port", 8080)
    listed = draw(st.permutations(ENVIRONMENTS))[draw(st.integers(0, 1)) :]
    spec["environments"] = {name: draw(_overrides(spec)) for name in listed}
    defaults = {name: draw(_mappings(Defaults)) for name in ENVIRONMENTS}
    while True:
        files = _files(spec, defaults)
        found = _errors(files)
        if not found:
            return Repository(files, spec)
        _mend(files, spec, defaults, found)


# What a value may be ----------------------------------------------------------------------------


def _values(kind: Bare) -> st.SearchStrategy[Any]:
    arguments, origin = get_args(kind.annotation), get_origin(kind.annotation)
    if kind.model is not None:
        whole = _mappings(kind.model, kind.one_of)
        if kind.short_form is None:
            return whole
        return whole | _values(bare_field(dict(fields(kind.model))[kind.short_form]))
    if origin is list:
        least, item = kind.bounds.get("minItems", 0), _values(bare(arguments[0]))
        several = st.lists(item, min_size=least, max_size=least + 2)
        alone = kind.may_stand_alone or kind.alone is not None
        return several | item if alone else several
    if origin is dict:
        keys, entries = (_values(bare(argument)) for argument in arguments)
        return st.dictionaries(keys, entries, max_size=3)
    if origin is Literal:
        return st.sampled_from(arguments)
    if kind.number_or is not None:
        return st.integers(kind.number_or.minimum, 9) | _texts(kind.number_or.text)
    if kind.annotation is Any:
        return _ANYTHING
    if kind.annotation is bool:
        return st.booleans()
    if kind.annotation is int:
        least, most = kind.bounds["minimum"], kind.bounds["maximum"]
        return st.integers(least, most) | st.integers(least, min(most, least + 9))
    return st.text(_LETTERS) if kind.form is None else _texts(kind.form)


@cache
def _texts(form: Form) -> st.SearchStrategy[str]:
    texts = st.from_regex(f"(?:{form.pattern})", fullmatch=True, alphabet=_LETTERS)
    return texts.filter(lambda text: _is_usable(form, text))


def _is_usable(form: Form, text: str) -> bool:
    try:
        form.check(text)
    except PydanticCustomError:
        return False
    return form.matches(text)


@st.composite
def _mappings(
    draw: st.DrawFn,
    model: type[BaseModel],
    one_of: tuple[OneOf, ...] = (),
    *,
    whole: bool = True,
) -> Data:
    """Some of the fields of a model; with `whole`, all that it must have."""
    known = dict(fields(model))
    required = [key for key, field in known.items() if field.is_required() and whole]
    others = [key for key in known if key not in required]
    chosen = st.lists(st.sampled_from(others), max_size=_MOST_OPTIONAL_FIELDS, unique=True)
    keys = [*required, *(draw(chosen) if others else [])]
    for alternatives in one_of:
        said = [key for key in alternatives.fields if key in keys]
        if len(said) > 1 or (alternatives.required and not said):
            one = draw(st.sampled_from(said or alternatives.fields))
            keys = [one, *(key for key in keys if key not in said)]
    return {key: draw(value) for key, value in _fields(model).items() if key in keys}


@cache
def _fields(model: type[BaseModel]) -> dict[str, st.SearchStrategy[Any]]:
    """For each field one of its examples, or any value."""
    return {
        key: st.sampled_from(field.examples or []).map(deepcopy) | _values(bare_field(field))
        for key, field in fields(model)
    }


@st.composite
def _overrides(draw: st.DrawFn, spec: Data) -> Data | None:
    """What differs in an environment: other values, parts of them, and nothing where there was."""
    override: Data = draw(_mappings(App, whole=False))
    known = dict(fields(App))
    for key in draw(st.lists(st.sampled_from([*spec]), max_size=3, unique=True)):
        model = bare_field(known[key]).model
        below = [*spec[key]] if isinstance(spec[key], dict) else []
        choice = draw(st.integers(0, 2))
        if choice == 0 and below:
            override[key] = dict.fromkeys(draw(st.lists(st.sampled_from(below), unique=True)))
        elif choice == 1 and model is not None:
            override[key] = draw(_mappings(model, whole=False))
        else:
            override[key] = None
    for key in FIXED:
        override.pop(key, None)
    return override or draw(st.sampled_from([None, {}]))


# The repository ---------------------------------------------------------------------------------


def linked(files: dict[str, str], only: str | None = None) -> Linked:
    """All of it, or one environment of it. Raises Rejected."""
    contents = {path: text.encode() for path, text in files.items()}
    # Nothing in the folder is read: it has no rules of its own.
    no_rules = NOTHING_KNOWN._replace(policies=True)
    return link_in_memory(
        str(Path(__file__).parent / "cases"),
        None if only is None else [only],
        files=contents,
        known=no_rules,
    )


def rendered(linked: Linked) -> dict[str, str]:
    """Every rendered file that depends on an app: path below rendered/ -> text."""
    texts: dict[str, str] = {}
    for estate in linked.estates:
        name, router = estate.environment.name, router_of(estate.environment)
        manifests = shared_files(estate)
        for unit in estate.units:
            manifests += app_files(unit, neighbours_of(unit, estate), router)
        for file in manifests:
            texts[f"{name}/{file.path}"] = emit_yaml.stream(file.source, file.objects)
        for path, content in terraform_files(estate).items():
            texts[f"{name}/terraform/{path}"] = emit_json.document(content)
    return texts


def _files(spec: Data, defaults: dict[str, Data]) -> dict[str, str]:
    files = {SPEC: emit_yaml.document(spec)}
    for number, name in enumerate(ENVIRONMENTS):
        text, _, _ = environment(name, number).partition("defaults:")
        # As the examples of fields have it.
        text = re.sub('"[0-9]{12}"', '"123456789012"', text)
        text = text.replace("meridian.example\n", "example.com\n")
        more = emit_yaml.document({"defaults": defaults[name]}) if defaults[name] else ""
        files[f"environments/{name}.yaml"] = text + _COLLECTS + more
    for other in {name for layer in _layers(spec) for name in _others(layer)}:
        app = {"name": other, "team": "web", "image": "ghcr.io/acme/other:1", "port": 8080}
        listed = dict.fromkeys(ENVIRONMENTS)
        files.setdefault(f"apps/{other}.yaml", emit_yaml.document({**app, "environments": listed}))
    return files


def _others(layer: Data) -> list[str]:
    return [*(layer.get("calls") or ()), *(layer.get("callers") or ())]


def _layers(spec: Data) -> Iterator[Data]:
    yield spec
    yield from (override for override in spec["environments"].values() if override)


def _errors(files: dict[str, str]) -> list[Diagnostic]:
    try:
        linked(files)
    except Rejected as rejected:
        return [found for found in rejected.diagnostics if found.severity == "error"]
    return []


# What cannot stand beside something else --------------------------------------------------------


def _mend(
    files: dict[str, str], spec: Data, defaults: dict[str, Data], found: list[Diagnostic]
) -> None:
    """Take out what is wrong. Where that is nothing optional, it is no example."""
    written = {SPEC: spec} | {
        f"environments/{name}.yaml": {"defaults": data} for name, data in defaults.items()
    }
    documents = {path: examine(path, files[path].encode()).document for path in written}
    mended = False
    for diagnostic in found:
        for place in (diagnostic.primary, *diagnostic.secondary):
            document = documents.get(place.span.path)
            if document is not None and (path := _optional(document, place.span)):
                _take_out(written[document.path], path)
                mended = True
                break
    if not mended:
        reject()


def _optional(document: Document, span: Span) -> Steps | None:
    """The path of the smallest thing that holds the place and that may be left out."""
    held = [path for path in _paths(document.data) if _holds(document, path, span)]
    for path in sorted(held, key=len, reverse=True):
        if document.path == SPEC:
            if len(path) > 2 or path[0] not in (*FIXED, "image", "environments"):
                return path
        elif path[0] == "defaults" and len(path) > 1:
            return path
    return None


def _holds(document: Document, path: Steps, span: Span) -> bool:
    return any(
        outer[1:3] <= span[1:3] and span[3:] <= outer[3:]
        for outer in (document.span(path), document.span(path, key=True))
    )


def _paths(data: Any, path: Steps = ()) -> Iterator[Steps]:
    for step in _steps(data):
        yield (*path, step)
        yield from _paths(data[step], (*path, step))


def _steps(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [*data]
    return [*range(len(data))] if isinstance(data, list) else []


def _take_out(data: Any, path: Steps) -> None:
    """Unless something around it was taken out before."""
    *above, last = path
    for step in above:
        if step not in _steps(data):
            return
        data = data[step]
    if last in _steps(data):
        del data[last]
