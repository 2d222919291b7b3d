"""PT201: no Service of type LoadBalancer but the shared one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

ID = "PT201"
TITLE = "second load balancer"
SEVERITY = "error"
RATIONALE = (
    "Each Service of type LoadBalancer makes one more AWS load balancer, which nobody owns, with "
    "no certificate, firewall or cache in front of it, and which is paid by the minute. The way "
    "in is the shared one."
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


class Finding(NamedTuple):
    """What is wrong, where in the object, and what to do."""

    path: tuple[str | int, ...]
    message: str
    help: str


def findings(obj: dict[str, Any], shared: tuple[str, str]) -> Iterator[Finding]:
    """Judge one object. `shared` is the namespace and name of the shared Service."""
    metadata, spec = obj.get("metadata") or {}, obj.get("spec") or {}
    kind = spec.get("type", "ClusterIP")
    name = f"{metadata.get('namespace')}/{metadata.get('name')}"
    if kind not in _TYPES:
        yield Finding(
            ("spec", "type"),
            f'Service {name} has the type "{kind}", which does not exist',
            "write type: ClusterIP",
        )
    elif kind == "LoadBalancer" and name != "/".join(shared):
        yield Finding(
            ("spec", "type"),
            f"Service {name} makes a load balancer of its own",
            "write type: ClusterIP, and let an app spec expose it through the shared one",
        )


def admission(shared: tuple[str, str]) -> dict[str, Any]:
    """The same rule for the API server: the spec of a ValidatingAdmissionPolicy."""
    namespace, name = shared
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
                "expression": (
                    "object.spec.type != 'LoadBalancer' || "
                    f"(object.metadata.namespace == '{namespace}' && "
                    f"object.metadata.name == '{name}')"
                ),
                "message": f"only {namespace}/{name} may be of type LoadBalancer ({ID})",
                "reason": "Forbidden",
            }
        ],
    }
