"""What an app gets that says nothing, where only lowering decides it, in the words of the spec."""

from typing import Any

from compiler.kubernetes.deployment import strategy
from compiler.kubernetes.probes import probes
from compiler.kubernetes.resources import resources
from compiler.link.ports import ContainerPort, default_port
from compiler.link.room import disk, size_of
from compiler.link.stopping import drain, grace_period
from compiler.link.unit import Unit
from compiler.link.workloads import Container, Workload, workloads_of
from compiler.spec.lifecycle import Hook
from compiler.spec.probe import Probe

# Fields of a spec -> what holds there, as a person would write it.
Defaults = dict[str, Any]

_PROBES = {
    "readiness": "readinessProbe",
    "liveness": "livenessProbe",
    "startup": "startupProbe",
}
_TIMES = ("periodSeconds", "timeoutSeconds", "failureThreshold")


def later_defaults(unit: Unit) -> Defaults:
    """All of them; what somebody said goes before them, field by field."""
    app, workloads = unit.app, workloads_of(unit.app)
    found: Defaults = {"runAsGroup": app.run_as_user, "fsGroup": app.run_as_user}
    if any(_stays(workload) for workload in workloads):
        found["spread"] = {"zone": "preferred", "node": "preferred"}
    for workload in workloads:
        serves = drain(unit.environment) if workload.serves else None
        room = disk(workload.volumes) if workload.volumes else None
        of_main = _of_container(workload.container, serves, room)
        _at(found, workload.path).update({**_of_workload(unit, workload), **of_main})
        for container in workload.init:
            _at(found, container.path).update(_of_container(container, None, None))
        for container in workload.sidecars:
            of_it = _of_container(container, None, None, sidecar=True)
            _at(found, container.path).update(of_it)
    return found


def _at(found: Defaults, path: tuple[str, ...]) -> Defaults:
    for step in path:
        found = found.setdefault(step, {})
    return found


def _stays(workload: Workload) -> bool:
    """Whether its pods run all the time."""
    return workload.kind in ("Deployment", "StatefulSet")


# Workloads -----------------------------------------------------------------------------------


def _of_workload(unit: Unit, workload: Workload) -> Defaults:
    budget = {"maxUnavailable": 1} if workload.disruption_budget is None else {}
    return {
        "disruptionBudget": budget if _stays(workload) else {},
        "rollout": {
            **(_strategy(workload) if workload.kind == "Deployment" else {}),
            "terminationGracePeriodSeconds": grace_period(workload, unit.environment),
        },
        "volumes": {
            name: {"size": size_of(volume)}
            for name, volume in workload.volumes.items()
            if volume.is_empty
        },
        "ports": {
            port.name: {"servicePort": port.service_port}
            for port in (workload.container.ports if workload.serves else ())
        },
    }


def _strategy(workload: Workload) -> Defaults:
    rendered = strategy(workload.rollout)
    return {"strategy": rendered["type"], **rendered.get("rollingUpdate", {})}


# Containers ----------------------------------------------------------------------------------


def _of_container(
    container: Container, serves: int | None, room: str | None, *, sidecar: bool = False
) -> Defaults:
    """`serves` is how many seconds it goes on serving before it is told to stop, `room` its limit
    of local disk where that is not the usual one."""
    asked, allowed = container.resources.requests, container.resources.limits
    return {
        "resources": resources(asked, allowed, room),
        "health": _health(container, sidecar=sidecar),
        "lifecycle": _lifecycle(container, serves),
    }


def _health(container: Container, *, sidecar: bool) -> Defaults:
    """What each probe that is rendered asks, and when."""
    health, ports = container.health, container.ports
    rendered = probes(health, ports, sidecar=sidecar)
    has_path = health is not None and health.path is not None
    found: Defaults = {}
    for name, key in _PROBES.items():
        if key in rendered:
            said: Probe | None = None if health is None else getattr(health, name)
            follows = name == "startup" or (name == "readiness" and has_path)
            asks = _question(said, default_port(ports), follows=follows)
            found[name] = {**asks, **{time: rendered[key][time] for time in _TIMES}}
    return found


def _question(said: Probe | None, own: ContainerPort | None, *, follows: bool) -> Defaults:
    """`follows`: a probe that does not say so asks what `path`, or readiness, says."""
    if said is not None and said.http is not None:
        return {} if own is None or said.port is not None else {"port": own.name}
    if follows or own is None or (said is not None and (said.tcp or said.grpc or said.exec)):
        return {}
    return {"tcp": own.name}


def _lifecycle(container: Container, serves: int | None) -> Defaults:
    said, own = container.lifecycle, default_port(container.ports)
    start, stop = (None, None) if said is None else (said.post_start, said.pre_stop)
    found: Defaults = {"postStart": _hook(start, own), "preStop": _hook(stop, own)}
    if stop is not None or serves is None:
        return found
    return {**found, "preStop": {"sleep": serves}}


def _hook(said: Hook | None, own: ContainerPort | None) -> Defaults:
    asks_own = said is not None and said.http is not None and said.port is None
    return {"port": own.name} if asks_own and own is not None else {}
