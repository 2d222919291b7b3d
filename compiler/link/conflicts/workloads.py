"""What an app consists of: itself, workers, jobs, and the containers of its pods."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.link.workloads import MAX_WORKLOAD_NAME, has_main

RUNS_AGAIN = Rule(
    "PT129",
    "job that would run again",
    "Flux makes anew what is in Git and not in the cluster: a job that deletes itself runs again "
    "with the next reconciliation, an hour later at most.",
    "warning",
    what="Warns of a one-off job with `ttlSecondsAfterFinished`.",
    fix="Remove it: the Job stays in the cluster until another one takes its place. Keep it only "
    "if the job may run any number of times.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
jobs:
  import:
    args: [import]
    once: {ttlSecondsAfterFinished: 3600}
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
jobs:
  import:
    args: [import]
    once: {}
environments:
  dev:
""",
)

# What only the app itself has, and its workers and jobs do not share.
_OF_MAIN = (
    *("command", "args", "volumes", "init", "sidecars", "health", "lifecycle"),
    *("replicas", "disruptionBudget", "rollout", "resources", "metrics"),
)
_OF_PODS_THAT_STAY = ("health", "replicas", "disruptionBudget")


def workloads(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    if app.schedule is not None:
        yield from _scheduled(unit)
    if app.workers or app.jobs:
        yield from _parts(unit)
    if app.init or app.sidecars:
        yield from _containers(unit)


def _scheduled(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    for field, said in (("port", app.port is not None), ("ports", bool(app.ports))):
        if said:
            yield Diagnostic(
                CONFLICT,
                "an app runs on a schedule or serves a port, not both",
                unit.place("schedule"),
                (unit.place(field),),
                help="make the job one of the app's `jobs`, or an app of its own",
            )
    for field in _OF_PODS_THAT_STAY:
        if unit.says(field):
            what = "replicas" if field == "replicas" else f"`{field}`"
            yield Diagnostic(
                CONFLICT,
                f"a job on a schedule has no {what}: one pod runs at a time",
                unit.place(field),
                (unit.place("schedule"),),
                help=f"remove `{field}`",
            )
    rollout = app.rollout
    if rollout is not None and rollout.model_fields_set - {"termination_grace_period_seconds"}:
        yield Diagnostic(
            CONFLICT,
            "a job on a schedule is not rolled out: each run is a new pod",
            unit.place("rollout"),
            (unit.place("schedule"),),
            help="keep `terminationGracePeriodSeconds` only",
        )


def _parts(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    if not has_main(app):
        for field in _OF_MAIN:
            if unit.says(field):
                yield Diagnostic(
                    CONFLICT,
                    f"without a port the app consists of its workers and jobs, and `{field}` is "
                    "none of theirs",
                    unit.place(field),
                    help="move it below a worker or job, or give the app a `port`",
                )
    for kind, parts in (("workers", app.workers), ("jobs", app.jobs)):
        for name in parts:
            length = len(f"{app.name}-{name}")
            if length > MAX_WORKLOAD_NAME:
                yield Diagnostic(
                    CONFLICT,
                    f'"{app.name}-{name}" has {length} characters, and {MAX_WORKLOAD_NAME} is the '
                    "most: Kubernetes appends to it",
                    unit.place_of_key(kind, name),
                    help=f"use a name of at most {max(MAX_WORKLOAD_NAME - len(app.name) - 1, 1)}",
                )
    for name in app.jobs:
        if name in app.workers:
            yield Diagnostic(
                CONFLICT,
                f'a worker and a job are both named "{name}"',
                unit.place_of_key("jobs", name),
                (unit.place_of_key("workers", name),),
                help="name one of the two differently",
            )
    for name, job in app.jobs.items():
        if job.once is not None and job.once.ttl_seconds_after_finished is not None:
            yield Diagnostic(
                RUNS_AGAIN,
                f'Flux makes the job "{name}" anew once it has deleted itself, and it runs again',
                unit.place("jobs", name, "once", "ttlSecondsAfterFinished"),
                help="remove it, if the job must not run more than once",
            )


def _containers(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    for kind, parts in (("init", app.init), ("sidecars", app.sidecars)):
        for name in parts:
            if name == app.name or (kind == "sidecars" and name in app.init):
                other = unit.place("name") if name == app.name else unit.place_of_key("init", name)
                yield Diagnostic(
                    CONFLICT,
                    f'two containers of the pod are named "{name}"',
                    unit.place_of_key(kind, name),
                    (other,),
                    help="name it after what it does",
                )
