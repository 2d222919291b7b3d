"""The JSON Schemas say of a file what Portico says of it, as far as one file and a schema can tell."""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args, get_origin

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from compiler.cli.main import main
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.link.environments import check_environments
from compiler.link.resolve import resolve
from compiler.source.yaml import Document, read
from compiler.spec import environment, json_schema, reference, resources, types
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.flow import flow
from compiler.spec.json_schema import Kind, Schema
from compiler.spec.kinds import Bare, bare, bare_field, fields
from compiler.spec.model import Form
from compiler.spec.parse import parse, places_of
from tests.repository import ENVIRONMENT, portico
from tests.spec.test_types import BAD, GOOD

ROOT = Path(__file__).parents[2]
KINDS: tuple[Kind, ...] = ("app", "environment")
SCHEMAS = {kind: json_schema.schema(kind) for kind in KINDS}
VALIDATORS = {kind: jsonschema_rs.Draft202012Validator(SCHEMAS[kind]) for kind in KINDS}


def samples(kind: Kind) -> list[Path]:
    """Every valid file of a kind that is committed here."""
    folder = "apps" if kind == "app" else "environments"
    found = [*ROOT.glob(f"{folder}/*.yaml"), *ROOT.glob(f"tests/golden/*/{folder}/*.yaml")]
    return sorted(path for path in found if not path.name.endswith(".placement.yaml"))


SAMPLES = {
    kind: {path: read(path.name, path.read_bytes()) for path in samples(kind)} for kind in KINDS
}


def shown(value: Path | str) -> str:
    return value if isinstance(value, str) else str(value.relative_to(ROOT))


