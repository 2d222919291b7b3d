"""What docs/flux.md has people set up, built by kubectl as Flux would, and what Flux would prune."""

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.git import committed, git
from tests.kubectl import kustomize
from tests.repository import portico

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "flux.md").read_text()
KEEP = ("kustomize.toolkit.fluxcd.io/prune", "disabled")
SHARD = "sharding.fluxcd.io/key"

CONTROLLERS = (
    *("source", "kustomize", "helm", "notification"),
    *("image-reflector", "image-automation"),
)

Object = dict[str, Any]


def controller(name: str) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"{name}-controller", "namespace": "flux-system"},
        "spec": {
            "selector": {"matchLabels": {"app": f"{name}-controller"}},
            "template": {
                "metadata": {"labels": {"app": f"{name}-controller"}},
                "spec": {
                    "serviceAccountName": f"{name}-controller",
                    "containers": [
                        {
                            "name": "manager",
                            "image": f"ghcr.io/fluxcd/{name}-controller:v1.9.4",
                            "args": ["--log-level=info"],
                        }
                    ],
                },
            },
        },
    }


def bootstrapped(root: Path, environment: str) -> Path:
    """What `flux bootstrap` commits for an environment, as far as it matters here."""
    folder = root / "rendered" / environment / "flux" / "flux-system"
    folder.mkdir()
    account = {"name": "kustomize-controller", "namespace": "flux-system"}
    components: list[Object] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "flux-system"}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},
        *map(controller, CONTROLLERS),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "source-controller", "namespace": "flux-system"},
            "spec": {"selector": {"app": "source-controller"}, "ports": [{"port": 80}]},
        },
    ]
    sync: list[Object] = [
        {
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": "GitRepository",
            "metadata": {"name": "flux-system", "namespace": "flux-system"},
            "spec": {"interval": "1m0s", "url": "https://git.example.com/estate"},
        },
        {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": {"name": "flux-system", "namespace": "flux-system"},
            "spec": {
                "interval": "10m0s",
                "path": f"./rendered/{environment}/flux",
                "prune": True,
                "sourceRef": {"kind": "GitRepository", "name": "flux-system"},
            },
        },
    ]
    (folder / "gotk-components.yaml").write_text(yaml.safe_dump_all(components))
    (folder / "gotk-sync.yaml").write_text(yaml.safe_dump_all(sync))
    (folder / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        "resources: [gotk-components.yaml, gotk-sync.yaml]\n"
    )
    return folder


def block(first: str) -> str:
    """The YAML block of the page that follows a line with these words."""
    return re.split(r"^```yaml\n|^```\n", PAGE.split(first, 1)[1], flags=re.MULTILINE)[1]


