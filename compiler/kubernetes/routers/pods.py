"""What every router's pods have in common: names, labels, disruption budget, network policy."""

import re

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.kubernetes.metadata import TEAM, Object, platform_metadata
from compiler.kubernetes.network import to_dns
from compiler.link.estate import Estate
from compiler.link.hosts import paths_of
from compiler.link.unit import Unit
from compiler.spec.environment import Environment

REFUSED_PATH = Rule(
    "PT114",
    "path that the router refuses",
    "The router leaves such an Ingress out and answers 404, with no error anywhere.",
    what="Refuses a public path that the environment's router is known to reject: it takes a path "
    "that begins like a folder of its own file system, such as /etc, for an attack.",
    fix="Expose the app at a path that begins differently.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop, path: /etc}
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop, path: /more}
environments:
  dev:
""",
)

NAME = "edge-router"
INGRESS_CLASS = "edge"
SELECTOR = {"app.kubernetes.io/name": NAME}


def metadata(estate: Estate, *, cluster_wide: bool = False) -> Object:
    namespace = None if cluster_wide else estate.environment.load_balancer.namespace
    return platform_metadata(NAME, estate.source, namespace=namespace)


def pre_stop(environment: Environment) -> int:
    """Seconds to go on serving after the signal to stop: longer than the load balancer drains.

    A Classic ELB drains nodes, not pods. An NLB sends new connections to a pod for up to two
    minutes after it was taken out, whatever the deregistration delay says. Source: kubernetes-sigs/
    aws-load-balancer-controller issues 2366 and 3270.
    """
    draining = environment.load_balancer.draining
    if environment.load_balancer.kind == "network":
        return max(draining, 120) + 10
    return draining + 5


def worker_shutdown(environment: Environment) -> int:
    """Seconds that a router's nginx then gives open requests: as long as CloudFront waits."""
    return max(45, environment.edge.origin_read_timeout + 5)


def termination_grace(environment: Environment) -> int:
    return pre_stop(environment) + worker_shutdown(environment) + 10


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
        "metadata": platform_metadata(
            # The controller of a class cannot be changed, so another router makes it anew.
            INGRESS_CLASS,
            estate.source,
            annotations={"kustomize.toolkit.fluxcd.io/force": "enabled"},
        ),
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
                    "from": [{"ipBlock": {"cidr": cidr}} for cidr in cluster.vpc_cidrs],
                    # A number: the VPC CNI has ignored rules with an address block and a name.
                    "ports": [{"protocol": "TCP", "port": 80}],
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


def refuse_path(unit: Unit, router: str, forbidden: re.Pattern[str], help: str) -> list[Diagnostic]:
    """A diagnostic for each public path that begins with what the router is known to refuse."""
    return [
        Diagnostic(
            REFUSED_PATH,
            f'the router {router} refuses the path "{path}"',
            unit.place("expose", entrance, *(("paths", index) if exposed.paths else ("path",))),
            help=help,
        )
        for entrance, exposed in enumerate(unit.interface.expose)
        for index, (path, _) in enumerate(paths_of(exposed))
        if forbidden.match(path)
    ]
