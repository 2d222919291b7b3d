"""PT213: an Ingress serves hosts that it names."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_ingresses
from compiler.policies.reading import described, items, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-no-catch-all"
ID = "PT213"
TITLE = "Ingress that catches all hosts"
SEVERITY = "error"
RATIONALE = (
    "Without a host, with a wildcard or as default backend an app answers for names that are not "
    "its own: typing mistakes, hosts of other teams that are not there yet, and whatever anybody "
    "points at the load balancer."
)
WHAT = (
    "Refuses an Ingress with a rule that has no host, with a host that begins with `*`, with a "
    "default backend, or without any rule, and a backend that is no Service."
)
FIX = "Name each host in a rule of its own; remove `defaultBackend`."
KINDS = ("Ingress",)
ONE_DOOR = True

FAILING = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
spec:
  ingressClassName: edge
  rules:
  - http:
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


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Ingress."""
    spec = mapping(obj, "spec")
    # Before networking.k8s.io/v1 the default backend was `backend`.
    for field in ("defaultBackend", "backend"):
        if spec.get(field) is not None:
            yield Finding(
                ("spec", field),
                f"{described(obj)} answers for every host that nobody else serves",
                f"remove {field}, and name the host in a rule",
            )
    if not spec.get("rules"):
        yield Finding(
            ("spec",), f"{described(obj)} names no host", "name each host in a rule of its own"
        )
    for index, rule in items(spec.get("rules")):
        host = rule.get("host")
        if host in (None, ""):
            yield Finding(
                ("spec", "rules", index),
                f"a rule of {described(obj)} has no host: it answers for all of them",
                "name the host",
            )
        elif isinstance(host, str) and "*" in host:
            yield Finding(
                ("spec", "rules", index, "host"),
                f"{described(obj)} answers for every name that {host} fits",
                "name each host",
            )
        for place, path in items(mapping(rule, "http").get("paths")):
            if mapping(path, "backend").get("resource") is not None:
                yield Finding(
                    ("spec", "rules", index, "http", "paths", place, "backend", "resource"),
                    f"a backend of {described(obj)} is no Service",
                    "send requests to a Service of the app's namespace",
                )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server."""
    return of_ingresses(
        ("!has(object.spec.defaultBackend)", f"an Ingress must have no default backend ({ID})"),
        (
            "has(object.spec.rules) && size(object.spec.rules) > 0 && object.spec.rules.all(r,"
            " has(r.host) && r.host != '' && !r.host.contains('*'))",
            f"an Ingress must name each of its hosts ({ID})",
        ),
        (
            "!has(object.spec.rules) || object.spec.rules.all(r, !has(r.http)"
            " || r.http.paths.all(p, !has(p.backend.resource)))",
            f"a backend of an Ingress must be a Service ({ID})",
        ),
    )
