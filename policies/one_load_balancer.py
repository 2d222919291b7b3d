"""PT201: no Service of type LoadBalancer but the shared one."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.shape import Finding, Shared

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
    "names, and that one too if another controller would make it."
)
FIX = (
    "Write `type: ClusterIP`, and let the app's spec expose it with `expose`. The API server is "
    "given the same rule, so a Service that is applied by hand is refused as well."
)
KINDS = ("Service",)

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


def findings(obj: dict[str, Any], shared: Shared) -> Iterator[Finding]:
    """Judge one object; `shared` is the one Service that may be a load balancer."""
    metadata, spec = obj.get("metadata") or {}, obj.get("spec") or {}
    kind = spec.get("type", "ClusterIP")
    name = f"{metadata.get('namespace')}/{metadata.get('name')}"
    if kind not in _TYPES:
        yield Finding(
            ("spec", "type"),
            f'Service {name} has the type "{kind}", which does not exist',
            "write type: ClusterIP",
        )
    elif kind == "LoadBalancer" and name != f"{shared.namespace}/{shared.name}":
        yield Finding(
            ("spec", "type"),
            f"Service {name} makes a load balancer of its own",
            "write type: ClusterIP, and let an app spec expose it through the shared one",
        )
    elif kind == "LoadBalancer" and spec.get("loadBalancerClass") != shared.load_balancer_class:
        yield Finding(
            ("spec", "loadBalancerClass"),
            f"the shared Service {name} would be made by another controller",
            "choose the kind of load balancer in the environment",
        )


def admission(shared: Shared) -> dict[str, Any]:
    """The same rule for the API server: the spec of a ValidatingAdmissionPolicy."""
    is_shared = (
        f"(object.metadata.namespace == '{shared.namespace}'"
        f" && object.metadata.name == '{shared.name}')"
    )
    if shared.load_balancer_class is None:
        right_class = "!has(object.spec.loadBalancerClass)"
    else:
        right_class = (
            "has(object.spec.loadBalancerClass)"
            f" && object.spec.loadBalancerClass == '{shared.load_balancer_class}'"
        )
    # A load balancer that is being deleted is let go: its controller still has to update it.
    leaving = (
        "(request.operation == 'UPDATE' && has(object.metadata.deletionTimestamp)"
        " && oldObject.spec.type == 'LoadBalancer')"
    )
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"],
                    "resources": ["services"],
                }
            ]
        },
        "validations": [
            {
                "expression": f"object.spec.type != 'LoadBalancer' || {is_shared} || {leaving}",
                "message": (
                    f"only {shared.namespace}/{shared.name} may be of type LoadBalancer ({ID})"
                ),
                "reason": "Forbidden",
            },
            {
                "expression": (
                    f"object.spec.type != 'LoadBalancer' || !{is_shared} || ({right_class})"
                    f" || {leaving}"
                ),
                "message": f"the shared load balancer is made by another controller ({ID})",
                "reason": "Forbidden",
            },
        ],
    }
