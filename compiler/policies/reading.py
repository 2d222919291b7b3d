"""Reads objects that nobody validated: where something else stands than should, nothing does."""

from collections.abc import Iterator
from typing import Any, NamedTuple

# The kinds that Kubernetes makes pods of, and where in each the pod's metadata and spec stand.
_TEMPLATE = ("spec", "template")
_PODS: dict[str, tuple[str, ...]] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
    **dict.fromkeys(
        (
            *("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController"),
            "StatefulSet",
        ),
        _TEMPLATE,
    ),
}
POD_KINDS = tuple(_PODS)
"""The built-in kinds that pods are made of."""
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class Pod(NamedTuple):
    """What an object says of the pods that are made of it."""

    path: tuple[str | int, ...]
    """Where in the object `metadata` and `spec` of the pod stand."""
    metadata: dict[str, Any]
    spec: dict[str, Any]

    def containers(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        """Every container of every sort, and where it stands in the object."""
        for field in _CONTAINERS:
            # Most pods have one sort only.
            for index, container in items(self.spec[field]) if field in self.spec else ():
                yield (*self.path, "spec", field, index), container


def mapping(value: Any, *path: str) -> dict[str, Any]:
    """The mapping at `path`; empty if anything on the way there is not a mapping."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings of a list, with their index; none if it is no list."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item


def texts(value: Any) -> list[str]:
    """The texts of a list; a single text is a list of one."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def group_of(obj: dict[str, Any]) -> str:
    """The API group of an object; empty for Kubernetes' core."""
    version = obj.get("apiVersion")
    return version.rpartition("/")[0] if isinstance(version, str) else ""


def described(obj: dict[str, Any]) -> str:
    """The object as people call it: `Service shop/cart`, `ClusterRole edge-router`."""
    metadata = mapping(obj, "metadata")
    name = metadata.get("name") or f"{metadata.get('generateName', '')}?"
    namespace = metadata.get("namespace")
    return f"{obj.get('kind')} {f'{namespace}/' if namespace else ''}{name}"


def pod_of(obj: dict[str, Any]) -> Pod | None:
    """The pods that are made of an object of a built-in kind."""
    path = _PODS.get(obj["kind"]) if isinstance(obj.get("kind"), str) else None
    if path is None:
        return None
    pod = mapping(obj, *path)
    return Pod(path, mapping(pod, "metadata"), mapping(pod, "spec"))


def annotations(obj: dict[str, Any]) -> dict[str, Any]:
    """The object's annotations."""
    return mapping(obj, "metadata", "annotations")
