"""PT221: no operator or chart is told to expose what it makes."""

from collections.abc import Iterator

from compiler.policies.exposure import exposures
from compiler.policies.kinds import BUILT_IN_GROUPS, FLUX, KUSTOMIZE_GROUP, entrance_of
from compiler.policies.reading import described, group_of
from compiler.policies.shape import Context, Finding, Object

ID = "PT221"
TITLE = "operator that is told to expose something"
SEVERITY = "error"
RATIONALE = (
    "Operators and charts have switches of their own for the Services that they make. Set to "
    "LoadBalancer or NodePort, the way in is made by the operator, and stands in no file."
)
WHAT = (
    "Refuses anywhere in an object of a custom kind and in the values of a HelmRelease, the types "
    "LoadBalancer, NodePort and ExternalName, load balancer classes, and switches that expose "
    "Services."
)
FIX = "Set the switch to ClusterIP or off, and expose the app with `expose` in a spec."
KINDS = ("*",)
ONE_DOOR = True

FAILING = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: podinfo
      version: 6.7.0
      sourceRef: {kind: HelmRepository, name: podinfo}
  values:
    service: {type: ClusterIP}
    metrics: {serviceType: NodePort}
"""
PASSING = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: podinfo
      version: 6.7.0
      sourceRef: {kind: HelmRepository, name: podinfo}
  values:
    service: {type: ClusterIP}
    metrics: {serviceType: ClusterIP}
"""

_IDENTITY = ("apiVersion", "kind", "metadata", "status")


def concerns(group: str, kind: object) -> bool:
    """Whether the kind is a custom one of which no other rule knows the fields."""
    if group in BUILT_IN_GROUPS or group == KUSTOMIZE_GROUP or entrance_of(group, kind):
        return False
    # Flux's other kinds make nothing by themselves; rules of their own know each of their fields.
    return kind == "HelmRelease" or not group.endswith(f".{FLUX}")


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge whatever an object of a custom kind holds."""
    if not concerns(group_of(obj), obj.get("kind")):
        return
    held = {field: value for field, value in obj.items() if field not in _IDENTITY}
    for path, what in exposures(held, ()):
        yield Finding(
            path,
            f"{described(obj)} is told to expose what it makes: {what}",
            "set it to ClusterIP or off, and expose the app with `expose` in a spec",
        )
