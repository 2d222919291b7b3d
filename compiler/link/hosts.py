"""Who answers for which public host: one host, one team, each path once."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.environments import DnsNames
from compiler.link.unit import Exposed, Unit
from compiler.spec.environment import Environment, PublicDomain
from compiler.spec.fix import meant

HOST_TAKEN = Rule(
    "PT102",
    "host claimed twice",
    "A host belongs to one team; with two claims the router would serve whichever came first.",
    what="Refuses two apps of one environment that claim the same path of the same host, and two "
    "teams that claim paths of one host.",
    fix="Give one of the apps another host. Apps of the same team may share a host, each at a path "
    "of its own (`path: /store`).",
    failing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  dev:
-- apps/store.yaml --
name: store
team: sales
image: ghcr.io/acme/store:3.1.0
port: 8080
expose: {host: shop.dev.acme.example}
environments:
  dev:
""",
    passing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  dev:
-- apps/store.yaml --
name: store
team: sales
image: ghcr.io/acme/store:3.1.0
port: 8080
expose: {host: shop.dev.acme.example, path: /store}
environments:
  dev:
""",
)
OUTSIDE_DOMAINS = Rule(
    "PT109",
    "host outside the environment's domains",
    "Only the environment's domains have a hosted zone and a certificate.",
    what="Refuses a host that does not lie in one of the environment's domains, that lies in a "
    "domain of another environment, or that lies in the zone of the load balancer's own name.",
    fix="Write one label (`host: shop`), which is completed with the environment's first domain, "
    "or a full name in one of its domains. A new domain is added in `environments/<env>.yaml`.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop.example.com}
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
environments:
  dev:
""",
)
NOT_REACHABLE = Rule(
    "PT110",
    "host behind a closed load balancer",
    "Who answers for a host, CloudFront or the load balancer itself, must be let in: otherwise "
    "every visitor gets an error.",
    what="Refuses `edge: direct` where only CloudFront may reach the load balancer, and an app "
    "behind CloudFront where only some address ranges may.",
    fix="Where only CloudFront may reach the load balancer, remove `edge: direct`. Where only some "
    "address ranges may, write it for that environment.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
  host: partners
  edge: direct            # in dev, the load balancer admits CloudFront only
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
  host: partners
environments:
  dev:
""",
)
NO_TLS = Rule(
    "PT111",
    "direct host without TLS",
    "Without CloudFront nothing ends TLS for this host; passwords and cookies travel in the open.",
    "warning",
    what="Warns of a host with `edge: direct` where the load balancer has no certificate: it is "
    "served over plain HTTP.",
    fix="Remove `edge: direct`, and CloudFront serves the host with TLS; or have the platform team "
    "name a certificate under loadBalancer.https in `environments/<env>.yaml`.",
    failing="""\
-- environments/dev.yaml --
# ...
loadBalancer:
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {openToTheWorld: true}
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: partners, edge: direct}
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
  https:
    certificateArn:
      arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: partners, edge: direct}
environments:
  dev:
""",
)


class Route(NamedTuple):
    """A path of a host, and the app that answers there."""

    path: str
    unit: Unit


class Host(NamedTuple):
    """A public host name. Its routes are sorted by path; all are one team's."""

    name: str
    domain: PublicDomain
    routes: tuple[Route, ...]

    @property
    def expose(self) -> Exposed:
        """What its routes agree on: the edge and the cache."""
        return _exposed(self.routes[0].unit)

    @property
    def team(self) -> str:
        return self.routes[0].unit.interface.team


def host_name(unit: Unit) -> str | None:
    """The full name of the unit's public host; None if it has none."""
    expose = unit.interface.expose
    if expose is None:
        return None
    first = unit.environment.domains[0].name
    if expose.host == "@":
        return first
    return expose.host if "." in expose.host else f"{expose.host}.{first}"


def hosts_of(
    environment: Environment, units: list[Unit], names: DnsNames
) -> tuple[tuple[Host, ...], list[Diagnostic]]:
    """The environment's public hosts, sorted by name, and every claim that cannot stand."""
    diagnostics: list[Diagnostic] = []
    by_name: dict[str, list[Unit]] = {}
    for unit in units:
        name = host_name(unit)
        if name is not None:
            by_name.setdefault(name, []).append(unit)

    hosts: list[Host] = []
    for name, claimants in sorted(by_name.items()):
        domain = _domain_of(name, environment)
        trouble = [
            problem
            for unit in claimants
            for problem in _not_here(environment, name, domain, unit, names)
        ]
        diagnostics += trouble
        if domain is None or trouble:
            continue
        diagnostics.extend(_claims(name, claimants))
        for unit in claimants:
            diagnostics.extend(_edge(unit, name, domain))
        routes = sorted(
            (Route(_exposed(unit).path, unit) for unit in claimants),
            key=lambda route: (route.path, route.unit.interface.name),
        )
        hosts.append(Host(name, domain, tuple(routes)))
    return tuple(hosts), diagnostics


