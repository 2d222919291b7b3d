"""The strict schema of one kind, with all that it refers to, as one JSON text.

The schemas are the files of kubernetes-validate, where the kinds of a version refer to one file of
1.4 MB. For jsonschema-rs to take that in lasts 15 ms; a kind with what it refers to, 0.2 to 3 ms.
"""

import importlib.util
import json
import os
import re
from functools import cached_property
from typing import Any

# What may become part of the name of a schema file.
_SCHEMA_NAME = re.compile(r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9]+/[A-Za-z0-9]+")
_SUFFIX = ".0-local-strict"


class SchemaFiles:
    """The schema files of one Kubernetes version."""

    def __init__(self, version: str) -> None:
        self._folder = os.path.join(_schema_folder(), f"v{version}{_SUFFIX}")
        self._known: dict[str, tuple[str, set[str]]] = {}

    def text(self, api_version: str, kind: str) -> str | None:
        """The schema of a kind; None when this version has no such kind."""
        if not _SCHEMA_NAME.fullmatch(f"{api_version}/{kind}"):
            return None
        # rbac.authorization.k8s.io/v1 Role is in role-rbac-v1.json, v1 Service in service-v1.json.
        group, _, version = api_version.rpartition("/")
        short = group.split(".")[0]
        file_name = "-".join(part for part in (kind.lower(), short, version) if part)
        path = os.path.join(self._folder, f"{file_name}.json")
        if not os.path.exists(path):
            return None
        with open(path, "rb") as file:
            schema, referred = _alone(json.load(file))
        needed: set[str] = set()
        while missing := referred - needed:
            needed |= missing
            referred = set().union(*(self._definition(name)[1] for name in missing))
        definitions = ",".join(f'"{name}":{self._definition(name)[0]}' for name in sorted(needed))
        return f'{schema[:-1]},"$defs":{{{definitions}}}}}'

    def _definition(self, name: str) -> tuple[str, set[str]]:
        """What kinds may share, as `_alone` gives it."""
        if name not in self._known:
            self._known[name] = _alone(self._definitions[name])
        return self._known[name]

    @cached_property
    def _definitions(self) -> dict[str, Any]:
        with open(os.path.join(self._folder, "_definitions.json"), "rb") as file:
            definitions: dict[str, Any] = json.load(file)["$defs"]
        return definitions


def versions() -> list[str]:
    """The versions of Kubernetes whose schemas are here, oldest first."""
    found = [
        name[1:].removesuffix(_SUFFIX)
        for name in os.listdir(_schema_folder())
        if name.endswith(_SUFFIX)
    ]
    return sorted(found, key=lambda version: [int(number) for number in version.split(".")])


def _alone(schema: dict[str, Any]) -> tuple[str, set[str]]:
    """A schema as JSON that refers to `$defs` of its own document, and the names of those."""
    referred: set[str] = set()
    return json.dumps(_reduced(schema, referred), separators=(",", ":")), referred


def _reduced(schema: Any, referred: set[str]) -> Any:
    """A schema without what it says to people.

    A reference in a keyword that is not known here stays as it is, and then nothing compiles it.
    """
    if not isinstance(schema, dict):
        return schema
    reduced: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "properties":
            reduced[keyword] = {name: _reduced(inner, referred) for name, inner in value.items()}
        elif keyword in ("items", "additionalProperties"):
            reduced[keyword] = _reduced(value, referred)
        elif keyword in ("allOf", "anyOf", "oneOf"):
            reduced[keyword] = [_reduced(inner, referred) for inner in value]
        elif keyword == "$ref":
            name = value.rpartition("#/$defs/")[2]
            reduced[keyword] = f"#/$defs/{name}"
            referred.add(name)
        elif keyword != "description" and not keyword.startswith("x-"):
            reduced[keyword] = value
    return reduced


def _schema_folder() -> str:
    """The schema files of kubernetes-validate, found without importing it (89 ms)."""
    spec = importlib.util.find_spec("kubernetes_validate")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return os.path.join(spec.submodule_search_locations[0], "kubernetes-json-schema")
