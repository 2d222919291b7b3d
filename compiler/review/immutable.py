"""Fields that the API server lets nobody change: Flux fails until somebody deletes the object.

Source: Kubernetes API validation (ValidateDeploymentUpdate and its like, Kubernetes 1.34).
"""

from collections.abc import Iterator
from typing import Any

from compiler.diagnostics.model import Place, Rule, Span
from compiler.kubernetes.metadata import SOURCE, Object
from compiler.link.unit import Unit
from compiler.link.workloads import workloads_of
from compiler.review.change import Sides
from compiler.review.fields import differences
from compiler.review.risk import Both, Risk

IMMUTABLE = Rule(
    "PT150",
    "field that cannot be changed in place",
    "The API server refuses the change. Flux then applies nothing of the app or platform any more, "
    "until somebody deletes the object, with the outage that this means.",
    what="Refuses a change of a field that Kubernetes fixes when an object is made, such as the "
    "selector of a Deployment, the claims of a StatefulSet, the template of a Job, the class of a "
    "load balancer, or the namespace: that is, the team of an app. Also a first claim, or none any "
    "more: a Deployment becomes a StatefulSet, or the other way round.",
    fix="Keep the value. Where it must change, plan it: make the new object beside the old one, or "
    "delete the old one by hand at an hour when it may be missing. A StatefulSet can be deleted "
    "without its pods and disks, as the message says, and Flux makes it anew around them.",
    failing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
loadBalancer:
  kind: network           # another class of load balancer
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
""",
    passing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
loadBalancer:
  draining: 30
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
""",
)

# The fields of each kind that are fixed; of the kinds below, all of `spec` but these.
_FIXED: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "ReplicaSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template", "spec.completionMode", "spec.podFailurePolicy"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "IngressClass": ("spec.controller",),
    "Service": ("spec.loadBalancerClass", "spec.clusterIP", "spec.clusterIPs"),
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "PriorityClass": ("value",),
}
_CHANGEABLE: dict[str, tuple[str, ...]] = {
    "StatefulSet": (
        *("replicas", "ordinals", "template", "updateStrategy", "minReadySeconds"),
        *("persistentVolumeClaimRetentionPolicy", "revisionHistoryLimit"),
    ),
    "PersistentVolumeClaim": ("resources", "volumeAttributesClassName"),
}


_CLAIMS = "spec.volumeClaimTemplates"
# Source: fluxcd.io, Kustomization API, "Controlling the apply behavior of resources".
_APPLY = "kustomize.toolkit.fluxcd.io/ssa"


def immutable(environment: str, objects: list[Sides]) -> Iterator[Risk]:
    """Every object whose fixed fields differ."""
    for before, after in objects:
        if before is None or after is None:
            continue
        kind, name = after["kind"], after["metadata"]["name"]
        for path in _fixed_fields(before, after):
            if path == _CLAIMS:
                yield from _claims(environment, before, after)
                continue
            yield Risk(
                environment,
                IMMUTABLE,
                f"{path} of the {kind} {name} changes, and Kubernetes refuses that,",
                source_of(after),
                "keep the value, or plan how the object is deleted and made anew",
            )


def _claims(environment: str, before: Object, after: Object) -> Iterator[Risk]:
    """Each claim of a StatefulSet that comes, goes or changes."""
    metadata = after["metadata"]
    old, new = (
        {claim["metadata"]["name"]: claim for claim in side["spec"].get("volumeClaimTemplates", [])}
        for side in (before, after)
    )
    remake = (
        f"`kubectl -n {metadata['namespace']} delete statefulset {metadata['name']} "
        "--cascade=orphan` leaves pods and disks, and Flux makes it anew around them"
    )
    for claim in sorted({*old, *new}):
        if old.get(claim) == new.get(claim):
            continue
        if claim not in old:
            said, then = "is new", ""
        elif claim not in new:
            said = "is gone"
            then = "; the disks of this claim stay, and nobody reads them"
        else:
            said = "changes"
            then = "; a disk that is there stays as it is, until its own claim is changed"
        yield Risk(
            environment,
            IMMUTABLE,
            f'the claim "{claim}" of the StatefulSet {metadata["name"]} {said}, and Kubernetes '
            "refuses that,",
            source_of(after),
            remake + then,
        )


def kinds(both: Both, before: Unit, after: Unit) -> Iterator[Risk]:
    """With its first claim an app is a StatefulSet: another object, for which no pod waits."""
    was, becomes = _kind(before), _kind(after)
    if was != becomes and {was, becomes} == {"Deployment", "StatefulSet"}:
        yield Risk(
            both.environment,
            IMMUTABLE,
            f'"{after.interface.name}" becomes a {becomes} instead of a {was}: all its pods are '
            "deleted before others are ready",
            after.place("volumes") if after.app.volumes else after.place("name"),
            "make it another app beside this one, and let that take over; or merge it at an hour "
            "when it may be missing",
        )


def _kind(unit: Unit) -> str | None:
    """Of what the app itself is, if it is not only its parts."""
    first = workloads_of(unit.app)[0]
    return first.kind if first.component is None else None


def moves(both: Both, before: Unit, after: Unit) -> Iterator[Risk]:
    """An app of another team is in another namespace, which no object can be moved to."""
    name, was, becomes = after.interface.name, before.interface.team, after.interface.team
    if was != becomes:
        yield Risk(
            both.environment,
            IMMUTABLE,
            f'"{name}" goes from the namespace {was} to {becomes}: all of it is deleted and made '
            "anew",
            after.place("team"),
            f"Secrets that it reads must be in {becomes} first, and whoever calls "
            f"http://{name}.{was} must call http://{name}.{becomes}",
        )


def source_of(obj: Object) -> Place:
    """The spec that an object comes from."""
    return Place(Span(obj["metadata"].get("annotations", {}).get(SOURCE, "rendered")))


def _fixed_fields(before: Object, after: Object) -> Iterator[str]:
    kind = after["kind"]
    if after["metadata"].get("annotations", {}).get(_APPLY) == "IfNotPresent":
        # Flux changes nothing of one that is there.
        return
    paths = _FIXED.get(kind, ())
    if kind in _CHANGEABLE:
        fields = dict.fromkeys((*before.get("spec", {}), *after.get("spec", {})))
        paths = tuple(f"spec.{field}" for field in fields if field not in _CHANGEABLE[kind])
    if before.get("immutable") and kind in ("ConfigMap", "Secret"):
        paths = ("data", "stringData", "binaryData", "immutable")
    for path in paths:
        one, other = _value(before, path), _value(after, path)
        if any(True for _ in differences(one, other)):
            yield path


def _value(obj: Any, path: str) -> Any:
    for step in path.split("."):
        obj = obj.get(step) if isinstance(obj, dict) else None
    return obj