def built(root: Path, environment: str, scratch: Path) -> dict[str, Object]:
    """`Kind/name` -> what Flux applies of an environment's flux/, each object once.

    There is no kustomization.yaml, so Flux makes one that names every folder which has one.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(root / "rendered" / environment / "flux", scratch)
    names = [path.name for path in sorted(scratch.iterdir())]
    (scratch / "kustomization.yaml").write_text(yaml.safe_dump({"resources": names}))
    # A folder may list files of the one above it, as Flux has it: what holds it back is the
    # repository's edge.
    objects = kustomize(scratch, "--load-restrictor=LoadRestrictionsNone")
    found = {f"{obj['kind']}/{obj['metadata']['name']}": obj for obj in objects}
    assert len(found) == len(objects)
    return found


def pruned(before: dict[str, Object], after: dict[str, Object]) -> set[str]:
    """What Flux deletes: what it applied, is gone, and was not to be kept."""
    return {
        name
        for name, obj in before.items()
        if name not in after and KEEP not in obj["metadata"].get("annotations", {}).items()
    }


def arguments(objects: dict[str, Object], name: str) -> list[str]:
    [container] = objects[f"Deployment/{name}"]["spec"]["template"]["spec"]["containers"]
    said: list[str] = container["args"][1:]
    return said


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    root = tmp_path / "estate"
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


def test_the_lockdown_reaches_every_controller_and_leaves_the_estate_its_rights(
    estate: Path, tmp_path: Path
) -> None:
    system = bootstrapped(estate, "prod")
    (system / "kustomization.yaml").write_text(block("Commit this as"))

    objects = built(estate, "prod", tmp_path / "flux")

    alone = "--no-cross-namespace-refs=true"
    assert {name: arguments(objects, f"{name}-controller") for name in CONTROLLERS} == {
        "source": [],
        "kustomize": [alone, "--no-remote-bases=true", "--default-service-account=default"],
        "helm": [alone, "--default-service-account=default"],
        "notification": [alone],
        "image-reflector": [alone],
        "image-automation": [alone],
    }
    accounts = {
        name: obj["spec"].get("serviceAccountName")
        for name, obj in objects.items()
        if obj["kind"] == "Kustomization"
    }
    assert set(accounts.values()) == {"kustomize-controller"}
    assert {"Kustomization/flux-system", "Kustomization/guard"} < set(accounts)
    assert portico(estate, "check", "--environment=prod").code == 0


def test_no_build_fetches_anything() -> None:
    listed = [
        resource
        for path in (ROOT / "rendered").rglob("kustomization.yaml")
        for resource in yaml.safe_load(path.read_text())["resources"]
    ]
    assert len(listed) > 40
    assert [name for name in listed if not re.fullmatch(r"[a-z0-9-]+\.yaml", name)] == []


def sharded(estate: Path, shards: int) -> None:
    path = estate / "environments" / "prod.yaml"
    path.write_text(f"{path.read_text()}flux: {{shards: {shards}}}\n")
    assert portico(estate, "compile").code == 0


def test_each_shard_has_a_controller_and_each_kustomization_exactly_one(
    estate: Path, tmp_path: Path
) -> None:
    sharded(estate, 2)
    system = bootstrapped(estate, "prod")
    for name in ("shard1", "shard2"):
        (system / name).mkdir()
        text = block("one more kustomize-controller").replace("shard1", name)
        (system / name / "kustomization.yaml").write_text(text)
    main = yaml.safe_load(block("Commit this as"))
    main["resources"] += ["shard1", "shard2"]
    main["patches"] += yaml.safe_load(block("more workers")) + yaml.safe_load(
        block("is told to leave")
    )
    (system / "kustomization.yaml").write_text(yaml.safe_dump(main))

    objects = built(estate, "prod", tmp_path / "flux")

    locked = ["--no-cross-namespace-refs=true", "--no-remote-bases=true"]
    locked += ["--default-service-account=default"]
    wide = ["--concurrent=20", "--requeue-dependency=5s"]
    watch = "--watch-label-selector="
    kustomize_controllers = {
        name.partition("/")[2]: set(arguments(objects, name.partition("/")[2]))
        for name in objects
        if name.startswith("Deployment/kustomize")
    }
    assert kustomize_controllers == {
        "kustomize-controller": {*locked, *wide, f"{watch}!{SHARD}"},
        "kustomize-controller-shard1": {*locked, *wide, f"{watch}{SHARD}=shard1"},
        "kustomize-controller-shard2": {*locked, *wide, f"{watch}{SHARD}=shard2"},
    }
    deployments = [obj for obj in objects.values() if obj["kind"] == "Deployment"]
    assert len(deployments) == len(CONTROLLERS) + 2
    for obj in deployments:
        selected = obj["spec"]["selector"]["matchLabels"]
        assert selected == {"app": obj["metadata"]["name"]}
        assert obj["spec"]["template"]["metadata"]["labels"] == selected
    pods = objects["Deployment/kustomize-controller-shard1"]["spec"]["template"]["spec"]
    assert pods["serviceAccountName"] == "kustomize-controller"
    keys = {
        name: obj["metadata"].get("labels", {}).get(SHARD)
        for name, obj in objects.items()
        if obj["kind"] == "Kustomization"
    }
    of_apps = {name: key for name, key in keys.items() if name.startswith("Kustomization/app-")}
    assert set(of_apps.values()) == {"shard1", "shard2"}
    assert {key for name, key in keys.items() if name not in of_apps} == {None}
    assert portico(estate, "check", "--environment=prod").code == 0
    with contextlib.chdir(estate):
        scanned = portico(estate, "scan", "--environment=prod", "rendered/prod")
    assert (scanned.code, scanned.err) == (0, "")


def test_an_app_that_comes_moves_no_other_to_another_shard(estate: Path, tmp_path: Path) -> None:
    sharded(estate, 3)
    before = built(estate, "prod", tmp_path / "flux")
    given = ["--team=shop", "--image=ghcr.io/acme/a:1", "--environment=prod", "--environment=test"]
    assert portico(estate, "new", "app", "a-new-one", *given).code == 0

    after = built(estate, "prod", tmp_path / "flux")

    assert after.pop("Kustomization/app-a-new-one")["metadata"]["labels"][SHARD]
    assert after == before


def test_an_app_that_goes_takes_its_own_kustomization_along(estate: Path, tmp_path: Path) -> None:
    bootstrapped(estate, "prod")
    before = built(estate, "prod", tmp_path / "flux")
    (estate / "apps" / "press.yaml").unlink()
    assert portico(estate, "compile").code == 0

    after = built(estate, "prod", tmp_path / "flux")

    assert pruned(before, after) == {"Kustomization/app-press"}
    assert {name: obj for name, obj in before.items() if name in after} == after


def test_a_renamed_app_is_a_new_one(estate: Path, tmp_path: Path) -> None:
    bootstrapped(estate, "prod")
    before = built(estate, "prod", tmp_path / "flux")
    old = estate / "apps" / "press.yaml"
    (estate / "apps" / "newsroom.yaml").write_text(old.read_text().replace(": press", ": newsroom"))
    old.unlink()
    assert portico(estate, "compile").code == 0

    after = built(estate, "prod", tmp_path / "flux")

    assert pruned(before, after) == {"Kustomization/app-press"}
    assert after.keys() - before.keys() == {"Kustomization/app-newsroom"}


def test_an_app_of_another_team_keeps_its_kustomization_and_its_old_namespace(
    estate: Path, tmp_path: Path
) -> None:
    bootstrapped(estate, "prod")
    before = built(estate, "prod", tmp_path / "flux")
    namespaces = kustomize(estate / "rendered/prod/namespaces")
    spec = estate / "apps" / "press.yaml"
    spec.write_text(spec.read_text().replace("team: marketing", "team: newsroom"))
    assert portico(estate, "compile").code == 0

    assert built(estate, "prod", tmp_path / "flux") == before
    of = {
        f"{o['kind']}/{o['metadata'].get('namespace', o['metadata']['name'])}" for o in namespaces
    }
    assert "Namespace/marketing" in of
    left = kustomize(estate / "rendered/prod/namespaces")
    gone = {f"{o['metadata']['name']}/{o['kind']}": o for o in namespaces if o not in left}
    assert "marketing/Namespace" in gone
    assert pruned(gone, {}) == set()
    built_app = kustomize(estate / "rendered/prod/apps/press")
    assert {obj["metadata"]["namespace"] for obj in built_app} == {"newsroom"}


def test_an_environment_that_goes_takes_its_apps_along_and_leaves_the_entrance(
    estate: Path, tmp_path: Path
) -> None:
    bootstrapped(estate, "test")
    before = built(estate, "test", tmp_path / "flux")
    for path in (estate / "environments").glob("test.*"):
        path.unlink()
    for path in [*(estate / "apps").glob("*.yaml"), *(estate / "environments").glob("*.yaml")]:
        lines = path.read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if line.strip() != "promotesFrom: test")
        path.write_text(re.sub(r"^  test:.*\n(?:    .*\n)*", "", text, flags=re.MULTILINE))
    result = portico(estate, "compile")
    assert result.code == 0, result.err

    after = built(estate, "test", tmp_path / "flux")

    left = sorted(
        p.relative_to(estate).as_posix() for p in (estate / "rendered/test").rglob("*.yaml")
    )
    assert left == [
        f"rendered/test/flux/flux-system/{name}.yaml"
        for name in ("gotk-components", "gotk-sync", "kustomization")
    ]
    apps = {name for name in before if name.startswith("Kustomization/app-")}
    assert pruned(before, after) == apps != set()
    assert before.keys() - after.keys() - apps == {
        f"Kustomization/{name}" for name in ("guard", "platform", "namespaces")
    }


def test_a_reverted_merge_is_what_ran_before_and_passes_the_check(estate: Path) -> None:
    committed(estate)
    image = "ghcr.io/meridian-books/press:9.0.0"
    assert portico(estate, "set", "image", "press", image, "--environment=dev").code == 0
    committed(estate)
    assert git(estate, "diff", "--name-only", "HEAD~1") != ""

    git(estate, "revert", "--no-edit", "HEAD")

    assert git(estate, "diff", "HEAD~2") == ""
    assert portico(estate, "check").code == 0
