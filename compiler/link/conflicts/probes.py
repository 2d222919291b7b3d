"""Probes and hooks that ask a port, at a time, in a way that there is."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.ports import default_port
from compiler.link.unit import Unit
from compiler.link.workloads import Container, Workload, workloads_of
from compiler.spec.health import Health
from compiler.spec.lifecycle import Hook
from compiler.spec.probe import Probe

_ADD_PORT = "add `port:` with the number that the app listens on for HTTP"
_WAYS = ("http", "tcp", "grpc", "exec")
_TIMES = {
    "initial_delay_seconds",
    "period_seconds",
    "timeout_seconds",
    "success_threshold",
    "failure_threshold",
}


def probes(unit: Unit) -> Iterator[Diagnostic]:
    for workload in workloads_of(unit.app):
        for container in (workload.container, *workload.sidecars):
            if container.health is not None and unit.app.schedule is None:
                yield from _health(unit, container, container.health)
            if container.lifecycle is not None:
                for name in ("postStart", "preStop"):
                    yield from _hook(unit, container, name)
        yield from _stop(unit, workload)


def _health(unit: Unit, container: Container, health: Health) -> Iterator[Diagnostic]:
    at = (*container.path, "health")
    own = default_port(container.ports)
    probes = {name: getattr(health, name) for name in ("startup", "readiness", "liveness")}
    asking = [name for name, probe in probes.items() if probe is not None and _asks(probe)]
    if health.path is None and health.port is not None:
        yield Diagnostic(
            CONFLICT,
            "`port` is where `path` is served, and there is no path",
            unit.place(*at, "port"),
            help="add `path`, or say what each probe asks: `readiness: {tcp: 8081}`",
        )
    elif health.path is not None and health.port is None and own is None:
        yield Diagnostic(
            CONFLICT,
            '"health" needs a port, and the app has none',
            unit.place(*at),
            unit.removed("port") if not container.path else (),
            help=_ADD_PORT if not container.path else "add `health.port` or a port in `ports`",
        )
    elif health.path is not None and "readiness" in asking and "startup" in asking:
        yield Diagnostic(
            CONFLICT,
            "`path` has no effect: readiness and startup each say what they ask",
            unit.place(*at, "path"),
            help="remove `path`, or what one of them asks",
        )
    if not health.model_fields_set:
        yield Diagnostic(
            CONFLICT,
            "`health` says nothing",
            unit.place(*at),
            help="write a path, or leave it out",
        )
    for name, probe in probes.items():
        if probe is None:
            continue
        yield from _probe(unit, container, probe, (*at, name))
        if not _asks(probe) and probe.enabled is None and not _has_question(health, name, own):
            yield Diagnostic(
                CONFLICT,
                f"`{name}` does not say what it asks",
                unit.place(*at, name),
                help="add one of http, tcp, grpc and exec",
            )


def _asks(probe: Probe) -> bool:
    return any(getattr(probe, way) is not None for way in _WAYS)


def _has_question(health: Health, name: str, own: object | None) -> bool:
    """Whether a probe that asks nothing itself has something to ask all the same."""
    if own is not None:
        return True
    if name == "liveness":
        return False
    ready = health.readiness
    return health.path is not None or (name == "startup" and ready is not None and _asks(ready))


def _probe(
    unit: Unit, container: Container, probe: Probe, at: tuple[str, ...]
) -> Iterator[Diagnostic]:
    name = at[-1]
    for way in ("tcp", "grpc", "port"):
        yield from _port(unit, container, getattr(probe, way), (*at, way))
    if probe.http is not None and probe.port is None and default_port(container.ports) is None:
        yield Diagnostic(
            CONFLICT,
            f"`{name}` asks for a path, and there is no port to ask",
            unit.place(*at, "http"),
            help="add `port` beside `http`",
        )
    for field, way in (("port", "http"), ("service", "grpc")):
        if getattr(probe, field) is not None and getattr(probe, way) is None:
            yield Diagnostic(
                CONFLICT,
                f"`{field}` belongs to `{way}`, which the probe does not have",
                unit.place(*at, field),
                help=f"add `{way}`, or remove `{field}`",
            )
    if probe.success_threshold is not None and name != "readiness":
        yield Diagnostic(
            CONFLICT,
            f"one good answer is enough for {name}: Kubernetes takes no other `successThreshold`",
            unit.place(*at, "successThreshold"),
            help="remove it",
        )
    if probe.enabled is False and probe.model_fields_set & _TIMES:
        yield Diagnostic(
            CONFLICT,
            f"`{name}` has times, and is left out",
            unit.place(*at, "enabled"),
            help="remove `enabled: false`, or the times",
        )


def _port(
    unit: Unit, container: Container, port: int | str | None, at: tuple[str, ...]
) -> Iterator[Diagnostic]:
    names = [one.name for one in container.ports]
    if isinstance(port, str) and port not in names:
        from compiler.spec.parse import did_you_mean

        yield Diagnostic(
            CONFLICT,
            f'there is no port named "{port}"',
            unit.place(*at),
            help=did_you_mean(port, names) or "write the number of the port",
        )


def _hook(unit: Unit, container: Container, name: str) -> Iterator[Diagnostic]:
    lifecycle = container.lifecycle
    assert lifecycle is not None
    hook: Hook | None = lifecycle.post_start if name == "postStart" else lifecycle.pre_stop
    if hook is None:
        return
    at = (*container.path, "lifecycle", name)
    yield from _port(unit, container, hook.port, (*at, "port"))
    if hook.port is not None and hook.http is None:
        yield Diagnostic(
            CONFLICT,
            "`port` belongs to `http`, which the hook does not have",
            unit.place(*at, "port"),
            help="add `http`, or remove `port`",
        )
    if hook.http is not None and hook.port is None and default_port(container.ports) is None:
        yield Diagnostic(
            CONFLICT,
            f"`{name}` asks for a path, and there is no port to ask",
            unit.place(*at, "http"),
            help="add `port` beside `http`",
        )


def _stop(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    """An app that stops before the load balancer has let go of it cuts requests off."""
    container, drain = workload.container, unit.environment.load_balancer.draining
    stop = None if container.lifecycle is None else container.lifecycle.pre_stop
    seconds = None if stop is None else stop.sleep
    if seconds is not None and workload.serves and seconds <= drain:
        yield Diagnostic(
            CONFLICT,
            f"the load balancer of {unit.environment.name} sends requests for {drain} seconds "
            f"more, and the app would stop after {seconds}",
            unit.place(*container.path, "lifecycle", "preStop", "sleep"),
            help=f"sleep for {drain + 5} seconds, or leave `preStop` out for the same",
        )
    grace = None
    if workload.rollout is not None:
        grace = workload.rollout.termination_grace_period_seconds
    if grace is None:
        return
    # A hook's time is part of the grace period.
    waits = seconds if stop is not None else (drain + 5 if workload.serves else None)
    if waits is not None and grace <= waits:
        yield Diagnostic(
            CONFLICT,
            f"the app goes on serving for {waits} seconds before it is told to stop, and would "
            f"be ended after {grace}",
            unit.place(*container.path, "rollout", "terminationGracePeriodSeconds"),
            help=f"give it more than {waits}, with time to finish what it does",
        )
