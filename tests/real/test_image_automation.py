"""What docs/image-automation.md has people set up: Portico leaves it alone, and it fits together."""

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.author.canonical import canonical
from compiler.source.yaml import read
from tests.author.flux_setter import of_policy, setters, updated
from tests.definitions import validator
from tests.git import committed, git
from tests.kubectl import kustomize
from tests.real.test_flux_setup import bootstrapped, built
from tests.repository import portico, snapshot

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "image-automation.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {found[1]: block for block in BLOCKS if (found := re.match(r"# (\S+/\S+\.yaml)\n", block))}
OBJECTS = [obj for text in FILES.values() for obj in yaml.safe_load_all(text)]
[SPEC] = [block for block in BLOCKS if block.startswith("name: press")]


def of_kind(kind: str) -> dict[str, Any]:
    [found] = [obj for obj in OBJECTS if obj["kind"] == kind and "toolkit" in obj["apiVersion"]]
    return dict(found)


def commit(root: Path, message: str = "change") -> None:
    """Commit all but what Portico keeps for itself, which no repository has in git."""
    shutil.rmtree(root / ".portico-cache", ignore_errors=True)
    committed(root, message)


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """This repository after the set-up, committed to main."""
    root = tmp_path / "estate"
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, root / folder)
    bootstrapped(root, "dev")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    spec = root / "apps" / "press.yaml"
    image = "ghcr.io/meridian-books/press-site:2026.11.2"
    own = f'  dev:\n    image: {image} # {{"$imagepolicy": "flux-system:press"}}\n'
    spec.write_text(spec.read_text().replace("  dev:\n", own))
    assert portico(root, "fmt", "--check").code == 0
    assert portico(root, "compile").code == 0
    commit(root)
    return root


def test_the_files_stand_where_portico_leaves_them_alone(estate: Path) -> None:
    before = snapshot(estate)

    assert portico(estate, "check").code == 0
    assert portico(estate, "compile").out.count("0 files written, 0 removed") == 1
    assert snapshot(estate) == before
    with contextlib.chdir(estate):
        assert portico(estate, "scan", "--environment=dev", "images", "rendered/dev").err == ""


def test_anywhere_else_in_rendered_they_would_be_refused(estate: Path) -> None:
    shutil.copy(estate / "images/dev/update.yaml", estate / "rendered/dev/flux/update.yaml")

    code, _, err = portico(estate, "check", "--environment=dev")

    assert code == 1
    assert err.startswith("error[PT403]: ")
    assert " --> rendered/dev/flux/update.yaml" in err


def test_flux_finds_the_folder_and_applies_what_stands_in_it(estate: Path, tmp_path: Path) -> None:
    objects = built(estate, "dev", tmp_path / "flux")

    path = objects["Kustomization/images"]["spec"]["path"]
    kinds = {obj["kind"] for obj in kustomize(estate / path)}
    assert kinds == {"ImageRepository", "ImagePolicy", "ImageUpdateAutomation"}
    estates_own = objects["Kustomization/guard"]["spec"]
    assert objects["Kustomization/images"]["spec"] == {
        **{key: value for key, value in estates_own.items() if key != "force"},
        "path": "./images/dev",
    }


def test_what_the_page_names_is_there(estate: Path) -> None:
    policy, automation = of_kind("ImagePolicy"), of_kind("ImageUpdateAutomation")["spec"]
    metadata = policy["metadata"]
    assert (
        policy["spec"]["imageRepositoryRef"]["name"]
        == of_kind("ImageRepository")["metadata"]["name"]
    )
    watched = of_kind("ImageRepository")["spec"]["image"]
    assert f"{watched}:" in (estate / "apps" / "press.yaml").read_text()
    policies = {
        setter.split(":")[0] + ":" + setter.split(":")[1] for setter in setters(SPEC).values()
    }
    assert policies == {f"{metadata['namespace']}:{metadata['name']}"}
    assert len(setters(SPEC)) == SPEC.count("$imagepolicy") == 2
    assert canonical(read("apps/press.yaml", SPEC.encode())) == SPEC
    assert (estate / automation["update"]["path"]).is_dir()
    assert automation["update"]["strategy"] == "Setters"
    source = yaml.safe_load(
        (estate / "rendered/dev/flux/estate/apps.yaml").read_text().split("---")[0]
    )
    assert automation["sourceRef"] == source["spec"]["sourceRef"]
    assert automation["git"]["push"]["branch"] != automation["git"]["checkout"]["ref"]["branch"]


