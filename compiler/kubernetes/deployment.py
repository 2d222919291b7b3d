"""What runs all the time: Deployment or, with a disk for each pod, StatefulSet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object, Owner, match
from compiler.kubernetes.pod import pod, pod_metadata, pod_volumes, spread, workload_metadata
from compiler.kubernetes.volumes import claim_templates
from compiler.link.unit import Unit
from compiler.link.workloads import Workload, headless_name

if TYPE_CHECKING:
    from compiler.spec.rollout import Rollout

_ROLLING = Constant(
    {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}
)
_RECREATE = Constant({"type": "Recreate"})


def deployment(unit: Unit, owner: Owner, workload: Workload) -> Object:
    rollout = workload.rollout
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": workload_metadata(unit, owner, workload),
        "spec": {
            **_replicas(workload),
            "revisionHistoryLimit": 5,
            **_times(rollout),
            "selector": match(workload.name),
            "strategy": strategy(rollout),
            "template": {
                "metadata": pod_metadata(unit, owner, workload),
                "spec": {
                    **pod(unit, workload),
                    **spread(unit.app, workload, "pod-template-hash"),
                    **pod_volumes(workload),
                },
            },
        },
    }


def stateful_set(unit: Unit, owner: Owner, workload: Workload) -> Object:
    rollout = workload.rollout
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": workload_metadata(unit, owner, workload),
        "spec": {
            **_replicas(workload),
            "revisionHistoryLimit": 5,
            **_times(rollout),
            "serviceName": headless_name(workload.name),
            "selector": match(workload.name),
            "updateStrategy": {"type": "RollingUpdate"},
            # What is deleted by mistake can be made again; what stood on its disks cannot.
            "persistentVolumeClaimRetentionPolicy": {
                "whenDeleted": "Retain",
                "whenScaled": "Retain",
            },
            "template": {
                "metadata": pod_metadata(unit, owner, workload),
                "spec": {
                    **pod(unit, workload),
                    **spread(unit.app, workload, "controller-revision-hash"),
                    **pod_volumes(workload),
                },
            },
            "volumeClaimTemplates": claim_templates(workload),
        },
    }


def _replicas(workload: Workload) -> Object:
    # With an autoscaler the number is the autoscaler's: written here, each Flux run would set it
    # back.
    replicas = workload.replicas
    return {"replicas": replicas.min} if replicas.max is None else {}


def _times(rollout: Rollout | None) -> Object:
    if rollout is None:
        return {}
    ready, progress = rollout.min_ready_seconds, rollout.progress_deadline_seconds
    return {
        **({"minReadySeconds": ready} if ready is not None else {}),
        **({"progressDeadlineSeconds": progress} if progress is not None else {}),
    }


def strategy(rollout: Rollout | None) -> Object:
    if rollout is None:
        return _ROLLING
    if rollout.strategy == "Recreate":
        return _RECREATE
    surge, missing = rollout.max_surge, rollout.max_unavailable
    return {
        "type": "RollingUpdate",
        "rollingUpdate": {
            "maxSurge": "25%" if surge is None else surge,
            "maxUnavailable": 0 if missing is None else missing,
        },
    }
