"""Destinations that only Cilium's own policies can say: names in DNS, and the pod's own node.

Policies add up: what the app's NetworkPolicy lets out stays as it is. Source: docs.cilium.io,
"Layer 3 Policies, DNS based", and "Layer 7 Policies, DNS Proxy".
"""

from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object, Owner, app_metadata, match
from compiler.spec.network import Egress, ports_of

# Cilium learns the addresses of names from the answers that its DNS proxy sees, and that sees what
# such a rule sends by way of it. The namespace's default-deny lets the same queries out; where
# several rules do, Cilium widens what may be asked and keeps the proxy.
_SEEN_BY_THE_PROXY = Constant(
    {
        "toEndpoints": [
            {
                "matchLabels": {
                    "k8s:io.kubernetes.pod.namespace": "kube-system",
                    "k8s:k8s-app": "kube-dns",
                }
            }
        ],
        "toPorts": [
            {
                "ports": [{"port": "53", "protocol": "ANY"}],
                "rules": {"dns": [{"matchPattern": "*"}]},
            }
        ],
    }
)


# The EKS Pod Identity agent has the network of its node. That is `host` to Cilium, whatever the
# address, and meets no range of addresses. Source: cilium/cilium issue 34387.
_POD_IDENTITY_AGENT = Constant(
    {
        "toEntities": ["host"],
        "toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}]}],
    }
)


def cilium_network_policies(owner: Owner, egress: list[Egress], *, agent: bool) -> list[Object]:
    """The policy of the app's destinations that are names, and of the EKS Pod Identity `agent` if
    it is one; none if there are none."""
    names = tuple(
        (destination.dns, destination.protocol, ports_of(destination))
        for destination in egress
        if destination.dns is not None
    )
    return [_policy(owner, names, agent=agent)] if names or agent else []


@cache
def _policy(
    owner: Owner, names: tuple[tuple[str, str, tuple[int, ...]], ...], *, agent: bool
) -> Constant:
    return Constant(
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumNetworkPolicy",
            "metadata": app_metadata(owner),
            "spec": {
                "endpointSelector": match(owner.name),
                "egress": [
                    *([_SEEN_BY_THE_PROXY] if names else []),
                    *(_to_name(*name) for name in names),
                    *([_POD_IDENTITY_AGENT] if agent else []),
                ],
            },
        }
    )


@cache
def _to_name(name: str, protocol: str, ports: tuple[int, ...]) -> Constant:
    by = "matchPattern" if name.startswith("*") else "matchName"
    return Constant(
        {
            "toFQDNs": [{by: name}],
            "toPorts": [
                {"ports": [{"port": str(port), "protocol": protocol} for port in ports]},
            ],
        }
    )
