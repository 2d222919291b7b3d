"""PT234: there is one router."""

from collections.abc import Iterator

from compiler.policies.reading import POD_KINDS, described, mapping, pod_of
from compiler.policies.routers import is_ingress_controller
from compiler.policies.shape import Context, Finding, Object

ID = "PT234"
TITLE = "second router"
SEVERITY = "error"
RATIONALE = (
    "An ingress controller of a team's own serves Ingresses that nobody else sees, with settings "
    "that nobody reviewed, and is one Service away from being a second way in."
)
WHAT = (
    "Refuses pods outside the namespace of the shared Service that run an ingress controller: "
    "ingress-nginx or the NGINX Ingress Controller."
)
FIX = "Remove it, and let the app's spec expose it with `expose`."
KINDS = POD_KINDS
ONE_DOOR = False

FAILING = """\
apiVersion: v1
kind: Pod
metadata:
  name: router
  namespace: shop
spec:
  containers:
  - name: controller
    image: registry.k8s.io/ingress-nginx/controller:v1.15.1
"""
PASSING = """\
apiVersion: v1
kind: Pod
metadata:
  name: router
  namespace: edge
spec:
  containers:
  - name: controller
    image: registry.k8s.io/ingress-nginx/controller:v1.15.1
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the pods that are made of one object."""
    pod = pod_of(obj)
    for path, container in pod.containers() if pod is not None else ():
        if is_ingress_controller(container.get("image")) and not context.is_entrance(
            mapping(obj, "metadata").get("namespace")
        ):
            yield Finding(
                (*path, "image"),
                f"{described(obj)} runs a router of its own: {container['image']}",
                "remove it, and let the app's spec expose it with `expose`",
            )
