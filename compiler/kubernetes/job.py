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
    from compiler.spec.schedule import Once, Schedule


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
    spec = _run(unit, owner, workload, once)
    runs = json.dumps(spec, sort_keys=True).encode()
    name = f"{workload.name}-{blake2b(runs, digest_size=4).hexdigest()}"
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {**metadata, "name": name},
        "spec": spec,
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
            "metadata": pod_metadata(owner, workload),
            "spec": {
                **pod(unit, workload),
                "restartPolicy": run.restart_policy,
                **pod_volumes(workload),
            },
        },
    }
