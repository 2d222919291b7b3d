"""PT222: no pod carries traffic in through a tunnel."""

import re
from collections.abc import Iterator

from compiler.policies.reading import POD_KINDS, annotations, described, items, pod_of, texts
from compiler.policies.shape import Context, Finding, Object

ID = "PT222"
TITLE = "tunnel into the cluster"
SEVERITY = "error"
RATIONALE = (
    "A tunnel is an outgoing connection through which requests come in: the app is public with no "
    "load balancer, certificate or firewall that anybody here knows."
)
WHAT = (
    "Refuses pods that run a known tunnel program, by their images, commands or variables, and "
    "annotations by which an operator makes a tunnel for a Service or an Ingress."
)
FIX = "Expose the app with `expose` in its spec, and remove the tunnel."
KINDS = (*POD_KINDS, "Service", "Ingress")
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: shop
spec:
  containers:
  - name: tunnel
    image: cloudflare/cloudflared:2026.9.1
    args: [tunnel, --url, "http://localhost:8080"]
"""
PASSING = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: shop
spec:
  containers:
  - name: shop
    image: ghcr.io/acme/shop:1.4.2
"""

_PROGRAMS = (
    *("boringproxy", "bore", "chisel", "cloudflared", "expose-server", "frpc", "frps", "gost"),
    *("holesail", "inlets", "inlets-pro", "localtunnel", "localxpose", "loclx", "ngrok"),
    *("packetriot", "pagekite", "pinggy", "piko", "playit", "rathole", "remotemoe", "sish"),
    *("sshuttle", "tailscale", "tailscaled", "telebit", "tunnelmole", "tunnelto", "wstunnel"),
    *("ziti-edge-tunnel", "ziti-tunnel", "zrok"),
)
_NAMES = "|".join(re.escape(name) for name in _PROGRAMS)
# The last part of an image's name, as their projects and others call it: frpc, ngrok-alpine.
_IMAGE = re.compile(
    rf"(?:.*/)?(?:{_NAMES}|frp|tor-hidden-service)"
    r"(?:[-_](?:agent|alpine|amd64|arm64|client|docker|ingress-controller|k8s-operator|linux"
    r"|operator|proxy|server|sidecar|tunnel))*"
)
_COMMAND = re.compile(rf"(?:^|[\s/;&|`(])(?:{_NAMES})(?:[\s;&|`)]|$)")
# ssh -R, autossh -R: a port of another machine leads here.
_REVERSE_SSH = re.compile(r"(?:^|[\s/;&|])(?:auto)?ssh\s(?:.*\s)?-[a-zA-Z]*R")
_TUNNEL_ARGUMENTS = re.compile(r"(?:^|\s)tunnel\s(?:.*\s)?(?:run|--url|--token|--hello-world)")
_VARIABLES = ("NGROK_AUTHTOKEN", "TUNNEL_TOKEN", "TUNNEL_URL", "TS_AUTHKEY", "INLETS_TOKEN")
_ANNOTATIONS = re.compile(
    r"(?:tailscale\.com/(?:expose|funnel|hostname|tags|tailnet-.*)|k8s\.ngrok\.com/.*"
    r"|inlets\.dev/.*|(?:.*\.)?cfargotunnel\.com/.*|cloudflare-tunnel.*/.*)"
)


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the pods that are made of one object, or the annotations of a Service or Ingress."""
    for key in annotations(obj):
        if isinstance(key, str) and _ANNOTATIONS.fullmatch(key.lower()):
            yield Finding(
                ("metadata", "annotations", key),
                f"{described(obj)} has an operator make a tunnel ({key})",
                "remove the annotation, and expose the app with `expose` in its spec",
            )
    pod = pod_of(obj)
    for path, container in pod.containers() if pod is not None else ():
        image = container.get("image")
        words = [*texts(container.get("command")), *texts(container.get("args"))]
        line = " ".join(words)
        variables = [entry.get("name") for _, entry in items(container.get("env"))]
        if isinstance(image, str) and _IMAGE.fullmatch(_name(image)):
            yield Finding((*path, "image"), _message(obj, image), _HELP)
        elif any(pattern.search(line) for pattern in (_COMMAND, _REVERSE_SSH, _TUNNEL_ARGUMENTS)):
            field = "command" if container.get("command") else "args"
            yield Finding((*path, field), _message(obj, line), _HELP)
        elif set(variables).intersection(_VARIABLES):
            named = next(name for name in variables if name in _VARIABLES)
            yield Finding((*path, "env"), _message(obj, f"something with {named}"), _HELP)


_HELP = "expose the app with `expose` in its spec, and remove the tunnel"


def _message(obj: Object, what: str) -> str:
    return f"{described(obj)} runs a tunnel: {what}"


def _name(image: str) -> str:
    """The image's name without tag and digest."""
    name = image.lower().partition("@")[0]
    if ":" in name.rpartition("/")[2]:
        name = name.rpartition(":")[0]
    return name
