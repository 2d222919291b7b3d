"""The images: which of them run, in which containers of which apps, and where."""

from compiler.inventory.listing import Listing
from compiler.link.estate import Estate
from compiler.link.unit import Unit
from compiler.link.workloads import workloads_of

_COLUMNS = ("image", "app", "team", "containers", "environments")


def images(estates: list[Estate], teams: list[str] | None) -> Listing:
    """Sorted by image and app; of these teams, or of all."""
    listing = Listing(_COLUMNS, [], [])
    found: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for estate in estates:
        for unit in estate.units:
            if teams is None or unit.app.team in teams:
                for image, containers in _containers(unit).items():
                    used = found.setdefault((image, unit.app.name, unit.app.team), {})
                    used[estate.environment.name] = containers
    for (image, app, team), used in sorted(found.items()):
        alike: dict[str, list[str]] = {}
        for environment, containers in used.items():
            alike.setdefault(", ".join(containers), []).append(environment)
        listing.rows.extend(
            (image, app, team, containers, ", ".join(environments))
            for containers, environments in alike.items()
        )
        listing.data.append(
            {
                "image": image,
                "app": app,
                "team": team,
                "environments": [
                    {"name": environment, "containers": containers}
                    for environment, containers in used.items()
                ],
            }
        )
    return listing


def _containers(unit: Unit) -> dict[str, list[str]]:
    """Image -> the names of the app's containers that run it, in the order of its workloads."""
    found: dict[str, list[str]] = {}
    for workload in workloads_of(unit.app):
        for container in (workload.container, *workload.init, *workload.sidecars):
            found.setdefault(container.image, []).append(container.name)
    return found