def nodes(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Each field's own schema, wherever fields are listed."""
    for key, value in schema.get("properties", {}).items():
        yield f"{path}.{key}", value
        yield from nodes(value, f"{path}.{key}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from nodes(schema[keyword], f"{path}[]")


FIELDS = [(kind, path, node) for kind in KINDS for path, node in nodes(SCHEMAS[kind])]
every_field = pytest.mark.parametrize(
    ("kind", "path", "node"), FIELDS, ids=[f"{kind}{path}" for kind, path, _ in FIELDS]
)


# What the schemas are.


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind: Kind) -> None:
    jsonschema_rs.meta.validate(SCHEMAS[kind])
    assert SCHEMAS[kind]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in SCHEMAS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_what_is_committed_for_editors(
    kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", kind]) == 0
    committed = (ROOT / "docs" / "schema" / f"{kind}.schema.json").read_text()
    assert capsys.readouterr().out == committed, "run `make docs`"


def test_a_kind_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    result = portico(tmp_path, "schema", "placement")
    assert result.code == 2
    assert "choose from" in result.err


@pytest.mark.parametrize(
    ("kind", "path"), [(kind, path) for kind in KINDS for path in SAMPLES[kind]], ids=shown
)
def test_every_committed_file_is_valid(kind: Kind, path: Path) -> None:
    assert [str(e) for e in VALIDATORS[kind].iter_errors(SAMPLES[kind][path].data)] == []


@pytest.mark.parametrize(
    ("kind", "path"),
    [(kind, path) for kind in KINDS for path in SAMPLES[kind] if "golden" not in path.parts],
    ids=shown,
)
def test_every_sample_tells_editors_of_its_schema(kind: Kind, path: Path) -> None:
    first = path.read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../docs/schema/{kind}.schema.json"
    assert (path.parent / first.partition("=")[2]).is_file()


def test_nothing_is_said_by_alternatives_which_editors_cannot_explain() -> None:
    for kind in KINDS:
        assert not re.search('"(anyOf|oneOf|\\$ref)"', json_schema.text(kind))


# What they say of each field.


@every_field
def test_a_field_has_a_title_a_description_and_examples(
    kind: Kind, path: str, node: Schema
) -> None:
    assert node["title"]
    assert node["description"].endswith(".")
    assert node["examples"]


@every_field
def test_examples_and_defaults_are_valid(kind: Kind, path: str, node: Schema) -> None:
    validator = jsonschema_rs.Draft202012Validator(node)
    for value in [*node["examples"], *([node["default"]] if "default" in node else [])]:
        assert [str(error) for error in validator.iter_errors(value)] == []


MODEL_FIELDS = {
    f"{model.__name__}.{name}": field
    for root in (App, Environment)
    for model in reference.sections_of(root)
    for name, field in fields(model)
}


def kinds_in(field: FieldInfo) -> Iterator[Bare]:
    """What a field holds, and what stands in its lists and maps."""
    kind = bare_field(field)
    yield kind
    while get_origin(kind.annotation) in (list, dict):
        kind = bare(get_args(kind.annotation)[-1])
        yield kind


@pytest.mark.parametrize("name", MODEL_FIELDS)
def test_what_a_field_is_and_what_it_becomes_is_said_beside_it(name: str) -> None:
    field = MODEL_FIELDS[name]
    assert field.description
    assert field.description.endswith(".")
    assert isinstance(field.json_schema_extra, dict)
    assert str(field.json_schema_extra["becomes"]).endswith(".")


@pytest.mark.parametrize("name", MODEL_FIELDS)
def test_the_model_takes_its_examples_and_its_default(name: str) -> None:
    field = MODEL_FIELDS[name]
    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
    for example in field.examples or []:
        adapter.validate_python(example)
    if not field.is_required():
        stands_for = json_schema.default(field)
        assert adapter.validate_python(copy.deepcopy(stands_for)) == field.default


@pytest.mark.parametrize("name", MODEL_FIELDS)
def test_the_reference_shows_examples_as_a_spec_would(name: str) -> None:
    for example in MODEL_FIELDS[name].examples or []:
        assert read("x", f"x: {flow(example)}\n".encode()).data == {"x": example}


def test_the_amounts_that_are_named_are_those_of_who_says_nothing() -> None:
    for amount in ("cpu", "memory", "ephemeral-storage"):
        said = json_schema.description(MODEL_FIELDS[f"Amounts.{amount}"])
        request, limit = resources.REQUESTS[amount], resources.LIMITS[amount]
        assert f"a request of {request}, a limit of {limit}" in said


# Forms of text.

ALL_FORMS = {
    name: form
    for module in (types, environment)
    for name, annotation in vars(module).items()
    if (
        form := next(
            (f for f in getattr(annotation, "__metadata__", ()) if isinstance(f, Form)), None
        )
    )
}


def in_schema(form: Form) -> jsonschema_rs.Draft202012Validator:
    kind = Bare(str, (form,), optional=False)
    return jsonschema_rs.Draft202012Validator(json_schema._value(kind, json_schema._WHOLE))


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_a_usable_text_is_valid(kind: str, value: str) -> None:
    assert in_schema(ALL_FORMS[kind]).is_valid(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [(k, v) for k, values in BAD.items() for v in values if ALL_FORMS[k].suffices],
)
def test_an_unusable_text_is_not(kind: str, value: str) -> None:
    assert not in_schema(ALL_FORMS[kind]).is_valid(value)


@pytest.mark.parametrize("name", ALL_FORMS)
def test_a_pattern_means_the_same_to_python_and_to_ecma_262(name: str) -> None:
    """Only constructs that both have, and in the same meaning; anchored by whoever uses it."""
    pattern = ALL_FORMS[name].pattern
    assert re.findall(r"\\[^.$tx{]|\(\?(?![:!])|[*+?}][+]|\[[^\]]*\[|(?<!\[)\^", pattern) == []


@pytest.mark.parametrize("name", ALL_FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_text_matches_in_the_check_where_it_matches_in_the_schema(
    name: str, data: st.DataObject
) -> None:
    form = ALL_FORMS[name]
    usable = st.from_regex(form.pattern, fullmatch=True)
    text = data.draw(usable | usable.flatmap(nearly) | st.text(max_size=20))
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, form])
    try:
        adapter.validate_python(text)
        accepted = True
    except ValidationError:
        accepted = False
    matches = form.matches(text)
    assert in_schema(form).is_valid(text) == matches
    assert accepted == matches if form.suffices else accepted <= matches


def nearly(text: str) -> st.SearchStrategy[str]:
    """The text with one character more, or another one."""
    place, character = st.integers(0, len(text)), st.sampled_from("-._/:@$ {Aa0\né")
    return st.builds(
        lambda at, new, skip: text[:at] + new + text[at + skip :],
        place,
        character,
        st.integers(0, 1),
    )


# Both directions: what Portico refuses and what the schema refuses. Where they differ, by name.


class OnlyPortico(NamedTuple):
    """Why Portico alone refuses something, how to tell, and a file that shows it."""

    reason: str
    tells: Callable[[Diagnostic, Document], bool]
    shown_by: str


def says(pattern: str, *rules: str) -> Callable[[Diagnostic, Document], bool]:
    compiled = re.compile(pattern)
    return lambda found, _: found.rule.id in rules and bool(compiled.search(found.message))


def in_override(found: Diagnostic, document: Document) -> bool:
    start = document.span(("environments",))
    return found.primary.span[1:3] > start[1:3]


def between_fields(found: Diagnostic, _: Document) -> bool:
    """Whether each field alone may be as it is, and all of them together not."""
    if found.rule.id == "PT108":
        return "is the same in every environment" not in found.message
    return found.rule.id.startswith("PT3")


SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
environments:
  acceptance:
"""

ONE_OF = {
    one_of.message
    for field in MODEL_FIELDS.values()
    for kind in kinds_in(field)
    for one_of in kind.one_of
}
"""What is said of a mapping that has none or two of the fields of which it has one."""

ONLY_PORTICO: dict[tuple[Kind, str], OnlyPortico] = {
    ("app", "fields that exclude each other"): OnlyPortico(
        "a schema that compared fields could only say that one of many alternatives failed",
        between_fields,
        SPEC.replace("port: 8080", "health: /x"),
    ),
    ("app", "names of other files"): OnlyPortico(
        "a schema sees one file, and is the same in every repository",
        says("", "PT106", "PT107"),
        SPEC.replace("acceptance:", "nowhere:"),
    ),
    ("app", "null that removes nothing"): OnlyPortico(
        "what an override or a spec can remove stands in another layer",
        says("has no value", "PT116"),
        SPEC + "    health:\n",
    ),
    ("app", "replicas that a default of the environment could complete"): OnlyPortico(
        "an environment may give `min`, so a spec may say `max` alone",
        says(r'^"replicas\.min" is missing', "PT103"),
        SPEC + "replicas: {max: 3}\n",
    ),
    ("app", "timeouts"): OnlyPortico(
        "how long CloudFront waits is said by the environment",
        says("^the app may take [0-9]+ s to answer, and [a-z]+ waits 60 s$", "PT124"),
        SPEC + "expose: {host: shop, timeout: 90}\n",
    ),
    ("app", "one of several fields, in an override"): OnlyPortico(
        "it is merged: what is empty here may be whole with what the spec says",
        lambda found, document: found.message in ONE_OF and in_override(found, document),
        SPEC + "    env: {A: {}}\n",
    ),
    ("app", "a part of an entry that another layer could complete"): OnlyPortico(
        "an entry of a map may stand in a spec and in overrides, each with some of its fields",
        says(r'^"[^".]+\.[^"]+\.[^".]+" is missing', "PT103"),
        SPEC + "ports: {grpc: {appProtocol: grpc}}\n",
    ),
    ("app", "a variable that is always there, and optional"): OnlyPortico(
        "a text and a field of the pod cannot be missing",
        says("is always there, and never optional", "PT105"),
        SPEC + "env: {A: {value: x, optional: true}}\n",
    ),
    ("app", "time zones"): OnlyPortico(
        "there are six hundred, and each year brings changes",
        says("is not a time zone", "PT105"),
        SPEC.replace("port: 8080", 'schedule: {cron: "0 3 * * *", timeZone: Europe/Nowhere}'),
    ),
    ("app", "whole numbers with a decimal point"): OnlyPortico(
        "3.0 is an integer to JSON Schema",
        says(r"(must be .*, and is|cannot be) the number -?[0-9]+[.]0$", "PT104", "PT105"),
        SPEC.replace("8080", "8080.0"),
    ),
    ("app", "what the numbers and names of a schedule mean"): OnlyPortico(
        "a pattern of it would be pages long, and could not compare the ends of a range",
        says("is not a schedule: ", "PT105"),
        SPEC.replace("port: 8080", "schedule: 61 2 * * *"),
    ),
    ("app", "how large a policy is"): OnlyPortico(
        "the length of texts in lists of lists is no schema's to add up",
        says("and IAM takes 10,240 for a role", "PT105"),
        SPEC
        + "permissions: {statements: [{actions: [s3:GetObject], resources: ["
        + ", ".join(f"arn:aws:s3:::{number:0<80}" for number in range(130))
        + "]}]}\n",
    ),
    ("app", "what a condition compares with"): OnlyPortico(
        "the operator is the key of a map that holds the map of the values",
        says("with which .* compares", "PT105"),
        SPEC
        + "permissions: {statements: [{actions: [s3:GetObject], resources: [arn:aws:s3:::a], "
        + 'conditions: {Bool: {aws:SecureTransport: "yes"}}}]}\n',
    ),
    ("app", "address ranges"): OnlyPortico(
        "host bits and the groups of an IPv6 address are arithmetic",
        says("is not an address range|is not the range's own name", "PT105"),
        SPEC + "egress: [{cidr: 10.0.0.1/8, port: 80}]\n",
    ),
    ("app", "further objects that an app cannot have"): OnlyPortico(
        "why a kind is none that an app may have, is more than a list of those that are",
        says("", "PT123"),
        SPEC + "manifests: [{apiVersion: v1, kind: Secret, metadata: {name: shop}}]\n",
    ),
    ("app", "texts in patches"): OnlyPortico(
        "they may be at any depth, and keys too",
        says("Flux and Terraform would replace|has a control character", "PT105"),
        SPEC + 'patches: [{target: Service, merge: {spec: {a: ["${B}"]}}}]\n',
    ),
    ("environment", "fields that exclude each other"): OnlyPortico(
        "a schema that compared fields could only say that one of many alternatives failed",
        between_fields,
        ENVIRONMENT + "edge: {originProtocol: https-only}\n",
    ),
    ("environment", "whole numbers with a decimal point"): OnlyPortico(
        "3.0 is an integer to JSON Schema",
        says(r"(must be .*, and is|cannot be) the number -?[0-9]+[.]0$", "PT104", "PT105"),
        ENVIRONMENT + "router: {replicas: 3.0}\n",
    ),
    ("environment", "address ranges"): OnlyPortico(
        "host bits and the groups of an IPv6 address are arithmetic",
        says("is not an address range|is not the range's own name", "PT105"),
        ENVIRONMENT + "edge: {waf: {allow: [10.0.0.1/8]}}\n",
    ),
}


Environments = dict[str, tuple[Environment, Document]]


def environments() -> Iterator[tuple[str, tuple[Environment, Document]]]:
    for path, document in SAMPLES["environment"].items():
        parsed = parse(Environment, document.data, places_of(document))
        assert isinstance(parsed, Environment)
        if path.is_relative_to(ROOT / "environments"):
            yield parsed.name, (parsed, document)


ENVIRONMENTS = dict(environments())


def reported(
    kind: Kind, document: Document, environments: Environments = ENVIRONMENTS
) -> list[Diagnostic]:
    """The errors that Portico finds in one file, in a repository with these environments."""
    if kind == "app":
        name = document.data.get("name")
        known = name if isinstance(name, str) and types.is_name(name) else "shop"
        found = resolve(known, document, environments, tuple(environments)).diagnostics
    else:
        parsed = parse(Environment, document.data, places_of(document))
        if isinstance(parsed, Environment):
            # Which other environments there are, no schema can know.
            names = (parsed.name, parsed.promotes_from or "")
            found = check_environments({parsed.name: (parsed, document)}, names)
        else:
            found = parsed
    return [diagnostic for diagnostic in found if diagnostic.severity == "error"]


def named(document: Document) -> Environments:
    """An environment for each that the spec names and that may have that name."""
    written = document.data.get("environments")
    names = [name for name in written if types.is_name(name)] if isinstance(written, dict) else []
    spare = ENVIRONMENTS["acceptance"]
    return {**ENVIRONMENTS, **{name: ENVIRONMENTS.get(name, spare) for name in names}}


# Each layer is judged, also where every environment says something else.
IN_NO_ENVIRONMENT = {
    "a value that each environment replaces": SPEC.replace("1.4.2", "latest")
    + "    image: ghcr.io/acme/shop:1.4.2\n",
    "a mapping that each environment completes": "env: {A: {}}\n"
    + SPEC
    + "    env: {A: {value: x}}\n",
    "a field that each environment removes": "prot: 8080\n" + SPEC + "    prot:\n",
    "a mapping that each environment removes": "expose: {host: a_b}\n" + SPEC + "    expose:\n",
}


@pytest.mark.parametrize("name", IN_NO_ENVIRONMENT)
def test_both_refuse_what_no_environment_takes_from_the_spec(name: str) -> None:
    document = read("shop.yaml", IN_NO_ENVIRONMENT[name].encode())
    assert not VALIDATORS["app"].is_valid(document.data)
    assert len(reported("app", document)) == 1


@pytest.mark.parametrize(("kind", "name"), ONLY_PORTICO)
def test_what_only_portico_refuses_is_real(kind: Kind, name: str) -> None:
    exception = ONLY_PORTICO[kind, name]
    document = read("shop.yaml", exception.shown_by.encode())
    assert VALIDATORS[kind].is_valid(document.data)
    assert any(exception.tells(found, document) for found in reported(kind, document))


VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 3, 100, 65536, 10**12, 0.5, 3.0, "", [], {}, [[]], [{}], [None]),
    *({"a": None}, {"min": 1}, {"value": "x"}, {"secret": "a/b"}, {"path": "/"}, {"host": "@"}),
    *(text for texts in [*GOOD.values(), *BAD.values()] for text in texts if text.isprintable()),
]
"""What any value may become: something of each type, and every text of the tables of texts."""

EXAMPLES: dict[str, list[Any]] = {}
for _, field_path, field_node in FIELDS:
    likely = EXAMPLES.setdefault(field_path.rpartition(".")[2].removesuffix("[]"), [])
    likely += [
        *field_node["examples"],
        *(
            field_node[bound] + step
            for bound in ("minimum", "maximum")
            if bound in field_node
            for step in (-1, 0, 1)
        ),
    ]
for model_field in MODEL_FIELDS.values():
    for form_name in GOOD:
        if ALL_FORMS[form_name] is bare_field(model_field).form:
            table = [text for text in [*GOOD[form_name], *BAD[form_name]] if text.isprintable()]
            EXAMPLES[str(model_field.alias)].extend(table)
"""What a field may become, by its name, wherever the name is used."""


def values(name: str) -> st.SearchStrategy[Any]:
    """As often what a field of this name may be as anything else."""
    anything = st.sampled_from(VALUES)
    likely = EXAMPLES.get(name, [])
    return (st.sampled_from(likely) | anything if likely else anything).map(copy.deepcopy)


def places(data: Any, field: str = "") -> Iterator[tuple[Any, Any, str]]:
    """Each value's container, its key or index there, and the field that it belongs to."""
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        name = key if isinstance(key, str) else field
        yield data, key, name
        if isinstance(value, dict | list):
            yield from places(value, name)


def mappings(data: Any) -> list[dict[str, Any]]:
    return [data, *(c[k] for c, k, _ in places(data) if isinstance(c[k], dict))]


def mutate(draw: Callable[..., Any], kind: Kind, data: dict[str, Any]) -> None:
    """Change one thing of a file, as people and their tools do."""
    everywhere = list(places(data))
    what = draw(st.sampled_from(("set", "add", "drop", "rename", "copy", "move")))
    if not everywhere or what == "add":
        mapping = draw(st.sampled_from(mappings(data)))
        name = draw(st.sampled_from([*EXAMPLES, "labels", "Name", "runasuser"]))
        mapping[name] = draw(values(name))
        return
    container, key, field = draw(st.sampled_from(everywhere))
    if what == "set":
        container[key] = draw(values(field))
    elif what == "drop":
        del container[key]
    elif what == "rename" and isinstance(container, dict):
        other = draw(st.sampled_from([*EXAMPLES, f"{key}s", key.upper()]))
        container[other] = container.pop(key)
    elif kind == "app" and what in ("copy", "move"):
        # Between the spec and an override, in the one direction or the other.
        field = draw(st.sampled_from(list(data)))
        overrides = data.get("environments")
        if isinstance(overrides, dict) and overrides and field != "environments":
            name = draw(st.sampled_from(list(overrides)))
            if isinstance(overrides[name], dict) or overrides[name] is None:
                overrides[name] = {**(overrides[name] or {}), field: copy.deepcopy(data[field])}
                if what == "move":
                    del data[field]


@st.composite
def broken(draw: st.DrawFn, kind: Kind) -> Document:
    """A valid file with one to three changes, read as Portico reads it."""
    data = copy.deepcopy(
        draw(st.sampled_from([document.data for document in SAMPLES[kind].values()]))
    )
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 2, 3)))):
        mutate(draw, kind, data)
    try:
        return read(f"{kind}.yaml", json.dumps(data, ensure_ascii=False).encode())
    except Rejected:
        assume(False)
        raise


