"""Fields that the API server lets nobody change: Flux fails until somebody deletes the object.

Source: Kubernetes API validation (ValidateDeploymentUpdate and its like, Kubernetes 1.34).
"""

from collections.abc import Iterator
from typing import Any

from compiler.diagnostics.model import Place, Rule, Span
from compiler.kubernetes.metadata import SOURCE, Object
from compiler.link.unit import Unit
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
    "load balancer, or the namespace: that is, the team of an app.",
    fix="Keep the value. Where it must change, plan it: make the new object beside the old one, or "
    "delete the old one by hand at an hour when it may be missing.",
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


def immutable(environment: str, objects: list[Sides]) -> Iterator[Risk]:
    """Every object whose fixed fields differ."""
    for before, after in objects:
        if before is None or after is None:
            continue
        kind, name = after["kind"], after["metadata"]["name"]
        for path in _fixed_fields(before, after):
            yield Risk(
                environment,
                IMMUTABLE,
                f"{path} of the {kind} {name} changes, and Kubernetes refuses that,",
                source_of(after),
                "keep the value, or plan how the object is deleted and made anew",
            )


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
