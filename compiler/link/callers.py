"""Calls to apps that say who may call them."""

from collections.abc import Collection, Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.estate import UNKNOWN_APP
from compiler.link.unit import Unit
from compiler.spec.parse import did_you_mean

CALLER_REFUSED = Rule(
    "PT128",
    "call to an app that does not admit it",
    "Who answers for an app decides who depends on it, and who can reach what it guards. A call "
    "opens its network policy, whoever's pull request it stands in.",
    what="Refuses a name in `calls` of an app that has `callers`, where the calling app is not one "
    "of them.",
    fix="Have the team of the app that is called add the caller to its `callers`, or remove the "
    "call. Without `callers` any app may call it.",
    failing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
calls: [ledger]
environments:
  dev:
-- apps/ledger.yaml --
name: ledger
team: finance
image: ghcr.io/acme/ledger:2.0.1
port: 8080
callers: [billing]
environments:
  dev:
-- apps/billing.yaml --
name: billing
team: finance
image: ghcr.io/acme/billing:1.0.0
calls: [ledger]
environments:
  dev:
""",
    passing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
-- apps/ledger.yaml --
name: ledger
team: finance
image: ghcr.io/acme/ledger:2.0.1
port: 8080
callers: [billing]
environments:
  dev:
-- apps/billing.yaml --
name: billing
team: finance
image: ghcr.io/acme/billing:1.0.0
calls: [ledger]
environments:
  dev:
""",
)


def refused_callers(
    units: list[Unit], guarded: list[Unit], known: Collection[str]
) -> Iterator[Diagnostic]:
    """Who calls one of the `guarded`, those with `callers`, and is not one of them.

    `known` are all apps of the repository, in whatever environments.
    """
    allowed = {unit.interface.name: unit for unit in guarded}
    for unit in guarded:
        yield from _unknown(unit, known)
    for unit in units:
        for index, name in enumerate(unit.interface.calls):
            target = allowed.get(name)
            caller = unit.interface.name
            if target is None or caller in (target.interface.callers or ()) or caller == name:
                continue
            yield Diagnostic(
                CALLER_REFUSED,
                f'"{caller}" calls "{name}", and is not among its callers',
                unit.place("calls", index),
                (target.place("callers", note="who may call it"),),
                help=f"have {target.interface.team} add {caller} to `callers` in {target.source}, "
                "or remove the call",
            )


def _unknown(unit: Unit, known: Collection[str]) -> Iterator[Diagnostic]:
    for index, name in enumerate(unit.interface.callers or ()):
        if name not in known:
            yield Diagnostic(
                UNKNOWN_APP,
                f'"{unit.interface.name}" may be called by "{name}", and there is no such app',
                unit.place("callers", index),
                help=did_you_mean(name, sorted(n for n in known if n != unit.interface.name)),
            )
