"""PT222: no pod carries traffic in through a tunnel."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compiler.policies.reading import (
    POD_KINDS,
    annotations,
    described,
    items,
    mapping,
    pod_of,
    texts,
)
from compiler.policies.shape import Context, Finding, Object
from compiler.policies.tunnel_programs import is_tunnel_command, is_tunnel_image

ID = "PT222"
TITLE = "tunnel into the cluster"
SEVERITY = "error"
RATIONALE = (
    "A tunnel is an outgoing connection through which requests come in: the app is public with no "
    "load balancer, certificate or firewall that anybody here knows."
)
WHAT = (
    "Refuses pods that run a known tunnel program, by their images, commands or variables, "
    "annotations by which an operator makes a tunnel for a Service or an Ingress."
)
FIX = "Expose the app with `expose` in its spec, and remove the tunnel."
KINDS = (*POD_KINDS, "Service", "Ingress", "HelmRelease")
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

_MAX_DEPTH = 32
_VARIABLES = ("NGROK_AUTHTOKEN", "TUNNEL_TOKEN", "TUNNEL_URL", "TS_AUTHKEY", "INLETS_TOKEN")
_ANNOTATIONS = (
    r"(?:tailscale\.com/(?:expose|funnel|hostname|tags|tailnet-.*)|k8s\.ngrok\.com/.*"
    r"|inlets\.dev/.*|(?:.*\.)?cfargotunnel\.com/.*|cloudflare-tunnel.*/.*)"
)


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the pods that are made of one object, or the annotations of a Service or Ingress."""
    for key in annotations(obj):
        if _makes_tunnel(key):
            yield Finding(
                ("metadata", "annotations", key),
                f"{described(obj)} has an operator make a tunnel ({key})",
                "remove the annotation, and expose the app with `expose` in its spec",
            )
    if obj.get("kind") == "HelmRelease":
        for path, repository in _images(mapping(obj, "spec").get("values"), ("spec", "values")):
            if is_tunnel_image(repository):
                yield Finding(path, _message(obj, repository), _HELP)
    pod = pod_of(obj)
    for path, container in pod.containers() if pod is not None else ():
        image = container.get("image")
        words = [*texts(container.get("command")), *texts(container.get("args"))]
        line = " ".join(words)
        if isinstance(image, str) and is_tunnel_image(image):
            yield Finding((*path, "image"), _message(obj, image), _HELP)
        elif is_tunnel_command(line):
            field = "command" if container.get("command") else "args"
            yield Finding((*path, field), _message(obj, line), _HELP)
        elif named := _variable(container.get("env")):
            yield Finding((*path, "env"), _message(obj, f"something with {named}"), _HELP)


_HELP = "expose the app with `expose` in its spec, and remove the tunnel"


# Thousands of objects have the same few annotations.
@lru_cache(maxsize=1024)
def _makes_tunnel(key: Any) -> bool:
    """Whether an operator makes a tunnel of what has this annotation."""
    return isinstance(key, str) and re.fullmatch(_ANNOTATIONS, key.lower()) is not None


def _variable(env: Any) -> str | None:
    """The variable of a container that tunnel programs read, if it has one."""
    return next((e["name"] for _, e in items(env) if e.get("name") in _VARIABLES), None)


def _images(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Whatever the values of a chart call an image or its repository."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _images(item, (*path, index))
    elif isinstance(value, dict) and len(path) < _MAX_DEPTH:
        for key, item in value.items():
            if isinstance(item, str) and str(key).lower().endswith(("image", "repository")):
                yield (*path, key), item
            else:
                yield from _images(item, (*path, key))


def _message(obj: Object, what: str) -> str:
    return f"{described(obj)} runs a tunnel: {what}"
