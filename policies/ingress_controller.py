"""PT212: there is one IngressClass, and a router in the cluster serves it."""

from collections.abc import Iterator

from compiler.policies.reading import described, mapping
from compiler.policies.routers import CONTROLLERS
from compiler.policies.shape import Context, Finding, Object

ID = "PT212"
TITLE = "IngressClass of another controller"
SEVERITY = "error"
RATIONALE = (
    "An IngressClass gives a controller a name. Under a name that looks harmless it can be the "
    "AWS Load Balancer Controller, which makes a load balancer for every Ingress of the class."
)
WHAT = (
    "Refuses an IngressClass that is not the shared one, or whose controller is not a router that "
    "runs in the cluster, and parameters that configure one."
)
FIX = "Remove the class. The shared one comes with the router, from `environments/<env>.yaml`."
KINDS = ("IngressClass",)
ONE_DOOR = True

FAILING = """\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: edge
spec:
  controller: eks.amazonaws.com/alb
"""
PASSING = """\
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: edge
spec:
  controller: nginx.org/ingress-controller
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one IngressClass."""
    name = mapping(obj, "metadata").get("name")
    spec = mapping(obj, "spec")
    if name not in context.ingress_classes:
        yield Finding(
            ("metadata", "name"),
            f"{described(obj)} is not the shared class",
            "remove it; every Ingress is of the shared class",
        )
    elif spec.get("controller") not in CONTROLLERS:
        yield Finding(
            ("spec", "controller"),
            f"{described(obj)} is served by {spec.get('controller')}, which is no router that "
            "Portico knows",
            "name the controller of the router that runs behind the shared load balancer",
        )
    elif spec.get("parameters") is not None:
        yield Finding(
            ("spec", "parameters"),
            f"{described(obj)} takes parameters from another object",
            "remove parameters; the router is configured in its own namespace",
        )
