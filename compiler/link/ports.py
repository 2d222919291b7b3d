"""The ports of a container, the one for HTTP among them, and where a Service offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from compiler.spec.ports import NamedPort


# The name of `port:`, and the port of every app's Service that leads to it.
HTTP = "http"
HTTP_SERVICE_PORT = 80


class ContainerPort(NamedTuple):
    """One port that a container listens on."""

    name: str
    port: int
    protocol: str
    service_port: int | None
    """The port of the app's Service that leads to it; None if there is none."""
    app_protocol: str | None


def ports_of(http: int | None, further: dict[str, NamedPort]) -> tuple[ContainerPort, ...]:
    """Those of an app, all of them offered: that for HTTP first, the others as they are listed."""
    first = () if http is None else (ContainerPort(HTTP, http, "TCP", HTTP_SERVICE_PORT, None),)
    if not further:
        return first
    return (
        *first,
        *(
            ContainerPort(
                name, one.port, one.protocol, one.service_port or one.port, one.app_protocol
            )
            for name, one in further.items()
        ),
    )


def ports_beside(listed: dict[str, NamedPort]) -> tuple[ContainerPort, ...]:
    """Those of a container beside the app's own: offered where a port of the Service is said.

    A proxy to a database, for one, must not be there for those who call the app.
    """
    if not listed:
        return ()
    return tuple(
        ContainerPort(name, one.port, one.protocol, one.service_port, one.app_protocol)
        for name, one in listed.items()
    )


def default_port(ports: tuple[ContainerPort, ...]) -> ContainerPort | None:
    """The port that probes and hooks mean where they name none: the first that takes TCP."""
    return next((port for port in ports if port.protocol == "TCP"), None)
