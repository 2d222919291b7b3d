"""PT217: a path of an Ingress is a path."""

import re
from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_ingresses
from compiler.policies.reading import described, items, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-ingress-paths"
ID = "PT217"
TITLE = "path that is more than a path"
SEVERITY = "error"
RATIONALE = (
    "Routers write paths into their configuration, and some take them for regular expressions. A "
    "path with other characters than a path needs has changed that configuration for all apps "
    "(CVE-2026-24512)."
)
WHAT = (
    "Refuses paths of an Ingress with other characters than letters, digits and `-._~/`, with "
    "`..` or `//` in them, or that do not begin with `/`."
)
FIX = "Write a plain path, such as /api, with the pathType Prefix or Exact."
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
  - host: shop.example.com
    http:
      paths:
      - path: "/api;{}"
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
      - path: /api
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
"""

_PATH = "/[A-Za-z0-9._~/-]*"
_BENT = "//|(^|/)[.][.]?(/|$)"


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Ingress."""
    for index, rule in items(mapping(obj, "spec").get("rules")):
        for place, entry in items(mapping(rule, "http").get("paths")):
            path = entry.get("path", "/")
            if not isinstance(path, str) or not re.fullmatch(_PATH, path) or re.search(_BENT, path):
                yield Finding(
                    ("spec", "rules", index, "http", "paths", place, "path"),
                    f'{described(obj)} has the path "{path}", which is more than a path',
                    "write a path of letters, digits and -._~ between slashes",
                )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server."""
    return of_ingresses(
        (
            "!has(object.spec.rules) || object.spec.rules.all(r, !has(r.http)"
            f" || r.http.paths.all(p, !has(p.path) || (p.path.matches('^{_PATH}$')"
            f" && !p.path.matches('{_BENT}'))))",
            f"a path must be a plain path ({ID})",
        ),
    )
