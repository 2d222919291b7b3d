"""docs/flux.md says which field makes Flux do what: each of those fields is rendered, as it says.

A claim is written `file: Kind/name field = value`, `file: Kind field is absent` or `file: no Kind`;
without a kind it is about every object of the file. Files are named for prod and may be patterns.
It holds in every environment, but for what is said of the manifests of one app: that is of prod.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "flux.md").read_text()
ENVIRONMENTS = sorted(folder.name for folder in (ROOT / "rendered").iterdir())

_CLAIM = re.compile(
    r"(?P<file>rendered/prod/[^:`]+): (?:no (?P<none>\w+)|(?:(?P<kind>[A-Z]\w+)(?:/(?P<name>\S+))? )?"
    r"(?P<field>[a-z]\S*) (?:= (?P<value>.+)|is absent))"
)
_STEP = re.compile(r'\["([^"]+)"\]|(\w+)')


class Claim(NamedTuple):
    """What the page says of the files."""

    text: str
    file: str
    none: str | None
    kind: str | None
    name: str | None
    field: str | None
    value: str | None


def claimed(text: str) -> Claim | None:
    """The claim in a piece of code, if it is one."""
    found = _CLAIM.fullmatch(text)
    return Claim(text, **found.groupdict()) if found else None


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


CLAIMS = [claim for text in dict.fromkeys(codes(PAGE)) if (claim := claimed(text))]


def rows() -> list[tuple[str, str]]:
    """Each row of the tables that promise a field: what happens, and the field that does it."""
    tables = re.findall(
        r"^\| what happens \| the field that does it \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE, re.M
    )
    cells = [row.strip("|").split(" | ") for table in tables for row in table.splitlines()]
    return [(what.strip(), field.strip()) for what, field in cells]


_objects: dict[Path, list[dict[str, Any]]] = {}


def objects(path: Path) -> list[dict[str, Any]]:
    if path not in _objects:
        _objects[path] = list(yaml.load_all(path.read_text(), yaml.CSafeLoader))
    return _objects[path]


def files(pattern: str) -> list[Path]:
    everything = (ROOT / pattern.split("*")[0]).parent.rglob("*.yaml")
    if "*" not in pattern:
        return [ROOT / pattern] if (ROOT / pattern).exists() else []
    # `**/` is any number of folders, also none; `*` is a part of a name.
    inner = re.escape(pattern).replace(r"\*\*/", "(?:[^/]+/)*").replace(r"\*", "[^/]*")
    return [p for p in everything if re.fullmatch(inner, p.relative_to(ROOT).as_posix())]


def value_at(obj: dict[str, Any], field: str) -> tuple[Any, ...]:
    """What an object says at a path, or nothing."""
    value: Any = obj
    for quoted, plain in _STEP.findall(field):
        if not isinstance(value, dict) or (quoted or plain) not in value:
            return ()
        value = value[quoted or plain]
    return (value,)


def meant(claim: Claim, environment: str) -> list[dict[str, Any]]:
    """The objects that a claim is about."""
    found = [o for p in files(claim.file.replace("/prod/", f"/{environment}/")) for o in objects(p)]
    if claim.kind is None:
        # A list of files is no object that Flux applies, unless it is what the claim is about.
        own = claim.file.endswith("kustomization.yaml")
        return [o for o in found if own or not o["apiVersion"].startswith("kustomize.config.")]
    return [
        o
        for o in found
        if o["kind"] == claim.kind
        and (claim.kind != "Kustomization" or "toolkit.fluxcd.io" in o["apiVersion"])
        and (claim.name is None or o["metadata"]["name"] == claim.name)
    ]


def holds_in(claim: Claim) -> list[str]:
    of_one_app = claim.file.startswith("rendered/prod/apps/") and "*" not in claim.file
    return ["prod"] if of_one_app else ENVIRONMENTS


@pytest.mark.parametrize(
    ("claim", "environment"),
    [(claim, environment) for claim in CLAIMS for environment in holds_in(claim)],
    ids=lambda value: value.text if isinstance(value, Claim) else value,
)
def test_a_field_is_rendered_as_the_page_says(claim: Claim, environment: str) -> None:
    about = meant(claim, environment)
    assert about, f"{claim.text}: there is no such object"
    if claim.none:
        assert [o for o in about if o["kind"] == claim.none] == []
        return
    assert claim.field is not None
    said = [value_at(obj, claim.field) for obj in about]
    if claim.value is None:
        assert said == [()] * len(about)
    else:
        expected = yaml.safe_load(claim.value.replace("/prod/", f"/{environment}/"))
        assert said == [(expected,)] * len(about)


def test_every_promise_names_a_field() -> None:
    assert len(rows()) > 30
    for what, field in rows():
        assert codes(field), f"no field does this: {what}"
        for text in codes(field):
            assert claimed(text), f"this is no claim: {text}"


def test_what_looks_like_a_claim_is_one() -> None:
    for text in codes(PAGE):
        if text.startswith("rendered/") and (" = " in text or " is absent" in text or ": " in text):
            assert claimed(text), text


@pytest.mark.parametrize(
    "text",
    [
        "rendered/prod/flux/estate/apps.yaml: spec.prune = false",
        "rendered/prod/flux/estate/apps.yaml: spec.prune is absent",
        "rendered/prod/flux/estate/apps.yaml: spec.pruen = true",
        "rendered/prod/flux/estate/app.yaml: spec.prune = true",
        "rendered/prod/flux/estate/apps.yaml: Kustomization/app-stroefront spec.prune = true",
        "rendered/prod/**/*.yaml: no Deployment",
    ],
)
def test_a_claim_that_does_not_hold_is_found(text: str) -> None:
    claim = claimed(text)
    assert claim is not None
    with pytest.raises(AssertionError):
        test_a_field_is_rendered_as_the_page_says(claim, "prod")
