"""PT210: no pod opens ports of its node."""

from collections.abc import Iterator

from compiler.policies.reading import POD_KINDS, described, items, pod_of
from compiler.policies.shape import Context, Finding, Object

ID = "PT210"
TITLE = "pod that opens ports of its node"
SEVERITY = "error"
RATIONALE = (
    "A pod on the host's network, or with a host port, listens on its node's own address: whoever "
    "reaches the node reaches the pod, and no network policy applies to it."
)
WHAT = (
    "Refuses `hostNetwork` and `hostPort` in pods and in everything that pods are made of, in "
    "every sort of container."
)
FIX = (
    "Remove the field, and let a Service and the app's `expose` lead to the pod. An agent that "
    "has to be on the host's network needs a waiver with an owner and a date."
)
KINDS = POD_KINDS
ONE_DOOR = False

FAILING = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: shop
  namespace: shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: shop
        image: ghcr.io/acme/shop:1.4.2
        ports:
        - {containerPort: 8080, hostPort: 80}
"""
PASSING = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: shop
  namespace: shop
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: shop
        image: ghcr.io/acme/shop:1.4.2
        ports:
        - {containerPort: 8080}
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the pods that are made of one object."""
    pod = pod_of(obj)
    if pod is None:
        return
    # Anything but false is refused: what a reader takes for true is not guessed at.
    if pod.spec.get("hostNetwork") not in (None, False):
        yield Finding(
            (*pod.path, "spec", "hostNetwork"),
            f"{described(obj)} is on the network of its node",
            "remove hostNetwork",
        )
    for path, container in pod.containers():
        for index, port in items(container.get("ports")):
            if port.get("hostPort") not in (None, 0):
                yield Finding(
                    (*path, "ports", index, "hostPort"),
                    f"{described(obj)} opens port {port['hostPort']} of its node",
                    "remove hostPort; a Service leads to the container's port",
                )
