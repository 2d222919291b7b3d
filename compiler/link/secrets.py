"""Secrets that are made for apps: each by one of them."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.unit import Unit

SECRET_OF_TWO = Rule(
    "PT126",
    "Secret that two apps make",
    "A Secret has one name in the team's namespace: each of the two would write its own values "
    "over the other's, over and over.",
    what="Refuses two apps of a team that make a Secret of the same name in one environment.",
    fix="Say it in one of the two apps. The other one uses it all the same, with `{secret: "
    "name/key}`. If they are to be different Secrets, give one of them another name.",
    failing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
secrets: {database: dev/shop/database}
environments:
  dev:
-- apps/stock.yaml --
name: stock
team: sales
image: ghcr.io/acme/stock:3.1.0
secrets: {database: dev/stock/database}
environments:
  dev:
-- environments/dev.yaml --
# ...
secretStores: {secretsManager: aws-secrets}
""",
    passing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
secrets: {shop-database: dev/shop/database}
environments:
  dev:
-- apps/stock.yaml --
name: stock
team: sales
image: ghcr.io/acme/stock:3.1.0
secrets: {stock-database: dev/stock/database}
environments:
  dev:
-- environments/dev.yaml --
# ...
secretStores: {secretsManager: aws-secrets}
""",
)


def secrets_of_two(units: list[Unit]) -> Iterator[Diagnostic]:
    """Secrets of one name that two apps of a team make. `units` are those that make any."""
    first: dict[tuple[str, str], Unit] = {}
    for unit in units:
        team = unit.interface.team
        for name in unit.interface.secrets:
            other = first.setdefault((team, name), unit)
            if other is not unit:
                yield Diagnostic(
                    SECRET_OF_TWO,
                    f'two apps of {team} make the Secret "{name}"',
                    unit.place("secrets", name),
                    (other.place("secrets", name, note=f"{other.interface.name} makes it too"),),
                    help="say it in one of them; the other may use it all the same",
                )
