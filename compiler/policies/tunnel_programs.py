"""Programs that carry requests in through an outgoing connection: their names and images."""

import re
from functools import lru_cache

PROGRAMS = (
    *("boringproxy", "bore", "chisel", "cloudflared", "expose-server", "frpc", "frps", "gost"),
    *("holesail", "inlets", "inlets-pro", "localtunnel", "localxpose", "loclx", "ngrok"),
    *("packetriot", "pagekite", "pinggy", "piko", "playit", "rathole", "remotemoe", "sish"),
    *("sshuttle", "tailscale", "tailscaled", "telebit", "tunnelmole", "tunnelto", "wstunnel"),
    *("ziti-edge-tunnel", "ziti-tunnel", "zrok"),
)
"""The programs, as their commands are called."""

_NAMES = "|".join(re.escape(name) for name in PROGRAMS)
# The last part of an image's name, as their projects and others call it: frpc, ngrok-alpine.
_IMAGE = (
    rf"(?:.*/)?(?:{_NAMES}|frp|tor-hidden-service)"
    r"(?:[-_](?:agent|alpine|amd64|arm64|client|docker|ingress-controller|k8s-operator|linux"
    r"|operator|proxy|server|sidecar|tunnel))*"
)
_COMMAND = rf"(?:^|[\s/;&|`(])(?:{_NAMES})(?:[\s;&|`)]|$)"
# ssh -R, autossh -R: a port of another machine leads here.
_REVERSE_SSH = r"(?:^|[\s/;&|])(?:auto)?ssh\s(?:.*\s)?-[a-zA-Z]*R"
_ARGUMENTS = r"(?:^|\s)tunnel\s(?:.*\s)?(?:run|--url|--token|--hello-world)"


# An app has the same image and command in each environment; to look through one takes 3 µs.
@lru_cache(maxsize=16384)
def is_tunnel_image(image: str) -> bool:
    """Whether an image, with or without registry, tag and digest, is a tunnel program's."""
    name = image.lower().partition("@")[0]
    if ":" in name.rpartition("/")[2]:
        name = name.rpartition(":")[0]
    return re.fullmatch(_IMAGE, name) is not None


@lru_cache(maxsize=16384)
def is_tunnel_command(line: str) -> bool:
    """Whether a command, its words joined by spaces, runs one."""
    return any(re.search(pattern, line) for pattern in (_COMMAND, _REVERSE_SSH, _ARGUMENTS))
