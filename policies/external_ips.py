"""PT206: no Service takes an address of its own."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_services
from compiler.policies.reading import described, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-no-external-ips"
ID = "PT206"
TITLE = "Service with an external address"
SEVERITY = "error"
RATIONALE = (
    "Every node takes connections to an external IP of a Service for its own, so such a Service "
    "is one more way in, and can also take the traffic of an address that belongs to somebody "
    "else (CVE-2020-8554)."
)
WHAT = (
    "Refuses a Service with `externalIPs`, and one that asks for an address with `loadBalancerIP`."
)
FIX = "Remove the field. Who is outside the cluster comes in through the shared load balancer."
KINDS = ("Service",)
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  externalIPs: [203.0.113.10]
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
  ports:
  - port: 80
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Service."""
    spec = mapping(obj, "spec")
    for field in ("externalIPs", "loadBalancerIP"):
        if spec.get(field):
            yield Finding(
                ("spec", field),
                f"{described(obj)} takes the address {_shown(spec[field])} for its own",
                f"remove {field}; the way in is the shared load balancer",
            )


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server."""
    return of_services(
        (
            "(!has(object.spec.externalIPs) || object.spec.externalIPs.size() == 0)"
            " && (!has(object.spec.loadBalancerIP) || object.spec.loadBalancerIP == '')",
            f"a Service must not take an external address ({ID})",
        ),
    )
