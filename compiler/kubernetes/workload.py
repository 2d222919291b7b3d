"""What runs: ServiceAccount, Deployment or CronJob, autoscaler and disruption budget."""

from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import (
    Object,
    Owner,
    app_labels,
    app_metadata,
    match,
)
from compiler.kubernetes.pod_security import container_security_context, pod_security_context
from compiler.link.names import app_role_arn
from compiler.link.unit import Unit
from compiler.spec.app import App
from compiler.spec.health import Health
from compiler.spec.quantity import bytes_of, millicores_of
from compiler.spec.resources import Amounts
from compiler.spec.scale import Replicas
from compiler.spec.types import image_tag

# Seconds that an app has to finish its requests after the signal to stop.
SHUTDOWN = 30

# Requests, and limits for who says nothing; a limit is never below its request.
_REQUESTS = {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "128Mi"}
_LIMITS = {"cpu": "1", "memory": "256Mi", "ephemeral-storage": "1Gi"}


_ROLLING = Constant(
    {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}
)
_TMP = Constant({"name": "tmp", "emptyDir": {"sizeLimit": "256Mi"}})
_TMP_MOUNT = Constant({"name": "tmp", "mountPath": "/tmp"})


@cache
def service_account(owner: Owner, role_arn: str | None) -> Constant:
    """With a role the webhook of IAM roles for service accounts gives the pods a token for it; that
    they get none for the API server does not keep it from that."""
    metadata = app_metadata(owner)
    if role_arn is not None:
        annotations = {**metadata["annotations"], "eks.amazonaws.com/role-arn": role_arn}
        metadata = Constant({**metadata, "annotations": annotations})
    return Constant(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": metadata,
            "automountServiceAccountToken": False,
        }
    )


def deployment(unit: Unit, owner: Owner) -> Object:
    app = unit.app
    replicas, labels = app.replicas, _labels(owner, app)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(owner, app, labels),
        "spec": {
            # With an autoscaler the number is the autoscaler's: written here, each Flux run
            # would set it back.
            **({"replicas": replicas.min} if replicas.max is None else {}),
            "revisionHistoryLimit": 5,
            "selector": match(app.name),
            "strategy": _ROLLING,
            "template": {
                "metadata": _pod_metadata(unit, labels),
                "spec": {
                    **_pod(unit),
                    "topologySpreadConstraints": [
                        _spread(app.name, "topology.kubernetes.io/zone"),
                        _spread(app.name, "kubernetes.io/hostname"),
                    ],
                    "volumes": [_TMP],
                },
            },
        },
    }


def cron_job(unit: Unit, owner: Owner) -> Object:
    app = unit.app
    labels = _labels(owner, app)
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _metadata(owner, app, labels),
        "spec": {
            "schedule": app.schedule,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            # Started late after an outage of the controller, but never hours late.
            "startingDeadlineSeconds": 600,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "metadata": {"labels": labels},
                "spec": {
                    "backoffLimit": 2,
                    "activeDeadlineSeconds": 3600,
                    "ttlSecondsAfterFinished": 86400,
                    "template": {
                        "metadata": {"labels": labels},
                        "spec": {
                            **_pod(unit),
                            "restartPolicy": "Never",
                            "volumes": [_TMP],
                        },
                    },
                },
            },
        },
    }


def horizontal_pod_autoscaler(owner: Owner, replicas: Replicas) -> Object:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": app_metadata(owner),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": owner.name,
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


@cache
def pod_disruption_budget(owner: Owner) -> Constant:
    return Constant(
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": app_metadata(owner),
            "spec": {
                # One at a time can always be satisfied, so a node can always be drained.
                "maxUnavailable": 1,
                "selector": match(owner.name),
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
            },
        }
    )


def _metadata(owner: Owner, app: App, labels: Constant) -> Object:
    """What the workload has beyond the app's other objects: its version, and what it is for."""
    annotations = _annotations(owner, app.description)
    return {**app_metadata(owner), "labels": labels, "annotations": annotations}


