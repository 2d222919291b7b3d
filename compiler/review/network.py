"""Network policies that let in or out what they refused before."""

from collections.abc import Iterator

from compiler.diagnostics.model import Rule
from compiler.link.unit import Unit
from compiler.review.firewall import covered
from compiler.review.risk import Both, Risk
from compiler.spec.network import Egress, ports_of

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
        opened = [port for port in ports_of(egress) if not _was_open(egress, port, before)]
        if opened:
            udp = "UDP " if egress.protocol == "UDP" else ""
            ports = f"port{'s' if len(opened) > 1 else ''} {' and '.join(map(str, opened))}"
            yield Risk(
                both.environment,
                OPENED,
                f'"{name}" may open connections to {egress.cidr or egress.dns}, {udp}{ports},',
                after.place("egress", index, "cidr" if egress.dns is None else "dns"),
                "name the narrowest range that does"
                if egress.dns is None
                else "name each host that is meant",
            )


def _was_open(egress: Egress, port: int, before: Unit) -> bool:
    """Whether an app might open connections to all of a destination on this port."""
    known = [
        one
        for one in before.app.egress
        if port in ports_of(one) and one.protocol == egress.protocol
    ]
    if egress.dns is not None:
        domain = f"*.{egress.dns.partition('.')[2]}"
        return any(one.dns in (egress.dns, domain) for one in known)
    left_out = set(egress.except_ or ())
    whole = [one.cidr for one in known if one.cidr and left_out.issuperset(one.except_ or ())]
    return egress.cidr is not None and covered(egress.cidr, whole)


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
