"""PT202: the shared Service is what the environment says, field by field."""

from collections.abc import Iterator
from ipaddress import collapse_addresses, ip_network
from typing import Any

from compiler.policies.flux import left_alone
from compiler.policies.guard import is_shared, of_services, text
from compiler.policies.reading import annotations, described, items, mapping, texts
from compiler.policies.routers import NAMES
from compiler.policies.shape import Context, Finding, Object, Shared

NAME = "portico-shared-service"
ID = "PT202"
TITLE = "shared Service that differs"
SEVERITY = "error"
RATIONALE = (
    "Everybody comes in through this one Service. With another selector it sends requests past "
    "the router, with another port it opens one that nobody reviewed, without its source ranges "
    "or security groups it admits everybody past CloudFront and its firewall."
)
WHAT = (
    "Refuses the shared Service where a field differs from what the environment compiles to. "
    "Where only its name is known: if it is no load balancer, opens another port than 80 and 443, "
    "selects other pods than an ingress controller's, or admits the whole world."
)
FIX = (
    "Change the entrance in `environments/<env>.yaml` and run `portico compile`; remove what was "
    "changed by hand."
)
KINDS = ("Service",)
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Service
metadata:
  name: service-public-loadbalancer
  namespace: edge
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector: {app.kubernetes.io/name: edge-router}
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: ssh, port: 22, targetPort: 2222}
"""
PASSING = """\
apiVersion: v1
kind: Service
metadata:
  name: service-public-loadbalancer
  namespace: edge
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector: {app.kubernetes.io/name: edge-router}
  ports:
  - {name: http, port: 80, targetPort: http}
"""

_AWS = "service.beta.kubernetes.io/aws-load-balancer-"
_PORTS = (80, 443)
_CLASSES = ("service.k8s.aws/nlb", "eks.amazonaws.com/nlb")
# Annotations by which more may connect than the ranges or groups say. Sources: AWS Load Balancer
# Controller v3.5 and cloud-provider-aws v1.36, Service annotations.
_OPENING = {
    "extra-security-groups": "admits whomever further security groups admit",
    "inbound-sg-rules-on-private-link-traffic": "admits everybody by PrivateLink",
    "multi-cluster-target-group": "lets other clusters add pods of theirs",
}
# What the API server and controllers add to a Service: nobody wrote it, so it is no difference.
_FILLED_IN = {
    "allocateLoadBalancerNodePorts": (True,),
    "externalTrafficPolicy": ("Cluster",),
    "internalTrafficPolicy": ("Cluster",),
    "sessionAffinity": ("None",),
    "publishNotReadyAddresses": (False,),
}
# Labels that tell apart what belongs to one router, beside those that name it.
_NARROWING = tuple(
    f"app.kubernetes.io/{label}" for label in ("component", "instance", "managed-by", "part-of")
)
_ADDRESSES = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort")


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the shared Service; any other is left to the other rules."""
    candidates = [shared for shared in context.shared if shared.is_named_by(obj)]
    compiled = [shared.compiled for shared in candidates if shared.compiled is not None]
    if compiled:
        # Several environments may use one name: it must be the Service of one of them.
        yield from min((_differences(obj, wanted) for wanted in compiled), key=len)
    elif candidates:
        yield from _unusual(obj)


def _differences(obj: Object, wanted: Object) -> list[Finding]:
    """What the object has otherwise than the compiled Service."""
    found: list[Finding] = []
    for path in (("spec",), ("metadata", "labels"), ("metadata", "annotations")):
        has, should = mapping(obj, *path), mapping(wanted, *path)
        for key in sorted({*has, *should}, key=str):
            is_filled_in = path == ("spec",) and key not in should
            if is_filled_in and (key in _ADDRESSES or has[key] in _FILLED_IN.get(key, ())):
                continue
            if key == "ports" and _ports(has.get(key)) == _ports(should.get(key)):
                continue
            if has.get(key) != should.get(key):
                where = ".".join((*path, str(key)))
                expected = f"is {_shown(should[key])}" if key in should else "is not set"
                actual = _shown(has[key]) if key in has else "nothing"
                found.append(
                    Finding(
                        (*path, key),
                        f"{described(obj)} has {actual} as {where}, which in the environment "
                        f"{expected}",
                        "change it in environments/<env>.yaml and run `portico compile`",
                    )
                )
    return found


def _ports(value: Any) -> Any:
    """The ports without the node ports that Kubernetes chose."""
    if not isinstance(value, list):
        return value
    return [
        {"protocol": "TCP", **{k: v for k, v in port.items() if k != "nodePort"}}
        if isinstance(port, dict)
        else port
        for port in value
    ]


