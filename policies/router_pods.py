"""PT209: only the router's pods stand behind the shared Service."""

from collections.abc import Iterator

from compiler.policies.reading import POD_KINDS, described, mapping, pod_of
from compiler.policies.routers import NAMES, is_router_image
from compiler.policies.shape import Context, Finding, Object

ID = "PT209"
TITLE = "pods that join the router's"
SEVERITY = "error"
RATIONALE = (
    "The shared Service sends requests to every pod of its namespace that has the router's "
    "labels. Pods of anything else with these labels get a share of all apps' requests."
)
WHAT = (
    "Refuses pods in the namespace of the shared Service that have the labels by which it selects "
    "the router, and run another image than an ingress controller's."
)
FIX = "Give the pods labels of their own, in the namespace of their team."
KINDS = POD_KINDS
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: edge
  labels: {app.kubernetes.io/name: edge-router}
spec:
  containers:
  - name: shop
    image: ghcr.io/acme/shop:1.4.2
"""
PASSING = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: shop
  labels: {app.kubernetes.io/name: shop}
spec:
  containers:
  - name: shop
    image: ghcr.io/acme/shop:1.4.2
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the pods that are made of one object."""
    pod = pod_of(obj)
    if pod is None or not context.is_entrance(mapping(obj, "metadata").get("namespace")):
        return
    labels = mapping(pod.metadata, "labels")
    selectors = [shared.selector for shared in context.shared if shared.selector]
    joins = any(selector.items() <= labels.items() for selector in selectors)
    if not selectors:
        joins = labels.get("app.kubernetes.io/name", labels.get("app")) in NAMES
    if not joins:
        return
    for path, container in pod.containers():
        # Containers that run before the router's, to prepare it, are its own image too.
        if not is_router_image(container.get("image")):
            yield Finding(
                (*path, "image"),
                f"{described(obj)} has the router's labels and runs {container.get('image')}",
                "give these pods labels of their own, or run the ingress controller's own image",
            )