def compare(kind: Kind, document: Document) -> None:
    """Portico and the schema both take the file or both refuse it, but for what has a name here."""
    refused = list(VALIDATORS[kind].iter_errors(document.data))
    errors = reported(kind, document, named(document))
    if not refused:
        exceptions = [exception for (k, _), exception in ONLY_PORTICO.items() if k == kind]
        for error in errors:
            assert any(exception.tells(error, document) for exception in exceptions), error
    else:
        assert not all(between_fields(error, document) for error in errors), refused


@pytest.mark.parametrize("kind", KINDS)
def test_portico_and_the_schema_refuse_the_same_files(kind: Kind) -> None:
    @settings(max_examples=1000, deadline=None)
    @given(document=broken(kind))
    def both(document: Document) -> None:
        compare(kind, document)

    both()


def complete(node: Schema) -> Any:
    """A value with every field that the schema knows, long forms long; of fields that exclude each
    other, those of an example."""
    if "if" in node.get("items", {}) or "allOf" in node.get("items", {}):
        return copy.deepcopy(node["examples"][0])
    if "properties" in node:
        # Of fields that exclude each other the last.
        rules = [rule["not"].get("required", ()) for rule in node.get("allOf", ()) if "not" in rule]
        excluded = {pair[0] for pair in rules if pair}
        fields = [item for item in node["properties"].items() if item[0] not in excluded]
        return {key: complete(value) for key, value in fields}
    if "items" in node and "properties" in node["items"]:
        return [complete(node["items"])]
    entries = node.get("additionalProperties")
    if isinstance(entries, dict):
        [(key, value), *_] = node["examples"][0].items() if "examples" in node else [("a", None)]
        return {key: complete(entries) if "properties" in entries else copy.deepcopy(value)}
    return copy.deepcopy(node["examples"][0])


