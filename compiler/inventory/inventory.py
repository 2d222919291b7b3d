"""Reading a repository to list what it holds."""

from typing import Literal

from compiler.inventory.apps import apps
from compiler.inventory.environments import environments, in_order
from compiler.inventory.hosts import hosts
from compiler.inventory.images import images
from compiler.inventory.listing import Listing
from compiler.pipeline.linking import link_in_memory
from compiler.spec.parse import did_you_mean
from compiler.watch import Watch, unwatched

What = Literal["apps", "images", "hosts", "environments"]


class UnknownTeam(Exception):
    """The command line names a team that has no app in these environments."""


def inventory(
    root: str,
    what: What,
    only: list[str] | None = None,
    teams: list[str] | None = None,
    watch: Watch = unwatched,
) -> Listing:
    """What a repository holds, in these environments or all, of these teams or all.

    Raises UnknownTeam, and what `link_in_memory` raises.
    """
    linked = link_in_memory(root, only, watch=watch)
    before = {name: one.promotes_from for name, (one, _) in linked.environments.items()}
    by_name = {estate.environment.name: estate for estate in linked.estates}
    estates = [by_name[name] for name in in_order(by_name, before)]
    known = sorted({unit.app.team for estate in estates for unit in estate.units})
    for team in teams or ():
        if team not in known:
            where = f" in {' or '.join(only)}" if only else ""
            hint = did_you_mean(team, known)
            raise UnknownTeam(
                f'no app{where} is of a team "{team}"' + (f": {hint}" if hint else "")
            )
    lists = {"apps": apps, "images": images, "hosts": hosts, "environments": environments}
    return lists[what](estates, teams)
