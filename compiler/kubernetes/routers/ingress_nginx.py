"""kubernetes/ingress-nginx, the article's router. Retired in March 2026; kept for who has it.

Source: kubernetes/ingress-nginx v1.15.1. Without its admission webhook: the compiler checks what
the webhook would, and the webhook was the door of CVE-2025-1974. Two limits that nginx's template
sets: apps see `X-Forwarded-Proto: http` behind CloudFront, and the root file system is writable.
"""

import re

from compiler.diagnostics.model import Diagnostic
from compiler.kubernetes.metadata import Object
from compiler.kubernetes.pod_security import container_security_context, pod_security_context
from compiler.kubernetes.routers import ingress, pods
from compiler.link.estate import Estate
from compiler.link.hosts import Host
from compiler.link.unit import Unit
from compiler.spec.expose import Expose

IMAGE = (
    "registry.k8s.io/ingress-nginx/controller:v1.15.1"
    "@sha256:594ceea76b01c592858f803f9ff4d2cb40542cae2060410b2c95f75907d659e1"
)
_USER, _GROUP = 101, 82
_CONTROLLER = "k8s.io/ingress-nginx"
_OWN = "nginx.ingress.kubernetes.io/"
_HEALTH_PORT = 10254
# With strict-validate-path-type, and in its own inspection of paths (internal/ingress/inspector).
_FORBIDDEN_PATH = re.compile(
    r".*(~|_by_lua)|/etc/(passwd|shadow|group|nginx|ingress-controller)|/var/run/secrets",
    re.IGNORECASE,
)


class IngressNginx:
    """See `interface.Router`."""

    selector = pods.SELECTOR
    health_path = "/healthz"

    def objects(self, estate: Estate) -> list[Object]:
        return [
            pods.service_account(estate),
            *pods.permissions(estate, _cluster_rules(), _namespace_rules()),
            pods.ingress_class(estate, _CONTROLLER),
            pods.config_map(estate, _configuration(estate)),
            pods.deployment(estate, _pod(estate)),
            pods.pod_disruption_budget(estate),
            pods.network_policy(estate),
        ]

    def host(self, host: Host, estate: Estate) -> list[Object]:
        return []

    def routes(self, unit: Unit) -> list[Object]:
        return [
            ingress.ingress(
                unit,
                entry,
                _annotations(unit, entry.entrance),
                [(path, "Exact" if exact else "Prefix") for path, exact in entry.paths],
            )
            for entry in ingress.entries(unit)
        ]

    def refuse(self, unit: Unit) -> list[Diagnostic]:
        return pods.refuse_path(
            unit,
            "ingress-nginx",
            _FORBIDDEN_PATH,
            "use a path without ~ and _by_lua that names no system file",
        )


def _annotations(unit: Unit, entrance: Expose) -> dict[str, str]:
    """What an app may ask for. WebSockets need nothing: the template passes every upgrade on."""
    annotations: dict[str, str] = {}
    if entrance.sticky:
        annotations[f"{_OWN}affinity"] = "cookie"
        # Balanced, the default, sends some visitors elsewhere whenever pods are added.
        annotations[f"{_OWN}affinity-mode"] = "persistent"
    if entrance.body_size is not None:
        annotations[f"{_OWN}proxy-body-size"] = ingress.nginx_size(entrance.body_size)
    if entrance.timeout is not None:
        annotations[f"{_OWN}proxy-read-timeout"] = str(entrance.timeout)
        annotations[f"{_OWN}proxy-send-timeout"] = str(entrance.timeout)
    if entrance.sticky:
        annotations[f"{_OWN}session-cookie-name"] = ingress.cookie(unit)
        annotations[f"{_OWN}session-cookie-samesite"] = "Lax"
        if ingress.has_tls(unit, entrance):
            # It sees plain HTTP from CloudFront, and would not mark the cookie by itself.
            annotations[f"{_OWN}session-cookie-secure"] = "true"
    return annotations


