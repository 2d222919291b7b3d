"""PT208: nobody writes by hand where the router's requests go."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from compiler.policies.reading import described, items, mapping, texts
from compiler.policies.shape import Context, Finding, Object

ID = "PT208"
TITLE = "endpoints written by hand"
SEVERITY = "error"
RATIONALE = (
    "Kubernetes fills in the addresses behind a Service from its pods. Who writes them himself "
    "adds a backend to the shared load balancer, or makes the router send requests to the "
    "metadata address of a node or out to the internet."
)
WHAT = (
    "Refuses Endpoints and EndpointSlices that belong to the shared Service or stand in its "
    "namespace, that name hosts instead of addresses, or whose addresses are public, loopback or "
    "link-local."
)
FIX = (
    "Remove the object, and let the Service select pods. For something outside the cluster, "
    "configure its name in the app."
)
KINDS = ("Endpoints", "EndpointSlice")
ONE_DOOR = True

FAILING = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: extra
  namespace: edge
  labels: {kubernetes.io/service-name: service-public-loadbalancer}
addressType: IPv4
endpoints:
- addresses: [10.0.0.66]
ports:
- {name: http, port: 80}
"""
PASSING = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: database
  namespace: shop
  labels: {kubernetes.io/service-name: database}
addressType: IPv4
endpoints:
- addresses: [10.0.0.66]
ports:
- {name: postgres, port: 5432}
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one object."""
    metadata = mapping(obj, "metadata")
    service = mapping(metadata, "labels").get("kubernetes.io/service-name")
    if obj.get("kind") == "Endpoints":
        service = metadata.get("name")
    if context.is_entrance(metadata.get("namespace")):
        yield Finding(
            ("metadata", "namespace"),
            f"{described(obj)} adds addresses behind {service} in the entrance's namespace",
            "remove it: Kubernetes fills in the addresses from the router's pods",
        )
        return
    if obj.get("addressType") == "FQDN":
        yield Finding(
            ("addressType",),
            f"{described(obj)} names hosts instead of addresses",
            "remove it; a Service sends requests to pods of its own namespace",
        )
        return
    for path, address in _addresses(obj):
        what = _foreign(address)
        if what:
            yield Finding(
                path,
                f"{described(obj)} sends requests for {service} to {address}, {what}",
                "remove it; let the Service select pods",
            )


def _addresses(obj: Object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for index, endpoint in items(obj.get("endpoints")):
        for address in texts(endpoint.get("addresses")):
            yield ("endpoints", index, "addresses"), address
    for index, subset in items(obj.get("subsets")):
        for field in ("addresses", "notReadyAddresses"):
            for place, entry in items(subset.get(field)):
                if isinstance(entry.get("ip"), str):
                    yield ("subsets", index, field, place, "ip"), entry["ip"]


def _foreign(address: Any) -> str:
    """What kind of address no backend has; nothing if it is one of a private network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "which is no IP address"
    if getattr(parsed, "ipv4_mapped", None) is not None:
        return "an IPv4 address in disguise"
    # fd00:ec2::254 is EC2's metadata address on IPv6.
    if parsed.is_loopback or parsed.is_link_local or str(parsed) == "fd00:ec2::254":
        return "an address of the node itself"
    if parsed.is_unspecified or parsed.is_multicast:
        return "which is no address of a host"
    return "a public address" if parsed.is_global else ""
