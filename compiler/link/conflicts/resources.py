"""What an app asks for, and what it may have."""

from collections.abc import Callable, Iterator

from compiler.diagnostics.model import Diagnostic, Place
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.spec.environment import Environment
from compiler.spec.quantity import bytes_of, millicores_of
from compiler.spec.resources import Resources


def amounts(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    yield from _of(unit, app.resources, ())
    if not (app.workers or app.jobs or app.init or app.sidecars):
        return
    for kind, parts in (
        ("workers", app.workers),
        ("jobs", app.jobs),
        ("init", app.init),
        ("sidecars", app.sidecars),
    ):
        for name, part in parts.items():
            yield from _of(unit, part.resources, (kind, name))


def _of(unit: Unit, resources: Resources, path: tuple[str, ...]) -> Iterator[Diagnostic]:
    requests, limits = resources.requests, resources.limits
    yield from size(
        resources, unit.environment, lambda: unit.place(*path, "resources", "size"), alone=False
    )
    for amount, amount_of, short, request, limit in (
        ("cpu", millicores_of, resources.cpu, requests.cpu, limits.cpu),
        ("memory", bytes_of, resources.memory, requests.memory, limits.memory),
        (
            "ephemeral-storage",
            bytes_of,
            resources.ephemeral_storage,
            requests.ephemeral_storage,
            limits.ephemeral_storage,
        ),
    ):
        if short is not None:
            yield Diagnostic(
                CONFLICT,
                f"the request for {amount} is said twice",
                unit.place(*path, "resources", amount),
                (unit.place(*path, "resources", "requests"),),
                help=f"keep `{amount}` or `requests.{amount}`",
            )
        if request and limit and (amount_of(request) or 0) > (amount_of(limit) or 0):
            yield Diagnostic(
                CONFLICT,
                f"the request for {request} {amount} is above the limit of {limit}",
                unit.place(*path, "resources", "requests", amount),
                (unit.place(*path, "resources", "limits", amount, note="the limit"),),
                help=f"raise the limit, or ask for at most {limit}",
            )


def size(
    resources: Resources, environment: Environment, place: Callable[[], Place], *, alone: bool
) -> Iterator[Diagnostic]:
    """A size that there is not, or that has something beside it.

    One that stands alone was written out in a spec, but not in an environment's defaults: `alone`.
    """
    if resources.size is None:
        return
    if resources.size not in environment.sizes:
        from compiler.spec.parse import did_you_mean

        yield Diagnostic(
            CONFLICT,
            f'there is no size "{resources.size}" in {environment.name}',
            place(),
            help=did_you_mean(resources.size, [*environment.sizes]),
        )
    elif not alone or len(resources.model_fields_set) > 1:
        yield Diagnostic(
            CONFLICT,
            f'the size "{resources.size}" says all amounts, and others stand beside it',
            place(),
            help="keep the size, or write all amounts",
        )
