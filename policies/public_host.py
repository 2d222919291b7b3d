"""PT214: a public host is a plain name in one of the environment's domains."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_ingresses, text
from compiler.policies.host_names import LABEL, problem_of_host
from compiler.policies.reading import described, items, mapping, texts
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-public-hosts"
ID = "PT214"
TITLE = "host that is not a plain name of a domain"
SEVERITY = "error"
RATIONALE = (
    "A host in capitals, with a final dot or with letters that look like others is, to some of "
    "the programs on the way, the host of another app. A name outside the domains has no "
    "certificate and no firewall in front of it."
)
WHAT = (
    "Refuses hosts of an Ingress, also those of its `tls`, that are not lowercase DNS names in "
    "one of the environment's domains, and `tls` for a host that no rule of the Ingress serves."
)
FIX = "Write the host in lowercase letters, digits and hyphens, below one of the domains."
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
  - host: Shop.example.com.
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


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Ingress."""
    spec = mapping(obj, "spec")
    served = set()
    for index, rule in items(spec.get("rules")):
        host = rule.get("host")
        served.add(host)
        # No host and wildcards are the business of the rule about catch-alls.
        if host in (None, "") or (isinstance(host, str) and "*" in host):
            continue
        problem = problem_of_host(host, context.domains)
        if problem:
            yield Finding(
                ("spec", "rules", index, "host"),
                f'{described(obj)} serves the host "{host}", {problem}',
                "write a plain lowercase name in one of the domains",
            )
    for index, tls in items(spec.get("tls")):
        for host in texts(tls.get("hosts")):
            if host not in served:
                yield Finding(
                    ("spec", "tls", index, "hosts"),
                    f'{described(obj)} brings a certificate for "{host}", which it does not serve',
                    "name hosts of its own rules only, or remove tls: it ends at CloudFront",
                )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server."""
    inside = " || ".join(
        f"r.host == {text(domain)} || r.host.endsWith({text('.' + domain)})"
        for domain in context.domains
    )
    plain = f"r.host.matches('^{LABEL}([.]{LABEL})+$')"
    # CEL cannot look at the labels below a domain alone.
    if not any("xn--" in domain for domain in context.domains):
        plain += " && !r.host.contains('xn--')"
    named = "!has(r.host) || r.host == '' || r.host.contains('*')"
    return of_ingresses(
        (
            f"!has(object.spec.rules) || object.spec.rules.all(r, {named} || ({plain}"
            + (f" && ({inside})))" if inside else "))"),
            f"a host must be a plain lowercase name in the environment's domains ({ID})",
        ),
        (
            "!has(object.spec.tls) || object.spec.tls.all(t, !has(t.hosts) || t.hosts.all(h,"
            " has(object.spec.rules) && object.spec.rules.exists(r, has(r.host) && r.host == h)))",
            f"a certificate must be for a host that the Ingress serves ({ID})",
        ),
    )
