"""How many pods there are, how they are replaced, and how many may be missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.link.workloads import claims
from compiler.spec.scale import Replicas

if TYPE_CHECKING:
    from compiler.spec.disruption import DisruptionBudget
    from compiler.spec.rollout import Rollout

Path = tuple[str, ...]

# How long Kubernetes waits for progress, unless something else is said.
_PROGRESS_DEADLINE = 600
_NONE = (0, "0%")


def scale(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    yield from _replicas(unit, app.replicas, ())
    if app.disruption_budget is not None:
        yield from _budget(unit, app.disruption_budget, app.replicas, ())
    if app.rollout is not None:
        yield from _rollout(unit, app.rollout, (), stateful=claims(app.volumes))
    for name, worker in app.workers.items():
        yield from _replicas(unit, worker.replicas, ("workers", name))
        if worker.disruption_budget is not None:
            path = ("workers", name)
            yield from _budget(unit, worker.disruption_budget, worker.replicas, path)
        if worker.rollout is not None:
            yield from _rollout(unit, worker.rollout, ("workers", name), stateful=False)


def _replicas(unit: Unit, replicas: Replicas, path: Path) -> Iterator[Diagnostic]:
    at = (*path, "replicas")
    if replicas.max is not None:
        if replicas.max < replicas.min:
            yield Diagnostic(
                CONFLICT,
                f"replicas: at least {replicas.min} and at most {replicas.max} is impossible",
                unit.place(*at, "max"),
                (unit.place(*at, "min"),),
                help="min must not be above max",
            )
        if replicas.requests is not None and unit.environment.autoscaling is None:
            yield Diagnostic(
                CONFLICT,
                f"{unit.environment.name} does not say which metric counts requests",
                unit.place(*at, "requests"),
                help="have the platform team add `autoscaling: {requestsMetric: ...}` to "
                f"environments/{unit.environment.name}.yaml, or scale by `cpu`",
            )
        return
    if replicas.model_fields_set == {"min"}:
        return
    for field, key in (
        ("cpu", "cpu"),
        ("memory", "memory"),
        ("requests", "requests"),
        ("scale_down_after", "scaleDownAfter"),
    ):
        if field in replicas.model_fields_set:
            when = "removed" if field == "scale_down_after" else "added"
            yield Diagnostic(
                CONFLICT,
                f"`{key}` says when pods are {when}, and their number is fixed",
                unit.place(*at, key),
                help=f"add `max`, or remove `{key}`",
            )


def _budget(
    unit: Unit, budget: DisruptionBudget, replicas: Replicas, path: Path
) -> Iterator[Diagnostic]:
    """A budget that lets no pod go keeps every node from being emptied."""
    from compiler.link.budget import pods_meant

    at = (*path, "disruptionBudget")
    least, most_missing = budget.min_available, budget.max_unavailable
    if least is not None and pods_meant(least, replicas.min) >= replicas.min:
        of_them = f" of {replicas.min}" if replicas.max is None else f" of at least {replicas.min}"
        yield Diagnostic(
            CONFLICT,
            f"minAvailable: {least}{of_them} lets no pod go, so no node could ever be emptied",
            unit.place(*at, "minAvailable"),
            (unit.place(*path, "replicas"),),
            help="write {maxUnavailable: 1}, or ask for fewer pods than there are",
        )
    if most_missing in _NONE:
        yield Diagnostic(
            CONFLICT,
            f"maxUnavailable: {most_missing} lets no pod go, so no node could ever be emptied",
            unit.place(*at, "maxUnavailable"),
            help="write {maxUnavailable: 1}",
        )


def _rollout(unit: Unit, rollout: Rollout, path: Path, *, stateful: bool) -> Iterator[Diagnostic]:
    at = (*path, "rollout")
    if stateful:
        # Fields of a Deployment that a StatefulSet lacks; apps/v1, StatefulSetUpdateStrategy.
        for key, said in (
            ("strategy", rollout.strategy == "Recreate"),
            ("maxSurge", rollout.max_surge is not None),
            ("maxUnavailable", rollout.max_unavailable is not None),
            ("progressDeadlineSeconds", rollout.progress_deadline_seconds is not None),
        ):
            if said:
                yield Diagnostic(
                    CONFLICT,
                    f"pods with a disk each are replaced one by one, and `{key}` has no effect",
                    unit.place(*at, key),
                    (unit.place("volumes"),),
                    help="remove it",
                )
        return
    if rollout.strategy == "Recreate":
        for key, bound in (
            ("maxSurge", rollout.max_surge),
            ("maxUnavailable", rollout.max_unavailable),
        ):
            if bound is not None:
                yield Diagnostic(
                    CONFLICT,
                    f"`{key}` has no effect where all pods stop before new ones start",
                    unit.place(*at, key),
                    (unit.place(*at, "strategy"),),
                    help=f"remove `{key}`, or `strategy: Recreate`",
                )
    if rollout.max_surge in _NONE and rollout.max_unavailable in (None, *_NONE):
        missing = "none missing either"
        if rollout.max_unavailable is None:
            missing = "none missing, since `maxUnavailable` is 0 by default"
        yield Diagnostic(
            CONFLICT,
            f"there may be no pod too many and {missing}: no pod could ever be replaced",
            unit.place(*at, "maxSurge"),
            help="allow one of the two: {maxSurge: 0, maxUnavailable: 1}",
        )
    ready = rollout.min_ready_seconds or 0
    deadline = rollout.progress_deadline_seconds or _PROGRESS_DEADLINE
    if ready >= deadline:
        yield Diagnostic(
            CONFLICT,
            f"no pod can be ready for {ready} seconds within {deadline}, and the rollout would "
            "fail",
            unit.place(*at, "minReadySeconds"),
            help="raise `progressDeadlineSeconds`, or lower `minReadySeconds`",
        )
