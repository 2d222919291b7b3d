"""A namespace of its own for each team: Pod Security, quota, and nothing in or out unasked."""

from compiler.kubernetes.load_balancer import node_ports
from compiler.kubernetes.metadata import KEEP, TEAM, Object, platform_metadata
from compiler.kubernetes.network import to_dns
from compiler.kubernetes.pod_security import namespace_labels
from compiler.link.estate import Estate
from compiler.spec.types import DEFAULT_DENY


def team_namespace(team: str, estate: Estate) -> list[Object]:
    """A team's: no load balancer and no node port at all."""
    return _namespace(estate, team, {TEAM: team}, load_balancers=0, node_ports=0)


def edge_namespace(estate: Estate) -> list[Object]:
    """The entrance's: the one load balancer, and the node ports that it takes."""
    balancer = estate.environment.load_balancer
    # Without the gate, a rollout ends the old pods before the NLB sends anything to the new ones.
    gate = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
    return _namespace(
        estate,
        balancer.namespace,
        gate if balancer.kind == "network" else {},
        load_balancers=1,
        node_ports=node_ports(balancer),
    )


def _namespace(
    estate: Estate, name: str, labels: dict[str, str], *, load_balancers: int, node_ports: int
) -> list[Object]:
    """Its guards are kept from pruning as it is itself: what still runs there stays guarded."""

    def metadata(own: str) -> Object:
        return platform_metadata(own, estate.source, namespace=name, annotations=KEEP)

    security = namespace_labels(estate.environment.cluster.kubernetes)
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": platform_metadata(
                name, estate.source, labels={**security, **labels}, annotations=KEEP
            ),
        },
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata("one-door"),
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
            "metadata": metadata(DEFAULT_DENY),
            "spec": {
                "podSelector": {},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [],
                "egress": [to_dns()],
            },
        },
    ]
