"""All units of an environment -> Estate: everything that is public or shared, decided."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.hosts import Host, hosts_of
from compiler.link.placement import Distribution, place
from compiler.link.unit import CONFLICT, Unit
from compiler.source.yaml import Document
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean

UNKNOWN_APP = Rule(
    "PT113",
    "call to an app that is not there",
    "The call would fail in this environment, and the network policy would name nobody.",
)
ORIGIN_PROTOCOL = Rule(
    "PT301",
    "origin protocol without a listener",
    "CloudFront would connect to port 443, where the load balancer does not listen: every "
    "request of an HTTPS viewer would fail.",
)
CERTIFICATE_REGION = Rule(
    "PT302",
    "certificate in the wrong region",
    "CloudFront takes certificates from us-east-1 only; Terraform finds out when it is applied.",
)
RETIRED_ROUTER = Rule(
    "PT303",
    "retired router",
    "ingress-nginx had its last release, v1.15.1, in March 2026. Later holes in nginx itself, "
    "CVE-2026-42945 among them, stay open in it.",
    "warning",
)


class Namespace(NamedTuple):
    """A team's namespace and the apps in it."""

    name: str
    units: tuple[Unit, ...]


class Estate(NamedTuple):
    """One environment, resolved: what `lower` turns into objects and resources."""

    environment: Environment
    source: str
    units: tuple[Unit, ...]
    namespaces: tuple[Namespace, ...]
    hosts: tuple[Host, ...]
    distributions: tuple[Distribution, ...]
    placement: dict[str, str]
    host_of: dict[str, Host]
    """App name -> its public host."""
    callers: dict[str, list[Unit]]
    """App name -> the units that call it, sorted by name."""
    callees: dict[str, list[Unit]]
    """App name -> the units that it calls, in the order of its `calls`."""


def check_environment(environment: Environment, document: Document) -> list[Diagnostic]:
    """What each field of an environment alone allows and the whole does not."""
    return [*_environment_conflicts(environment, document)]


def link(
    environment: Environment,
    document: Document,
    units: list[Unit],
    committed: Document | None,
    app_names: tuple[str, ...],
) -> tuple[Estate, list[Diagnostic]]:
    """The environment's estate, and everything that is wrong between its apps.

    `units` are sorted by name. `app_names` are all apps of the repository, also those that could
    not be read.
    """
    hosts, diagnostics = hosts_of(environment, units)
    distributions, placement, misplaced = place(hosts, committed)
    diagnostics += misplaced
    diagnostics += _calls(environment, units, app_names)
    diagnostics += _teams(environment, units)
    by_name = {unit.app.name: unit for unit in units}
    callers: dict[str, list[Unit]] = {}
    callees: dict[str, list[Unit]] = {}
    teams: dict[str, list[Unit]] = {}
    for unit in units:
        teams.setdefault(unit.app.team, []).append(unit)
        for name in unit.app.calls:
            if name in by_name:
                callers.setdefault(name, []).append(unit)
                callees.setdefault(unit.app.name, []).append(by_name[name])
    estate = Estate(
        environment=environment,
        source=document.path,
        units=tuple(units),
        namespaces=tuple(Namespace(team, tuple(teams[team])) for team in sorted(teams)),
        hosts=hosts,
        distributions=distributions,
        placement=placement,
        host_of={route.unit.app.name: host for host in hosts for route in host.routes},
        callers=callers,
        callees=callees,
    )
    return estate, diagnostics


