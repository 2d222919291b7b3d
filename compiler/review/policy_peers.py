"""A NetworkPolicy as whom it admits and where it lets out to, each peer and port in words."""

from typing import Any

from compiler.kubernetes.metadata import TEAM, Object
from compiler.review.value import one_line

_NAMESPACE = "kubernetes.io/metadata.name"
_APP = "app.kubernetes.io/name"
_EVERY_TEAM = {"namespaceSelector": {"matchExpressions": [{"key": TEAM, "operator": "Exists"}]}}


def peers_of(policy: Object) -> dict[str, Any]:
    """Whom the policy admits and where it lets out to; what else it says stays as it is."""
    spec: Object = policy["spec"]
    rest = {k: v for k, v in spec.items() if k not in ("ingress", "egress")}
    return {
        "admits": _all(spec.get("ingress", []), "from"),
        "lets out to": _all(spec.get("egress", []), "to"),
        **rest,
    }


def peers_of_cilium(policy: Object) -> dict[str, Any]:
    """The names, and Cilium's words for others, that a CiliumNetworkPolicy lets out to; what else
    it says stays as it is."""
    rules: list[Object] = policy["spec"]["egress"]
    named = [rule for rule in rules if "toFQDNs" in rule or "toEntities" in rule]
    found: dict[str, None] = {}
    for rule in named:
        names = [next(iter(name.values())) for name in rule.get("toFQDNs", ())]
        entities = {"host": "the pod's own node"}
        names += [entities.get(entity, entity) for entity in rule.get("toEntities", ())]
        for name in names:
            for ports in rule["toPorts"]:
                found |= {f"{name}, {_port(port)}": None for port in ports["ports"]}
    rest = {k: v for k, v in policy["spec"].items() if k != "egress"}
    return {"lets out to": list(found), **rest, "egress": [r for r in rules if r not in named]}


def _all(rules: list[Object], side: str) -> list[str]:
    found: dict[str, None] = {}
    for rule in rules:
        # No peers, or no ports, are all of them.
        peers = [one for peer in rule.get(side, []) for one in _peers(peer)] or ["everybody"]
        ports = [_port(port) for port in rule.get("ports", [])] or ["any port"]
        for peer in peers:
            found |= {f"{peer}, {port}": None for port in ports}
    return list(found)


def _peers(peer: Object) -> list[str]:
    """In words; an app of several workloads is as many peers."""
    match peer:
        case {
            "namespaceSelector": {"matchLabels": {**namespace}},
            "podSelector": {
                "matchExpressions": [{"key": key, "operator": "In", "values": [*names]}],
                **further,
            },
        } if set(namespace) == {_NAMESPACE} and key == _APP and not further:
            return [f"{name} of {namespace[_NAMESPACE]}" for name in names]
    return [_peer(peer)]


def _peer(peer: Object) -> str:
    block = peer.get("ipBlock")
    if block is not None and set(peer) == {"ipBlock"}:
        without = f" without {' and '.join(block['except'])}" if block.get("except") else ""
        return f"{block['cidr']}{without}"
    namespace = peer.get("namespaceSelector", {}).get("matchLabels", {})
    pods = peer.get("podSelector", {}).get("matchLabels", {})
    if set(namespace) == {_NAMESPACE} and set(pods) == {_APP}:
        return f"{pods[_APP]} of {namespace[_NAMESPACE]}"
    if set(namespace) == {_NAMESPACE} and len(pods) == 1:
        return f"{next(iter(pods.values()))} of {namespace[_NAMESPACE]}"
    if set(namespace) == {_NAMESPACE} and set(peer) == {"namespaceSelector"}:
        return f"everything in {namespace[_NAMESPACE]}"
    if peer == _EVERY_TEAM:
        return "every app of a team"
    return one_line(peer)


def _port(port: Object) -> str:
    protocol = port.get("protocol", "TCP")
    number = port.get("port", "any port")
    until = f"-{port['endPort']}" if "endPort" in port else ""
    return f"port {number}{until}" if protocol == "TCP" else f"{protocol} port {number}{until}"
