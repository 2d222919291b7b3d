"""The public hosts: who answers for each, and what stands in front of it."""

from compiler.inventory.listing import Listing
from compiler.link.estate import Estate

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
            routes = [
                {"path": route.path, "app": route.unit.app.name}
                for route in sorted(host.routes, key=lambda route: route.path)
            ]
            listing.rows.extend(
                (host.name, route["path"], route["app"], host.team, environment, place)
                for route in routes
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
                    "routes": routes,
                }
            )
    return listing
