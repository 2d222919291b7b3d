"""Flux's own definitions accept every Flux object that is rendered."""

import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
RENDERED = ROOT / "rendered"
# Upstream's definitions are data of their projects, and not part of this one.
CRDS = Path(os.environ.get("PORTICO_CRDS", ROOT.parent / "shared" / "crds"))
DEFINITION = CRDS / "flux" / "kustomize.toolkit.fluxcd.io_kustomizations.yaml"


def strict(schema: Any) -> Any:
    """The schema with unknown fields refused, as the API server does with strict validation."""
    if isinstance(schema, dict):
        closed = {key: strict(value) for key, value in schema.items()}
        if "properties" in closed and "x-kubernetes-preserve-unknown-fields" not in closed:
            closed.setdefault("additionalProperties", False)
        return closed
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


@pytest.mark.skipif(
    not DEFINITION.exists(),
    reason="Flux's CRDs are not on this machine; set PORTICO_CRDS to a folder with flux/*.yaml",
)
def test_every_flux_kustomization_is_valid_for_flux() -> None:
    definition = yaml.safe_load(DEFINITION.read_text())
    [served] = [v for v in definition["spec"]["versions"] if v["name"] == "v1"]
    schema = strict(served["schema"]["openAPIV3Schema"])
    # The frame of every object, which the definition leaves open.
    schema["properties"]["metadata"] = {"type": "object"}
    validator = jsonschema_rs.Draft202012Validator(schema)
    objects = [
        obj
        for file in sorted(RENDERED.glob("*/flux/estate/*.yaml"))
        for obj in yaml.load_all(file.read_text(), yaml.CSafeLoader)
        if obj["apiVersion"].startswith("kustomize.toolkit.fluxcd.io/")
    ]

    assert len(objects) > 30
    assert [str(e) for obj in objects for e in validator.iter_errors(obj)] == []
    broken = {**objects[0], "spec": {**objects[0]["spec"], "pruen": True}}
    assert not validator.is_valid(broken)


def test_nothing_is_substituted_and_what_must_stay_is_kept() -> None:
    for file in sorted(RENDERED.glob("*/flux/estate/*.yaml")):
        assert "postBuild" not in file.read_text()
    keep = "kustomize.toolkit.fluxcd.io/prune"
    kept = [
        obj
        for file in sorted(RENDERED.rglob("*.yaml"))
        for obj in yaml.load_all(file.read_text(), yaml.CSafeLoader)
        if obj["kind"] == "Namespace" or obj.get("spec", {}).get("type") == "LoadBalancer"
    ]
    assert {obj["kind"] for obj in kept} == {"Namespace", "Service"}
    assert [o for o in kept if o["metadata"]["annotations"].get(keep) != "disabled"] == []
