"""Every object against the strict schema of its kind, for the environment's Kubernetes version.

The schemas are the files of kubernetes-validate. Its own call reads a megabyte of them for each
object (10 ms); here each kind is compiled once with jsonschema-rs, and an object takes 2 µs.
"""

import importlib.util
import json
import os
from typing import Any

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.kubernetes.files import File
from compiler.kubernetes.metadata import Object

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
_BASE = "https://kubernetes.io/api/_definitions.json"


class Schemas:
    """The strict schemas of one Kubernetes version, each compiled when it is first needed."""

    def __init__(self, version: str) -> None:
        self.version = version
        self._folder = os.path.join(_schema_folder(), f"v{version}.0-local-strict")
        self._registry: Any = None
        self._validators: dict[str, Any] = {}

    def validator(self, obj: Object) -> Any | None:
        """The compiled schema for the object's kind; None when this version has no such kind."""
        # rbac.authorization.k8s.io/v1 Role is in role-rbac-v1.json, v1 Service in service-v1.json.
        group, _, version = obj["apiVersion"].rpartition("/")
        short = group.split(".")[0]
        name = "-".join(part for part in (obj["kind"].lower(), short, version) if part)
        if name not in self._validators:
            self._validators[name] = self._compile(name)
        return self._validators[name]

    def _compile(self, name: str) -> Any | None:
        import jsonschema_rs

        path = os.path.join(self._folder, f"{name}.json")
        if not os.path.exists(path):
            return None
        if self._registry is None:
            with open(os.path.join(self._folder, "_definitions.json"), "rb") as file:
                self._registry = jsonschema_rs.Registry([(_BASE, json.load(file))])
        with open(path, "rb") as file:
            return jsonschema_rs.Draft202012Validator(json.load(file), registry=self._registry)


def schema_errors(
    manifests: dict[str, File], texts: dict[str, str], schemas: Schemas
) -> list[Diagnostic]:
    """What is wrong with the objects of these files; `texts` are their rendered texts."""
    found: list[Diagnostic] = []
    for path, file in manifests.items():
        for index, obj in enumerate(file.objects):
            if obj["apiVersion"] in _OUTSIDE_KUBERNETES:
                continue
            validator = schemas.validator(obj)
            if validator is None:
                found.append(
                    Diagnostic(
                        UNKNOWN_KIND,
                        f"Kubernetes {schemas.version} has no {obj['kind']} in {obj['apiVersion']}",
                        object_place(path, texts[path], index),
                        help=f"it was compiled from {file.source}",
                    )
                )
                continue
            if validator.is_valid(obj):
                continue
            from compiler.check.violation import violation

            found += [
                Diagnostic(
                    INVALID_OBJECT,
                    f"{obj['kind']} {obj['metadata']['name']}: {violation(error)}",
                    object_place(path, texts[path], index),
                    help=f"it was compiled from {file.source}",
                )
                for error in validator.iter_errors(obj)
            ]
    return found


def object_place(path: str, text: str, index: int) -> Place:
    """Where the object with this index begins in its rendered file, after its one-line header."""
    at = 0
    for _ in range(index):
        at = text.index("\n---\n", at) + 1
    line = text.count("\n", 0, at) + 2
    return Place(Span(path, line, 1, line, 1))


def _schema_folder() -> str:
    """The schema files of kubernetes-validate, found without importing it (89 ms)."""
    spec = importlib.util.find_spec("kubernetes_validate")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return os.path.join(spec.submodule_search_locations[0], "kubernetes-json-schema")
