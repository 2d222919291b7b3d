"""What each probe of a container asks, where a spec does not say it of each.

Readiness asks the app; liveness only opens its port, so that no dependency restarts the pod.
"""

from typing import NamedTuple

from compiler.link.ports import ContainerPort, default_port
from compiler.spec.health import Health
from compiler.spec.probe import Probe


class Questions(NamedTuple):
    """What is asked, by the names of the fields of `health`; what is said there is the same
    object here."""

    startup: Probe | None
    readiness: Probe | None
    liveness: Probe | None


def questions(said: Health, ports: tuple[ContainerPort, ...], *, sidecar: bool) -> Questions:
    """Whether or not a probe is left out by `enabled: false`."""
    own = default_port(ports)
    opens = None if own is None else Probe(tcp=own.name)
    path = None if said.path is None else Probe(http=said.path, port=said.port)
    readiness = _asking(said.readiness) or path or opens
    liveness = _asking(said.liveness)
    if sidecar:
        # Kubernetes starts the app only after it, and what the sidecar's path tells may depend on
        # the app. Source: kubernetes.io, Sidecar Containers.
        startup = opens or (None if said.port is None else Probe(tcp=said.port))
    else:
        startup = readiness or liveness
    return Questions(_asking(said.startup) or startup, readiness, liveness or opens)


def asks(probe: Probe) -> bool:
    """Whether a probe says what it asks, and not only when."""
    return any(way is not None for way in (probe.http, probe.tcp, probe.grpc, probe.exec))


def _asking(probe: Probe | None) -> Probe | None:
    return probe if probe is not None and asks(probe) else None
