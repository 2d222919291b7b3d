"""Flux's own definitions accept every Flux object that is rendered."""

import yaml

from tests.definitions import ROOT, validator

RENDERED = ROOT / "rendered"


def test_every_flux_kustomization_is_valid_for_flux() -> None:
    flux = validator("flux/kustomize.toolkit.fluxcd.io_kustomizations.yaml", "v1")
    objects = [
        obj
        for file in sorted(RENDERED.glob("*/flux/estate/*.yaml"))
        for obj in yaml.load_all(file.read_text(), yaml.CSafeLoader)
        if obj["apiVersion"].startswith("kustomize.toolkit.fluxcd.io/")
    ]

    assert len(objects) > 30
    assert [str(e) for obj in objects for e in flux.iter_errors(obj)] == []
    broken = {**objects[0], "spec": {**objects[0]["spec"], "pruen": True}}
    assert not flux.is_valid(broken)


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
