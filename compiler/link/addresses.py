"""What a variable says of another app: where its Service is reached inside the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic
from compiler.link.ports import HTTP, HTTP_SERVICE_PORT

if TYPE_CHECKING:
    from compiler.link.estate import Estate
    from compiler.link.unit import Interface, Unit


def address(app: Interface, port: str) -> str | None:
    """`http://<app>.<team>` of a port that speaks HTTP, `<app>.<team>:<port>` of any other.

    None if the Service offers no such port. A team is a namespace, and pods look names up in every
    namespace of the cluster.
    """
    offered = next((one for one in app.ports if one.name == port), None)
    if offered is None:
        return None
    host = f"{app.name}.{app.team}"
    if port != HTTP and offered.app_protocol != "http":
        return f"{host}:{offered.service_port}"
    usual = offered.service_port == HTTP_SERVICE_PORT
    return f"http://{host}" if usual else f"http://{host}:{offered.service_port}"


def named(reference: str) -> tuple[str, str]:
    """The app and the port that a variable names; the one for HTTP if it names none."""
    app, _, port = reference.partition("/")
    return app, port or HTTP


def addresses_of(unit: Unit, estate: Estate) -> tuple[tuple[str, str], ...]:
    """What each reference of the app's variables is, as it is written there."""
    called = {one.interface.name: one.interface for one in estate.callees[unit.interface.name]}
    found: list[tuple[str, str]] = []
    for reference in unit.interface.addresses:
        app, port = named(reference)
        text = address(called[app], port)
        assert text is not None, "linking refuses it"
        found.append((reference, text))
    return tuple(found)


def unknown_ports(units: list[Unit], users: list[Unit]) -> Iterator[Diagnostic]:
    """Ports that the `users`, those whose variables name apps, name and that there are not."""
    from compiler.link.conflicts.addresses import place_of
    from compiler.link.estate import UNKNOWN_APP
    from compiler.spec.parse import did_you_mean

    by_name = {unit.interface.name: unit for unit in units}
    for unit in users:
        for reference in unit.interface.addresses:
            app, port = named(reference)
            target = by_name.get(app)
            # Without any port, the call itself is refused.
            if target is None or not target.interface.ports or address(target.interface, port):
                continue
            ports = [one.name for one in target.interface.ports]
            yield Diagnostic(
                UNKNOWN_APP,
                f'"{app}" has no port named "{port}"'
                if "/" in reference
                else f'"{app}" has no port for HTTP',
                place_of(unit, reference),
                (target.place("ports"),),
                help=(did_you_mean(port, ports) if "/" in reference else "")
                or f"name the port that is meant: {{app: {app}/{ports[0]}}}",
            )
