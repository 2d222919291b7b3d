"""Variables that hold the address of another app: only of one that the app may reach."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Place
from compiler.link.addresses import named
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.spec.app import App
from compiler.spec.env import EnvValue


def addresses(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    for reference in unit.interface.addresses:
        name, _ = named(reference)
        if name == app.name:
            yield Diagnostic(
                CONFLICT,
                f'"{name}" is the app itself, and `calls` opens the way to others alone',
                place_of(unit, reference),
                help="containers of one pod reach each other at localhost",
            )
        elif name not in app.calls:
            yield Diagnostic(
                CONFLICT,
                f'"{name}" is not among the `calls` of "{app.name}", which could not reach it',
                place_of(unit, reference),
                (unit.place("calls"),) if app.calls else unit.removed("calls"),
                help=f"add {name} to `calls`",
            )


def place_of(unit: Unit, reference: str) -> Place:
    """Where a variable of the app names another one so, the first time."""
    return next(
        unit.place(*path, variable, "app")
        for path, variables in _variables(unit.app)
        for variable, value in variables.items()
        if value.app == reference
    )


def _variables(app: App) -> Iterator[tuple[tuple[str, ...], dict[str, EnvValue]]]:
    """The variables of each container, and where a spec says them."""
    yield ("env",), app.env
    for name, init in app.init.items():
        yield ("init", name, "env"), init.env
    for name, sidecar in app.sidecars.items():
        yield ("sidecars", name, "env"), sidecar.env
    for name, worker in app.workers.items():
        yield ("workers", name, "env"), worker.env
    for name, job in app.jobs.items():
        yield ("jobs", name, "env"), job.env
