"""How Kubernetes learns how a container is: startup, readiness and liveness probes."""

from functools import cache
from typing import Any

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object
from compiler.link.ports import ContainerPort, default_port
from compiler.link.questions import Questions, questions
from compiler.spec.health import Health, Probe

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
    if health is None:
        return _plain(None, None, ports, sidecar) if default_port(ports) else {}
    if health.readiness is None and health.liveness is None and health.startup is None:
        return _plain(health.path, health.port, ports, sidecar)
    return _probes(health, questions(health, ports, sidecar=sidecar), ports)


@cache
def _plain(
    path: str | None, port: int | None, ports: tuple[ContainerPort, ...], sidecar: bool
) -> Constant:
    """Of a spec that says nothing of any one probe, as most specs."""
    health = Health(path=path, port=port)
    found = _probes(health, questions(health, ports, sidecar=sidecar), ports)
    return Constant({key: Constant(probe) for key, probe in found.items()})


def _probes(health: Health, asked: Questions, ports: tuple[ContainerPort, ...]) -> Object:
    return {
        key: {**_question(question, ports), **_times(said, times)}
        for key, said, question, times in (
            ("startupProbe", health.startup, asked.startup, _STARTUP),
            ("readinessProbe", health.readiness, asked.readiness, _READINESS),
            ("livenessProbe", health.liveness, asked.liveness, _LIVENESS),
        )
        if question is not None and (said is None or said.enabled is None)
    }


def _question(probe: Probe, ports: tuple[ContainerPort, ...]) -> Object:
    if probe.http is not None:
        own = default_port(ports)
        headers = [{"name": name, "value": value} for name, value in probe.http_headers.items()]
        return {
            "httpGet": {
                "path": probe.http,
                "port": probe.port or (None if own is None else own.name),
                "scheme": probe.scheme or "HTTP",
                **({"httpHeaders": headers} if headers else {}),
            }
        }
    if probe.tcp is not None:
        return {"tcpSocket": {"port": probe.tcp}}
    if probe.grpc is not None:
        service = {} if probe.service is None else {"service": probe.service}
        # Kubernetes takes a number only.
        return {"grpc": {"port": port_number(probe.grpc, ports), **service}}
    return {"exec": {"command": probe.exec}}


def port_number(port: int | str, ports: tuple[ContainerPort, ...]) -> int:
    """The number of a port that is given by number or name."""
    return port if isinstance(port, int) else next(p.port for p in ports if p.name == port)


def _times(probe: Probe | None, times: dict[str, int]) -> dict[str, Any]:
    if probe is None:
        return times
    said = {key: getattr(probe, field) for key, field in _TIMES}
    every = {key: said[key] if said[key] is not None else times.get(key) for key, _ in _TIMES}
    return {key: value for key, value in every.items() if value is not None}
