"""How Kubernetes learns how a container is: startup, readiness and liveness probes.

Readiness asks the app; liveness only opens its port, so that no dependency restarts the pod.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object
from compiler.link.ports import ContainerPort, default_port

if TYPE_CHECKING:
    from compiler.spec.health import Health
    from compiler.spec.probe import Probe

_STARTUP = {"periodSeconds": 2, "timeoutSeconds": 2, "failureThreshold": 60}
_READINESS = {"periodSeconds": 5, "timeoutSeconds": 2, "failureThreshold": 3}
_LIVENESS = {"periodSeconds": 10, "timeoutSeconds": 2, "failureThreshold": 6}
_TIMES = (
    ("initialDelaySeconds", "initial_delay_seconds"),
    ("periodSeconds", "period_seconds"),
    ("timeoutSeconds", "timeout_seconds"),
    ("successThreshold", "success_threshold"),
    ("failureThreshold", "failure_threshold"),
)


def probes(health: Health | None, ports: tuple[ContainerPort, ...]) -> Object:
    """The three probes of a container, as far as there is something to ask."""
    own = default_port(ports)
    name = None if own is None else own.name
    if health is None:
        return _of_port(name) if name is not None else {}
    if health.readiness is None and health.liveness is None and health.startup is None:
        return _of_path(health.path, health.port, name)
    ready = _asked(health.readiness, ports) or _default(health.path, health.port, name)
    alive = _asked(health.liveness, ports) or (_tcp(name) if name is not None else None)
    started = _asked(health.startup, ports) or ready
    return {
        key: {**asks, **_times(probe, times)}
        for key, probe, asks, times in (
            ("startupProbe", health.startup, started, _STARTUP),
            ("readinessProbe", health.readiness, ready, _READINESS),
            ("livenessProbe", health.liveness, alive, _LIVENESS),
        )
        if asks is not None and not (probe is not None and probe.enabled is False)
    }


@cache
def _of_port(name: str) -> Constant:
    return _plain(_tcp(name), _tcp(name))


@cache
def _of_path(path: str | None, port: int | None, name: str | None) -> Object:
    ready = _default(path, port, name)
    if ready is None:
        return {}
    return _plain(ready, _tcp(name) if name is not None else None)


def _plain(ready: Object, alive: Object | None) -> Constant:
    probes = {
        "startupProbe": Constant({**ready, **_STARTUP}),
        "readinessProbe": Constant({**ready, **_READINESS}),
        **({} if alive is None else {"livenessProbe": Constant({**alive, **_LIVENESS})}),
    }
    return Constant(probes)


def _default(path: str | None, port: int | None, name: str | None) -> Object | None:
    """What readiness asks where it does not say so itself."""
    if path is not None:
        return _http(path, port or name)
    return _tcp(name) if name is not None else None


def _asked(probe: Probe | None, ports: tuple[ContainerPort, ...]) -> Object | None:
    if probe is None:
        return None
    if probe.http is not None:
        own = default_port(ports)
        return _http(probe.http, probe.port or (None if own is None else own.name))
    if probe.tcp is not None:
        return _tcp(probe.tcp)
    if probe.grpc is not None:
        service = {} if probe.service is None else {"service": probe.service}
        # Kubernetes takes a number only.
        return {"grpc": {"port": port_number(probe.grpc, ports), **service}}
    return None if probe.exec is None else {"exec": {"command": probe.exec}}


def port_number(port: int | str, ports: tuple[ContainerPort, ...]) -> int:
    """The number of a port that is given by number or name."""
    return port if isinstance(port, int) else next(p.port for p in ports if p.name == port)


def _http(path: str, port: int | str | None) -> Object:
    return {"httpGet": {"path": path, "port": port, "scheme": "HTTP"}}


def _tcp(port: int | str) -> Object:
    return {"tcpSocket": {"port": port}}


def _times(probe: Probe | None, times: dict[str, int]) -> dict[str, Any]:
    if probe is None:
        return times
    said = {key: getattr(probe, field) for key, field in _TIMES}
    every = {key: said[key] if said[key] is not None else times.get(key) for key, _ in _TIMES}
    return {key: value for key, value in every.items() if value is not None}