@cache
def _annotations(owner: Owner, description: str | None) -> Constant:
    annotations: Constant = app_metadata(owner)["annotations"]
    if description is None:
        return annotations
    # The well-known annotation; kubernetes.io, "Well-Known Labels, Annotations and Taints".
    return Constant({**annotations, "kubernetes.io/description": description})


def _labels(owner: Owner, app: App) -> Constant:
    return app_labels(owner, _version(app.image))


@cache
def _version(image: str) -> str | None:
    """What the recommended label says, where the tag is a valid label value."""
    tag = image_tag(image)
    usable = tag is not None and len(tag) <= 63 and tag[0].isalnum() and tag[-1].isalnum()
    return tag if usable else None


def _pod_metadata(unit: Unit, labels: Constant) -> Object:
    role = app_role_arn(unit.environment, unit.interface)
    if role is None:
        return {"labels": labels}
    # Where credentials come from is put into a pod when it is made: another role, another pod.
    return {"labels": labels, "annotations": {"portico.dev/role": role}}


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
        **({"ports": [_port(app.port)]} if app.port is not None else {}),
        **(
            {"env": [_env(name, value.value, value.secret) for name, value in app.env.items()]}
            if app.env
            else {}
        ),
        **(_probes(app.health) if app.port is not None else {}),
        **({"lifecycle": _lifecycle(_pre_stop(unit))} if app.port is not None else {}),
        "resources": _resources(app.resources.requests, app.resources.limits),
        "securityContext": container_security_context(),
        "volumeMounts": [_TMP_MOUNT],
    }


@cache
def _port(port: int) -> Constant:
    return Constant({"name": "http", "containerPort": port, "protocol": "TCP"})


@cache
def _env(name: str, value: str | None, secret: str | None) -> Constant:
    if secret is None:
        return Constant({"name": name, "value": value or ""})
    secret, _, key = secret.partition("/")
    return Constant(
        {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}},
    )


@cache
def _probes(health: Health | None) -> Constant:
    """Readiness asks the app; liveness only its port, so that no dependency restarts the pod."""
    port = "http" if health is None or health.port is None else health.port
    if health is None:
        ready: Object = {"tcpSocket": {"port": port}}
    else:
        ready = {"httpGet": {"path": health.path, "port": port, "scheme": "HTTP"}}
    probes = {
        "startupProbe": {**ready, "periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 60},
        "readinessProbe": {**ready, "periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 3},
        "livenessProbe": {
            "tcpSocket": {"port": "http"},
            "periodSeconds": 10,
            "timeoutSeconds": 2,
            "failureThreshold": 6,
        },
    }
    return Constant({name: Constant(probe) for name, probe in probes.items()})


@cache
def _lifecycle(pre_stop: int) -> Constant:
    return Constant({"preStop": {"sleep": {"seconds": pre_stop}}})


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


@cache
def _resources(asked: Amounts, allowed: Amounts) -> Constant:
    requests, limits = {}, {}
    for amount, measure in (
        ("cpu", millicores_of),
        ("memory", bytes_of),
        ("ephemeral-storage", bytes_of),
    ):
        field = amount.replace("-", "_")
        request = getattr(asked, field) or _REQUESTS[amount]
        limit = getattr(allowed, field)
        if limit is None:
            limit = max(request, _LIMITS[amount], key=lambda text: measure(text) or 0)
        elif getattr(asked, field) is None:
            request = min(request, limit, key=lambda text: measure(text) or 0)
        requests[amount], limits[amount] = request, limit
    return Constant({"requests": requests, "limits": limits})


@cache
def _spread(app: str, topology: str) -> Constant:
    return Constant(
        {
            "maxSkew": 1,
            "topologyKey": topology,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": match(app),
            # Only pods of the same revision count, so that a rollout ends as spread as it began.
            "matchLabelKeys": ["pod-template-hash"],
        }
    )
