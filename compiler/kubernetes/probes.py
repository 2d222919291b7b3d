"""How Kubernetes learns how a container is: startup, readiness and liveness probes."""

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


def probes(
    health: Health | None, ports: tuple[ContainerPort, ...], *, sidecar: bool = False
) -> Object:
    """The three probes of a container, as far as there is something to ask."""
    own = default_port(ports)
    name = None if own is None else own.name
    if health is None:
        return _of_port(name) if name is not None else {}
    if health.path is not None and health.readiness is health.liveness is health.startup is None:
        return _of_path(health.path, health.port, name, sidecar)
    from compiler.link.questions import questions

    asked = questions(health, ports, sidecar=sidecar)
    return {
        key: {**_question(question, ports), **_times(said, times)}
        for key, said, question, times in (
            ("startupProbe", health.startup, asked.startup, _STARTUP),
            ("readinessProbe", health.readiness, asked.readiness, _READINESS),
            ("livenessProbe", health.liveness, asked.liveness, _LIVENESS),
        )
        if question is not None and (said is None or said.enabled is None)
    }


@cache
def _of_port(name: str) -> Constant:
    return _plain(_tcp(name), _tcp(name), _tcp(name))


@cache
def _of_path(path: str, port: int | None, name: str | None, sidecar: bool) -> Constant:
    """As `link.questions` has it, without its models: this is what most specs say."""
    ready = _http(path, port or name)
    opens = name or port
    starts = _tcp(opens) if sidecar and opens is not None else ready
    return _plain(starts, ready, _tcp(name) if name is not None else None)


def _plain(starts: Object, ready: Object, alive: Object | None) -> Constant:
    probes = {
        "startupProbe": Constant({**starts, **_STARTUP}),
        "readinessProbe": Constant({**ready, **_READINESS}),
        **({} if alive is None else {"livenessProbe": Constant({**alive, **_LIVENESS})}),
    }
    return Constant(probes)


def _question(probe: Probe, ports: tuple[ContainerPort, ...]) -> Object:
    if probe.http is not None:
        own = default_port(ports)
        asks = _http(probe.http, probe.port or (None if own is None else own.name))
        scheme = {} if probe.scheme is None else {"scheme": probe.scheme}
        headers = [{"name": name, "value": value} for name, value in probe.http_headers.items()]
        return {
            "httpGet": {
                **asks["httpGet"],
                **scheme,
                **({"httpHeaders": headers} if headers else {}),
            }
        }
    if probe.tcp is not None:
        return _tcp(probe.tcp)
    if probe.grpc is not None:
        service = {} if probe.service is None else {"service": probe.service}
        # Kubernetes takes a number only.
        return {"grpc": {"port": port_number(probe.grpc, ports), **service}}
    return {"exec": {"command": probe.exec}}


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
