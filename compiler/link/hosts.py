"""Who answers for which public host: one host, one team, each path once; or where it leads."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.environments import DnsNames
from compiler.link.unit import Exposed, Unit
from compiler.spec.environment import Environment, PublicDomain
from compiler.spec.fix import meant
from compiler.spec.parse import Path

HOST_TAKEN = Rule(
    "PT102",
    "host claimed twice",
    "A host belongs to one team; with two claims the router would serve whichever came first.",
    what="Refuses two apps of one environment that claim the same path of the same host, be it "
    "exact or not, two teams that claim paths of one host, and a host that one app serves or "
    "redirects and another one redirects.",
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
REDIRECT = Rule(
    "PT125",
    "redirect that leads nowhere",
    "A host answers for itself or leads to another one. One that should do both would lead its "
    "visitors round in circles, or not at all.",
    what="Refuses a host in `redirects` that the same app serves as well, that leads to two hosts, "
    "or that belongs to an entrance with `edge: direct`: CloudFront answers redirects, and the "
    "router cannot.",
    fix="Take the host out of `redirects`, or out of `host` or `hosts`. Where the entrance has "
    "`edge: direct`, expose it through CloudFront, or let the app itself answer with a redirect.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
  hosts: [shop, store]
  redirects: [store]
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
  host: shop
  redirects: [store]
environments:
  dev:
""",
)


class Route(NamedTuple):
    """A path of a host, and the app that answers there."""

    path: str
    unit: Unit
    exact: bool = False
    entrance: int = 0
    """Which of the app's entrances it is."""


class Redirect(NamedTuple):
    """The host that a host leads to, and the app that says so."""

    target: str
    unit: Unit
    entrance: int
    at: Path
    """Where it says so, below its `expose`."""


class Host(NamedTuple):
    """A public host name. Its routes are sorted by path; all are one team's.

    One that redirects has no routes.
    """

    name: str
    domain: PublicDomain
    routes: tuple[Route, ...]
    redirect: Redirect | None = None

    @property
    def unit(self) -> Unit:
        """The app that is asked about it: the first, if there are several."""
        return self.routes[0].unit if self.redirect is None else self.redirect.unit

    @property
    def units(self) -> list[Unit]:
        """All apps that answer for it, each once."""
        if self.redirect is not None:
            return [self.redirect.unit]
        return [*{route.unit.interface.name: route.unit for route in self.routes}.values()]

    @property
    def entrance(self) -> int:
        """Which entrance of that app it is."""
        return self.routes[0].entrance if self.redirect is None else self.redirect.entrance

    @property
    def expose(self) -> Exposed:
        """What its routes agree on: the edge and the cache."""
        return self.unit.interface.expose[self.entrance]

    @property
    def team(self) -> str:
        return self.unit.interface.team

    def place(self, *field: str | int) -> Place:
        """Where a field of its entrance was written."""
        return self.unit.place("expose", self.entrance, *field)

    def said(self) -> Place:
        """Where the app says it."""
        if self.redirect is not None:
            return self.place(*self.redirect.at)
        if self.expose.host is not None:
            return self.place("host")
        return self.place("hosts", host_names(self.expose, self.unit.environment).index(self.name))


class _Claim(NamedTuple):
    """A host as an app says it."""

    unit: Unit
    entrance: int
    at: Path
    """Below its `expose`: `host`, an item of `hosts`, or one of `redirects`."""

    @property
    def exposed(self) -> Exposed:
        return self.unit.interface.expose[self.entrance]

    @property
    def is_first(self) -> bool:
        """Whether it is the first host of its entrance."""
        return self.at in (("host",), ("hosts", 0))

    def place(self, *below: str | int, note: str = "") -> Place:
        return self.unit.place("expose", self.entrance, *below, note=note)

    def said(self, note: str = "") -> Place:
        return self.place(*self.at, note=note)


def full_name(host: str, environment: Environment) -> str:
    """The name in DNS of a host that a spec says."""
    if "." in host:
        return host
    first = environment.domains[0].name
    return first if host == "@" else f"{host}.{first}"


def host_names(exposed: Exposed, environment: Environment) -> tuple[str, ...]:
    """The names in DNS that an entrance serves, in the order of the spec."""
    if exposed.host is not None:
        return (full_name(exposed.host, environment),)
    return tuple(full_name(host, environment) for host in exposed.hosts)


def paths_of(exposed: Exposed) -> tuple[tuple[str, bool], ...]:
    """The paths of an entrance, in the order of the spec, each with whether it is exact."""
    return exposed.paths or ((exposed.path, False),)