def _environment_conflicts(environment: Environment, document: Document) -> Iterator[Diagnostic]:
    def at(*path: str | int, note: str = "") -> Place:
        return Place(document.span(path), note)

    balancer, edge = environment.load_balancer, environment.edge
    given = [
        name
        for name, value in (
            ("cloudfrontSecurityGroups", balancer.access.cloudfront_security_groups),
            ("sourceRanges", balancer.access.source_ranges),
            ("openToTheWorld", balancer.access.open_to_the_world),
        )
        if value is not None
    ]
    if len(given) != 1:
        yield Diagnostic(
            CONFLICT,
            "who may reach the load balancer is said "
            + ("twice: " + " and ".join(given) if given else "nowhere"),
            at("loadBalancer", "access"),
            help="write exactly one of cloudfrontSecurityGroups, sourceRanges and openToTheWorld",
        )
    if edge.origin_protocol != "http-only" and balancer.https is None:
        yield Diagnostic(
            ORIGIN_PROTOCOL,
            f"with {edge.origin_protocol} CloudFront connects to port 443, "
            "and the load balancer has port 80 only",
            at("edge", "originProtocol"),
            help="write http-only, or add a certificate under loadBalancer.https",
        )
    if edge.certificate is not None and edge.certificate.arn.split(":")[3] != "us-east-1":
        region = edge.certificate.arn.split(":")[3]
        yield Diagnostic(
            CERTIFICATE_REGION,
            f"the certificate is in {region}, and CloudFront takes it from us-east-1 only",
            at("edge", "certificate", "arn"),
            help="request it in us-east-1, or remove `certificate` and let Terraform make one",
        )
    if balancer.https is not None:
        region = balancer.https.certificate_arn.split(":")[3]
        if region != environment.aws.region:
            yield Diagnostic(
                CERTIFICATE_REGION,
                f"the load balancer is in {environment.aws.region}, its certificate in {region}",
                at("loadBalancer", "https", "certificateArn"),
                help=f"request the certificate in {environment.aws.region}",
            )
    zone = balancer.hosted_zone.name
    if balancer.dns_name != zone and not balancer.dns_name.endswith("." + zone):
        yield Diagnostic(
            CONFLICT,
            f'"{balancer.dns_name}" is not in the zone "{zone}"',
            at("loadBalancer", "dnsName"),
            (at("loadBalancer", "hostedZone", "name"),),
            help="external-dns can only write names of its own zone",
        )
    for index, domain in enumerate(environment.domains):
        if domain.hosted_zone_id == balancer.hosted_zone.hosted_zone_id:
            yield Diagnostic(
                CONFLICT,
                "the load balancer's name and public hosts are in one hosted zone",
                at("loadBalancer", "hostedZone", "hostedZoneId"),
                (at("domains", index, "hostedZoneId", note="Terraform owns this zone"),),
                help="use a separate domain for the load balancer, so that external-dns in the "
                "cluster can never write a public host",
            )
    if environment.edge.origin_read_timeout >= balancer.idle_timeout:
        yield Diagnostic(
            CONFLICT,
            f"CloudFront waits {edge.origin_read_timeout} s for an answer, and the load balancer "
            f"hangs up after {balancer.idle_timeout} s of silence",
            at("loadBalancer", "idleTimeout"),
            (at("edge", "originReadTimeout"),),
            help="make idleTimeout longer than originReadTimeout",
        )
    check = balancer.health_check
    if check.timeout >= check.interval:
        yield Diagnostic(
            CONFLICT,
            f"a check may take {check.timeout} s and one starts every {check.interval} s",
            at("loadBalancer", "healthCheck"),
            help="make the timeout shorter than the interval",
        )
    if balancer.kind == "network" and balancer.access.source_ranges is not None:
        # AWS Load Balancer Controller v3.5: without client addresses there is nothing to match.
        yield Diagnostic(
            CONFLICT,
            "a network load balancer that hides the client's address ignores source ranges",
            at("loadBalancer", "access", "sourceRanges"),
            (at("loadBalancer", "kind"),),
            help="use cloudfrontSecurityGroups, or `kind: classic`",
        )
    if environment.router.kind == "ingress-nginx":
        yield Diagnostic(
            RETIRED_ROUTER,
            "ingress-nginx reached its end of life in March 2026",
            at("router"),
            help="write `router: nginx`",
        )


def _calls(
    environment: Environment, units: list[Unit], app_names: tuple[str, ...]
) -> Iterator[Diagnostic]:
    here = {unit.app.name: unit for unit in units}
    for unit in units:
        for index, name in enumerate(unit.app.calls):
            target = here.get(name)
            if target is None and name in app_names:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.app.name}" calls "{name}", which is not in {environment.name}',
                    unit.place("calls", index),
                    help=f"add `{environment.name}:` to the environments of apps/{name}.yaml, or "
                    f"override `calls` for {environment.name}",
                )
            elif target is None:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.app.name}" calls "{name}", and there is no such app',
                    unit.place("calls", index),
                    help=did_you_mean(name, sorted(app_names)),
                )
            elif target.app.port is None:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.app.name}" calls "{name}", which has no port to call',
                    unit.place("calls", index),
                    (target.place("name"),),
                    help=f"give {name} a port, or remove it from `calls`",
                )


def _teams(environment: Environment, units: list[Unit]) -> Iterator[Diagnostic]:
    entrance = environment.load_balancer.namespace
    for unit in units:
        if unit.app.team == entrance:
            yield Diagnostic(
                CONFLICT,
                f'"{entrance}" is the namespace of the entrance itself',
                unit.place("team"),
                help="name the team that answers for this app",
            )
