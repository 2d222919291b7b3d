"""Probes and hooks that ask a port, at a time, in a way that there is."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.layers import has
from compiler.link.ports import default_port
from compiler.link.questions import asks, questions
from compiler.link.stopping import drain, grace_period, waits
from compiler.link.unit import Unit
from compiler.link.workloads import Container, Workload, workloads_of
from compiler.spec.health import Health
from compiler.spec.lifecycle import Hook
from compiler.spec.probe import Probe

_ADD_PORT = "add `port:` with the number that the app listens on for HTTP"
_TIMES = (
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "successThreshold",
    "failureThreshold",
)
_CALLED: dict[tuple[str, ...], str] = {
    (): "app",
    ("workers",): "worker",
    ("sidecars",): "sidecar",
}
# What belongs to one way of asking.
_BELONGS = {"port": "http", "scheme": "http", "httpHeaders": "http", "service": "grpc"}
_FIELDS = {"httpHeaders": "http_headers"}


def probes(unit: Unit) -> Iterator[Diagnostic]:
    for workload in workloads_of(unit.app):
        for container in (workload.container, *workload.sidecars):
            # That a job has no probes is said elsewhere; its sidecars may have some.
            if container.health is not None and (container.path or unit.app.schedule is None):
                yield from _health(unit, workload, container, container.health)
            if container.lifecycle is not None:
                for name in ("postStart", "preStop"):
                    yield from _hook(unit, workload, container, name)
        yield from _stop(unit, workload)


def _health(
    unit: Unit, workload: Workload, container: Container, health: Health
) -> Iterator[Diagnostic]:
    at = (*container.path, "health")
    is_sidecar = container.path[:1] == ("sidecars",)
    asked = questions(health, container.ports, sidecar=is_sidecar)
    of_path = False
    for name, probe, question in (
        ("startup", health.startup, asked.startup),
        ("readiness", health.readiness, asked.readiness),
        ("liveness", health.liveness, asked.liveness),
    ):
        if probe is not None:
            yield from _probe(unit, workload, container, probe, (*at, name))
            if question is None and probe.enabled is None:
                yield Diagnostic(
                    CONFLICT,
                    f"`{name}` does not say what it asks",
                    unit.place(*at, name),
                    help="add one of http, tcp, grpc and exec",
                )
        is_own = probe is not None and (question is probe or probe.enabled is False)
        of_path |= question is not None and question.http is not None and not is_own
    if health.path is None and health.port is not None:
        yield Diagnostic(
            CONFLICT,
            "`port` is where `path` is served, and there is no path",
            unit.place(*at, "port"),
            help=f"add `path`, or say what each probe asks: `readiness: {{tcp: {health.port}}}`",
        )
    elif health.path is not None and not of_path:
        yield Diagnostic(
            CONFLICT,
            "`path` has no effect: the probes say themselves what they ask",
            unit.place(*at, "path"),
            help="remove `path`, or what one of them asks",
        )
    elif health.path is not None and health.port is None and not default_port(container.ports):
        yield Diagnostic(
            CONFLICT,
            f'"health" needs a port, and the {_CALLED[container.path[:1]]} has none',
            unit.place(*at),
            unit.removed("port") if not container.path else (),
            help=_ADD_PORT if not container.path else "add `health.port` or a port in `ports`",
        )
    if not health.model_fields_set:
        yield Diagnostic(
            CONFLICT,
            "`health` says nothing",
            unit.place(*at),
            help="write a path, or leave it out",
        )


def _probe(
    unit: Unit, workload: Workload, container: Container, probe: Probe, at: tuple[str, ...]
) -> Iterator[Diagnostic]:
    name = at[-1]
    for way in ("tcp", "grpc", "port"):
        yield from _port(unit, workload, container, getattr(probe, way), (*at, way))
    if probe.http is not None and probe.port is None and not default_port(container.ports):
        yield Diagnostic(
            CONFLICT,
            f"`{name}` asks for a path, and there is no port to ask",
            unit.place(*at, "http"),
            help="add `port` beside `http`",
        )
    for field, way in _BELONGS.items():
        if getattr(probe, _FIELDS.get(field, field)) and getattr(probe, way) is None:
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
    if probe.enabled is False:
        yield from _times_of_none(unit, at)
    elif not asks(probe) and not probe.model_fields_set:
        yield Diagnostic(
            CONFLICT,
            f"`{name}` says nothing",
            unit.place(*at),
            help="write what it asks or when, or leave it out",
        )


def _times_of_none(unit: Unit, at: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Times that stand beside `enabled: false`, or in a layer over it, and so are meant to count.

    An environment may leave out a probe that the spec gives times to.
    """
    name, over = at[-1], False
    for layer in unit.layers:
        over = over or has(layer, *at, "enabled")
        times = [time for time in _TIMES if has(layer, *at, time)]
        if over and times:
            yield Diagnostic(
                CONFLICT,
                f"`{name}` has times, and is left out",
                unit.place(*at, times[0]),
                (unit.place(*at, "enabled"),),
                help="remove `enabled: false`, or the times",
            )