def hosts_of(
    environment: Environment, units: list[Unit], names: DnsNames
) -> tuple[tuple[Host, ...], list[Diagnostic]]:
    """The environment's public hosts, sorted by name, and every claim that cannot stand."""
    diagnostics: list[Diagnostic] = []
    hosts: list[Host] = []
    served, redirected = _claimed(environment, units)
    for name in sorted({*served, *redirected}):
        claims, leading = served.get(name, []), redirected.get(name, [])
        domain = _domain_of(name, environment)
        trouble = [
            problem
            for claim in (*claims, *leading)
            for problem in _not_here(environment, name, domain, claim, names)
        ]
        diagnostics += trouble
        if domain is None or trouble:
            continue
        if leading:
            diagnostics += _redirects(name, claims, leading)
        if not claims:
            first = leading[0]
            redirect = Redirect(_target(first), first.unit, first.entrance, first.at)
            hosts.append(Host(name, domain, (), redirect))
            continue
        diagnostics += _claims(name, claims)
        for claim in claims:
            diagnostics += _edge(claim, name, domain)
        routes = sorted(
            (
                Route(path, claim.unit, exact, claim.entrance)
                for claim in claims
                for path, exact in paths_of(claim.exposed)
            ),
            key=lambda route: (route.path, route.unit.interface.name),
        )
        hosts.append(Host(name, domain, tuple(routes)))
    return tuple(hosts), diagnostics


def _claimed(
    environment: Environment, units: list[Unit]
) -> tuple[dict[str, list[_Claim]], dict[str, list[_Claim]]]:
    """Who serves which host, and who redirects which."""
    served: dict[str, list[_Claim]] = {}
    redirected: dict[str, list[_Claim]] = {}
    for unit in units:
        for entrance, exposed in enumerate(unit.interface.expose):
            names = host_names(exposed, environment)
            for index, name in enumerate(names):
                at: Path = ("host",) if exposed.host is not None else ("hosts", index)
                served.setdefault(name, []).append(_Claim(unit, entrance, at))
            # Without a host there is nowhere to lead to, and that is an error of its own.
            for index, host in enumerate(exposed.redirects if names else ()):
                claim = _Claim(unit, entrance, ("redirects", index))
                redirected.setdefault(full_name(host, environment), []).append(claim)
    return served, redirected


def _target(claim: _Claim) -> str:
    return host_names(claim.exposed, claim.unit.environment)[0]


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
    claim: _Claim,
    names: DnsNames,
) -> Iterator[Diagnostic]:
    """Why the host cannot be one of this environment's."""
    if domain is None:
        domains = " or ".join(domain.name for domain in environment.domains)
        label = name.split(".")[0]
        written = f"host: {label}" if claim.at == ("host",) else label
        yield Diagnostic(
            OUTSIDE_DOMAINS,
            f'host "{name}" is outside the domains of {environment.name}',
            claim.said(),
            help=f"hosts of {environment.name} end in {domains}; "
            f"`{written}` means {label}.{environment.domains[0].name}",
        )
        return
    nearest = max((d for d in names.domains if _within(name, d)), key=len, default=domain.name)
    if len(nearest) > len(domain.name):
        yield Diagnostic(
            OUTSIDE_DOMAINS,
            f'host "{name}" of {environment.name} lies in {nearest}, '
            f"the domain of {names.domains[nearest]}",
            claim.said(),
            help=f"another host: what lies below {nearest} is answered by another hosted zone",
        )
    for zone, owner in names.edge_zones.items():
        if _within(name, zone):
            yield Diagnostic(
                OUTSIDE_DOMAINS,
                f'host "{name}" lies in {zone}, the zone of the load balancer of {owner}',
                claim.said(),
                help="another host: external-dns owns the names of that zone",
            )
    if len(name) > 253:
        yield Diagnostic(
            OUTSIDE_DOMAINS,
            f"the host has {len(name)} characters with its domain, and DNS takes 253",
            claim.said(),
            help="use a shorter host",
        )


def _claims(name: str, claims: list[_Claim]) -> Iterator[Diagnostic]:
    """What is wrong between those who serve a host."""
    if len(claims) == 1:
        return
    first = claims[0]
    entrances: dict[tuple[str, int], _Claim] = {}
    by_path: dict[str, tuple[_Claim, bool]] = {}
    for claim in claims:
        same = entrances.setdefault((claim.unit.interface.name, claim.entrance), claim)
        if same is not claim:
            yield _twice(name, same, claim)
            continue
        taken = False
        for path, exact in paths_of(claim.exposed):
            twin, twin_exact = by_path.setdefault(path, (claim, exact))
            if twin is not claim:
                taken = True
                yield _path_taken(name, path, twin, claim, differ=exact != twin_exact)
        if not taken and claim.unit.interface.team != first.unit.interface.team:
            yield _two_teams(name, first, claim)
        for field in ("edge", "cache"):
            one, other = getattr(first.exposed, field), getattr(claim.exposed, field)
            if one != other:
                who = "entrances" if claim.unit is first.unit else "apps"
                yield Diagnostic(
                    CONFLICT,
                    f'{who} that share host "{name}" must agree on `{field}`',
                    first.place(field, note=f"{field}: {one}"),
                    (claim.place(field, note=f"{field}: {other}"),),
                    help="say the same in both, or give one of them a host of its own",
                )


