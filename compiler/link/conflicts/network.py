"""What an app says of its traffic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.ports import HTTP
from compiler.link.unit import Unit

if TYPE_CHECKING:
    from compiler.spec.ports import NamedPort


def network(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    if app.expose is not None and app.port is None:
        yield from _without_port(unit)
    for field, names in (("calls", app.calls), ("callers", app.callers or ())):
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Diagnostic(
                    CONFLICT,
                    f'"{name}" is listed twice',
                    unit.place(field, index),
                    (unit.place(field, names.index(name)),),
                    help="remove one of the two",
                )
            if name == app.name:
                yield Diagnostic(
                    CONFLICT,
                    f"an app need not list itself in `{field}`",
                    unit.place(field, index),
                    help="remove it: its workers and jobs reach it without",
                )
    if app.callers is not None and app.port is None and not app.ports:
        yield Diagnostic(
            CONFLICT,
            "nobody can call an app without a port, whoever its callers are",
            unit.place("callers"),
            unit.removed("port"),
            help="add `port:` with the number that the app listens on, or remove `callers`",
        )


def _without_port(unit: Unit) -> Iterator[Diagnostic]:
    """The entrances that nothing would answer at."""
    app = unit.app
    usable = [f"`port: {name}`" for name, port in app.ports.items() if speaks_http(port)]
    other = f", or say which of `ports` answers here: {' or '.join(usable)}" if usable else ""
    for index, entrance in enumerate(app.expose or ()):
        if entrance.port in (None, HTTP):
            yield Diagnostic(
                CONFLICT,
                '"expose" needs a port, and the app has none',
                unit.place("expose", index),
                unit.removed("port"),
                help=f"add `port:` with the number that the app listens on for HTTP{other}",
            )


def speaks_http(port: NamedPort) -> bool:
    """Whether the router can pass requests on to it."""
    return port.protocol == "TCP" and port.app_protocol in (None, "http")