def _cluster_rules() -> list[Object]:
    core, ingress = {"apiGroups": [""]}, {"apiGroups": ["networking.k8s.io"]}
    watch, read = ["list", "watch"], ["get", "list", "watch"]
    return [
        {
            **core,
            "resources": ["configmaps", "endpoints", "namespaces", "nodes", "pods", "secrets"],
            "verbs": watch,
        },
        {**core, "resources": ["nodes"], "verbs": ["get"]},
        {**core, "resources": ["services"], "verbs": read},
        {**core, "resources": ["events"], "verbs": ["create", "patch"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": watch},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": read},
        {**ingress, "resources": ["ingresses", "ingressclasses"], "verbs": read},
        {**ingress, "resources": ["ingresses/status"], "verbs": ["update"]},
    ]


def _namespace_rules() -> list[Object]:
    core, leases = {"apiGroups": [""]}, {"apiGroups": ["coordination.k8s.io"]}
    return [
        {**core, "resources": ["namespaces"], "verbs": ["get"]},
        {
            **core,
            "resources": ["configmaps", "endpoints", "pods", "secrets", "services"],
            "verbs": ["get", "list", "watch"],
        },
        {**leases, "resources": ["leases"], "verbs": ["create"]},
        {
            **leases,
            "resources": ["leases"],
            "verbs": ["get", "update"],
            "resourceNames": [pods.NAME],
        },
        {**core, "resources": ["events"], "verbs": ["create", "patch"]},
    ]


def _configuration(estate: Estate) -> dict[str, str]:
    balancer = estate.environment.load_balancer
    only_cloudfront = balancer.access.cloudfront_security_groups is not None
    return {
        "allow-cross-namespace-resources": "false",
        "allow-snippet-annotations": "false",
        "annotations-risk-level": "Medium",
        "force-ssl-redirect": "false",
        "hsts": "false",
        "keep-alive": str(balancer.idle_timeout + 15),
        "proxy-body-size": "10m",
        "proxy-connect-timeout": "5",
        "proxy-read-timeout": str(estate.environment.edge.origin_read_timeout),
        "proxy-send-timeout": str(estate.environment.edge.origin_read_timeout),
        "server-tokens": "false",
        "ssl-redirect": "false",
        "strict-validate-path-type": "true",
        "worker-shutdown-timeout": f"{pods.worker_shutdown(estate.environment)}s",
        # From right to left, the first address outside the VPC: the one that CloudFront appended.
        # Where others than CloudFront may connect, anyone could have written it.
        **(
            {
                "compute-full-forwarded-for": "true",
                "proxy-real-ip-cidr": ",".join(estate.environment.cluster.vpc_cidrs),
                "use-forwarded-headers": "true",
            }
            if only_cloudfront
            else {"use-forwarded-headers": "false"}
        ),
    }


def _pod(estate: Estate) -> Object:
    balancer = estate.environment.load_balancer
    pre_stop = pods.pre_stop(estate.environment)
    health = {"httpGet": {"path": "/healthz", "port": _HEALTH_PORT, "scheme": "HTTP"}}
    return {
        "terminationGracePeriodSeconds": pods.termination_grace(estate.environment),
        "securityContext": {
            **pod_security_context(_USER, low_ports=True),
            "runAsGroup": _GROUP,
            "fsGroup": _GROUP,
        },
        "containers": [
            {
                "name": "controller",
                "image": IMAGE,
                "imagePullPolicy": "Always",
                "args": [
                    "/nginx-ingress-controller",
                    f"--publish-service={balancer.namespace}/{balancer.service}",
                    f"--election-id={pods.NAME}",
                    f"--controller-class={_CONTROLLER}",
                    f"--ingress-class={pods.INGRESS_CLASS}",
                    f"--configmap=$(POD_NAMESPACE)/{pods.NAME}",
                    "--disable-catch-all=true",
                    "--disable-svc-external-name=true",
                    "--enable-annotation-validation=true",
                    "--profiling=false",
                    # It goes on serving for so long after the signal to stop.
                    f"--shutdown-grace-period={pre_stop}",
                ],
                "ports": [
                    {"name": "http", "containerPort": 80, "protocol": "TCP"},
                    {"name": "https", "containerPort": 443, "protocol": "TCP"},
                ],
                "env": [
                    {
                        "name": "POD_NAME",
                        "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}},
                    },
                    {
                        "name": "POD_NAMESPACE",
                        "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}},
                    },
                    {"name": "LD_PRELOAD", "value": "/usr/local/lib/libmimalloc.so"},
                ],
                "readinessProbe": {**health, "initialDelaySeconds": 10, "failureThreshold": 3},
                "livenessProbe": {**health, "initialDelaySeconds": 10, "failureThreshold": 5},
                "lifecycle": {"preStop": {"exec": {"command": ["/wait-shutdown"]}}},
                "resources": {
                    "requests": {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "256Mi"},
                    "limits": {"cpu": "2", "memory": "1Gi", "ephemeral-storage": "2Gi"},
                },
                "securityContext": {
                    **container_security_context(add=("NET_BIND_SERVICE",)),
                    # It writes its configuration beside its binaries; upstream runs it this way.
                    "readOnlyRootFilesystem": False,
                },
            }
        ],
    }
