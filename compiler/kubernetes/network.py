"""How an app is reached inside the cluster, and who may talk to whom."""

from functools import cache
from typing import NamedTuple

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object, Owner, app_metadata, match, selector
from compiler.link.neighbours import Neighbours, Peer, callee
from compiler.link.ports import HTTP, ContainerPort
from compiler.link.unit import Interface, Unit
from compiler.link.workloads import Workload
from compiler.spec.network import Egress, ports_of

_HTTP = ("TCP", HTTP)

DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


# What an app speaks, as `appProtocol` of a Service names it; of other TCP it says nothing.
# Source: kubernetes.io, Service, "Application protocol".
_APP_PROTOCOLS = {"http": "http", "grpc": "kubernetes.io/h2c"}


class Address(NamedTuple):
    """A range of addresses outside the cluster, and the ports that may be reached there."""

    cidr: str
    left_out: tuple[str, ...]
    protocol: str
    ports: tuple[int, ...]


@cache
def service(owner: Owner, ports: tuple[ContainerPort, ...]) -> Constant:
    return Constant(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": app_metadata(owner),
            "spec": {
                "type": "ClusterIP",
                "selector": selector(owner.name),
                "ports": [_service_port(port) for port in ports],
            },
        }
    )


def headless_service(owner: Owner, name: str, ports: tuple[ContainerPort, ...]) -> Object:
    """Gives each pod of a StatefulSet a name in DNS: `<pod>.<name>.<namespace>`."""
    offered = {"ports": [_service_port(port) for port in ports]} if ports else {}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {**app_metadata(owner), "name": name},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            # Members of a cluster find each other before they are ready.
            "publishNotReadyAddresses": True,
            "selector": selector(owner.name),
            **offered,
        },
    }


def _service_port(port: ContainerPort) -> Object:
    spoken = _APP_PROTOCOLS.get(port.app_protocol or "")
    return {
        "name": port.name,
        "port": port.service_port,
        "protocol": port.protocol,
        "targetPort": port.name,
        **({"appProtocol": spoken} if spoken else {}),
    }


def network_policy(
    unit: Unit,
    owner: Owner,
    workload: Workload,
    neighbours: Neighbours,
    router_pods: dict[str, str],
) -> Constant:
    """Admits its callers and, if it is public, the router; lets out what it says it needs.

    Nobody calls the workers and jobs of an app; they may call the app itself.
    """
    app, namespace = unit.app, unit.environment.load_balancer.namespace
    ports = tuple((port.protocol, port.name) for port in workload.offered)
    serves = workload.serves
    cluster: tuple[Peer, ...] = ()
    if workload.kind == "StatefulSet" and ports:
        # Its pods are members of a whole: replicas of a database, shards of an index.
        cluster = (Peer(owner.team, (workload.name,), ports),)
    callers, callees = _within(unit.interface, workload)
    public: tuple[tuple[str, str], ...] = ()
    if serves and app.expose is not None:
        exposed = {entrance.port or HTTP for entrance in app.expose}
        public = tuple(port for port in ports if port[1] in exposed)
    return _network_policy(
        owner,
        (namespace, tuple(router_pods.items())) if public else None,
        public,
        (*(neighbours.callers if serves else ()), *callers, *cluster),
        ports,
        (*neighbours.callees, *callees, *cluster),
        tuple(_address(egress) for egress in app.egress if egress.cidr is not None),
        _collector(unit, workload) if workload.metrics is not None else None,
        agent=app.permissions is not None and unit.environment.cluster.oidc_issuer is None,
    )


def _within(app: Interface, workload: Workload) -> tuple[tuple[Peer, ...], tuple[Peer, ...]]:
    """Which of the app's own workloads call this one, and which it calls: what works beside an
    app, such as a dump of its database, has to reach it."""
    parts = tuple(name for name in app.workloads if name != app.name)
    if not parts or not app.ports:
        return (), ()
    if workload.component is not None:
        return (), (callee(app),)
    return (Peer(app.team, parts, ()),), ()


def _address(egress: Egress) -> Address:
    left_out = tuple(egress.except_ or ())
    return Address(egress.cidr or "", left_out, egress.protocol, ports_of(egress))


def _collector(unit: Unit, workload: Workload) -> tuple[str, tuple[str, str]] | None:
    """The namespace that collects the workload's metrics, and the port that it reads."""
    from compiler.link.metrics import metrics_port

    collector, port = unit.environment.metrics, metrics_port(workload)
    if collector is None or port is None:
        return None
    return collector.namespace, (port.protocol, port.name)


@cache
def _network_policy(
    owner: Owner,
    router: tuple[str, tuple[tuple[str, str], ...]] | None,
    public: tuple[tuple[str, str], ...],
    callers: tuple[Peer, ...],
    ports: tuple[tuple[str, str], ...],
    callees: tuple[Peer, ...],
    egress: tuple[Address, ...],
    collector: tuple[str, tuple[str, str]] | None,
    *,
    agent: bool,
) -> Constant:
    admitted: list[tuple[list[Constant], tuple[tuple[str, str], ...]]]
    outside = [_router_pods(*router)] if router is not None else []
    inside = [_app_pods(caller) for caller in callers]
    admitted = [(outside, public), (inside, ports)]
    if public == ports:
        admitted = [(outside + inside, ports)]
    if collector is not None:
        namespace, port = collector
        admitted.append(([_pods_of_namespace(namespace)], (port,)))
    return Constant(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": app_metadata(owner),
            "spec": {
                "podSelector": match(owner.name),
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [
                    {"from": peers, "ports": [_port(*port) for port in of_them]}
                    for peers, of_them in admitted
                    if peers
                ],
                "egress": [
                    *(_to_app(callee) for callee in callees),
                    *(_to_address(address) for address in egress),
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
def _pods_of_namespace(namespace: str) -> Constant:
    return Constant(
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    )


@cache
def _router_pods(namespace: str, labels: tuple[tuple[str, str], ...]) -> Constant:
    return Constant(pods(namespace, dict(labels)))


@cache
def _app_pods(app: Peer) -> Constant:
    if len(app.pods) == 1:
        return Constant(pods(app.team, selector(app.pods[0])))
    any_of_them = {"key": "app.kubernetes.io/name", "operator": "In", "values": list(app.pods)}
    return Constant(
        {**pods(app.team, {}), "podSelector": {"matchExpressions": [any_of_them]}},
    )


@cache
def _to_app(app: Peer) -> Constant:
    return Constant({"to": [_app_pods(app)], "ports": [_port(*port) for port in app.ports]})


@cache
def _port(protocol: str, name: str) -> Constant:
    return Constant({"protocol": protocol, "port": name})


@cache
def _to_address(address: Address) -> Constant:
    cidr, left_out, protocol, ports = address
    block = {"cidr": cidr, **({"except": list(left_out)} if left_out else {})}
    return Constant(
        {
            "to": [{"ipBlock": block}],
            "ports": [{"protocol": protocol, "port": port} for port in ports],
        }
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
