"""PT201: no Service of type LoadBalancer but the shared one."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import is_shared, of_services
from compiler.policies.reading import described, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-one-load-balancer"
ID = "PT201"
TITLE = "second load balancer"
SEVERITY = "error"
RATIONALE = (
    "Each Service of type LoadBalancer makes one more AWS load balancer, which nobody owns, with "
    "no certificate, firewall or cache in front of it, and which is paid by the minute. The way "
    "in is the shared one."
)
WHAT = (
    "Refuses a Service of type LoadBalancer, unless it is the shared one that the environment "
    "names, a type that does not exist, and a load balancer class on any other Service."
)
FIX = (
    "Write `type: ClusterIP`, and let the app's spec expose it with `expose`. The API server is "
    "given the same rule, so a Service that is applied by hand is refused as well."
)
KINDS = ("Service",)
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  type: LoadBalancer
  ports:
  - port: 80
"""
PASSING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  type: ClusterIP
  ports:
  - port: 80
"""

# The types that the API server knows. Any other spelling is refused there, but may be changed on
# the way to it, so it is refused here too.
_TYPES = ("ClusterIP", "NodePort", "ExternalName", "LoadBalancer")


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Service."""
    spec = mapping(obj, "spec")
    # A null is a field that is not there: the API server fills in the default.
    kind = "ClusterIP" if spec.get("type") is None else spec["type"]
    shared = context.shared_named_by(obj)
    if kind not in _TYPES:
        yield Finding(
            ("spec", "type"),
            f'{described(obj)} has the type "{kind}", which does not exist',
            "write type: ClusterIP",
        )
    elif kind == "LoadBalancer" and shared is None:
        yield Finding(
            ("spec", "type"),
            f"{described(obj)} makes a load balancer of its own",
            "write type: ClusterIP, and let an app spec expose it through the shared one",
        )
    elif kind != "LoadBalancer" and spec.get("loadBalancerClass") is not None:
        yield Finding(
            ("spec", "loadBalancerClass"),
            f"{described(obj)} names who would make its load balancer, and must have none",
            "remove loadBalancerClass",
        )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server: the spec of a ValidatingAdmissionPolicy."""
    [shared] = context.shared
    return of_services(
        (
            f"object.spec.type != 'LoadBalancer' || {is_shared(shared)}",
            f"only {shared.namespace}/{shared.name} may be of type LoadBalancer ({ID})",
        ),
        (
            "object.spec.type == 'LoadBalancer' || !has(object.spec.loadBalancerClass)",
            f"a Service that is no load balancer has no loadBalancerClass ({ID})",
        ),
    )
