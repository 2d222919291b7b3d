"""The Ingresses of a public app: one for each host of each of its entrances.

What an app asks of the router are annotations, which hold for a whole Ingress, and F5's minions
take exactly one host. So an Ingress is the smallest thing that both are right for.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from compiler.kubernetes.metadata import Object, app_metadata, owner_of
from compiler.kubernetes.routers import pods
from compiler.link.hosts import host_names, paths_of
from compiler.link.ports import HTTP_SERVICE_PORT
from compiler.link.unit import Unit
from compiler.spec.expose import Expose

# Of an object's name; Kubernetes, "DNS Subdomain Names".
_LONGEST_NAME = 253


class Entry(NamedTuple):
    """One host of one entrance of an app."""

    name: str
    """Of the Ingress."""
    host: str
    entrance: Expose
    paths: tuple[tuple[str, bool], ...]
    """Each with whether it is exact."""


def entries(unit: Unit) -> Iterator[Entry]:
    """In the order of the spec. The first Ingress is named after the app."""
    app, environment = unit.app, unit.environment
    is_first = True
    for entrance, exposed in zip(app.expose or (), unit.interface.expose, strict=True):
        paths = paths_of(exposed)
        for host in host_names(exposed, environment):
            name = app.name if is_first else further_name(app.name, host, paths[0][0])
            yield Entry(name, host, entrance, paths)
            is_first = False


def further_name(app: str, host: str, path: str) -> str:
    """The name of an Ingress that is not the app's first: `www.example.com.shop`.

    It follows from what the Ingress serves and not from its place in a list, so that one more host
    renames no other. An app's name has no dot, so two apps never share a result; a path is a part
    of it because one app may have two entrances on a host.
    """
    below = ""
    if path != "/":
        plain = re.fullmatch("(?:/[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+", path)
        below = path.replace("/", ".") if plain else f".path-{_digest(path)}"
    name = f"{host}{below}.{app}"
    return name if len(name) <= _LONGEST_NAME else f"{_digest(host + below)}.{app}"


def _digest(text: str) -> str:
    """Of what a name cannot say."""
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:12]


def ingress(
    unit: Unit, entry: Entry, annotations: dict[str, str], paths: list[tuple[str, str]]
) -> Object:
    """An Ingress with these annotations for the router, and these paths with their types."""
    metadata = app_metadata(owner_of(unit))
    backend = {"service": {"name": unit.app.name, "port": {"number": _service_port(unit, entry)}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            **metadata,
            "name": entry.name,
            "annotations": {**annotations, **metadata["annotations"]},
        },
        "spec": {
            "ingressClassName": pods.INGRESS_CLASS,
            "rules": [
                {
                    "host": entry.host,
                    "http": {
                        "paths": [
                            {"path": path, "pathType": kind, "backend": backend}
                            for path, kind in paths
                        ]
                    },
                }
            ],
        },
    }


def _service_port(unit: Unit, entry: Entry) -> int:
    named = entry.entrance.port
    if named is None:
        return HTTP_SERVICE_PORT
    ports = {port.name: port.service_port for port in unit.interface.ports}
    return ports[named] or HTTP_SERVICE_PORT


def nginx_size(size: str) -> str:
    """A size as nginx writes it, whose units are powers of 1024 too: `20Mi` is `20m`."""
    return size.removesuffix("i").lower()


def cookie(unit: Unit) -> str:
    """The name of the cookie by which a visitor is sent to the same pod; apps may share a host."""
    return f"portico-{unit.app.name}"


def has_tls(unit: Unit, entrance: Expose) -> bool:
    """Whether browsers reach the entrance by HTTPS, so that a cookie may be for HTTPS alone."""
    return entrance.edge == "cloudfront" or unit.environment.load_balancer.https is not None
