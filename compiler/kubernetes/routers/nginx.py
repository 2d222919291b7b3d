"""F5 NGINX Ingress Controller, without custom resources and without access to Secrets.

Source: nginx/kubernetes-ingress v5.6.2. A host is a "master" Ingress in the entrance's namespace,
which only the platform writes; each app adds its paths as a "minion". So no app can take a host,
and the controller never has to choose between two claims.
"""

import re

from compiler.diagnostics.model import Diagnostic
from compiler.kubernetes.metadata import Object, platform_metadata
from compiler.kubernetes.pod_security import container_security_context, pod_security_context
from compiler.kubernetes.routers import ingress, pods
from compiler.link.estate import Estate
from compiler.link.hosts import Host
from compiler.link.unit import Unit
from compiler.spec.expose import Expose

# 5.6.0 is the floor: CVE-2026-77180, injection through Ingress annotations.
IMAGE = "public.ecr.aws/nginx/nginx-ingress:5.6.2"

_OWN = "nginx.org/"
_TYPE = f"{_OWN}mergeable-ingress-type"
_USER = 101
_HEALTH_PATH = "/nginx-health"
_VOLUMES = {
    "nginx-etc": "/etc/nginx",
    "nginx-cache": "/var/cache/nginx",
    "nginx-lib": "/var/lib/nginx",
    "nginx-state": "/var/lib/nginx/state",
    "nginx-log": "/var/log/nginx",
}
# The controller refuses these since 5.6, and a refused minion answers 404.
_FORBIDDEN_PATH = re.compile(r"/(etc|root|var)(/|$)")


class Nginx:
    """See `interface.Router`."""

    selector = pods.SELECTOR
    health_path = _HEALTH_PATH

    def objects(self, estate: Estate) -> list[Object]:
        return [
            pods.service_account(estate),
            *pods.permissions(estate, _cluster_rules(), _namespace_rules()),
            pods.ingress_class(estate, "nginx.org/ingress-controller"),
            pods.config_map(estate, _configuration(estate)),
            pods.deployment(estate, _pod(estate)),
            pods.pod_disruption_budget(estate),
            pods.network_policy(estate),
        ]

    def host(self, host: Host, estate: Estate) -> list[Object]:
        if host.redirect is not None:
            return []
        return [
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": platform_metadata(
                    host.name,
                    estate.source,
                    namespace=estate.environment.load_balancer.namespace,
                    labels={"app.kubernetes.io/name": pods.NAME},
                    annotations={_TYPE: "master"},
                ),
                "spec": {"ingressClassName": pods.INGRESS_CLASS, "rules": [{"host": host.name}]},
            }
        ]

    def routes(self, unit: Unit) -> list[Object]:
        return [
            ingress.ingress(
                unit,
                entry,
                _annotations(unit, entry.entrance),
                [path for written in entry.paths for path in _paths(*written)],
            )
            for entry in ingress.entries(unit)
        ]

    def refuse(self, unit: Unit) -> list[Diagnostic]:
        return pods.refuse_path(
            unit,
            "nginx",
            _FORBIDDEN_PATH,
            "use a path that does not begin with /etc, /root or /var",
        )


def _annotations(unit: Unit, entrance: Expose) -> dict[str, str]:
    """What a minion may ask for. https://docs.nginx.com/nginx-ingress-controller, "Annotations"."""
    service, annotations = unit.app.name, {_TYPE: "minion"}
    if entrance.body_size is not None:
        annotations[f"{_OWN}client-max-body-size"] = ingress.nginx_size(entrance.body_size)
    if entrance.timeout is not None:
        annotations[f"{_OWN}proxy-read-timeout"] = f"{entrance.timeout}s"
        annotations[f"{_OWN}proxy-send-timeout"] = f"{entrance.timeout}s"
    if entrance.sticky:
        secure = " secure" if ingress.has_tls(unit, entrance) else ""
        annotations[f"{_OWN}sticky-cookie-services"] = (
            f"serviceName={service} {ingress.cookie(unit)} httponly{secure} samesite=lax path=/"
        )
    if entrance.websocket:
        annotations[f"{_OWN}websocket-services"] = service
    return annotations


def _paths(path: str, exact: bool) -> list[tuple[str, str]]:
    """A Prefix is a string prefix to nginx (/api would match /apis), so a path takes two."""
    if exact:
        return [(path, "Exact")]
    return [(path, "Prefix")] if path == "/" else [(path, "Exact"), (f"{path}/", "Prefix")]


def _cluster_rules() -> list[Object]:
    read = ["get", "list", "watch"]
    ingress = "networking.k8s.io"
    return [
        {"apiGroups": [""], "resources": ["pods", "services"], "verbs": read},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": read},
        {"apiGroups": [ingress], "resources": ["ingresses"], "verbs": read},
        {"apiGroups": [ingress], "resources": ["ingresses/status"], "verbs": ["update"]},
        {
            "apiGroups": [ingress],
            "resources": ["ingressclasses"],
            "verbs": ["get"],
            "resourceNames": [pods.INGRESS_CLASS],
        },
    ]


def _namespace_rules() -> list[Object]:
    leases = {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"]}
    return [
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]},
        # It labels its own pods with the version it runs.
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "update"]},
        {**leases, "verbs": ["create"]},
        {**leases, "verbs": ["get", "update"], "resourceNames": [pods.NAME]},
    ]


