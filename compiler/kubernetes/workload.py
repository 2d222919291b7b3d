"""What runs: ServiceAccount, Deployment or CronJob, autoscaler and disruption budget."""

from compiler.kubernetes.metadata import Object, app_metadata, selector
from compiler.kubernetes.pod_security import container_security_context, pod_security_context
from compiler.link.unit import Unit
from compiler.spec.app import App
from compiler.spec.quantity import bytes_of, millicores_of
from compiler.spec.types import image_tag

# Seconds that an app has to finish its requests after the signal to stop.
SHUTDOWN = 30

# Requests, and limits for who says nothing; a limit is never below its request.
_REQUESTS = {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "128Mi"}
_LIMITS = {"cpu": "1", "memory": "256Mi", "ephemeral-storage": "1Gi"}


def service_account(unit: Unit) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": app_metadata(unit),
        "automountServiceAccountToken": False,
    }


def deployment(unit: Unit) -> Object:
    replicas = unit.app.replicas
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(unit),
        "spec": {
            # With an autoscaler the number is the autoscaler's: written here, each Flux run
            # would set it back.
            **({"replicas": replicas.min} if replicas.max is None else {}),
            "revisionHistoryLimit": 5,
            "selector": {"matchLabels": selector(unit)},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0},
            },
            "template": {
                "metadata": {"labels": _pod_labels(unit)},
                "spec": {
                    **_pod(unit),
                    "topologySpreadConstraints": [
                        _spread(unit, "topology.kubernetes.io/zone"),
                        _spread(unit, "kubernetes.io/hostname"),
                    ],
                    "volumes": _volumes(),
                },
            },
        },
    }


def cron_job(unit: Unit) -> Object:
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _metadata(unit),
        "spec": {
            "schedule": unit.app.schedule,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            # Started late after an outage of the controller, but never hours late.
            "startingDeadlineSeconds": 600,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": _pod_labels(unit)},
                "spec": {
                    "backoffLimit": 2,
                    "activeDeadlineSeconds": 3600,
                    "ttlSecondsAfterFinished": 86400,
                    "template": {
                        "metadata": {"labels": _pod_labels(unit)},
                        "spec": {
                            **_pod(unit),
                            "restartPolicy": "Never",
                            "volumes": _volumes(),
                        },
                    },
                },
            },
        },
    }


def horizontal_pod_autoscaler(unit: Unit) -> Object:
    replicas = unit.app.replicas
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": app_metadata(unit),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": unit.app.name,
            },
            "minReplicas": replicas.min,
            "maxReplicas": replicas.max,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": replicas.cpu},
                    },
                }
            ],
        },
    }


def pod_disruption_budget(unit: Unit) -> Object:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": app_metadata(unit),
        "spec": {
            # One at a time can always be satisfied, so a node can always be drained.
            "maxUnavailable": 1,
            "selector": {"matchLabels": selector(unit)},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def _metadata(unit: Unit) -> Object:
    """What the workload has beyond the app's other objects: its version, and what it is for."""
    metadata = app_metadata(unit, **_version(unit.app))
    if unit.app.description is not None:
        # The well-known annotation; kubernetes.io, "Well-Known Labels, Annotations and Taints".
        metadata["annotations"]["kubernetes.io/description"] = unit.app.description
    return metadata


def _version(app: App) -> dict[str, str]:
    """The recommended version label, where the tag is a valid label value."""
    tag = image_tag(app.image)
    usable = tag is not None and len(tag) <= 63 and tag[0].isalnum() and tag[-1].isalnum()
    return {"app.kubernetes.io/version": tag} if tag is not None and usable else {}


def _pod_labels(unit: Unit) -> dict[str, str]:
    labels: dict[str, str] = app_metadata(unit, **_version(unit.app))["labels"]
    return labels


def _pod(unit: Unit) -> Object:
    app = unit.app
    low_ports = app.port is not None and app.port < 1024
    return {
        "serviceAccountName": app.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security_context(app.run_as_user, low_ports=low_ports),
        "terminationGracePeriodSeconds": _termination_grace(unit),
        "containers": [_container(unit)],
    }


def _container(unit: Unit) -> Object:
    app = unit.app
    return {
        "name": app.name,
        "image": app.image,
        "imagePullPolicy": "Always",
        **({"command": app.command} if app.command is not None else {}),
        **({"args": app.args} if app.args is not None else {}),
        **({"ports": [_port(app)]} if app.port is not None else {}),
        **({"env": [_env(name, app) for name in app.env]} if app.env else {}),
        **(_probes(app) if app.port is not None else {}),
        **(
            {"lifecycle": {"preStop": {"sleep": {"seconds": _pre_stop(unit)}}}}
            if app.port is not None
            else {}
        ),
        "resources": _resources(app),
        "securityContext": container_security_context(),
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }


def _port(app: App) -> Object:
    return {"name": "http", "containerPort": app.port, "protocol": "TCP"}


def _env(name: str, app: App) -> Object:
    value = app.env[name]
    if value.secret is None:
        return {"name": name, "value": value.value or ""}
    secret, _, key = value.secret.partition("/")
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _probes(app: App) -> Object:
    """Readiness asks the app; liveness only its port, so that no dependency restarts the pod."""
    port = "http" if app.health is None or app.health.port is None else app.health.port
    if app.health is None:
        ready: Object = {"tcpSocket": {"port": port}}
    else:
        ready = {"httpGet": {"path": app.health.path, "port": port, "scheme": "HTTP"}}
    return {
        "startupProbe": {**ready, "periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 60},
        "readinessProbe": {**ready, "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 3},
        "livenessProbe": {
            "tcpSocket": {"port": "http"},
            "periodSeconds": 10,
            "timeoutSeconds": 2,
            "failureThreshold": 6,
        },
    }


def _pre_stop(unit: Unit) -> int:
    """Seconds to go on serving after the pod is taken out of service.

    Longer than the load balancer keeps sending to a target that it is draining, so that no
    request is cut off.
    """
    return unit.environment.load_balancer.draining + 5


def _termination_grace(unit: Unit) -> int:
    """Seconds from the signal to stop to the end: at least as long as CloudFront waits."""
    if unit.app.port is None:
        return SHUTDOWN
    return max(_pre_stop(unit) + SHUTDOWN, unit.environment.edge.origin_read_timeout + 5)


def _resources(app: App) -> Object:
    requests, limits = {}, {}
    for amount, measure in (
        ("cpu", millicores_of),
        ("memory", bytes_of),
        ("ephemeral-storage", bytes_of),
    ):
        field = amount.replace("-", "_")
        request = getattr(app.resources.requests, field) or _REQUESTS[amount]
        limit = getattr(app.resources.limits, field)
        if limit is None:
            limit = max(request, _LIMITS[amount], key=lambda text: measure(text) or 0)
        elif getattr(app.resources.requests, field) is None:
            request = min(request, limit, key=lambda text: measure(text) or 0)
        requests[amount], limits[amount] = request, limit
    return {"requests": requests, "limits": limits}


def _spread(unit: Unit, topology: str) -> Object:
    return {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(unit)},
        # Only pods of the same revision count, so that a rollout ends as spread as it began.
        "matchLabelKeys": ["pod-template-hash"],
    }


def _volumes() -> list[Object]:
    return [{"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}}]
