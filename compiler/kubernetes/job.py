"""What runs at times or once: CronJob and Job."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, cast

from compiler.kubernetes.metadata import Object, Owner
from compiler.kubernetes.pod import pod, pod_metadata, pod_volumes, workload_metadata
from compiler.link.unit import Unit
from compiler.link.workloads import Workload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from compiler.spec.schedule import Once, Schedule

# Flux makes it where there is none of its name, and changes none: the API server would refuse that,
# and with it all of the app. Source: fluxcd.io, Kustomization API, "Controlling the apply behavior
# of resources".
_IF_NOT_PRESENT = {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}


def cron_job(unit: Unit, owner: Owner, workload: Workload) -> Object:
    schedule = cast("Schedule", workload.run)
    metadata = workload_metadata(unit, owner, workload)
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": metadata,
        "spec": {
            "schedule": schedule.cron,
            "timeZone": schedule.time_zone,
            **({"suspend": True} if schedule.suspend else {}),
            "concurrencyPolicy": schedule.concurrency_policy,
            # Started late after an outage of the controller, but never hours late.
            "startingDeadlineSeconds": schedule.starting_deadline_seconds,
            "successfulJobsHistoryLimit": schedule.successful_jobs_history_limit,
            "failedJobsHistoryLimit": schedule.failed_jobs_history_limit,
            "jobTemplate": {
                "metadata": {"labels": metadata["labels"]},
                "spec": _run(unit, owner, workload, schedule),
            },
        },
    }


def job(unit: Unit, owner: Owner, workload: Workload) -> Object:
    """Named after what it runs: Kubernetes can change no Job, so another one takes its place."""
    once = cast("Once", workload.run)
    metadata = workload_metadata(unit, owner, workload)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            **metadata,
            "name": f"{workload.name}-{_digest(workload, once)}",
            "annotations": {**metadata["annotations"], **_IF_NOT_PRESENT},
        },
        "spec": _run(unit, owner, workload, once),
    }


def _digest(workload: Workload, once: Once) -> str:
    """Of what a spec says that it runs, and of nothing else.

    Not of its pod: a label, a node selector or a newer Portico with another default would run an
    import again that was done long ago.
    """
    one = workload.container
    runs = {
        "image": one.image,
        "command": one.command,
        "args": one.args,
        "env": _said(one.env),
        "envFrom": [item.model_dump(by_alias=True, exclude_defaults=True) for item in one.env_from],
        "files": _said(workload.files),
        "volumes": _said(workload.volumes),
        "run": once.run,
    }
    return blake2b(json.dumps(runs, sort_keys=True).encode(), digest_size=4).hexdigest()


def _said(parts: Mapping[str, BaseModel]) -> Object:
    return {
        name: part.model_dump(by_alias=True, exclude_defaults=True) for name, part in parts.items()
    }


def _run(unit: Unit, owner: Owner, workload: Workload, run: Schedule | Once) -> Object:
    kept = run.ttl_seconds_after_finished
    return {
        **({"parallelism": run.parallelism} if run.parallelism is not None else {}),
        **({"completions": run.completions} if run.completions is not None else {}),
        "backoffLimit": run.backoff_limit,
        "activeDeadlineSeconds": run.active_deadline_seconds,
        **({"ttlSecondsAfterFinished": kept} if kept is not None else {}),
        "template": {
            "metadata": pod_metadata(unit, owner, workload),
            "spec": {
                **pod(unit, workload),
                "restartPolicy": run.restart_policy,
                **pod_volumes(workload),
            },
        },
    }
