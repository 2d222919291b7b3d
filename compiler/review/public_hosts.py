"""Public hosts that go, move, change hands or lose their firewall, and what served them."""

from collections.abc import Iterator

from compiler.diagnostics.model import Place, Rule, Span
from compiler.link.hosts import Host
from compiler.link.unit import Unit
from compiler.review.risk import Both, Risk, Side, is_production

HOST_GOES = Rule(
    "PT154",
    "public host that leaves production",
    "Its name is taken out of DNS: bookmarks, partners and apps that still use it get an error.",
    what="Refuses to remove a public host from an environment of production, be it that its app "
    "goes, is no longer exposed, or is exposed under another name.",
    fix="Keep the old host beside the new one until nobody uses it. Look into the access log who "
    "that is.",
    failing="""\
-- environments/prod.yaml --
# ...
name: prod
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  prod:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: store}
environments:
  prod:
""",
    passing="""\
-- environments/prod.yaml --
# ...
name: prod
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  prod:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8081
expose: {host: shop}
environments:
  prod:
""",
)
CHANGES_OWNER = Rule(
    "PT155",
    "public host that changes owner",
    "Whoever answers for a host reads the cookies and passwords that its visitors send.",
    what="Refuses a host that another team answers for than before.",
    fix="Let both teams agree in the pull request. If it is by mistake, use another host.",
    failing="""\
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  dev:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
-- after/apps/store.yaml --
name: store
team: stores
image: ghcr.io/acme/store:3.1.0
port: 8080
expose: {host: shop}
environments:
  dev:
""",
    passing="""\
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  dev:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
-- after/apps/store.yaml --
name: store
team: sales
image: ghcr.io/acme/store:3.1.0
port: 8080
expose: {host: shop}
environments:
  dev:
""",
)
MOVES = Rule(
    "PT156",
    "public host that moves to another distribution",
    "CloudFront takes a name in one distribution at a time. Terraform changes both in any order, "
    "so that the apply fails half way, or the host answers nobody until it is run again.",
    what="Refuses a host that another distribution serves than before, or that no longer goes "
    "through CloudFront.",
    fix="Leave the host where it is. If it must move, plan an hour for it: remove the host, apply, "
    "add it anew, apply.",
    failing="""\
-- before/environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
  store.dev.acme.example: standard-1
-- after/environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
  store.dev.acme.example: standard-2
-- apps/store.yaml --
name: store
team: sales
image: ghcr.io/acme/store:3.1.0
port: 8080
expose: {host: store}
environments:
  dev:
""",
    passing="""\
-- before/environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
-- after/environments/dev.placement.yaml --
hosts:
  shop.dev.acme.example: standard-1
  store.dev.acme.example: standard-2
-- after/apps/store.yaml --
name: store
team: sales
image: ghcr.io/acme/store:3.1.0
port: 8080
expose: {host: store}
environments:
  dev:
""",
)
DISTRIBUTION_GOES = Rule(
    "PT161",
    "distribution that goes",
    "Its `cloudfront.net` name is lost for ever; one that is made later has another. Terraform "
    "waits for a quarter of an hour until it is switched off.",
    "warning",
    what="Warns when the last host leaves a CloudFront distribution, which is then deleted.",
    fix="Make sure that nothing outside this repository points at the distribution's own name, "
    "such as a record in a zone that Portico does not know.",
    failing="""\
-- before/apps/press.yaml --
name: press
team: sales
image: ghcr.io/acme/press:1.0.0
port: 8080
expose: {host: press, cache: origin}
environments:
  dev:
""",
    passing="""\
-- before/apps/press.yaml --
name: press
team: sales
image: ghcr.io/acme/press:1.0.0
port: 8080
expose: {host: press}
environments:
  dev:
""",
)
SKIPS_CLOUDFRONT = Rule(
    "PT162",
    "public host that skips CloudFront",
    "Past CloudFront there is no firewall, no rate limit and no shelter from floods of requests.",
    "warning",
    what="Warns of a host that gets `edge: direct`, be it new or not.",
    fix="Remove `edge: direct`. If requests must arrive unchanged, have the platform team agree in "
    "the pull request.",
    failing="""\
-- environments/dev.yaml --
# ...
loadBalancer:
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {openToTheWorld: true}
-- after/apps/hooks.yaml --
name: hooks
team: sales
image: ghcr.io/acme/hooks:1.0.0
port: 8080
expose: {host: hooks, edge: direct}
environments:
  dev:
""",
    passing="""\
-- environments/dev.yaml --
# ...
loadBalancer:
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {openToTheWorld: true}
-- after/apps/hooks.yaml --
name: hooks
team: sales
image: ghcr.io/acme/hooks:1.0.0
port: 8080
expose: {host: hooks}
environments:
  dev:
""",
)


