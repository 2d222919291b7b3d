"""What every router's pods have in common: names, labels, disruption budget, network policy."""

from compiler.kubernetes.metadata import TEAM, Object, platform_metadata
from compiler.kubernetes.network import to_dns
from compiler.link.estate import Estate
from compiler.spec.environment import Environment

NAME = "edge-router"
INGRESS_CLASS = "edge"
SELECTOR = {"app.kubernetes.io/name": NAME}

# Seconds that a router's nginx gives open requests after the pod was taken out of service.
WORKER_SHUTDOWN = 45


def metadata(estate: Estate, *, cluster_wide: bool = False) -> Object:
    namespace = None if cluster_wide else estate.environment.load_balancer.namespace
    return platform_metadata(NAME, estate.source, namespace=namespace)


def pre_stop(environment: Environment) -> int:
    """Seconds to go on serving after the pod got its end: longer than the load balancer drains."""
    return environment.load_balancer.draining + 5


def service_account(estate: Estate) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(estate),
        "automountServiceAccountToken": False,
    }


def ingress_class(estate: Estate, controller: str) -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": platform_metadata(INGRESS_CLASS, estate.source),
        "spec": {"controller": controller},
    }


def permissions(estate: Estate, cluster: list[Object], namespaced: list[Object]) -> list[Object]:
    """A ClusterRole and a Role with these rules, bound to the router's ServiceAccount."""
    subject = {
        "kind": "ServiceAccount",
        "name": NAME,
        "namespace": estate.environment.load_balancer.namespace,
    }
    group = "rbac.authorization.k8s.io"
    return [
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRole",
            "metadata": metadata(estate, cluster_wide=True),
            "rules": cluster,
        },
        {
            "apiVersion": f"{group}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata(estate, cluster_wide=True),
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": NAME},
            "subjects": [subject],
        },
        {
            "apiVersion": f"{group}/v1",
            "kind": "Role",
            "metadata": metadata(estate),
            "rules": namespaced,
        },
        {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": metadata(estate),
            "roleRef": {"apiGroup": group, "kind": "Role", "name": NAME},
            "subjects": [subject],
        },
    ]


def config_map(estate: Estate, data: dict[str, str]) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(estate), "data": data}


def deployment(estate: Estate, pod: Object) -> Object:
    environment = estate.environment
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(estate),
        "spec": {
            "replicas": environment.router.replicas,
            "revisionHistoryLimit": 5,
            "selector": {"matchLabels": SELECTOR},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
            },
            "template": {
                "metadata": {"labels": metadata(estate)["labels"]},
                "spec": {
                    "serviceAccountName": NAME,
                    "automountServiceAccountToken": True,
                    "enableServiceLinks": False,
                    **pod,
                    "topologySpreadConstraints": [
                        {
                            "maxSkew": 1,
                            "topologyKey": topology,
                            "whenUnsatisfiable": "ScheduleAnyway",
                            "labelSelector": {"matchLabels": SELECTOR},
                            "matchLabelKeys": ["pod-template-hash"],
                        }
                        for topology in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
                    ],
                },
            },
        },
    }


def pod_disruption_budget(estate: Estate) -> Object:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(estate),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": SELECTOR},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def network_policy(estate: Estate) -> Object:
    """In: the load balancer, whose connections come from the VPC. Out: the apps and the API."""
    cluster = estate.environment.cluster
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(estate),
        "spec": {
            "podSelector": {"matchLabels": SELECTOR},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {
                    "from": [{"ipBlock": {"cidr": cluster.vpc_cidr}}],
                    "ports": [{"protocol": "TCP", "port": "http"}],
                }
            ],
            "egress": [
                to_dns(),
                {
                    "to": [
                        {
                            "namespaceSelector": {
                                "matchExpressions": [{"key": TEAM, "operator": "Exists"}]
                            }
                        }
                    ]
                },
                # The API server has no address that could be written here.
                {
                    "to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
                    "ports": [{"protocol": "TCP", "port": 443}],
                },
            ],
        },
    }
