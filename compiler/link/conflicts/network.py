"""What an app says of its traffic."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit


def network(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
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
                    help="remove it",
                )
    if app.callers is not None and app.port is None and not app.ports:
        yield Diagnostic(
            CONFLICT,
            "nobody can call an app without a port, whoever its callers are",
            unit.place("callers"),
            unit.removed("port"),
            help="add `port:` with the number that the app listens on, or remove `callers`",
        )
