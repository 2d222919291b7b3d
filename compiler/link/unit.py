"""App x environment -> Unit: one app in one environment, every override and default applied."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.source.yaml import Document
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.parse import MISSING_FIELD, WRONG_TYPE, Path, Where, did_you_mean, parse, shown
from compiler.spec.quantity import bytes_of, millicores_of
from compiler.spec.types import is_name

UNKNOWN_ENVIRONMENT = Rule(
    "PT106",
    "unknown environment",
    "An app in an environment that does not exist would be deployed nowhere, silently.",
)
NAME_DIFFERS = Rule(
    "PT107",
    "name differs from the file's",
    "People find an app by its file, and Flux by its name: one name for both.",
)
CONFLICT = Rule(
    "PT108",
    "fields that exclude each other",
    "Every field is rendered or refused, never dropped: one of the two would have no effect.",
)

# One layer of what an app is made of: a document, and the path of the part that applies.
Layer = tuple[Document, Path]


class Unit(NamedTuple):
    """One app in one environment."""

    app: App
    environment: Environment
    layers: tuple[Layer, ...]

    @property
    def source(self) -> str:
        """The spec that it came from: `apps/<name>.yaml`."""
        return self.layers[-1][0].path

    def place(self, *path: str | int, note: str = "") -> Place:
        """Where a person wrote the value that applies here, be it in an override or a default."""
        return Place(where(self.layers).value(path), note)


def where(layers: tuple[Layer, ...]) -> Where:
    """Finds a path of the merged data in the strongest layer that has it."""

    def find(path: Path) -> tuple[Document, Path]:
        for length in range(len(path), 0, -1):
            for document, prefix in reversed(layers):
                if _has(document.data, prefix + path[:length]):
                    return document, prefix + path[:length]
        app, _ = layers[1]
        return app, ()

    def value(path: Path) -> Span:
        document, full = find(path)
        return document.span(full)

    def key(path: Path) -> Span:
        document, full = find(path)
        return document.span(full, key=True)

    return Where(value, key)


def resolve(
    name: str,
    app: Document,
    environments: dict[str, tuple[Environment, Document]],
    environment_names: tuple[str, ...],
) -> tuple[list[Unit], list[Diagnostic]]:
    """The app's units in the given environments, and everything that is wrong with its spec.

    `environment_names` are all that exist, also those that are not compiled in this run or could
    not be read; an app that names one of them is right to do so.
    """
    assert isinstance(app.data, dict)
    data: dict[str, Any] = app.data
    wanted, diagnostics = _environments_of(app, environment_names)
    diagnostics += check_name("app", name, app)
    base = {field: value for field, value in data.items() if field != "environments"}
    units: list[Unit] = []
    app_layer: Layer = (app, ())
    for environment_name, override in wanted.items():
        if environment_name not in environments:
            continue
        environment, environment_file = environments[environment_name]
        defaults_layer: Layer = (environment_file, ("defaults",))
        layers: tuple[Layer, ...] = (
            defaults_layer,
            app_layer,
            (app, ("environments", environment_name)),
        )
        assert isinstance(environment_file.data, dict)
        merged = merge(environment_file.data.get("defaults") or {}, base)
        merged = merge(merged, override)
        parsed = parse(App, merged, where(layers))
        if isinstance(parsed, App):
            unit = Unit(parsed, environment, layers)
            diagnostics.extend(_conflicts(unit))
            units.append(unit)
        else:
            diagnostics.extend(parsed)
    if not units:
        # In no environment of this run: the spec itself is still checked.
        parsed = parse(App, base, where(((app, ("environments", "")), app_layer)))
        if isinstance(parsed, list):
            diagnostics.extend(parsed)
    return units, list(dict.fromkeys(diagnostics))


def check_name(what: str, name: str, document: Document) -> list[Diagnostic]:
    """Holds the `name` that a document says against the name of its file."""
    assert isinstance(document.data, dict)
    written = document.data.get("name")
    if not isinstance(written, str) or written == name or not is_name(written):
        return []
    rename = f"rename the file to {written}.yaml"
    return [
        Diagnostic(
            NAME_DIFFERS,
            f'the {what} is named "{written}" and its file {name}.yaml',
            Place(document.span(("name",))),
            help=f"{rename}, or write `name: {name}`" if is_name(name) else rename,
        )
    ]


def merge(base: Any, over: Any) -> Any:
    """Deep merge: maps merge, everything else replaces, `null` removes. Neither side is changed."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    merged = dict(base)
    for field, value in over.items():
        if value is None:
            merged.pop(field, None)
        else:
            merged[field] = merge(base[field], value) if field in base else value
    return merged