def _twice(name: str, one: _Claim, other: _Claim) -> Diagnostic:
    return Diagnostic(
        CONFLICT,
        f'"{name}" is listed twice',
        other.said(),
        (one.said(),),
        help="remove one of the two",
    )


def _path_taken(name: str, path: str, one: _Claim, other: _Claim, *, differ: bool) -> Diagnostic:
    path = "" if path == "/" else path
    both = ", exact or not" if differ else ""
    if one.unit is other.unit:
        help = f"name each path in one entrance only{both}"
    else:
        help = (
            f"a host belongs to one app; use a path of it (`path: /{other.unit.interface.name}`) "
            "or another host"
        )
        if differ:
            help = "a path belongs to one app, exact or not; use another path or another host"
    return Diagnostic(
        HOST_TAKEN,
        f'host "{name}{path}" is claimed twice',
        one.said(f"first claimed here in {one.unit.environment.name}"),
        (other.said("and here"),),
        help=help,
    )


def _two_teams(name: str, first: _Claim, claim: _Claim) -> Diagnostic:
    one, other = first.unit.interface.team, claim.unit.interface.team
    slip = meant(other, [one])
    one_team = f', or, if "{other}" is "{slip}", write that team' if slip else ""
    return Diagnostic(
        HOST_TAKEN,
        f'host "{name}" is claimed by two teams, {one} and {other}',
        first.said(f"first claimed here in {first.unit.environment.name}"),
        (claim.said(f"and here, by {other}"),),
        help=f"the paths of a host are one team's; use another host{one_team}",
    )


def _redirects(name: str, claims: list[_Claim], leading: list[_Claim]) -> Iterator[Diagnostic]:
    """What is wrong between those who redirect a host, and with who serves it."""
    first = (claims or leading)[0]
    for claim in leading:
        if claim is first:
            continue
        if claim.unit is not first.unit:
            yield Diagnostic(
                HOST_TAKEN,
                f'host "{name}" is claimed twice',
                first.said(f"first claimed here in {first.unit.environment.name}"),
                (claim.said("and redirected here"),),
                help="a host belongs to one app: take it out of one of the two",
            )
        elif claims:
            yield Diagnostic(
                REDIRECT,
                f'"{name}" leads to "{_target(claim)}", and the app serves it as well',
                claim.said(),
                (first.said("served here"),),
                help="take it out of `redirects`, or out of the hosts that the app serves",
            )
        elif _target(claim) != _target(first):
            yield Diagnostic(
                REDIRECT,
                f'"{name}" leads to two hosts, "{_target(first)}" and "{_target(claim)}"',
                claim.said(),
                (first.said(),),
                help="keep one of the two",
            )
        else:
            yield _twice(name, first, claim)


def _edge(claim: _Claim, name: str, domain: PublicDomain) -> Iterator[Diagnostic]:
    """What the way to the app, through CloudFront or past it, needs of the environment."""
    exposed, environment = claim.exposed, claim.unit.environment
    access = environment.load_balancer.access
    if exposed.edge == "cloudfront":
        if access.source_ranges is not None:
            yield Diagnostic(
                NOT_REACHABLE,
                f"the load balancer of {environment.name} admits some address ranges only, "
                f'so CloudFront could not reach "{name}"',
                claim.place(),
                help=f"add `edge: direct` for {environment.name}, or admit CloudFront with "
                "loadBalancer.access.cloudfrontSecurityGroups",
            )
        return
    if access.cloudfront_security_groups is not None:
        yield Diagnostic(
            NOT_REACHABLE,
            f"only CloudFront may reach the load balancer of {environment.name}, "
            f'so nobody could reach "{name}" directly',
            claim.place("edge"),
            help=f"remove `edge: direct`, or leave the app out of {environment.name}",
        )
    elif environment.load_balancer.https is None:
        yield Diagnostic(
            NO_TLS,
            f'"{name}" is served over plain HTTP in {environment.name}',
            claim.place("edge"),
            help="remove `edge: direct` to get TLS, the firewall and HTTP/3 from CloudFront",
        )
    if name == domain.name:
        yield Diagnostic(
            CONFLICT,
            f'"{name}" is the domain itself, which cannot be a CNAME',
            claim.said(),
            (claim.place("edge"),),
            help="use a host below the domain, or remove `edge: direct`",
        )
    if not claim.is_first:
        return
    if exposed.cache != "none":
        yield Diagnostic(
            CONFLICT,
            "without CloudFront there is no cache",
            claim.place("cache"),
            (claim.place("edge"),),
            help="remove `cache`, or `edge: direct`",
        )
    if exposed.redirects:
        yield Diagnostic(
            REDIRECT,
            "CloudFront answers redirects, and this entrance skips it",
            claim.place("redirects"),
            (claim.place("edge"),),
            help="remove `edge: direct`, or let the app itself answer these hosts, and list them "
            "in `hosts`",
        )