def completed(kind: Kind) -> list[dict[str, Any]]:
    """Files that use every field; of specs one without overrides, and one that is all override."""
    data = complete(SCHEMAS[kind])
    if kind == "environment":
        return [data]
    [override] = data["environments"].values()
    base = {fixed: data[fixed] for fixed in json_schema.FIXED}
    return [
        {**data, "environments": {"prod": None}},
        {**base, "environments": {"prod": override}},
        {**base, "environments": {"prod": {**override, "replicas": 3}, "dev": override}},
    ]


Change = Callable[[dict[str, Any]], None]


def single_changes(data: dict[str, Any]) -> list[Change]:
    """What replaces, renames, drops or adds one value of a file, or puts it elsewhere."""
    basic = [*VALUES[: VALUES.index(GOOD["AppName"][0])], "a" * 41, "a" * 254]
    changes: list[Change] = []
    for number, (container, _, field) in enumerate(places(data)):
        values = [*EXAMPLES.get(field, []), *basic]
        changes += [partial(replace, number, value) for value in values]
        changes += [partial(repeat, number), partial(drop, number)]
        if isinstance(container, dict):
            names = ("A", "1", "x-y", "Prod", *BAD["EnvName"])
            changes += [partial(rename, number, other) for other in names]
    for number, mapping in enumerate(mappings(data)):
        changes += [partial(add, number, name) for name in sorted({*EXAMPLES} - set(mapping))]
    for field, value in data.items() if "environments" in data else ():
        # From the spec into the override, whole and in part.
        parts: list[Any] = [*value] if isinstance(value, dict) else []
        if field != "environments":
            changes += [partial(move, field, part) for part in [None, *parts]]
    return changes


