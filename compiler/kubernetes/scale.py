"""How many pods there are, and how many may be missing: autoscaler and disruption budget."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object, Owner, app_metadata, match
from compiler.link.workloads import Workload
from compiler.spec.environment import Environment

if TYPE_CHECKING:
    from compiler.spec.disruption import DisruptionBudget


def horizontal_pod_autoscaler(environment: Environment, owner: Owner, workload: Workload) -> Object:
    replicas = workload.replicas
    wait = replicas.scale_down_after
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": app_metadata(owner),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": workload.kind,
                "name": owner.name,
            },
            "minReplicas": replicas.min,
            "maxReplicas": replicas.max,
            "metrics": [
                _utilization("cpu", replicas.cpu),
                *([_utilization("memory", replicas.memory)] if replicas.memory else []),
                *([_requests(environment, replicas.requests)] if replicas.requests else []),
            ],
            **(
                {"behavior": {"scaleDown": {"stabilizationWindowSeconds": wait}}}
                if wait is not None
                else {}
            ),
        },
    }


def pod_disruption_budget(owner: Owner, said: DisruptionBudget | None) -> Object:
    if said is None:
        # One at a time can always be satisfied, so a node can always be drained.
        return _one_at_a_time(owner)
    if said.min_available is not None:
        return _budget(owner, {"minAvailable": said.min_available})
    return _budget(owner, {"maxUnavailable": said.max_unavailable})


@cache
def _one_at_a_time(owner: Owner) -> Constant:
    return Constant(_budget(owner, {"maxUnavailable": 1}))


def _budget(owner: Owner, bound: Object) -> Object:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": app_metadata(owner),
        "spec": {
            **bound,
            "selector": match(owner.name),
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
    }


def _utilization(resource: str, percent: int) -> Object:
    return {
        "type": "Resource",
        "resource": {
            "name": resource,
            "target": {"type": "Utilization", "averageUtilization": percent},
        },
    }


def _requests(environment: Environment, per_pod: int) -> Object:
    """Needs a metrics API that serves it, which the environment says that it has."""
    assert environment.autoscaling is not None
    return {
        "type": "Pods",
        "pods": {
            "metric": {"name": environment.autoscaling.requests_metric},
            "target": {"type": "AverageValue", "averageValue": str(per_pod)},
        },
    }