def public_hosts(both: Both) -> Iterator[Risk]:
    before = {host.name: host for host in both.before.estate.hosts}
    after = {host.name: host for host in both.after.estate.hosts}
    for name, host in before.items():
        if name not in after:
            if is_production(both.environment):
                yield _goes(both, host)
            continue
        yield from _changed(both, host, after[name])
    for name, host in after.items():
        was_direct = name in before and before[name].expose.edge == "direct"
        if host.expose.edge == "direct" and not was_direct:
            yield Risk(
                both.environment,
                SKIPS_CLOUDFRONT,
                f'"{name}" is reached past CloudFront and its firewall',
                host.place("edge"),
                "remove `edge: direct`, or have the platform team agree",
            )
    yield from _distributions(both)


def new_hosts(environment: str, after: Side) -> Iterator[Risk]:
    """The same of an environment that is new as a whole."""
    for host in after.estate.hosts:
        if host.expose.edge == "direct":
            yield Risk(
                environment,
                SKIPS_CLOUDFRONT,
                f'"{host.name}" is reached past CloudFront and its firewall',
                host.place("edge"),
                "remove `edge: direct`, or have the platform team agree",
            )


def _goes(both: Both, host: Host) -> Risk:
    gone = host.unit
    here = [unit for unit in both.after.estate.units if unit.interface.name == gone.interface.name]
    place = _first_host(here[0]) if here else Place(Span(gone.source))
    return Risk(
        both.environment,
        HOST_GOES,
        f'"{host.name}" is taken out of DNS',
        place,
        "keep the old host until nobody uses it any more",
    )


def _first_host(unit: Unit) -> Place:
    """Where the app says its host, or its first one, if it has any."""
    exposed = unit.interface.expose
    one = ("host",) if not exposed or exposed[0].host is not None else ("hosts", 0)
    return unit.place("expose", 0, *one)


def _changed(both: Both, before: Host, after: Host) -> Iterator[Risk]:
    if before.team != after.team:
        yield Risk(
            both.environment,
            CHANGES_OWNER,
            f'"{after.name}" goes from the team {before.team} to {after.team}',
            after.said(),
            "let both teams agree in the pull request, or use another host",
        )
    one = both.before.estate.placement[before.name]
    other = both.after.estate.placement[after.name]
    if one != other:
        placement = both.after.placement
        yield Risk(
            both.environment,
            MOVES,
            f'"{after.name}" moves from {_named(one)} to {_named(other)} while it is live',
            after.said() if placement is None else Place(placement.span(("hosts", after.name))),
            f"leave it in {_named(one)}, or remove it, apply, and add it anew",
        )


def _named(placed: str) -> str:
    return "the load balancer" if placed == "direct" else f"the distribution {placed}"


def _distributions(both: Both) -> Iterator[Risk]:
    here = {distribution.name for distribution in both.after.estate.distributions}
    for distribution in both.before.estate.distributions:
        if distribution.name not in here:
            yield Risk(
                both.environment,
                DISTRIBUTION_GOES,
                f"the distribution {distribution.name} has no host any more, and is deleted",
                Place(both.after.document.span(("edge",))),
                "make sure that nothing else points at its cloudfront.net name",
            )
