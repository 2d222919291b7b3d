"""Ingress controllers, as their own projects publish them: names, images, annotations."""

import re
from functools import lru_cache

NAMES = frozenset(
    (
        *("edge-router", "ingress-nginx", "nginx-ingress", "nginx-ingress-controller"),
        *("traefik", "haproxy-ingress", "kubernetes-ingress", "kong", "contour", "envoy"),
        *("envoy-gateway", "apisix-ingress-controller", "skipper-ingress"),
    )
)
"""What the pods of a router are called, in `app.kubernetes.io/name` or an older label."""

CONTROLLERS = frozenset(
    (
        *("k8s.io/ingress-nginx", "nginx.org/ingress-controller"),
        *("traefik.io/ingress-controller", "haproxy.org/ingress-controller"),
        *("haproxy-ingress.github.io/controller", "ingress-controllers.konghq.com/kong"),
        *("projectcontour.io/contour", "apisix.apache.org/apisix-ingress"),
    )
)
"""What an IngressClass names for a router that runs in the cluster and makes nothing outside."""

# A registry of the account itself may hold a copy of any of these.
_OWN_REGISTRY = r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/(?:[a-z0-9._-]+/)*"
_IMAGE = rf"""
      (?: registry\.k8s\.io/ | {_OWN_REGISTRY} ) ingress-nginx/controller(?:-chroot)?
    | (?: (?:docker\.io/|public\.ecr\.aws/|quay\.io/|{_OWN_REGISTRY})? nginx/nginx-ingress )
    | (?: ghcr\.io/ | {_OWN_REGISTRY} ) nginx/kubernetes-ingress
    | (?: docker\.io/(?:library/)? | {_OWN_REGISTRY} )? traefik
    | (?: docker\.io/ | {_OWN_REGISTRY} )? envoyproxy/(?:envoy|gateway)
    | (?: docker\.io/ | {_OWN_REGISTRY} )? haproxytech/kubernetes-ingress
    | (?: docker\.io/(?:library/)? | {_OWN_REGISTRY} )? kong(?:/kubernetes-ingress-controller)?
    """

# Whatever the registry. Not Traefik, Kong or Envoy, which apps run beside themselves as well.
_CONTROLLER = (
    r"(?:.*/)?(?:ingress-nginx/controller(?:-chroot)?|nginx-ingress-controller|nginx-ingress"
    r"|kubernetes-ingress(?:-controller)?)"
)


def is_router_image(image: object) -> bool:
    """Whether an image is a router's, from its project's own registry or the account's."""
    return isinstance(image, str) and re.fullmatch(_IMAGE, _name(image), re.VERBOSE) is not None


def is_ingress_controller(image: object) -> bool:
    """Whether an image is one of an ingress controller and of nothing else, from anywhere."""
    return isinstance(image, str) and _is_controller(image)


# An app has the same image in each environment; to look at it takes 3 µs.
@lru_cache(maxsize=16384)
def _is_controller(image: str) -> bool:
    return re.fullmatch(_CONTROLLER, _name(image)) is not None


def _name(image: str) -> str:
    """The image's name without tag and digest."""
    name = image.partition("@")[0]
    return name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