def _port(
    unit: Unit,
    workload: Workload,
    container: Container,
    port: int | str | None,
    at: tuple[str, ...],
) -> Iterator[Diagnostic]:
    """A name is one of the container's own ports."""
    if not isinstance(port, str):
        return
    known = [one.name for one in container.ports if one.protocol == "TCP"]
    if any(one.name == port and one.protocol != "TCP" for one in container.ports):
        yield Diagnostic(
            CONFLICT,
            f'"{port}" is a port for UDP, and Kubernetes asks over TCP',
            unit.place(*at),
            help=f"ask a port for TCP: {', '.join(known)}" if known else "use `exec`",
        )
    elif port not in known:
        from compiler.spec.parse import did_you_mean

        yield Diagnostic(
            CONFLICT,
            f'there is no port named "{port}"',
            unit.place(*at),
            help=_elsewhere(workload, port)
            or did_you_mean(port, known)
            or "write the number of the port",
        )


def _elsewhere(workload: Workload, name: str) -> str:
    """What to write for a port of another container of the pod."""
    for container in (workload.container, *workload.sidecars):
        for port in container.ports:
            if port.name == name and port.protocol == "TCP":
                return f"that of `{container.name}` is asked by its number: {port.port}"
    return ""


def _hook(unit: Unit, workload: Workload, container: Container, name: str) -> Iterator[Diagnostic]:
    lifecycle = container.lifecycle
    assert lifecycle is not None
    hook: Hook | None = lifecycle.post_start if name == "postStart" else lifecycle.pre_stop
    if hook is None:
        return
    at = (*container.path, "lifecycle", name)
    yield from _port(unit, workload, container, hook.port, (*at, "port"))
    if hook.port is not None and hook.http is None:
        yield Diagnostic(
            CONFLICT,
            "`port` belongs to `http`, which the hook does not have",
            unit.place(*at, "port"),
            help="add `http`, or remove `port`",
        )
    if hook.http is not None and hook.port is None and not default_port(container.ports):
        yield Diagnostic(
            CONFLICT,
            f"`{name}` asks for a path, and there is no port to ask",
            unit.place(*at, "http"),
            help="add `port` beside `http`",
        )


def _stop(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    """An app that stops before the load balancer has let go of it cuts requests off."""
    container, draining = workload.container, unit.environment.load_balancer.draining
    stop = None if container.lifecycle is None else container.lifecycle.pre_stop
    seconds = None if stop is None else stop.sleep
    if seconds is not None and workload.serves and seconds <= draining:
        yield Diagnostic(
            CONFLICT,
            f"the load balancer of {unit.environment.name} sends requests for {draining} seconds "
            f"more, and the app would stop after {seconds}",
            unit.place(*container.path, "lifecycle", "preStop", "sleep"),
            help=f"sleep for {drain(unit.environment)} seconds, or leave it out for the same",
        )
    if workload.rollout is None or workload.rollout.termination_grace_period_seconds is None:
        return
    grace = grace_period(workload, unit.environment)
    for wait in waits(workload, unit.environment):
        if wait.seconds < grace:
            continue
        whose = f"the {_CALLED[wait.container.path[:1]]}"
        if wait.hook == "preStop":
            what = f"{whose} goes on for {wait.seconds} seconds before it is told to stop"
        else:
            what = f"{whose} sleeps for {wait.seconds} seconds at its start"
        yield Diagnostic(
            CONFLICT,
            f"{what}, and the pod would be ended after {grace}",
            unit.place(*workload.path, "rollout", "terminationGracePeriodSeconds"),
            help=f"give it more than {wait.seconds}, with time to finish what it does",
        )
