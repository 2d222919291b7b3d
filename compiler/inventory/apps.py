"""The apps: whose they are, what they are, and which version runs where."""

from collections.abc import Iterable
from typing import Any

from compiler.inventory.listing import Listing
from compiler.link.estate import Estate
from compiler.link.hosts import host_name
from compiler.link.names import app_role_arn
from compiler.link.unit import Unit
from compiler.spec.app import App
from compiler.spec.types import image_tag


def apps(estates: list[Estate], teams: list[str] | None) -> Listing:
    """Sorted by name, of these teams or of all; a column for each environment, with the tag of the
    image that runs there."""
    names = [estate.environment.name for estate in estates]
    by_app: dict[str, dict[str, Unit]] = {}
    for estate in estates:
        for unit in estate.units:
            if teams is not None and unit.app.team not in teams:
                continue
            by_app.setdefault(unit.app.name, {})[estate.environment.name] = unit
    rows: list[tuple[str, ...]] = []
    data: list[dict[str, Any]] = []
    for name, units in sorted(by_app.items()):
        every = list(units.values())
        rows.append(
            (
                name,
                every[0].app.team,
                _joined(kind_of(unit.app) for unit in every),
                *(version(units[n].app.image) if n in units else "" for n in names),
                _joined(_written_host(unit.app) for unit in every),
            )
        )
        data.append(
            {
                "name": name,
                "team": every[0].app.team,
                "spec": every[0].source,
                "environments": [_in_environment(units[n]) for n in names if n in units],
            }
        )
    return Listing(("app", "team", "kind", *names, "host"), rows, data)


def kind_of(app: App) -> str:
    """`job` if it runs at times, `service` if it listens, otherwise `worker`."""
    return "job" if app.schedule is not None else "service" if app.port is not None else "worker"


def version(image: str) -> str:
    """The tag of an image, or the beginning of its digest."""
    return image_tag(image) or image.partition("@")[2][: len("sha256:") + 12]


def _written_host(app: App) -> str:
    """The host as the spec has it, with the path."""
    if app.expose is None:
        return ""
    return app.expose.host + (app.expose.path if app.expose.path != "/" else "")


def _joined(words: Iterable[str]) -> str:
    return ", ".join(word for word in dict.fromkeys(words) if word)


def _in_environment(unit: Unit) -> dict[str, Any]:
    app = unit.app
    return {
        "name": unit.environment.name,
        "kind": kind_of(app),
        "image": app.image,
        "replicas": None
        if app.schedule is not None
        else {"min": app.replicas.min, "max": app.replicas.max},
        "host": host_name(unit),
        "path": app.expose.path if app.expose is not None else None,
        "calls": app.calls,
        "role": app_role_arn(unit.environment, unit.interface),
    }
