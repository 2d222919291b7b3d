"""PT230: the router stays as strict as it was set up."""

import re
from collections.abc import Iterator

from compiler.policies.reading import POD_KINDS, described, mapping, pod_of, texts
from compiler.policies.shape import Context, Finding, Object

ID = "PT230"
TITLE = "router that is less strict"
SEVERITY = "error"
RATIONALE = (
    "The router's own configuration decides what an Ingress may do. With snippets allowed, one "
    "team writes configuration for all; with TCP ports or Ingresses without a class, things come "
    "in that no rule saw."
)
WHAT = (
    "Refuses settings of the router, in the namespace of the shared Service, that allow snippets, "
    "other namespaces' resources or risky annotations, that open TCP and UDP ports, serve "
    "Ingresses without a class, or switch its validation off."
)
FIX = "Remove the setting. What the router needs is said in `environments/<env>.yaml`."
KINDS = (*POD_KINDS, "ConfigMap")
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: edge-router
  namespace: edge
data:
  allow-snippet-annotations: "true"
"""
PASSING = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: edge-router
  namespace: edge
data:
  allow-snippet-annotations: "false"
"""

_SNIPPET = r".*-snippets?|snippets|(?:main|http|stream|server|location)-template"
_REFUSED_VALUES = {
    "allow-snippet-annotations": ("true",),
    "enable-snippets": ("true",),
    "allow-cross-namespace-resources": ("true",),
    "annotations-risk-level": ("High", "Critical"),
    "strict-validate-path-type": ("false",),
    "annotation-value-word-blocklist": ("",),
}
# A ConfigMap of ingress-nginx whose keys are ports.
_PORT = r"[0-9]{1,5}"
_ARGUMENT = (
    r"(?i)--?(?:enable-snippets(?:=true)?$|enable-annotation-validation=false$|disable-catch-all=false$"
    r"|watch-ingress-without-class(?:=true)?$|(?:tcp|udp)-services-configmap=|api\.insecure"
    r"|disable-svc-external-name=false$|enable-tls-passthrough(?:=true)?$|ingress-class-by-name"
    r"|enable-ssl-passthrough(?:=true)?$|providers\.kubernetesingress.*allowexternalname"
    r"|providers\.kubernetesingress.*allowcrossnamespace|entrypoints\..*:(?:22|2222|3306|5432|6379))"
)


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one object of the entrance's namespace."""
    if not context.is_entrance(mapping(obj, "metadata").get("namespace")):
        return
    for key, value in mapping(obj, "data").items():
        if re.fullmatch(_SNIPPET, str(key)) and value:
            what = f"adds configuration of its own by {key}"
        elif value in _REFUSED_VALUES.get(str(key), ()):
            what = f"makes the router less strict: {key} is {value}"
        elif re.fullmatch(_PORT, str(key)):
            what = f"opens port {key} of the router for {value}"
        else:
            continue
        yield Finding(("data", key), f"{described(obj)} {what}", f"remove {key}")
    pod = pod_of(obj)
    for path, container in pod.containers() if pod is not None else ():
        for field in ("args", "command"):
            for word in texts(container.get(field)):
                if re.match(_ARGUMENT, word):
                    yield Finding(
                        (*path, field),
                        f"{described(obj)} makes the router less strict: {word}",
                        "remove the argument",
                    )
