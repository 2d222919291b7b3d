"""What each field of an app alone allows, and the whole does not."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.layers import has
from compiler.link.unit import Unit
from compiler.spec.quantity import bytes_of, millicores_of

CONFLICT = Rule(
    "PT108",
    "fields that exclude each other",
    "Every field is rendered or refused, never dropped: one of the two would have no effect.",
    what="Refuses fields, or values of fields, that are right alone and cannot both hold: a job on "
    "a schedule that has replicas, a request above its limit, a range from 5 to 2.",
    fix="Keep one of the two, or make both agree. The message shows where each of them stands; one "
    "may come from the environment's defaults.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
schedule: "30 2 * * *"
replicas: 3
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
schedule: "30 2 * * *"
environments:
  dev:
""",
)


def conflicts(unit: Unit) -> Iterator[Diagnostic]:
    """Every contradiction in what an app says."""
    app = unit.app
    for field, needs in (("expose", app.expose), ("health", app.health)):
        if needs is not None and app.port is None:
            yield Diagnostic(
                CONFLICT,
                f'"{field}" needs a port, and the app has none',
                unit.place(field),
                unit.removed("port"),
                help="add `port:` with the number that the app listens on for HTTP",
            )
    if app.schedule is not None:
        if app.port is not None:
            yield Diagnostic(
                CONFLICT,
                "an app runs on a schedule or serves a port, not both",
                unit.place("schedule"),
                (unit.place("port"),),
                help="make the job an app of its own",
            )
        if any(has(layer, "replicas") for layer in unit.layers[1:]):
            yield Diagnostic(
                CONFLICT,
                "a job on a schedule has no replicas: one pod runs at a time",
                unit.place("replicas"),
                (unit.place("schedule"),),
                help="remove `replicas`",
            )
    if app.replicas.max is not None and app.replicas.max < app.replicas.min:
        yield Diagnostic(
            CONFLICT,
            f"replicas: at least {app.replicas.min} and at most {app.replicas.max} is impossible",
            unit.place("replicas", "max"),
            (unit.place("replicas", "min"),),
            help="min must not be above max",
        )
    if app.replicas.max is None and "cpu" in app.replicas.model_fields_set:
        yield Diagnostic(
            CONFLICT,
            "`cpu` says when pods are added, and their number is fixed",
            unit.place("replicas", "cpu"),
            help="add `max`, or remove `cpu`",
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
    for index, destination in enumerate(app.egress):
        if destination in app.egress[:index]:
            yield Diagnostic(
                CONFLICT,
                f"{destination.cidr} port {destination.port} is listed twice",
                unit.place("egress", index),
                (unit.place("egress", app.egress.index(destination)),),
                help="remove one of the two",
            )
    requests, limits = app.resources.requests, app.resources.limits
    for amount, amount_of, request, limit in (
        ("cpu", millicores_of, requests.cpu, limits.cpu),
        ("memory", bytes_of, requests.memory, limits.memory),
        ("ephemeral-storage", bytes_of, requests.ephemeral_storage, limits.ephemeral_storage),
    ):
        if request and limit and (amount_of(request) or 0) > (amount_of(limit) or 0):
            yield Diagnostic(
                CONFLICT,
                f"the request for {request} {amount} is above the limit of {limit}",
                unit.place("resources", "requests", amount),
                (unit.place("resources", "limits", amount, note="the limit"),),
                help=f"raise the limit, or ask for at most {limit}",
            )
    if app.name in app.calls:
        yield Diagnostic(
            CONFLICT,
            "an app need not list itself in `calls`",
            unit.place("calls", app.calls.index(app.name)),
            help="remove it",
        )
    permitted = unit.interface.permissions
    if permitted is not None:
        # Few apps have any.
        from compiler.link.permissions import permission_conflicts

        yield from permission_conflicts(unit, permitted)
