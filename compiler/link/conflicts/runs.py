"""Runs of jobs: how many pods work on one, and how often each of them may try."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.link.workloads import Path, workloads_of
from compiler.spec.schedule import Once, Schedule


def runs(unit: Unit) -> Iterator[Diagnostic]:
    for workload in workloads_of(unit.app):
        if workload.run is not None:
            field = "once" if isinstance(workload.run, Once) else "schedule"
            yield from _run(unit, workload.run, (*workload.path, field))


def _run(unit: Unit, run: Schedule | Once, at: Path) -> Iterator[Diagnostic]:
    if run.completions is not None and (run.parallelism or 1) > run.completions:
        yield Diagnostic(
            CONFLICT,
            f"{run.parallelism} pods at the same time are more than the {run.completions} that "
            "must succeed, and Kubernetes starts no more than those",
            unit.place(*at, "parallelism"),
            (unit.place(*at, "completions"),),
            help=f"lower `parallelism` to {run.completions}, or raise `completions`",
        )
    if run.restart_policy == "OnFailure" and run.backoff_limit == 0:
        # The node starts the container again before the controller has counted the failure.
        yield Diagnostic(
            CONFLICT,
            "a run that fails is not to be tried again, and with OnFailure its pod tries at once",
            unit.place(*at, "restartPolicy"),
            (unit.place(*at, "backoffLimit"),),
            help="remove `restartPolicy: OnFailure`, or raise `backoffLimit`",
        )
