"""PT205: no Service opens a port on the nodes."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import is_shared, of_services
from compiler.policies.reading import described, items, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-no-node-ports"
ID = "PT205"
TITLE = "Service that opens a port on every node"
SEVERITY = "error"
RATIONALE = (
    "A node port is open on every node of the cluster: whoever reaches a node reaches the app, "
    "past CloudFront, its firewall and the router, and a load balancer made by hand needs no more "
    "than such a port."
)
WHAT = (
    "Refuses a Service of type NodePort, and node ports that are asked for on any other Service "
    "but the shared one."
)
FIX = "Write `type: ClusterIP`, and let the app's spec expose it with `expose`."
KINDS = ("Service",)
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  type: NodePort
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


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Service."""
    spec = mapping(obj, "spec")
    if spec.get("type") == "NodePort":
        yield Finding(
            ("spec", "type"),
            f"{described(obj)} opens a port on every node",
            "write type: ClusterIP, and let an app spec expose it",
        )
        return
    if context.shared_named_by(obj) is not None:
        return
    for index, port in items(spec.get("ports")):
        if port.get("nodePort") not in (None, 0):
            yield Finding(
                ("spec", "ports", index, "nodePort"),
                f"{described(obj)} asks for port {port['nodePort']} on every node",
                "remove nodePort",
            )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server, which fills in the node ports of other types itself."""
    [shared] = context.shared
    return of_services(
        ("object.spec.type != 'NodePort'", f"a Service must not open ports on the nodes ({ID})"),
        (
            f"{is_shared(shared)} || !has(object.spec.ports)"
            " || object.spec.ports.all(p, !has(p.nodePort) || p.nodePort == 0)",
            f"only {shared.namespace}/{shared.name} may have node ports ({ID})",
        ),
    )