def at(data: dict[str, Any], number: int) -> tuple[Any, Any]:
    container, key, _ = next(islice(places(data), number, None))
    return container, key


def replace(number: int, value: Any, data: dict[str, Any]) -> None:
    container, key = at(data, number)
    container[key] = copy.deepcopy(value)


def repeat(number: int, data: dict[str, Any]) -> None:
    container, key = at(data, number)
    if isinstance(container[key], list):
        container[key] *= 101


def drop(number: int, data: dict[str, Any]) -> None:
    container, key = at(data, number)
    del container[key]


def rename(number: int, other: str, data: dict[str, Any]) -> None:
    container, key = at(data, number)
    container[other] = container.pop(key)


def add(number: int, name: str, data: dict[str, Any]) -> None:
    mappings(data)[number][name] = copy.deepcopy(EXAMPLES[name][0])


def move(field: str, part: Any, data: dict[str, Any]) -> None:
    moved = data.pop(field) if part is None else {part: data[field].pop(part)}
    data["environments"]["prod"] = {field: moved}


# There are two hundred times as many.
CHANGES = 300


@pytest.mark.parametrize("kind", KINDS)
def test_single_changes_of_a_complete_file_are_judged_alike(kind: Kind) -> None:
    for data in completed(kind):
        assert VALIDATORS[kind].is_valid(data)
        every = single_changes(data)
        for change in random.Random(7).sample(every, min(CHANGES, len(every))):
            changed = copy.deepcopy(data)
            change(changed)
            text = json.dumps(changed, ensure_ascii=False)
            try:
                document = read(f"{kind}.yaml", text.encode())
            except Rejected:
                continue
            compare(kind, document)
