"""The public hosts: who answers for each, and what stands in front of it."""

from compiler.inventory.listing import Listing
from compiler.link.estate import Estate
from compiler.link.hosts import Route

_COLUMNS = ("host", "path", "app", "team", "environment", "distribution")


def hosts(estates: list[Estate], teams: list[str] | None) -> Listing:
    """Sorted by environment, host and path; of these teams, or of all."""
    listing = Listing(_COLUMNS, [], [])
    for estate in estates:
        for host in sorted(estate.hosts, key=lambda host: host.name):
            if teams is not None and host.team not in teams:
                continue
            place = estate.placement[host.name]
            environment = estate.environment.name
            target = None if host.redirect is None else host.redirect.target
            shown = [(_path(route), route.unit.app.name) for route in host.routes]
            if target is not None:
                shown = [(f"→ {target}", host.unit.app.name)]
            listing.rows.extend(
                (host.name, path, app, host.team, environment, place) for path, app in shown
            )
            listing.data.append(
                {
                    "name": host.name,
                    "environment": environment,
                    "team": host.team,
                    "domain": host.domain.name,
                    "edge": host.expose.edge,
                    "cache": host.expose.cache,
                    "distribution": None if place == "direct" else place,
                    "routes": [
                        {"path": route.path, "exact": route.exact, "app": route.unit.app.name}
                        for route in host.routes
                    ],
                    "redirectsTo": target,
                }
            )
    return listing


def _path(route: Route) -> str:
    return f"{route.path} (exact)" if route.exact else route.path
