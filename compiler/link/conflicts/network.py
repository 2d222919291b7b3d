"""What an app says of its traffic."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit


def network(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    if app.expose is not None and app.port is None:
        yield Diagnostic(
            CONFLICT,
            '"expose" needs a port, and the app has none',
            unit.place("expose"),
            unit.removed("port"),
            help="add `port:` with the number that the app listens on for HTTP",
        )
    for index, name in enumerate(app.calls):
        if name in app.calls[:index]:
            yield Diagnostic(
                CONFLICT,
                f'"{name}" is listed twice',
                unit.place("calls", index),
                (unit.place("calls", app.calls.index(name)),),
                help="remove one of the two",
            )
    if app.name in app.calls:
        yield Diagnostic(
            CONFLICT,
            "an app need not list itself in `calls`",
            unit.place("calls", app.calls.index(app.name)),
            help="remove it: its workers and jobs reach it without",
        )
