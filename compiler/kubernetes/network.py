"""How an app is reached inside the cluster, and who may talk to whom."""

from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object, Owner, app_metadata, match, selector
from compiler.link.neighbours import Neighbours, Peer
from compiler.link.unit import Unit

# The port of every app's Service, whatever port its container listens on.
SERVICE_PORT = 80

DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


_HTTP = Constant({"protocol": "TCP", "port": "http"})


@cache
def service(owner: Owner) -> Constant:
    return Constant(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": app_metadata(owner),
            "spec": {
                "type": "ClusterIP",
                "selector": selector(owner.name),
                "ports": [
                    {"name": "http", "port": SERVICE_PORT, "protocol": "TCP", "targetPort": "http"}
                ],
            },
        }
    )


def network_policy(
    unit: Unit, owner: Owner, neighbours: Neighbours, router_pods: dict[str, str]
) -> Constant:
    """Admits its callers and, if it is public, the router; lets out what it says it needs."""
    app, entrance = unit.app, unit.environment.load_balancer.namespace
    return _network_policy(
        owner,
        (entrance, tuple(router_pods.items())) if app.expose is not None else None,
        neighbours.callers,
        neighbours.callees,
        tuple((egress.cidr, egress.port) for egress in app.egress),
        agent=app.permissions is not None and unit.environment.cluster.oidc_issuer is None,
    )


@cache
def _network_policy(
    owner: Owner,
    router: tuple[str, tuple[tuple[str, str], ...]] | None,
    callers: tuple[Peer, ...],
    callees: tuple[Peer, ...],
    egress: tuple[tuple[str, int], ...],
    *,
    agent: bool,
) -> Constant:
    admitted = [
        *([_router_pods(*router)] if router is not None else []),
        *(_app_pods(caller) for caller in callers),
    ]
    return Constant(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": app_metadata(owner),
            "spec": {
                "podSelector": match(owner.name),
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"from": admitted, "ports": [_HTTP]}] if admitted else [],
                "egress": [
                    *(_to_app(callee) for callee in callees),
                    *(_to_address(cidr, port) for cidr, port in egress),
                    *([to_pod_identity_agent()] if agent else []),
                ],
            },
        }
    )


def pods(namespace: str, labels: dict[str, str]) -> Object:
    """The peer of a network policy: these pods of that namespace."""
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": labels},
    }


@cache
def _router_pods(namespace: str, labels: tuple[tuple[str, str], ...]) -> Constant:
    return Constant(pods(namespace, dict(labels)))


@cache
def _app_pods(app: Peer) -> Constant:
    return Constant(pods(app.team, selector(app.name)))


@cache
def _to_app(app: Peer) -> Constant:
    return Constant({"to": [_app_pods(app)], "ports": [_HTTP]})


@cache
def _to_address(cidr: str, port: int) -> Constant:
    return Constant(
        {"to": [{"ipBlock": {"cidr": cidr}}], "ports": [{"protocol": "TCP", "port": port}]}
    )


def to_dns() -> Object:
    """The egress rule that every pod needs: the cluster's DNS."""
    return {"to": [pods("kube-system", {"k8s-app": "kube-dns"})], "ports": DNS_PORTS}


@cache
def to_pod_identity_agent() -> Constant:
    """The agent on the pod's own node, which gives it the credentials of its role.

    It has an address of either family; VPC CNI passes over the one that the cluster does not have.
    Source: EKS user guide, "Set up the Amazon EKS Pod Identity Agent".
    """
    return Constant(
        {
            "to": [
                {"ipBlock": {"cidr": "169.254.170.23/32"}},
                {"ipBlock": {"cidr": "fd00:ec2::23/128"}},
            ],
            "ports": [{"protocol": "TCP", "port": 80}],
        }
    )
