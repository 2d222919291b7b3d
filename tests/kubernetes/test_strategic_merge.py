"""A strategic merge patch gives what the API server would, by kubectl's own word."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from compiler.kubernetes.patching.refused import Refused
from compiler.kubernetes.patching.strategic_merge import fields_of, merged, where
from tests import kubectl
from tests.kubernetes.made import Made

KINDS = [
    ("v1", "ConfigMap"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("version", "kind"), KINDS)
def test_every_list_is_merged_as_kubernetes_merges_it(version: str, kind: str, seed: int) -> None:
    """Objects that have every field of their kind, and patches of a part of them."""
    made = Made(version, kind, random.Random(f"{kind} {seed}"))
    obj, patch = made.value(share=1.0), made.value(share=0.6)
    if kind == "PodDisruptionBudget":
        # The one mapping that Kubernetes replaces; no patch here may change it.
        patch.get("spec", {}).pop("selector", None)

    assert merged(obj, patch, fields_of(obj)) == kubectl.patched(obj, patch, "strategic")


POD: dict[str, Any] = {
    "containers": [
        {
            "name": "shop",
            "image": "a/b:1",
            "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            "ports": [{"containerPort": 80, "name": "http"}],
            "args": ["x", "y"],
            "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1"}},
        },
        {"name": "side", "image": "a/c:1"},
    ],
    "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}}],
    "tolerations": [{"key": "a", "operator": "Exists"}],
}
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "shop", "finalizers": ["example.com/a", "example.com/b"]},
    "spec": {
        "replicas": 2,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
        "template": {"spec": POD},
    },
}


def of_pod(pod: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"template": {"spec": pod}}}


def of_shop(container: dict[str, Any]) -> dict[str, Any]:
    return of_pod({"containers": [{"name": "shop", **container}]})


CONTAINER = ("spec", "template", "spec", "containers", 0)

DIRECTIVES: dict[str, dict[str, Any]] = {
    "null removes a field": of_shop({"resources": {"limits": None}}),
    "null removes a single value": {"spec": {"replicas": None}},
    "a list of single values is replaced": of_shop({"args": ["z"]}),
    "a mapping is replaced": of_shop({"resources": {"$patch": "replace", "limits": {"cpu": "2"}}}),
    "a mapping is emptied": {"spec": {"strategy": {"$patch": "replace"}}},
    "an item is removed": of_shop({"env": [{"name": "A", "$patch": "delete"}]}),
    "an item is removed and one is new": of_shop(
        {"env": [{"name": "C", "value": "3"}, {"name": "B", "$patch": "delete"}]}
    ),
    "a list is replaced": of_shop({"env": [{"$patch": "replace"}, {"name": "Z", "value": "26"}]}),
    "a list is emptied": of_shop({"env": [{"$patch": "replace"}]}),
    "only some fields stay": {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
    "a volume of another sort": of_pod(
        {"volumes": [{"name": "tmp", "$retainKeys": ["name", "nfs"], "nfs": {"path": "/"}}]}
    ),
    "a text is added to a set": {"metadata": {"finalizers": ["example.com/c"]}},
    "a text is taken from a set": {
        "metadata": {"$deleteFromPrimitiveList/finalizers": ["example.com/a"]}
    },
    "items in another order": of_pod({"containers": [{"name": "side"}, {"name": "shop"}]}),
    "a new item comes first": of_pod({"containers": [{"name": "new", "image": "a/d:1"}]}),
    "a new item between others": of_shop(
        {"env": [{"name": "B", "value": "x"}, {"name": "C", "value": "y"}]}
    ),
    "another type of value": of_shop({"args": {"not": "a list"}}),
}


@pytest.mark.parametrize("name", DIRECTIVES)
def test_a_directive_means_what_it_means_to_kubernetes(name: str) -> None:
    patch = DIRECTIVES[name]

    assert merged(DEPLOYMENT, patch, fields_of(DEPLOYMENT)) == kubectl.patched(
        DEPLOYMENT, patch, "strategic"
    )


REFUSED: dict[str, tuple[dict[str, Any], tuple[str | int, ...]]] = {
    "nothing to remove": (of_shop({"lifecycle": None}), (*CONTAINER, "lifecycle")),
    "nothing to remove in what is new": (
        of_shop({"livenessProbe": {"exec": None}}),
        (*CONTAINER, "livenessProbe", "exec"),
    ),
    "no such item": (
        of_shop({"env": [{"name": "Z", "$patch": "delete"}]}),
        (*CONTAINER, "env", 0),
    ),
    "no such text": (
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["z"]}},
        ("metadata", "$deleteFromPrimitiveList/finalizers", 0),
    ),
    "an item without its key": (of_shop({"env": [{"value": "1"}]}), (*CONTAINER, "env", 0)),
    "an item that is no mapping": (of_shop({"env": ["A"]}), (*CONTAINER, "env", 0)),
    "replace in an item": (
        of_shop({"env": [{"name": "A", "$patch": "replace"}]}),
        (*CONTAINER, "env", 0, "$patch"),
    ),
    "another directive": (of_shop({"$patch": "remove"}), (*CONTAINER, "$patch")),
    "a directive that is not known": (
        {"spec": {"$setElementOrder/containers": []}},
        ("spec", "$setElementOrder/containers"),
    ),
    "the whole object": ({"$patch": "delete"}, ("$patch",)),
    "a field that is not kept": (
        {"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}},
        ("spec", "strategy", "rollingUpdate"),
    ),
    "keys that are no list": (
        {"spec": {"strategy": {"$retainKeys": "type"}}},
        ("spec", "strategy", "$retainKeys"),
    ),
    "a list to which nothing is added": (
        of_shop({"$deleteFromPrimitiveList/args": ["x"]}),
        (*CONTAINER, "$deleteFromPrimitiveList/args"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_effect_or_no_meaning_is_refused_with_its_place(name: str) -> None:
    patch, path = REFUSED[name]

    with pytest.raises(Refused) as refused:
        merged(DEPLOYMENT, patch, fields_of(DEPLOYMENT))

    assert refused.value.path == path


@pytest.mark.parametrize("seed", range(20))
def test_what_a_patch_says_is_found_in_it(seed: int) -> None:
    made = Made("apps/v1", "Deployment", random.Random(seed))
    obj, patch = made.value(share=1.0), made.value(share=0.6)
    fields = fields_of(obj)
    after = merged(obj, patch, fields)

    said = {place: value for place, value in _singles(patch) if value != {}}
    found = {
        place: value
        for path, value in _singles(after)
        if value != {} and (place := where(patch, after, fields, path)) is not None
    }

    assert found == said


def test_of_a_custom_resource_it_is_a_json_merge_patch() -> None:
    kind = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "x"}}
    obj = {**kind, **of_pod(POD)}
    patch = of_pod({"containers": [{"name": "side"}], "tolerations": None})

    after = merged(obj, patch, fields_of(obj))

    assert after == kubectl.patched(obj, patch, "merge")
    assert after["spec"]["template"]["spec"]["containers"] == [{"name": "side"}]


def _singles(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value that holds no others, and where it stands."""
    if isinstance(value, dict | list) and value:
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _singles(below, (*path, step))
    else:
        yield path, value