def _unusual(obj: Object) -> Iterator[Finding]:
    """What no shared Service has, whatever its environment says."""
    spec = mapping(obj, "spec")
    if spec.get("type") != "LoadBalancer":
        yield Finding(
            ("spec", "type"),
            f"{described(obj)} is the shared one, and no load balancer any more",
            "write type: LoadBalancer; without it nobody comes in",
        )
    if spec.get("loadBalancerClass") not in (None, *_CLASSES):
        yield Finding(
            ("spec", "loadBalancerClass"),
            f"{described(obj)} would be made by another controller than AWS's",
            f"write {_CLASSES[0]}, or leave it out for a Classic ELB",
        )
    for index, port in items(spec.get("ports")):
        if port.get("port") not in _PORTS or port.get("protocol", "TCP") != "TCP":
            yield Finding(
                ("spec", "ports", index),
                f"{described(obj)} opens port {port.get('port')}/{port.get('protocol', 'TCP')}",
                "open 80 and 443 only, over TCP: the router speaks HTTP",
            )
    selector = mapping(spec, "selector")
    naming = {key: v for key, v in selector.items() if key not in _NARROWING}
    if not naming or not NAMES.issuperset(map(str, naming.values())):
        yield Finding(
            ("spec", "selector"),
            f"{described(obj)} selects {_shown(selector)}, which is no ingress controller",
            "select the pods of the router, such as app.kubernetes.io/name: ingress-nginx",
        )
    yield from _open(obj, spec)
    key = left_alone(obj)
    if key:
        yield Finding(
            ("metadata", "annotations", key),
            f"Flux would not put {described(obj)} right: {key}",
            "remove the annotation",
        )


def _open(obj: Object, spec: Object) -> Iterator[Finding]:
    """Whether everybody may connect to it, past CloudFront."""
    noted = annotations(obj)
    ranges = texts(spec.get("loadBalancerSourceRanges"))
    ranges += str(noted.get("service.beta.kubernetes.io/load-balancer-source-ranges", "")).split(
        ","
    )
    ranges = [cidr.strip() for cidr in ranges if cidr.strip()]
    for cidr in ranges:
        if _is_wide(cidr):
            yield Finding(
                ("spec", "loadBalancerSourceRanges"),
                f"{described(obj)} admits {cidr}",
                "admit CloudFront's addresses or your networks only",
            )
    if not any(_is_wide(cidr) for cidr in ranges) and _is_everywhere(ranges):
        yield Finding(
            ("spec", "loadBalancerSourceRanges"),
            f"{described(obj)} admits the better part of the internet, in {len(ranges)} ranges",
            "admit CloudFront's addresses or your networks only",
        )
    for name, does in _OPENING.items():
        value = noted.get(f"{_AWS}{name}")
        if value and (name != "inbound-sg-rules-on-private-link-traffic" or value == "off"):
            yield Finding(
                ("metadata", "annotations", f"{_AWS}{name}"),
                f"{described(obj)} {does} ({name}: {value})",
                "remove the annotation",
            )
    internal = noted.get(f"{_AWS}scheme") == "internal" or noted.get(f"{_AWS}internal") in (
        "true",
        "0.0.0.0/0",
    )
    groups = noted.get(f"{_AWS}security-groups") or noted.get(f"{_AWS}security-group-prefix-lists")
    if ranges and groups:
        yield Finding(
            ("spec", "loadBalancerSourceRanges"),
            f"{described(obj)} has source ranges that do not count: security groups are given too",
            "keep one of the two; groups that are given replace the ranges",
        )
    if not (ranges or internal or groups):
        yield Finding(
            ("spec",),
            f"{described(obj)} admits everybody: it has neither source ranges nor security groups",
            f"set loadBalancerSourceRanges, or the annotation {_AWS}security-groups",
        )


def _is_wide(cidr: str) -> bool:
    """Whether a range is no range, or holds more than a network of anybody's own."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return True
    return network.prefixlen < (8 if network.version == 4 else 16)


def _is_everywhere(ranges: list[str]) -> bool:
    """Whether ranges, none of them wide, add up to more than CloudFront and a company have."""
    networks = [ip_network(cidr, strict=False) for cidr in ranges]
    for version, most in ((4, 2**25), (6, 2**113)):
        public = [n for n in networks if n.version == version and not n.is_private]
        merged = collapse_addresses(public)  # type: ignore[type-var]
        if sum(network.num_addresses for network in merged) > most:
            return True
    return False


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items()) or "nothing"
    return str(value)


def admission(context: Context) -> dict[str, Any]:
    """What of it the API server can hold: class, ports and selector, which nobody fills in."""
    [shared] = context.shared
    other = f"!{is_shared(shared)}"
    spec = mapping(shared.compiled, "spec")
    given = spec.get("loadBalancerClass")
    of_class = (
        "!has(object.spec.loadBalancerClass)"
        if given is None
        else f"has(object.spec.loadBalancerClass) && object.spec.loadBalancerClass == {text(given)}"
    )
    ports = [port["port"] for port in spec["ports"]]
    selector = spec["selector"]
    selected = " && ".join(
        f"{text(key)} in object.spec.selector && object.spec.selector[{text(key)}] == {text(value)}"
        for key, value in selector.items()
    )
    return of_services(
        (f"{other} || object.spec.type == 'LoadBalancer'", _message(shared, "is a load balancer")),
        (f"{other} || ({of_class})", _message(shared, "is made by the environment's controller")),
        (
            f"{other} || object.spec.ports.all(p, p.port in {ports} && p.protocol == 'TCP')",
            _message(shared, f"opens {', '.join(map(str, ports))} only"),
        ),
        (
            f"{other} || (has(object.spec.selector) && size(object.spec.selector)"
            f" == {len(selector)} && {selected})",
            _message(shared, "selects the router only"),
        ),
    )


def _message(shared: Shared, what: str) -> str:
    return f"{shared.namespace}/{shared.name} {what} ({ID})"
