"""The annotations that ingress controllers read, and which of them an app may set.

Sources: the annotation references of ingress-nginx v1.15, F5 NGINX Ingress Controller v5.6 and
Traefik v3.7, and their security advisories. Forms are regular expressions over a whole value that
Python, Go and CEL (RE2) understand alike.
"""

import re
from functools import lru_cache

_SIZE = "[0-9]+[kKmMgG]?"
_SECONDS = "[0-9]+(?:ms|s|m)?"
_NUMBER = "[0-9]+"
_SWITCH = "true|false|on|off"
_WORD = "[A-Za-z0-9_-]+"
_SERVICES = "[a-z0-9-]+(?:,[a-z0-9-]+)*"
_PATH = "/[A-Za-z0-9._~/-]*(?:[$][0-9][A-Za-z0-9._~/-]*)*"
_COOKIE = (
    "serviceName=[a-z0-9-]+ [A-Za-z0-9_-]+(?: expires=[0-9]+[smhd])?(?: httponly)?(?: secure)?"
    "(?: samesite=(?:strict|lax|none))?(?: path=/[A-Za-z0-9._~/-]*)?"
)
_REWRITE = f"serviceName=[a-z0-9-]+ rewrite={_PATH}"

_IN_NGINX = "nginx.ingress.kubernetes.io/"
_F5 = "nginx.org/"
_TRAEFIK = "traefik.ingress.kubernetes.io/"

ALLOWED = {
    f"{_IN_NGINX}affinity": "cookie",
    f"{_IN_NGINX}affinity-mode": "balanced|persistent",
    f"{_IN_NGINX}backend-protocol": "HTTP|HTTPS|GRPC|GRPCS|AUTO_HTTP",
    f"{_IN_NGINX}client-body-buffer-size": _SIZE,
    f"{_IN_NGINX}force-ssl-redirect": _SWITCH,
    f"{_IN_NGINX}limit-burst-multiplier": _NUMBER,
    f"{_IN_NGINX}limit-connections": _NUMBER,
    f"{_IN_NGINX}limit-rpm": _NUMBER,
    f"{_IN_NGINX}limit-rps": _NUMBER,
    f"{_IN_NGINX}proxy-body-size": _SIZE,
    f"{_IN_NGINX}proxy-buffer-size": _SIZE,
    f"{_IN_NGINX}proxy-buffering": _SWITCH,
    f"{_IN_NGINX}proxy-connect-timeout": _SECONDS,
    f"{_IN_NGINX}proxy-http-version": "1[.][01]",
    f"{_IN_NGINX}proxy-next-upstream-tries": _NUMBER,
    f"{_IN_NGINX}proxy-read-timeout": _SECONDS,
    f"{_IN_NGINX}proxy-request-buffering": _SWITCH,
    f"{_IN_NGINX}proxy-send-timeout": _SECONDS,
    f"{_IN_NGINX}rewrite-target": _PATH,
    f"{_IN_NGINX}session-cookie-expires": _NUMBER,
    f"{_IN_NGINX}session-cookie-max-age": _NUMBER,
    f"{_IN_NGINX}session-cookie-name": _WORD,
    f"{_IN_NGINX}session-cookie-samesite": "None|Lax|Strict",
    f"{_IN_NGINX}session-cookie-secure": _SWITCH,
    f"{_IN_NGINX}ssl-redirect": _SWITCH,
    f"{_F5}client-max-body-size": _SIZE,
    f"{_F5}grpc-services": _SERVICES,
    f"{_F5}keepalive": _NUMBER,
    f"{_F5}limit-req-burst": _NUMBER,
    f"{_F5}limit-req-key": "(?:[$][{][a-z_]+[}])+",
    f"{_F5}limit-req-rate": "[0-9]+r/[sm]",
    f"{_F5}limit-req-zone-size": _SIZE,
    f"{_F5}proxy-buffering": _SWITCH,
    f"{_F5}proxy-connect-timeout": _SECONDS,
    f"{_F5}proxy-read-timeout": _SECONDS,
    f"{_F5}proxy-send-timeout": _SECONDS,
    f"{_F5}rewrites": f"{_REWRITE}(?:;{_REWRITE})*",
    f"{_F5}sticky-cookie-services": f"{_COOKIE}(?:;{_COOKIE})*",
    f"{_F5}use-cluster-ip": _SWITCH,
    f"{_F5}websocket-services": _SERVICES,
    f"{_TRAEFIK}service.sticky.cookie": _SWITCH,
    f"{_TRAEFIK}service.sticky.cookie.httponly": _SWITCH,
    f"{_TRAEFIK}service.sticky.cookie.name": _WORD,
    f"{_TRAEFIK}service.sticky.cookie.samesite": "none|lax|strict",
    f"{_TRAEFIK}service.sticky.cookie.secure": _SWITCH,
}
"""Annotation -> the form of its value. None of them reaches beyond the app's own requests."""

ROUTERS = (
    "(?i)^("
    "([^/]*[.])?(nginx|traefik|haproxy|kong|projectcontour|contour|getambassador|apisix|gloo"
    "|pomerium|skipper|zalando|voyager)[^/]*/"
    "|[^/]*(ingress[.]kubernetes[.]io|f5[.]com|ingress[.]cloud)/"
    "|(ingress|alb)[.][^/]*/"
    ")"
)
"""How the key of an annotation begins that an ingress controller reads: Python and RE2 syntax."""


# Thousands of objects have the same few annotations.
@lru_cache(maxsize=1024)
def is_routers(key: str) -> bool:
    """Whether an ingress controller reads the annotation with this key."""
    return re.match(ROUTERS, key) is not None


def is_allowed(key: str, value: object) -> bool:
    """Whether an annotation of a router is a harmless one, with a value of its form."""
    return key in ALLOWED and isinstance(value, str) and bool(re.fullmatch(ALLOWED[key], value))
