"""A namespace of its own for each team: Pod Security, quota, and nothing in or out unasked."""

from compiler.kubernetes.load_balancer import node_ports
from compiler.kubernetes.metadata import KEEP, TEAM, Object, platform_metadata
from compiler.kubernetes.network import to_dns
from compiler.kubernetes.pod_security import NAMESPACE_LABELS
from compiler.link.estate import Estate


def team_namespace(team: str, source: str) -> list[Object]:
    """A team's: no load balancer and no node port at all."""
    return _namespace(team, source, {TEAM: team}, load_balancers=0, node_ports=0)


def edge_namespace(estate: Estate) -> list[Object]:
    """The entrance's: the one load balancer, and the node ports that it takes."""
    balancer = estate.environment.load_balancer
    return _namespace(
        balancer.namespace,
        estate.source,
        {},
        load_balancers=1,
        node_ports=node_ports(balancer),
    )


def _namespace(
    name: str, source: str, labels: dict[str, str], *, load_balancers: int, node_ports: int
) -> list[Object]:
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": platform_metadata(
                name, source, labels={**NAMESPACE_LABELS, **labels}, annotations=KEEP
            ),
        },
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": platform_metadata("one-door", source, namespace=name),
            "spec": {
                "hard": {
                    "services.loadbalancers": str(load_balancers),
                    "services.nodeports": str(node_ports),
                }
            },
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": platform_metadata("default-deny", source, namespace=name),
            "spec": {
                "podSelector": {},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [],
                "egress": [to_dns()],
            },
        },
    ]
