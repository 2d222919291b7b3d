"""The apps: whose they are, what they are, and which version runs where."""

from collections.abc import Iterable, Iterator
from typing import Any

from compiler.inventory.listing import Listing
from compiler.link.estate import Estate
from compiler.link.hosts import full_name, host_names, paths_of
from compiler.link.names import app_role_arn
from compiler.link.unit import Exposed, Unit
from compiler.link.workloads import Workload, workloads_of
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
                _joined(host for unit in every for host in _written_hosts(unit.app)),
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
    """What the app itself is; of one that is only its workers and jobs, what these are."""
    first, *_ = workloads = workloads_of(app)
    return _joined(_kind(one) for one in ((first,) if first.component is None else workloads))


def _kind(workload: Workload) -> str:
    """`job` if it ends, `stateful` if its pods have disks, `service` if others reach it."""
    if workload.run is not None:
        return "job"
    if workload.kind == "StatefulSet":
        return "stateful"
    return "service" if workload.serves else "worker"


def version(image: str) -> str:
    """The tag of an image, or the beginning of its digest."""
    return image_tag(image) or image.partition("@")[2][: len("sha256:") + 12]


def _written_hosts(app: App) -> Iterator[str]:
    """The hosts as the spec has them, with the path, or with the first of several."""
    for entrance in app.expose or ():
        path = entrance.paths[0].path if entrance.paths else entrance.path
        for host in entrance.hosts or [entrance.host or ""]:
            yield host + (path if path != "/" else "")


def _joined(words: Iterable[str]) -> str:
    return ", ".join(word for word in dict.fromkeys(words) if word)


def _in_environment(unit: Unit) -> dict[str, Any]:
    app = unit.app
    entrances = [_entrance(unit, exposed) for exposed in unit.interface.expose]
    first, *_ = workloads = workloads_of(app)
    return {
        "name": unit.environment.name,
        "kind": kind_of(app),
        "image": app.image,
        "replicas": _replicas(first) if first.component is None else None,
        **_first(entrances),
        "expose": entrances,
        "calls": app.calls,
        "workloads": [
            {
                "name": workload.name,
                "kind": _kind(workload),
                "image": workload.container.image,
                "replicas": _replicas(workload),
            }
            for workload in workloads
        ],
        "role": app_role_arn(unit.environment, unit.interface),
    }


def _replicas(workload: Workload) -> dict[str, int | None] | None:
    """How many pods it has; None of a job."""
    if workload.run is not None:
        return None
    return {"min": workload.replicas.min, "max": workload.replicas.max}


def _first(entrances: list[dict[str, Any]]) -> dict[str, Any]:
    """The host and the path that most apps have one of."""
    if not entrances:
        return {"host": None, "path": None}
    return {"host": entrances[0]["hosts"][0], "path": entrances[0]["paths"][0]["path"]}


def _entrance(unit: Unit, exposed: Exposed) -> dict[str, Any]:
    return {
        "hosts": list(host_names(exposed, unit.environment)),
        "paths": [{"path": path, "exact": exact} for path, exact in paths_of(exposed)],
        "redirects": [full_name(host, unit.environment) for host in exposed.redirects],
    }
