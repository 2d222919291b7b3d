"""App x environment -> Unit: every environment default and override applied."""

import marshal
from collections.abc import Iterable
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.conflicts.whole import conflicts
from compiler.link.defaults import one_with_a_disk, with_parts
from compiler.link.layers import Layer, merge, where
from compiler.link.sizes import defaults_in_full, in_full, removing_nothing
from compiler.link.unit import Unit, unit_of
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.yaml import Document
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.fix import meant, other_key
from compiler.spec.model import shown
from compiler.spec.parse import (
    MISSING_FIELD,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    Path,
    did_you_mean,
    instead_of_field,
    nearest,
    parse,
    places_of,
)
from compiler.spec.types import is_name

UNKNOWN_ENVIRONMENT = Rule(
    "PT106",
    "unknown environment",
    "An app in an environment that does not exist would be deployed nowhere, silently.",
    what="Refuses an environment in a spec that has no file of its name in environments/.",
    fix="Correct the name, or add `environments/<name>.yaml` if the environment is new.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dve:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
)
NAME_DIFFERS = Rule(
    "PT107",
    "name differs from the file's",
    "People find an app by its file, and Flux by its name: one name for both.",
    what="Refuses an app or an environment whose `name` is not the name of its file.",
    fix="Rename the file, or correct `name`. Under another name an app is another app to "
    "Kubernetes, which removes the old one.",
    failing="""\
-- apps/shop.yaml --
name: store
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
    passing="""\
-- apps/store.yaml --
name: store
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
)
EMPTY_FIELD = Rule(
    "PT116",
    "field without a value",
    "`null` removes what a default or the spec says. Where there is nothing to remove, somebody "
    "forgot the value, and the field would have no effect.",
    what="Refuses a field that is empty or `null` where there is no value for it to remove.",
    fix="Write the value, or remove the line. `null` is of use where it removes an environment's "
    "default or, below an environment, what the spec says for all of them.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port:
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
environments:
  dev:
""",
)


_IMAGE_POLICY = "$imagepolicy"


class Resolved(NamedTuple):
    """What became of one app."""

    units: list[Unit]
    """Sorted by environment; an environment for which the app has errors has none."""
    listed: frozenset[str]
    """The environments that the app says it is in, also those for which it has errors."""
    diagnostics: list[Diagnostic]
    """All of them, up to a hundred."""


def resolve(
    name: str,
    app: Document,
    environments: dict[str, tuple[Environment, Document]],
    environment_names: tuple[str, ...],
) -> Resolved:
    """The app in each of its environments, and everything that is wrong with its spec.

    `environment_names` are all that exist, also those that could not be read; an app that names
    one of them is right to do so.
    """
    wanted, diagnostics = _environments_of(app, environment_names)
    diagnostics += check_name("app", name, app)
    not_a_field = ("environments", _misspelt_environments(app))
    base = {field: value for field, value in app.data.items() if field not in not_a_field}
    units: list[Unit] = []
    usable = [environment_name for environment_name in wanted if environment_name in environments]
    found: dict[Diagnostic, list[str]] = {}
    valid: dict[bytes, App] = {}
    for environment_name in usable:
        environment, environment_file = environments[environment_name]
        layers: tuple[Layer, ...] = (
            (environment_file, ("defaults",)),
            (app, ()),
            (app, ("environments", environment_name)),
        )
        override = wanted[environment_name]
        merged, empty = _merged(environment, environment_file, app, base, override)
        diagnostics += empty
        # Most environments change nothing, or the same: what is valid once is so again. Data are
        # compared as bytes, since True is 1 to Python.
        key = marshal.dumps(merged, 2)
        parsed = valid.get(key) or parse(App, merged, where(layers))
        if isinstance(parsed, App):
            valid[key] = parsed
            unit = unit_of(parsed, environment, layers)
            here = list(conflicts(unit))
            units.append(unit)
        else:
            here = parsed
        for diagnostic in dict.fromkeys(here):
            found.setdefault(diagnostic, []).append(environment_name)
    for diagnostic, concerned in found.items():
        everywhere = concerned == usable
        diagnostics.append(_of_environments(app, diagnostic, concerned, everywhere=everywhere))
    diagnostics += _alone(app, base, wanted, usable, found)
    if _IMAGE_POLICY in app.text:
        # Few repositories have any.
        from compiler.link.image_markers import inert_markers

        diagnostics += inert_markers(app)
    return Resolved(units, frozenset(wanted), _once(diagnostics)[:MAX_DIAGNOSTICS])


def _alone(
    app: Document,
    base: dict[str, Any],
    wanted: dict[str, dict[str, Any]],
    usable: list[str],
    found: Iterable[Diagnostic],
) -> list[Diagnostic]:
    """What is wrong with the spec itself, and was not `found` in an environment.

    A value that every environment replaces is in none of them, and would be in the next one.
    """
    if any(wanted[name].keys().isdisjoint(base) for name in usable):
        return []
    in_base: list[Path] = []
    alone = parse(App, merge({}, base, in_base), places_of(app))
    # What is missing here may stand in an override, and null may remove a default.
    empty = [] if usable else [_empty_field(app, path) for path in in_base]
    if isinstance(alone, App):
        return empty
    told = {(diagnostic.rule, diagnostic.primary) for diagnostic in found}
    return empty + [
        diagnostic
        for diagnostic in alone
        if (diagnostic.rule, diagnostic.primary) not in told
        and (diagnostic.rule != MISSING_FIELD or not wanted)
    ]


def _of_environments(
    app: Document, diagnostic: Diagnostic, environments: list[str], *, everywhere: bool
) -> Diagnostic:
    """The diagnostic, with the environments in which it holds where its place does not tell.

    A value is wrong wherever it applies; that one is missing, or beside another, is not.
    """
    place, overrides = diagnostic.primary.span, app.span(("environments",))
    in_override = place.path == app.path and overrides[1:3] <= place[1:3] <= overrides[3:]
    *others, last = environments
    names = f"{', '.join(others)} and {last}" if others else last
    if diagnostic.rule == MISSING_FIELD and (in_override or not everywhere):
        return diagnostic._replace(message=f"{diagnostic.message} in {names}")
    if diagnostic.rule == CONFLICT and not in_override and not everywhere:
        return diagnostic._replace(message=f"{diagnostic.message} (in {names})")
    return diagnostic


def _once(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Each diagnostic once; and of a line with an empty field only that it is empty."""
    empty = {d.primary.span.line for d in diagnostics if d.rule == EMPTY_FIELD}
    return [
        diagnostic
        for diagnostic in dict.fromkeys(diagnostics)
        if diagnostic.rule == EMPTY_FIELD or diagnostic.primary.span.line not in empty
    ]


def check_name(what: str, name: str, document: Document) -> list[Diagnostic]:
    """Holds the `name` that a document says against the name of its file."""
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


def _merged(
    environment: Environment,
    environment_file: Document,
    app: Document,
    base: dict[str, Any],
    override: dict[str, Any],
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The app's data in one environment, and the fields without a value."""
    in_base: list[Path] = []
    in_override: list[Path] = []
    defaults = defaults_in_full(environment_file.data.get("defaults") or {}, environment)
    merged = merge(with_parts(defaults, base, override), in_full(base, environment), in_base)
    merged = merge(merged, in_full(override, environment), in_override)
    if "volumes" in merged:
        merged = one_with_a_disk(merged, base, override)
    if not in_base and not in_override:
        return merged, []
    prefix: Path = ("environments", environment.name)
    in_override = removing_nothing(in_override, override)
    empty = [*removing_nothing(in_base, base), *((*prefix, *path) for path in in_override)]
    return merged, [_empty_field(app, path) for path in empty[:MAX_DIAGNOSTICS]]


def _empty_field(app: Document, path: Path) -> Diagnostic:
    known = _known_fields()
    below = path[2:] if path[0] == "environments" else path
    if len(below) == 1 and below[0] not in known:
        return _unknown_field(app, path)
    return Diagnostic(
        EMPTY_FIELD,
        f'"{path[-1]}" has no value',
        Place(app.span(path, key=True)),
        help="write its value, or remove the line",
    )


def _unknown_field(app: Document, path: Path) -> Diagnostic:
    return Diagnostic(
        UNKNOWN_FIELD,
        f'unknown field "{path[-1]}"',
        Place(app.span(path, key=True)),
        help=instead_of_field(App, str(path[-1]), _known_fields()),
        fixes=other_key(app, path, meant(str(path[-1]), _known_fields())),
    )


def _known_fields() -> list[str]:
    fields = [field.alias or name for name, field in App.model_fields.items()]
    return [*fields, "environments"]


def _misspelt_environments(app: Document) -> str | None:
    """The field that is meant to be `environments`, if there is none and one is near to it."""
    if "environments" in app.data:
        return None
    near = (key for key in app.data if nearest(key, ("environments",)))
    return next(near, None)


def _environments_of(
    app: Document, names: tuple[str, ...]
) -> tuple[dict[str, dict[str, Any]], list[Diagnostic]]:
    """The overrides of each environment that the app is in."""
    if "environments" not in app.data:
        misspelt = _misspelt_environments(app)
        if misspelt is not None:
            return {}, [_unknown_field(app, (misspelt,))]
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
        listed = written if isinstance(written, list) else [written]
        said = [name for name in listed if isinstance(name, str) and is_name(name)] or ["prod"]
        wrong = Diagnostic(
            WRONG_TYPE,
            f'"environments" must be a mapping of environments, and is {shown(written)}',
            Place(app.span(("environments",))),
            help="write each environment as a name and a colon on a line of its own: "
            + ", ".join(f"`{name}:`" for name in said[:5]),
        )
        return {}, [wrong]
    if not written:
        nowhere = Diagnostic(
            MISSING_FIELD,
            "the app is in no environment, so it would run nowhere",
            Place(app.span(("environments",))),
            help="list where it runs, one name and a colon on a line: "
            + ", ".join(f"{name}:" for name in names),
        )
        return {}, [nowhere]
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
                    fixes=other_key(app, ("environments", name), meant(name, names)),
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
