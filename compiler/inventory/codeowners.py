"""CODEOWNERS: each team approves its own specs, the platform's team all the rest."""

from collections.abc import Mapping

from compiler.emit.tree import RENDERED
from compiler.pipeline.linking import link_in_memory
from compiler.watch import Watch, unwatched

_HEAD = """\
# Made by `{command}`; make it anew when an app is added or changes its team.
# The last line that fits a file decides.
"""


def codeowners(
    root: str, organisation: str, platform: str, command: str, watch: Watch = unwatched
) -> str:
    """The file, as GitHub and GitLab read it; `command` makes it again.

    A team is a team, or a group, of its name in the organisation. Raises what `link_in_memory`
    raises.
    """
    linked = link_in_memory(root, watch=watch)
    teams = {
        unit.interface.name: unit.interface.team
        for app in linked.resolved.values()
        for unit in app.units
    }
    return owners(teams, organisation, platform, command)


def owners(teams: Mapping[str, str], organisation: str, platform: str, command: str) -> str:
    """The same for these apps, each with its team."""
    lines = [("*", platform)]
    for app, team in sorted(teams.items()):
        # The platform's own apps too: what stands below must not depend on a team's name.
        lines += [(f"/apps/{app}.yaml", team), (f"/{RENDERED}/*/apps/{app}/", team)]
    width = max(len(pattern) for pattern, _ in lines)
    return _HEAD.format(command=command) + "".join(
        f"{pattern.ljust(width)} @{organisation}/{team}\n" for pattern, team in lines
    )
