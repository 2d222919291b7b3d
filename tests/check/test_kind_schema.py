"""A kind's schema alone says what it says among all the files of its version."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import kubernetes_validate
import pytest
import yaml

from compiler.check.kind_schema import SchemaFiles, versions

FOLDER = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
ODD: tuple[Any, ...] = (None, True, -1, 1.5, "odd", [], ["odd"], {}, {"odd": 1})
Place = tuple[str | int, ...]


def of_version(version: str) -> Path:
    return FOLDER / f"v{version}.0-local-strict"


def whole(version: str) -> jsonschema_rs.Registry:
    definitions = json.loads((of_version(version) / "_definitions.json").read_bytes())
    return jsonschema_rs.Registry([("https://kubernetes.io/api/_definitions.json", definitions)])


def kinds(version: str) -> Iterator[tuple[str, str, Any]]:
    """apiVersion, kind and schema of all that have one."""
    for path in sorted(of_version(version).iterdir()):
        schema = json.loads(path.read_bytes())
        for known in schema.get("x-kubernetes-group-version-kind", []):
            name = "-".join(
                part
                for part in (known["kind"], known["group"].split(".")[0], known["version"])
                if part
            )
            if path.stem == name.lower():
                api_version = "/".join(part for part in (known["group"], known["version"]) if part)
                yield api_version, known["kind"], schema


def objects() -> list[dict[str, Any]]:
    """One compiled object of each kind that Kubernetes has a schema of: the largest."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in (Path(__file__).parents[1] / "golden").rglob("rendered/**/*.yaml"):
        for obj in yaml.safe_load_all(path.read_text()):
            identity = (obj["apiVersion"], obj["kind"])
            if len(str(obj)) > len(str(found.get(identity, ""))):
                found[identity] = obj
    return [obj for (version, _), obj in sorted(found.items()) if "kustomize" not in version]


def paths(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where something stands in a value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in parts:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, key))


def altered(obj: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object, and the object with something odd in each place, or with nothing there."""
    yield obj
    for *above, last in paths(obj):
        for odd in (*ODD, "removed"):
            other = copy.deepcopy(obj)
            holder: Any = other
            for step in above:
                holder = holder[step]
            if odd == "removed":
                del holder[last]
            else:
                holder[last] = odd
            yield other


def said(validator: Any, obj: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(*error.instance_path, error.message) for error in validator.iter_errors(obj)]


@pytest.mark.parametrize("obj", objects(), ids=lambda obj: obj["kind"])
def test_a_schema_alone_says_the_same_of_every_change(obj: dict[str, Any]) -> None:
    api_version, kind = obj["apiVersion"], obj["kind"]
    schema = next(s for v, k, s in kinds("1.34") if (v, k) == (api_version, kind))
    among_all = jsonschema_rs.Draft202012Validator(schema, registry=whole("1.34"))
    text = SchemaFiles("1.34").text(api_version, kind)
    assert text is not None
    alone = jsonschema_rs.Draft202012Validator(text)

    refused = 0
    for changed in altered(obj):
        problems = said(among_all, changed)
        assert said(alone, changed) == problems
        refused += bool(problems)
    assert refused > 10


@pytest.mark.parametrize("version", [versions()[0], versions()[-1]])
def test_every_kind_of_a_version_has_a_schema_alone(version: str) -> None:
    files = SchemaFiles(version)
    texts = {files.text(api_version, kind) for api_version, kind, _ in kinds(version)}

    assert None not in texts
    assert len(texts) > 100
    for text in texts:
        assert text is not None
        jsonschema_rs.Draft202012Validator(text)


def test_a_schema_is_the_same_text_whatever_was_asked_for_before() -> None:
    files = SchemaFiles("1.34")
    files.text("batch/v1", "CronJob")

    assert files.text("apps/v1", "Deployment") == SchemaFiles("1.34").text("apps/v1", "Deployment")
