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


def network(both: Both, before: Unit, after: Unit) -> Iterator[Risk]:
    """What is opened for an app that both sides have."""
    name = after.app.name
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
    known = {unit.app.name for unit in both.before.estate.callers.get(name, ())}
    for caller in both.after.estate.callers.get(name, ()):
        if caller.app.name not in known and caller.app.team != after.app.team:
            yield Risk(
                both.environment,
                OPENED,
                f'"{name}" of {after.app.team} lets in "{caller.app.name}" of {caller.app.team}',
                caller.place("calls", caller.app.calls.index(name)),
                f"have {after.app.team} agree",
            )
