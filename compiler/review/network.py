"""Network policies that let in or out what they refused before."""

from collections.abc import Iterator

from compiler.diagnostics.model import Rule
from compiler.link.unit import Unit
from compiler.review.firewall import covered
from compiler.review.risk import Both, Risk

OPENED = Rule(
    "PT164",
    "network policy that is opened",
    "Who breaks into one app gets as far as its network policy lets it: to other teams' apps, and "
    "out to the internet.",
    "warning",
    what="Warns when an app that was there before may open connections to further addresses, and "
    "when it lets in an app of another team that it did not let in before.",
    fix="Name the narrowest address range that does. For a call from another team, have the owner "
    "of the app that is called agree in the pull request.",
    failing="""\
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
egress: [{cidr: 10.20.0.0/16, port: 5432}]
environments:
  dev:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
egress: [{cidr: 10.0.0.0/8, port: 5432}]
environments:
  dev:
""",
    passing="""\
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
egress: [{cidr: 10.20.0.0/16, port: 5432}]
environments:
  dev:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
egress: [{cidr: 10.20.30.0/24, port: 5432}]
environments:
  dev:
""",
)


def egress_opened(both: Both, before: Unit, after: Unit) -> Iterator[Risk]:
    """Where an app that both sides have may open connections to, and might not before."""
    name = after.interface.name
    for index, egress in enumerate(after.app.egress):
        open_before = [e.cidr for e in before.app.egress if e.port == egress.port]
        if not covered(egress.cidr, open_before):
            yield Risk(
                both.environment,
                OPENED,
                f'"{name}" may open connections to {egress.cidr}, port {egress.port},',
                after.place("egress", index, "cidr"),
                "name the narrowest range that does",
            )


def callers_let_in(both: Both, after: Unit) -> Iterator[Risk]:
    """Which apps of other teams an app lets in that it did not let in before."""
    name, team = after.interface.name, after.interface.team
    known = {unit.interface.name for unit in both.before.estate.callers.get(name, ())}
    for unit in both.after.estate.callers.get(name, ()):
        caller = unit.interface
        if caller.name not in known and caller.team != team:
            yield Risk(
                both.environment,
                OPENED,
                f'"{name}" of {team} lets in "{caller.name}" of {caller.team}',
                unit.place("calls", caller.calls.index(name)),
                f"have {team} agree",
            )
