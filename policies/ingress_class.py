"""PT211: an Ingress is served by the shared router."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_ingresses, texts
from compiler.policies.reading import annotations, described, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-shared-ingress-class"
ID = "PT211"
TITLE = "Ingress outside the shared router"
SEVERITY = "error"
RATIONALE = (
    "The class of an Ingress says which controller serves it. The AWS Load Balancer Controller "
    "and EKS Auto Mode make an Application Load Balancer of its own for each; without a class, "
    "whoever is the cluster's default decides."
)
WHAT = (
    "Refuses an Ingress that does not name the shared IngressClass, or names another one in the "
    "annotation that came before the field."
)
FIX = "Write the shared class as `ingressClassName`, and remove the annotation."
KINDS = ("Ingress",)
ONE_DOOR = True

FAILING = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
spec:
  ingressClassName: alb
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
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

_ANNOTATION = "kubernetes.io/ingress.class"


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Ingress."""
    field = mapping(obj, "spec").get("ingressClassName")
    annotation = annotations(obj).get(_ANNOTATION)
    if context.ingress_classes:
        instead = f"write ingressClassName: {' or '.join(sorted(context.ingress_classes))}"
    else:
        instead = "say which class is the shared one: --ingress-class NAME"
    if annotation is not None and annotation not in context.ingress_classes:
        yield Finding(
            ("metadata", "annotations", _ANNOTATION),
            f'{described(obj)} asks for the class "{annotation}" in an annotation',
            f"{instead}, and remove the annotation",
        )
    if field is None and annotation is None:
        yield Finding(
            ("spec",),
            f"{described(obj)} names no class: whichever controller is the default serves it",
            instead,
        )
    elif field is not None and field not in context.ingress_classes:
        yield Finding(
            ("spec", "ingressClassName"),
            f'{described(obj)} is of the class "{field}", which is not the shared one',
            instead,
        )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server."""
    classes = texts(sorted(context.ingress_classes))
    annotation = f"object.metadata.annotations['{_ANNOTATION}']"
    return of_ingresses(
        (
            "has(object.spec.ingressClassName)"
            f" ? object.spec.ingressClassName in {classes}"
            " : (has(object.metadata.annotations)"
            f" && '{_ANNOTATION}' in object.metadata.annotations)",
            f"an Ingress must name the shared class ({ID})",
        ),
        (
            "!has(object.metadata.annotations)"
            f" || !('{_ANNOTATION}' in object.metadata.annotations)"
            f" || {annotation} in {classes}",
            f"an Ingress must not ask for another class in an annotation ({ID})",
        ),
    )