def _configuration(estate: Estate) -> dict[str, str]:
    balancer = estate.environment.load_balancer
    only_cloudfront = balancer.access.cloudfront_security_groups is not None
    return {
        "client-max-body-size": "10m",
        "default-server-return": "404",
        "hsts": "false",
        "keepalive": "32",
        # Longer than the load balancer's, so that it is never the router that hangs up first.
        "keepalive-timeout": f"{balancer.idle_timeout + 15}s",
        "proxy-connect-timeout": "5s",
        # Nothing of a response on disk, where a few slow readers of large files would fill it.
        "proxy-max-temp-file-size": "0",
        "proxy-read-timeout": f"{estate.environment.edge.origin_read_timeout}s",
        "proxy-send-timeout": f"{estate.environment.edge.origin_read_timeout}s",
        # Tells the app that the viewer came by https; redirects only who says that he did not.
        "redirect-to-https": "true",
        "server-tokens": "false",
        "ssl-redirect": "false",
        "worker-shutdown-timeout": f"{pods.worker_shutdown(estate.environment)}s",
        # CloudFront appends the viewer's address as the last entry, and only that entry is
        # believed. Where others than CloudFront may connect, anyone could have written it.
        **(
            {
                "real-ip-header": "X-Forwarded-For",
                "real-ip-recursive": "false",
                "set-real-ip-from": ",".join(estate.environment.cluster.vpc_cidrs),
            }
            if only_cloudfront
            else {}
        ),
    }


def _pod(estate: Estate) -> Object:
    environment = estate.environment
    pre_stop = pods.pre_stop(environment)
    return {
        "terminationGracePeriodSeconds": pods.termination_grace(estate.environment),
        "securityContext": pod_security_context(_USER, low_ports=True),
        "initContainers": [
            {
                "name": "copy-configuration",
                "image": IMAGE,
                "imagePullPolicy": "Always",
                "command": ["cp", "-vdR", "/etc/nginx/.", "/mnt/etc"],
                "resources": {
                    "requests": {"cpu": "10m", "memory": "32Mi", "ephemeral-storage": "64Mi"},
                    "limits": {"cpu": "500m", "memory": "64Mi", "ephemeral-storage": "256Mi"},
                },
                "securityContext": container_security_context(),
                "volumeMounts": [{"name": "nginx-etc", "mountPath": "/mnt/etc"}],
            }
        ],
        "containers": [
            {
                "name": "nginx-ingress",
                "image": IMAGE,
                "imagePullPolicy": "Always",
                "args": _arguments(estate),
                "ports": [
                    {"name": "http", "containerPort": 80, "protocol": "TCP"},
                    {"name": "https", "containerPort": 443, "protocol": "TCP"},
                    {"name": "readiness-port", "containerPort": 8081, "protocol": "TCP"},
                    {"name": "prometheus", "containerPort": 9113, "protocol": "TCP"},
                ],
                "env": [
                    _from_field("POD_NAMESPACE", "metadata.namespace"),
                    _from_field("POD_NAME", "metadata.name"),
                ],
                # The process ends when nginx dies, so there is no liveness probe upstream either.
                "startupProbe": {**_ready(), "periodSeconds": 2, "failureThreshold": 60},
                "readinessProbe": {**_ready(), "periodSeconds": 2, "failureThreshold": 3},
                "lifecycle": {"preStop": {"sleep": {"seconds": pre_stop}}},
                "resources": {
                    "requests": {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "256Mi"},
                    "limits": {"cpu": "2", "memory": "1Gi", "ephemeral-storage": "2Gi"},
                },
                # The binaries carry this file capability, so it must be in the bounding set.
                "securityContext": container_security_context(add=("NET_BIND_SERVICE",)),
                "volumeMounts": [
                    {"name": name, "mountPath": path} for name, path in _VOLUMES.items()
                ],
            }
        ],
        "volumes": [{"name": name, "emptyDir": {}} for name in _VOLUMES],
    }


def _arguments(estate: Estate) -> list[str]:
    balancer = estate.environment.load_balancer
    return [
        f"-ingress-class={pods.INGRESS_CLASS}",
        f"-nginx-configmaps=$(POD_NAMESPACE)/{pods.NAME}",
        "-enable-custom-resources=false",
        "-enable-snippets=false",
        # All namespaces are watched and only this one for Secrets: then no Secret is ever read.
        f"-watch-secret-namespace={balancer.namespace}",
        "-report-ingress-status",
        f"-external-service={balancer.service}",
        "-enable-leader-election=true",
        f"-leader-election-lock-name={pods.NAME}",
        "-enable-telemetry-reporting=false",
        "-health-status=true",
        f"-health-status-uri={_HEALTH_PATH}",
        "-nginx-status=false",
        "-enable-prometheus-metrics=true",
        "-prometheus-metrics-listen-port=9113",
        "-ready-status=true",
        "-ready-status-port=8081",
        "-log-format=json",
    ]


def _from_field(name: str, path: str) -> Object:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def _ready() -> Object:
    return {
        "httpGet": {"path": "/nginx-ready", "port": "readiness-port", "scheme": "HTTP"},
        "timeoutSeconds": 2,
    }