def _environments_of(
    app: Document, names: tuple[str, ...]
) -> tuple[dict[str, dict[str, Any]], list[Diagnostic]]:
    """The overrides of each environment that the app is in."""
    assert isinstance(app.data, dict)
    if "environments" not in app.data:
        missing = Diagnostic(
            MISSING_FIELD,
            '"environments" is missing',
            Place(app.span(())),
            help="list where the app runs, one name and a colon on a line: "
            + ", ".join(f"{name}:" for name in names),
        )
        return {}, [missing]
    written = app.data["environments"]
    if not isinstance(written, dict):
        wrong = Diagnostic(
            WRONG_TYPE,
            f'"environments" must be a mapping of environments, and is {shown(written)}',
            Place(app.span(("environments",))),
            help="write each environment as a name and a colon: `prod:`",
        )
        return {}, [wrong]
    wanted: dict[str, dict[str, Any]] = {}
    diagnostics: list[Diagnostic] = []
    for name, override in written.items():
        if name not in names:
            diagnostics.append(
                Diagnostic(
                    UNKNOWN_ENVIRONMENT,
                    f'there is no environment "{name}"',
                    Place(app.span(("environments", name), key=True)),
                    help=did_you_mean(name, list(names)),
                )
            )
        elif override is not None and not isinstance(override, dict):
            diagnostics.append(
                Diagnostic(
                    WRONG_TYPE,
                    f'"environments.{name}" must be a mapping of fields, and is {shown(override)}',
                    Place(app.span(("environments", name))),
                    help=f"write `{name}:` alone, or the fields that differ there below it",
                )
            )
        else:
            override = override or {}
            diagnostics += [
                Diagnostic(
                    CONFLICT,
                    f'"{fixed}" is the same in every environment',
                    Place(app.span(("environments", name, fixed), key=True)),
                    help="remove it here",
                )
                for fixed in ("name", "team", "environments")
                if fixed in override
            ]
            wanted[name] = {k: v for k, v in override.items() if k != "environments"}
    return wanted, diagnostics


def _conflicts(unit: Unit) -> Iterator[Diagnostic]:
    """What each field alone allows and the whole does not."""
    app = unit.app
    for field, needs in (("expose", app.expose), ("health", app.health)):
        if needs is not None and app.port is None:
            yield Diagnostic(
                CONFLICT,
                f'"{field}" needs a port, and the app has none',
                unit.place(field),
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
        if _written(unit, "replicas") is not None:
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
    requests, limits = app.resources.requests, app.resources.limits
    for amount, amount_of in (
        ("cpu", millicores_of),
        ("memory", bytes_of),
        ("ephemeral-storage", bytes_of),
    ):
        field = amount.replace("-", "_")
        request, limit = getattr(requests, field), getattr(limits, field)
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


def _written(unit: Unit, field: str) -> Any:
    """What the app's own file says, environment defaults left aside."""
    for document, prefix in reversed(unit.layers[1:]):
        if _has(document.data, (*prefix, field)):
            return _get(document.data, (*prefix, field))
    return None


def _has(data: Any, path: Path) -> bool:
    for part in path:
        if isinstance(part, int):
            if not isinstance(data, list) or part >= len(data):
                return False
        elif not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _get(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data
