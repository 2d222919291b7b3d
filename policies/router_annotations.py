"""PT216: of the router's annotations only those that cannot reach beyond the app."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_ingresses, text, texts
from compiler.policies.reading import annotations, described, mapping
from compiler.policies.router_annotations import ALLOWED, ROUTERS, is_allowed, is_routers
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-router-annotations"
ID = "PT216"
TITLE = "annotation that reaches into the router"
SEVERITY = "error"
RATIONALE = (
    "A router takes its configuration from annotations. Some of them write into that "
    "configuration as they are, take over hosts, or send requests elsewhere; several allowed "
    "arbitrary code in the router, which holds the traffic of all apps (CVE-2021-25742, "
    "CVE-2025-1974)."
)
WHAT = (
    "Refuses annotations of ingress controllers on an Ingress or Service, unless they are known "
    "to be harmless and have a value of the form that they take."
)
FIX = "Remove the annotation. What an app may ask of the router is said in its spec."
KINDS = ("Ingress", "Service")
ONE_DOOR = True

FAILING = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/server-alias: blog.example.com
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
PASSING = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 10m
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

_TYPE = "nginx.org/mergeable-ingress-type"


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Ingress or Service."""
    namespace = mapping(obj, "metadata").get("namespace")
    for key, value in annotations(obj).items():
        path = ("metadata", "annotations", key)
        if not isinstance(key, str) or not is_routers(key):
            continue
        if key == _TYPE:
            # Who owns the master of a host owns the host.
            if value != "minion" and not (value == "master" and context.is_entrance(namespace)):
                yield Finding(
                    path,
                    f'{described(obj)} takes the whole host: {key} is "{value}"',
                    "write minion; the host itself is the platform's",
                )
        elif key not in ALLOWED:
            yield Finding(
                path,
                f"{described(obj)} has {key}, which is not among the router's harmless annotations",
                "remove it",
            )
        elif not is_allowed(key, value):
            yield Finding(
                path,
                f'{described(obj)} has "{value}" as {key}, which is not of the form that it takes',
                f"write a value that fits {ALLOWED[key]}",
            )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server, over Ingresses; the router reads no Service's."""
    [shared] = context.shared
    known = " || ".join(
        f"(k in {texts(keys)} && object.metadata.annotations[k].matches({text(f'^(?:{form})$')}))"
        for form, keys in _by_form().items()
    )
    return of_ingresses(
        (
            "!has(object.metadata.annotations) || object.metadata.annotations.all(k,"
            f" !k.matches({text(ROUTERS)}) || k == '{_TYPE}' || {known})",
            f"this annotation of the router is not allowed, or has a value that is not ({ID})",
        ),
        (
            f"!has(object.metadata.annotations) || !('{_TYPE}' in object.metadata.annotations)"
            f" || object.metadata.annotations['{_TYPE}'] == 'minion'"
            f" || (object.metadata.annotations['{_TYPE}'] == 'master'"
            f" && object.metadata.namespace == '{shared.namespace}')",
            f"only the namespace {shared.namespace} gives out hosts ({ID})",
        ),
    )


def _by_form() -> dict[str, list[str]]:
    """The harmless annotations, by the form of their values."""
    forms: dict[str, list[str]] = {}
    for key, form in ALLOWED.items():
        forms.setdefault(form, []).append(key)
    return forms
