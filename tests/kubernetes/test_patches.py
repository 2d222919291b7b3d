"""Patches of an app's own objects give what kustomize makes of the same, where it keeps to
Kubernetes' rules."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.kubernetes.patching.strategic_merge import ByKey, fields_of, merged
from compiler.policies.reading import pod_of
from tests import kubectl
from tests.kubernetes.made import Made
from tests.repository import portico, repository

SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
env: {ONE: "1", TWO: "2"}
health: /healthz
replicas: {min: 2, max: 4}
expose: {host: shop}
environments:
  dev:
"""
JOB = """\
name: report
team: sales
image: ghcr.io/acme/report:1.0.0
schedule: "30 2 * * *"
environments:
  dev:
"""
# kustomize knows the API of Kubernetes 1.21. It tells ports by their protocol and constraints by
# what they do, too, and lists that are newer it replaces.
OTHERWISE = frozenset(
    ("ports", "topologySpreadConstraints", "schedulingGates", "resourceClaims", "ownerReferences")
)
EACH = 12


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The objects of an app that is always there, and of a job."""
    root = tmp_path_factory.mktemp("rendered")
    repository(root, {"apps/shop.yaml": SPEC, "apps/report.yaml": JOB})
    assert portico(root, "compile").code == 0
    files = (root / "rendered/dev/apps").glob("*/manifests.yaml")
    return [obj for file in files for obj in yaml.safe_load_all(file.read_text())]


def test_a_strategic_merge_gives_what_kustomize_makes(
    rendered: list[dict[str, Any]], tmp_path: Path
) -> None:
    rng = random.Random(33)
    cases: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {}
    for obj in rendered:
        made = Made(obj["apiVersion"], obj["kind"], rng)
        for number in range(EACH):
            name = f"{obj['metadata']['name']}-{number}"
            named = {**obj, "metadata": {**obj["metadata"], "name": name}}
            patch = _meant(_without(made.value(share=rng.choice((0.3, 0.6)))), obj)
            cases[obj["kind"], name] = named, {**patch, "metadata": {"name": name}}

    built = _kustomized(
        tmp_path, [obj for obj, _ in cases.values()], [p for _, p in cases.values()]
    )

    assert len(built) == len(cases) == EACH * len(rendered)
    for obj in built:
        before, patch = cases[obj["kind"], obj["metadata"]["name"]]
        fields = fields_of(before)
        assert _sorted(obj, fields) == _sorted(merged(before, patch, fields), fields), patch


def test_a_mapping_that_is_deleted_is_gone(rendered: list[dict[str, Any]], tmp_path: Path) -> None:
    """To the API server it is empty then, which nobody means."""
    [deployment] = [obj for obj in rendered if obj["kind"] == "Deployment"]
    patch = {"spec": {"strategy": {"$patch": "delete"}}}
    identity = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"}}

    [built] = _kustomized(tmp_path, [deployment], [{**identity, **patch}])

    assert "strategy" not in built["spec"]
    assert merged(deployment, patch, fields_of(deployment)) == built


def test_kustomize_builds_what_is_rendered(tmp_path: Path) -> None:
    patches = (
        "patches:\n- {target: Service, merge: {spec: {sessionAffinity: ClientIP}}}\n"
        "manifests:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: shop-words}\n"
        '  data: {a: "${B}", b: "no", c: "1e3", d: "x: y # z"}\n'
        "- apiVersion: keda.sh/v1alpha1\n  kind: TriggerAuthentication\n"
        "  metadata: {name: shop}\n  spec: {a: 1, b: 1.5, c: true, d: [], e: {}, f: [[1], {g: h}]}\n"
    )
    repository(tmp_path, {"apps/shop.yaml": SPEC + patches})
    assert portico(tmp_path, "compile").code == 0
    folder = tmp_path / "rendered/dev/apps/shop"

    built = {obj["kind"]: obj for obj in kubectl.kustomize(folder)}

    rendered = list(yaml.safe_load_all((folder / "manifests.yaml").read_text()))
    assert built == {obj["kind"]: obj for obj in rendered}
    assert built["Service"]["spec"]["sessionAffinity"] == "ClientIP"
    words = {"a": "${B}", "b": "no", "c": "1e3", "d": "x: y # z"}
    assert built["ConfigMap"]["data"] == words
    spec = {"a": 1, "b": 1.5, "c": True, "d": [], "e": {}, "f": [[1], {"g": "h"}]}
    assert built["TriggerAuthentication"]["spec"] == spec


def _without(value: Any) -> Any:
    """A patch without what kustomize takes otherwise."""
    if isinstance(value, dict):
        return {key: _without(one) for key, one in value.items() if key not in OTHERWISE}
    return [_without(one) for one in value] if isinstance(value, list) else value


def _meant(patch: dict[str, Any], obj: dict[str, Any]) -> dict[str, Any]:
    """The patch with its first container being the object's."""
    said, there = pod_of(patch), pod_of(obj)
    containers = said.spec.get("containers") if said is not None else None
    if containers and there is not None:
        containers[0]["name"] = there.spec["containers"][0]["name"]
    return patch


def _kustomized(
    folder: Path, objects: list[dict[str, Any]], patches: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    kustomization = {
        "resources": ["objects.yaml"],
        "patches": [
            {"target": {"kind": p["kind"], "name": p["metadata"]["name"]}, "patch": json.dumps(p)}
            for p in patches
        ],
    }
    (folder / "objects.yaml").write_text("---\n".join(json.dumps(obj) + "\n" for obj in objects))
    (folder / "kustomization.yaml").write_text(json.dumps(kustomization))
    return kubectl.kustomize(folder)


def _sorted(value: Any, how: Any) -> Any:
    """The value with lists that are merged by a key in the order of their keys."""
    if isinstance(value, dict):
        return {
            key: _sorted(one, how.get(key) if isinstance(how, dict) else None)
            for key, one in value.items()
        }
    if isinstance(value, list) and isinstance(how, ByKey):
        items = [_sorted(item, how.fields) for item in value]
        return sorted(items, key=lambda item: str(item.get(how.key)))
    return value
