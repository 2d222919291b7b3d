"""How an app is reached inside the cluster, and who may talk to whom."""

from compiler.kubernetes.metadata import Object, app_metadata, selector, selector_of
from compiler.link.neighbours import Neighbours, Peer
from compiler.link.unit import Unit

# The port of every app's Service, whatever port its container listens on.
SERVICE_PORT = 80

DNS_PORTS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


def service(unit: Unit) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": app_metadata(unit),
        "spec": {
            "type": "ClusterIP",
            "selector": selector(unit),
            "ports": [
                {"name": "http", "port": SERVICE_PORT, "protocol": "TCP", "targetPort": "http"}
            ],
        },
    }


def network_policy(unit: Unit, neighbours: Neighbours, router_pods: dict[str, str]) -> Object:
    """Admits its callers and, if it is public, the router; lets out what it says it needs."""
    app = unit.app
    admitted: list[Object] = []
    if app.expose is not None:
        entrance = unit.environment.load_balancer.namespace
        admitted.append(pods(entrance, router_pods))
    admitted += [_app_pods(caller) for caller in neighbours.callers]
    ingress = [{"from": admitted, "ports": [{"protocol": "TCP", "port": "http"}]}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": app_metadata(unit),
        "spec": {
            "podSelector": {"matchLabels": selector(unit)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress if admitted else [],
            "egress": [
                *(
                    {
                        "to": [_app_pods(callee)],
                        "ports": [{"protocol": "TCP", "port": "http"}],
                    }
                    for callee in neighbours.callees
                ),
                *(
                    {
                        "to": [{"ipBlock": {"cidr": egress.cidr}}],
                        "ports": [{"protocol": "TCP", "port": egress.port}],
                    }
                    for egress in app.egress
                ),
            ],
        },
    }


def pods(namespace: str, labels: dict[str, str]) -> Object:
    """The peer of a network policy: these pods of that namespace."""
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": labels},
    }


def _app_pods(app: Peer) -> Object:
    return pods(app.team, selector_of(app.name))


def to_dns() -> Object:
    """The egress rule that every pod needs: the cluster's DNS."""
    return {"to": [pods("kube-system", {"k8s-app": "kube-dns"})], "ports": DNS_PORTS}
