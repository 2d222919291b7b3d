"""Ingress controllers, as their own projects publish them: names, images, annotations."""

import re

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
_IMAGE = re.compile(
    rf"""
      (?: registry\.k8s\.io/ | {_OWN_REGISTRY} ) ingress-nginx/controller(?:-chroot)?
    | (?: (?:docker\.io/|public\.ecr\.aws/|quay\.io/|{_OWN_REGISTRY})? nginx/nginx-ingress )
    | (?: ghcr\.io/ | {_OWN_REGISTRY} ) nginx/kubernetes-ingress
    | (?: docker\.io/(?:library/)? | {_OWN_REGISTRY} )? traefik
    | (?: docker\.io/ | {_OWN_REGISTRY} )? envoyproxy/(?:envoy|gateway)
    | (?: docker\.io/ | {_OWN_REGISTRY} )? haproxytech/kubernetes-ingress
    | (?: docker\.io/(?:library/)? | {_OWN_REGISTRY} )? kong(?:/kubernetes-ingress-controller)?
    """,
    re.VERBOSE,
)


def is_router_image(image: object) -> bool:
    """Whether an image is a router's, from its project's own registry or the account's."""
    if not isinstance(image, str):
        return False
    name = image.partition("@")[0]
    if ":" in name.rpartition("/")[2]:
        name = name.rpartition(":")[0]
    return _IMAGE.fullmatch(name) is not None
