"""PT215: a host belongs to one namespace."""

from collections.abc import Iterator

from compiler.policies.reading import described, items, mapping
from compiler.policies.shape import Context, Finding, Object

ID = "PT215"
TITLE = "host of somebody else"
SEVERITY = "error"
RATIONALE = (
    "The router joins all Ingresses of a host. Who adds one for the host of another team takes "
    "its requests, or those of a path such as /login, and nobody sees it in the other team's "
    "files."
)
WHAT = (
    "Refuses an Ingress that serves paths of a host for which another namespace has an Ingress as "
    "well, whatever the spelling of the host."
)
FIX = "Choose a host of your own, or let the owner of the host forward the path."
KINDS = ("Ingress",)
ONE_DOOR = True

FAILING = """\
-- scanned/shop.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: edge
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
-- scanned/blog.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: blog, namespace: blog}
spec:
  ingressClassName: edge
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /login
        pathType: Prefix
        backend: {service: {name: blog, port: {number: 80}}}
"""
PASSING = """\
-- scanned/shop.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: edge
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
-- scanned/blog.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: blog, namespace: blog}
spec:
  ingressClassName: edge
  rules:
  - host: blog.example.com
    http:
      paths:
      - path: /login
        pathType: Prefix
        backend: {service: {name: blog, port: {number: 80}}}
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Ingress, by what all that are judged with it claim."""
    own = mapping(obj, "metadata").get("namespace")
    for index, rule in items(mapping(obj, "spec").get("rules")):
        host = rule.get("host")
        # A rule without paths serves nothing: the entrance's own, which gives a host to a team.
        if not isinstance(host, str) or rule.get("http") is None:
            continue
        name = host.lower().rstrip(".")
        other = next((c for c in context.hosts.get(name, ()) if c.namespace != own), None)
        if other is not None:
            yield Finding(
                ("spec", "rules", index, "host"),
                f"{described(obj)} serves {name}, and so does Ingress "
                f"{other.namespace}/{other.name} ({other.place})",
                "a host belongs to one namespace: choose another host",
            )