def _domain_of(host: str, environment: Environment) -> PublicDomain | None:
    """The longest of the environment's domains that the host is or lies below."""
    return max(
        (domain for domain in environment.domains if _within(host, domain.name)),
        key=lambda domain: len(domain.name),
        default=None,
    )


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _not_here(
    environment: Environment,
    name: str,
    domain: PublicDomain | None,
    unit: Unit,
    names: DnsNames,
) -> Iterator[Diagnostic]:
    """Why the host cannot be one of this environment's."""
    if domain is None:
        domains = " or ".join(domain.name for domain in environment.domains)
        label = name.split(".")[0]
        yield Diagnostic(
            OUTSIDE_DOMAINS,
            f'host "{name}" is outside the domains of {environment.name}',
            unit.place("expose", "host"),
            help=f"hosts of {environment.name} end in {domains}; "
            f"`host: {label}` means {label}.{environment.domains[0].name}",
        )
        return
    nearest = max((d for d in names.domains if _within(name, d)), key=len, default=domain.name)
    if len(nearest) > len(domain.name):
        yield Diagnostic(
            OUTSIDE_DOMAINS,
            f'host "{name}" of {environment.name} lies in {nearest}, '
            f"the domain of {names.domains[nearest]}",
            unit.place("expose", "host"),
            help=f"another host: what lies below {nearest} is answered by another hosted zone",
        )
    for zone, owner in names.edge_zones.items():
        if _within(name, zone):
            yield Diagnostic(
                OUTSIDE_DOMAINS,
                f'host "{name}" lies in {zone}, the zone of the load balancer of {owner}',
                unit.place("expose", "host"),
                help="another host: external-dns owns the names of that zone",
            )
    if len(name) > 253:
        yield Diagnostic(
            OUTSIDE_DOMAINS,
            f"the host has {len(name)} characters with its domain, and DNS takes 253",
            unit.place("expose", "host"),
            help="use a shorter host",
        )


def _exposed(unit: Unit) -> Exposed:
    """The entrance of a unit that has a host."""
    expose = unit.interface.expose
    assert expose is not None
    return expose


def _claims(name: str, claimants: list[Unit]) -> Iterator[Diagnostic]:
    first = claimants[0]
    environment = first.environment.name
    by_path: dict[str, Unit] = {}
    for unit in claimants:
        expose = _exposed(unit)
        twin = by_path.setdefault(expose.path, unit)
        if twin is not unit:
            path = "" if expose.path == "/" else expose.path
            yield Diagnostic(
                HOST_TAKEN,
                f'host "{name}{path}" is claimed twice',
                twin.place("expose", "host", note=f"first claimed here in {environment}"),
                (unit.place("expose", "host", note="and here"),),
                help="a host belongs to one app; use a path of it "
                f"(`path: /{unit.interface.name}`) or another host",
            )
        elif unit.interface.team != first.interface.team:
            one, other = first.interface.team, unit.interface.team
            slip = meant(other, [one])
            one_team = f', or, if "{other}" is "{slip}", write that team' if slip else ""
            yield Diagnostic(
                HOST_TAKEN,
                f'host "{name}" is claimed by two teams, {one} and {other}',
                first.place("expose", "host", note=f"first claimed here in {environment}"),
                (unit.place("expose", "host", note=f"and here, by {other}"),),
                help=f"the paths of a host are one team's; use another host{one_team}",
            )
        for field in ("edge", "cache"):
            if getattr(expose, field) != getattr(_exposed(first), field):
                yield Diagnostic(
                    CONFLICT,
                    f'apps that share host "{name}" must agree on `{field}`',
                    first.place(
                        "expose", field, note=f"{field}: {getattr(_exposed(first), field)}"
                    ),
                    (unit.place("expose", field, note=f"{field}: {getattr(expose, field)}"),),
                    help="say the same in both, or give one of them a host of its own",
                )


def _edge(unit: Unit, name: str, domain: PublicDomain) -> Iterator[Diagnostic]:
    """What the way to the app, through CloudFront or past it, needs of the environment."""
    expose, environment = _exposed(unit), unit.environment
    access = environment.load_balancer.access
    if expose.edge == "cloudfront":
        if access.source_ranges is not None:
            yield Diagnostic(
                NOT_REACHABLE,
                f"the load balancer of {environment.name} admits some address ranges only, "
                f'so CloudFront could not reach "{name}"',
                unit.place("expose"),
                help=f"add `edge: direct` for {environment.name}, or admit CloudFront with "
                "loadBalancer.access.cloudfrontSecurityGroups",
            )
        return
    if access.cloudfront_security_groups is not None:
        yield Diagnostic(
            NOT_REACHABLE,
            f"only CloudFront may reach the load balancer of {environment.name}, "
            f'so nobody could reach "{name}" directly',
            unit.place("expose", "edge"),
            help=f"remove `edge: direct`, or leave the app out of {environment.name}",
        )
    elif environment.load_balancer.https is None:
        yield Diagnostic(
            NO_TLS,
            f'"{name}" is served over plain HTTP in {environment.name}',
            unit.place("expose", "edge"),
            help="remove `edge: direct` to get TLS, the firewall and HTTP/3 from CloudFront",
        )
    if name == domain.name:
        yield Diagnostic(
            CONFLICT,
            f'"{name}" is the domain itself, which cannot be a CNAME',
            unit.place("expose", "host"),
            (unit.place("expose", "edge"),),
            help="use a host below the domain, or remove `edge: direct`",
        )
    if expose.cache != "none":
        yield Diagnostic(
            CONFLICT,
            "without CloudFront there is no cache",
            unit.place("expose", "cache"),
            (unit.place("expose", "edge"),),
            help="remove `cache`, or `edge: direct`",
        )
