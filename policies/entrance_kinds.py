"""PT219: nothing in the cluster makes an entrance of its own."""

from collections.abc import Iterator

from compiler.policies.kinds import entrance, entrance_of
from compiler.policies.reading import described
from compiler.policies.shape import Context, Finding, Object

ID = "PT219"
TITLE = "kind that makes an entrance"
SEVERITY = "error"
RATIONALE = (
    "Many controllers make load balancers, addresses, DNS names or tunnels from objects of their "
    "own kinds: Gateways, target groups, AWS resources by Crossplane or ACK, or whole "
    "applications from another repository. Each is one more way in."
)
WHAT = (
    "Refuses objects of kinds that are known to open a way in, to make AWS resources, or to bring "
    "in objects from elsewhere."
)
FIX = (
    "Expose the app with `expose` in its spec. AWS resources belong in Terraform, where they are "
    "reviewed."
)
KINDS = ("*",)
ONE_DOOR = True

FAILING = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
  namespace: shop
spec:
  gatewayClassName: aws-alb
  listeners:
  - {name: http, port: 80, protocol: HTTP}
"""
PASSING = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
spec:
  ingressClassName: edge
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
"""


def concerns(group: str, kind: str) -> bool:
    """Whether the kind makes an entrance, which is all that counts."""
    return bool(entrance_of(group, kind))


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one object by its kind alone."""
    what = entrance(obj)
    if what:
        yield Finding(
            ("kind",),
            f"{described(obj)} {what}",
            "expose the app with `expose` in its spec; AWS resources belong in Terraform",
        )