@pytest.mark.parametrize(
    "obj",
    [obj for obj in OBJECTS if "toolkit" in obj["apiVersion"]],
    ids=lambda obj: f"{obj['kind']}",
)
def test_flux_takes_the_objects(obj: dict[str, Any]) -> None:
    group, _, version = obj["apiVersion"].partition("/")
    plural = {"ImagePolicy": "imagepolicies", "ImageRepository": "imagerepositories"}
    name = f"{group}_{plural.get(obj['kind'], obj['kind'].lower() + 's')}"
    flux = validator(f"flux/{name}.yaml", version)

    assert [str(error) for error in flux.iter_errors(obj)] == []
    assert not flux.is_valid({**obj, "spec": {**obj["spec"], "intervall": "1m"}})


def pushed_by_flux(estate: Path, newest: str) -> None:
    """The commit that Flux pushes to its branch, made anew from main."""
    spec = of_kind("ImageUpdateAutomation")["spec"]
    git(estate, "checkout", "--quiet", "-B", spec["git"]["push"]["branch"], "main")
    for path in (estate / spec["update"]["path"]).glob("*.yaml"):
        path.write_text(updated(path.read_text(), of_policy("flux-system:press", newest)))
    commit(estate, "Newer images in dev")


def test_a_branch_of_flux_changes_no_cluster_until_it_is_compiled_and_merged(estate: Path) -> None:
    newest = "ghcr.io/meridian-books/press-site:2026.12.1"
    pushed_by_flux(estate, newest)

    assert git(estate, "diff", "--name-only", "main") == "apps/press.yaml"
    code, _, err = portico(estate, "check")
    assert (code, re.findall(r"error\[(\w+)\]: (\S+)", err)) == (
        1,
        [("PT402", "rendered/dev/apps/press/manifests.yaml")],
    )

    assert portico(estate, "compile").code == 0
    commit(estate, "portico compile")
    assert portico(estate, "check").code == 0
    assert git(estate, "diff", "--name-only", "main", "--", "apps", "rendered").splitlines() == [
        "apps/press.yaml",
        "rendered/dev/apps/press/manifests.yaml",
    ]
    git(estate, "checkout", "--quiet", "main")
    git(estate, "merge", "--quiet", "--no-edit", "flux/images")
    rendered = (estate / "rendered/dev/apps/press/manifests.yaml").read_text()
    assert f"image: {newest}\n" in rendered
    assert portico(estate, "promote", "press", "--from=dev", "--to=acceptance").code == 0
    spec = (estate / "apps" / "press.yaml").read_text()
    assert list(setters(spec)) == [("environments", "dev", "image")]


def test_with_a_marker_in_prod_the_rule_of_promotion_holds_for_flux_too(estate: Path) -> None:
    spec = estate / "apps" / "press.yaml"
    image = "ghcr.io/meridian-books/press-site:2026.11.2"
    own = f'  prod:\n    image: {image} # {{"$imagepolicy": "flux-system:press"}}\n'
    spec.write_text(spec.read_text().replace("  prod:\n", own))
    assert portico(estate, "compile").code == 0
    commit(estate)
    pushed_by_flux(estate, "ghcr.io/meridian-books/press-site:2026.12.1")
    assert portico(estate, "compile").code == 0
    commit(estate, "portico compile")

    code, _, err = portico(estate, "check")

    assert (code, re.findall(r"error\[(\w+)\]", err)) == (1, ["PT118"])
    assert '"press" has ghcr.io/meridian-books/press-site:2026.12.1 in prod' in err
