"""Secrets that are made for apps: whether an environment can, and that no two apps make one."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.conflicts import CONFLICT
from compiler.link.unit import Unit
from compiler.spec.parse import did_you_mean
from compiler.spec.secrets import SecretSource, SecretStores, keys_of

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


def secrets_of_app(unit: Unit) -> Iterator[Diagnostic]:
    """What an app's Secrets, where they come from and what it uses of them, leave open."""
    stores = unit.environment.secret_stores or SecretStores()
    for name, source in unit.app.secrets.items():
        yield from _source(unit, name, source)
        for field, service, wanted, store in (
            (*_SECRETS_MANAGER, source.secrets_manager, stores.secrets_manager),
            (*_PARAMETER_STORE, source.parameter_store, stores.parameter_store),
        ):
            if wanted is not None and store is None:
                yield Diagnostic(
                    CONFLICT,
                    f'"{name}" comes from {service}, and the environment has no store for it',
                    unit.place("secrets", name, field),
                    help="name the ClusterSecretStore in the environment's file: "
                    f"`secretStores: {{{field}: NAME}}`",
                )
    for variable, value in unit.app.env.items():
        secret, _, key = (value.secret or "").partition("/")
        source_of = unit.app.secrets.get(secret)
        known = None if source_of is None else keys_of(source_of)
        if known is not None and key not in known:
            yield Diagnostic(
                CONFLICT,
                f'the Secret "{secret}" has no key "{key}"',
                unit.place("env", variable, "secret"),
                (unit.place("secrets", secret, note="all its keys are said here"),),
                help=did_you_mean(key, list(known)),
            )


_SECRETS_MANAGER = ("secretsManager", "Secrets Manager")
_PARAMETER_STORE = ("parameterStore", "Parameter Store")


def _source(unit: Unit, name: str, source: SecretSource) -> Iterator[Diagnostic]:
    """Whether a Secret comes from one place, with one kind of keys."""
    if source.secrets_manager is None and source.parameter_store is None:
        yield Diagnostic(
            CONFLICT,
            f'nothing says where the Secret "{name}" comes from',
            unit.place("secrets", name),
            help=f"write `{name}: NAME` with its name in AWS Secrets Manager, or `secretsManager:` "
            "or `parameterStore:` beside what is there",
        )
    if source.keys == {}:
        yield Diagnostic(
            CONFLICT,
            f'the Secret "{name}" has no key left',
            unit.place("secrets", name, "keys"),
            help="name one, or remove `keys`: then each property of the JSON text becomes a key",
        )
    for one, other, has_both, why in (
        (
            "secretsManager",
            "parameterStore",
            source.secrets_manager is not None and source.parameter_store is not None,
            "comes from two places",
        ),
        (
            "key",
            "keys",
            source.key is not None and source.keys is not None,
            "has its whole text in one key, or properties of it in several, not both",
        ),
    ):
        if has_both:
            yield Diagnostic(
                CONFLICT,
                f'the Secret "{name}" {why}',
                unit.place("secrets", name, other),
                (unit.place("secrets", name, one),),
                help=f"remove `{one}` or `{other}`; `null` removes it for one environment",
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
