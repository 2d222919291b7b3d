"""Every object against the strict schema of its kind, for the environment's Kubernetes version.

The schemas are the files of kubernetes-validate. Its own call reads a megabyte of them for each
object (10 ms); here each kind is compiled once with jsonschema-rs, and an object takes 2 µs.
"""

import importlib.util
import os
import re
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any, NamedTuple

from compiler.check.definitions import Definition, definitions, self_contained
from compiler.check.policy import Locate
from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.policies.reading import described
from compiler.policies.shape import Object

INVALID_OBJECT = Rule(
    "PT203",
    "object that Kubernetes would refuse",
    "The API server refuses it when Flux applies it, after the pull request was merged.",
    what="Refuses an object that does not have the form which the environment's Kubernetes version "
    "prescribes: an unknown field, a wrong type, a field that is missing.",
    fix="Correct the value in the spec that the object was compiled from. If it comes from no "
    "spec, Portico made a mistake: please report it.",
    failing="""\
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: sales}
spec:
  prots:
  - port: 80
""",
    passing="""\
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: sales}
spec:
  ports:
  - port: 80
""",
)
UNKNOWN_KIND = Rule(
    "PT204",
    "kind that this Kubernetes version does not have",
    "An object without a schema cannot be checked, and is refused rather than passed over.",
    what="Refuses an object whose kind and apiVersion do not exist in the environment's Kubernetes "
    "version: not yet, or not any more.",
    fix="If the cluster has another version, correct cluster.kubernetes in "
    "`environments/<env>.yaml`. Otherwise Portico made a mistake: please report it.",
    failing="""\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: shop, namespace: sales}
""",
    passing="""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop, namespace: sales}
""",
)

# Kinds of files and controllers that Kubernetes itself has no schema of; the compiler writes no
# others, and its tests hold these against their projects' own definitions.
_OUTSIDE_KUBERNETES = frozenset(
    ("kustomize.toolkit.fluxcd.io/v1", "kustomize.config.k8s.io/v1beta1")
)
# What may become part of the name of a schema file.
_SCHEMA_NAME = re.compile(r"(?:[A-Za-z0-9.-]+/)?[A-Za-z0-9]+/[A-Za-z0-9]+")


class Schemas:
    """The strict schemas of one Kubernetes version, each compiled when it is first needed."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.folder = os.path.join(_schema_folder(), f"v{version}.0-local-strict")
        self._validator = cache(self._compile)

    def accept(self, obj: Object) -> bool:
        """Whether nothing is wrong with the object's form."""
        if obj["apiVersion"] in _OUTSIDE_KUBERNETES:
            return True
        validator = self.validator(obj)
        return validator is not None and validator.is_valid(obj)

    def validator(self, obj: Object) -> Any | None:
        """The compiled schema for the object's kind; None when this version has no such kind."""
        return self._validator(obj["apiVersion"], obj["kind"])

    def _compile(self, api_version: str, kind: str) -> Any | None:
        import jsonschema_rs

        if not _SCHEMA_NAME.fullmatch(f"{api_version}/{kind}"):
            return None
        # rbac.authorization.k8s.io/v1 Role is in role-rbac-v1.json, v1 Service in service-v1.json.
        group, _, version = api_version.rpartition("/")
        short = group.split(".")[0]
        name = "-".join(part for part in (kind.lower(), short, version) if part)
        path = os.path.join(self.folder, f"{name}.json")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            schema = self_contained(file.read(), self._definition)
        return jsonschema_rs.Draft202012Validator(schema)

    @cached_property
    def _definition(self) -> Definition:
        with open(os.path.join(self.folder, "_definitions.json"), "rb") as file:
            return definitions(file.read())


class Subject(NamedTuple):
    """An object, where its values stand, and what to do if it is wrong."""

    obj: Object
    locate: Locate
    help: str


def schema_errors(subjects: Iterable[Subject], schemas: Schemas) -> list[Diagnostic]:
    """What is wrong with the form of these objects."""
    found: list[Diagnostic] = []
    for obj, locate, help in subjects:
        if schemas.accept(obj):
            continue
        validator = schemas.validator(obj)
        if validator is None:
            found.append(
                Diagnostic(
                    UNKNOWN_KIND,
                    f"Kubernetes {schemas.version} has no {obj['kind']} in {obj['apiVersion']}",
                    Place(locate(("apiVersion",))),
                    help=help,
                )
            )
            continue
        # What is said of what is wrong is seldom needed.
        from compiler.check.violation import violation

        found += [
            Diagnostic(
                INVALID_OBJECT,
                f"{described(obj)}: {violation(error)}",
                Place(locate(tuple(error.instance_path))),
                help=help,
            )
            for error in validator.iter_errors(obj)
        ]
    return found


def versions() -> list[str]:
    """The versions of Kubernetes whose schemas are here, oldest first."""
    suffix = ".0-local-strict"
    found = [
        name[1:].removesuffix(suffix)
        for name in os.listdir(_schema_folder())
        if name.endswith(suffix)
    ]
    return sorted(found, key=lambda version: [int(number) for number in version.split(".")])


def _schema_folder() -> str:
    """The schema files of kubernetes-validate, found without importing it (89 ms)."""
    spec = importlib.util.find_spec("kubernetes_validate")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return os.path.join(spec.submodule_search_locations[0], "kubernetes-json-schema")
