"""kubectl builds every folder that Flux reads, and what it builds is what was rendered."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kubectl import kustomize

RENDERED = Path(__file__).parent.parent.parent / "rendered"
FOLDERS = sorted(path.parent for path in RENDERED.rglob("kustomization.yaml"))

Identity = tuple[str, str, str | None, str]


def identity(obj: dict[str, Any]) -> Identity:
    metadata = obj["metadata"]
    return obj["apiVersion"], obj["kind"], metadata.get("namespace"), metadata["name"]


def rendered_in(folder: Path) -> dict[Identity, Any]:
    """Every object of the folder's files, listed or not."""
    objects = [
        obj
        for file in sorted(folder.glob("*.yaml"))
        if file.name != "kustomization.yaml"
        for obj in yaml.load_all(file.read_text(), yaml.CSafeLoader)
    ]
    found = {identity(obj): obj for obj in objects}
    assert len(found) == len(objects), f"an object stands twice in {folder}"
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(RENDERED)))
def test_a_folder_builds_to_exactly_what_was_rendered(folder: Path) -> None:
    built = kustomize(folder)

    assert {identity(obj): obj for obj in built} == rendered_in(folder)
    assert len(built) == len(rendered_in(folder))


def test_every_folder_with_manifests_has_a_kustomization() -> None:
    manifests = {path.parent for path in RENDERED.rglob("*.yaml")}
    assert manifests == set(FOLDERS)


@pytest.mark.parametrize("environment", sorted(p.name for p in RENDERED.iterdir()))
def test_flux_finds_itself_and_the_estate_after_bootstrap(environment: str, tmp_path: Path) -> None:
    """`flux bootstrap --path=rendered/<env>/flux` writes flux-system/ beside what is compiled.

    The path itself has no kustomization.yaml, so Flux makes one of all that lies below it: each
    folder that has one, and each manifest beside them.
    """
    flux = tmp_path / "flux"
    shutil.copytree(RENDERED / environment / "flux", flux)
    system = flux / "flux-system"
    system.mkdir()
    (system / "gotk-sync.yaml").write_text(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        "metadata: {name: flux-system, namespace: flux-system}\n"
        f"spec: {{path: ./rendered/{environment}/flux}}\n"
    )
    (system / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "resources: [gotk-sync.yaml]\n"
    )
    assert [path for path in flux.iterdir() if path.is_file()] == []
    folders = sorted(path.name for path in flux.iterdir())
    (flux / "kustomization.yaml").write_text(
        f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: {folders}\n"
    )

    names = {obj["metadata"]["name"] for obj in kustomize(flux)}

    assert {"flux-system", "platform", "namespaces", "app-debug"} <= names


@pytest.mark.parametrize("environment", sorted(p.name for p in RENDERED.iterdir()))
def test_every_path_that_flux_is_given_exists_and_nothing_else_does(environment: str) -> None:
    estate = rendered_in(RENDERED / environment / "flux" / "estate")
    paths = {obj["spec"]["path"] for obj in estate.values()}

    read_by_flux = {
        f"./rendered/{path.relative_to(RENDERED)}"
        for path in FOLDERS
        if path.relative_to(RENDERED).parts[0] == environment and "flux" not in path.parts
    }
    assert paths == read_by_flux
    names = {obj["metadata"]["name"] for obj in estate.values()}
    for obj in estate.values():
        assert {d["name"] for d in obj["spec"].get("dependsOn", [])} <= names
