"""What environments say, held together: the fields of each, and all of them against each other."""

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.conflicts.identity import NOT_OWN, is_below
from compiler.link.conflicts.resources import size
from compiler.link.conflicts.rule import CONFLICT
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.yaml import Document
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean

if TYPE_CHECKING:
    from compiler.spec.metrics import Collector

ORIGIN_PROTOCOL = Rule(
    "PT301",
    "origin protocol without a listener",
    "CloudFront would connect to port 443, where the load balancer does not listen: every "
    "request of an HTTPS viewer would fail.",
    what="Refuses an environment whose CloudFront may use HTTPS to reach a load balancer that has "
    "port 80 only.",
    fix="Write `originProtocol: http-only` or leave it out, or name a certificate for the load "
    "balancer under loadBalancer.https.",
    failing="""\
-- environments/dev.yaml --
# ...
edge:
  originProtocol: https-only
""",
    passing="""\
-- environments/dev.yaml --
# ...
edge:
  originProtocol: http-only
""",
)
CERTIFICATE_REGION = Rule(
    "PT302",
    "certificate in the wrong region",
    "CloudFront takes certificates from us-east-1 only; Terraform finds out when it is applied.",
    what="Refuses a certificate for CloudFront that is not in us-east-1, and one for the load "
    "balancer that is not in its region.",
    fix="Request the certificate in the right region. For CloudFront it is simplest to leave "
    "edge.certificate out: Terraform then makes one and renews it.",
    failing="""\
-- environments/dev.yaml --
# ...
edge:
  certificate:
    arn: arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
""",
    passing="""\
-- environments/dev.yaml --
# ...
edge:
  certificate:
    arn: arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
""",
)
RETIRED_ROUTER = Rule(
    "PT303",
    "retired router",
    "ingress-nginx had its last release, v1.15.1, in March 2026. Later holes in nginx itself, "
    "CVE-2026-42945 among them, stay open in it.",
    "warning",
    what="Warns when an environment's router is ingress-nginx.",
    fix="Write `router: nginx`, or leave the field out. Specs of apps stay as they are.",
    failing="""\
-- environments/dev.yaml --
# ...
router: ingress-nginx
""",
    passing="""\
-- environments/dev.yaml --
# ...
router: nginx
""",
)
SHARED_BETWEEN_ENVIRONMENTS = Rule(
    "PT304",
    "environments that claim the same thing",
    "Two environments would each write it, and each undo what the other wrote: a DNS name, a zone, "
    "the one load balancer of a cluster.",
    what="Refuses two environments that share a domain, a cluster, the load balancer's name or "
    "Terraform's state, and a load balancer whose name stands in a zone of public hosts.",
    fix="Give each environment its own. After copying an environment file, go through its names "
    "and ids one by one.",
    failing="""\
-- environments/test.yaml --
# ... as in environments/dev.yaml
name: test
""",
    passing="""\
-- environments/test.yaml --
# ... as in environments/dev.yaml
name: test
cluster: {name: acme-test, kubernetes: "1.34", vpcCidrs: [10.1.0.0/16]}
domains: [{name: test.acme.example, hostedZoneId: Z0000000TEST}]
loadBalancer:
  dnsName: lb-test.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
""",
)
FOREIGN_ACCOUNT = Rule(
    "PT305",
    "certificate of another account",
    "AWS takes a certificate of the same account only; Terraform finds out when it is applied.",
    what="Refuses a certificate, for CloudFront or for the load balancer, of another AWS account "
    "than the environment's.",
    fix="Request the certificate in the environment's own account. For CloudFront it is simplest "
    "to leave edge.certificate out: Terraform then makes one and renews it.",
    failing="""\
-- environments/dev.yaml --
# ...
aws: {account: "111122223333", region: eu-west-1}
edge:
  certificate:
    arn: arn:aws:acm:us-east-1:444455556666:certificate/12345678-1234-1234-1234-123456789012
""",
    passing="""\
-- environments/dev.yaml --
# ...
aws: {account: "111122223333", region: eu-west-1}
edge:
  certificate:
    arn: arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
""",
)

PROMOTION_FROM_NOWHERE = Rule(
    "PT117",
    "promotion that has no beginning",
    "Where an environment is promoted from nothing that there is, or from itself, no image could "
    "ever come to it.",
    what="Refuses a `promotesFrom` that names no environment, the environment itself, or one that "
    "is promoted from it in turn.",
    fix="Name the environment in which an image is tried before it comes here. The first one has "
    "no `promotesFrom`.",
    failing="""\
-- environments/dev.yaml --
# ...
promotesFrom: dev
""",
    passing="""\
-- environments/dev.yaml --
# ... without promotesFrom: whatever is new is tried here
name: dev
""",
)

Environments = dict[str, tuple[Environment, Document]]


def check_environments(environments: Environments, names: Collection[str]) -> list[Diagnostic]:
    """What each field of an environment alone allows, and the whole does not.

    `names` are those of all environments, also of the ones that could not be read.
    """
    found: list[Diagnostic] = []
    for environment, document in environments.values():
        found += islice(_conflicts(environment, document), MAX_DIAGNOSTICS)
    return [*found, *_clashes(environments), *_promotions(environments, names)]


def _promotions(environments: Environments, names: Collection[str]) -> Iterator[Diagnostic]:
    for name, (environment, document) in environments.items():
        source = environment.promotes_from
        place = Place(document.span(("promotesFrom",)))
        if source is not None and source not in names:
            yield Diagnostic(
                PROMOTION_FROM_NOWHERE,
                f'there is no environment "{source}" to promote from',
                place,
                help=did_you_mean(source, [other for other in names if other != name]),
            )
        chain = [name]
        while source is not None and source not in chain:
            chain.append(source)
            source = environments[source][0].promotes_from if source in environments else None
        # A circle is told once, of its first environment.
        if source == name and name == min(chain):
            yield Diagnostic(
                PROMOTION_FROM_NOWHERE,
                f"{name} is promoted from itself"
                + (f", by way of {' and '.join(chain[1:])}" if chain[1:] else ""),
                place,
                help="the environment in which everything new is tried has no promotesFrom",
            )


class DnsNames(NamedTuple):
    """What the names of all environments are, to judge the hosts of one."""

    domains: dict[str, str]
    """Public domain -> the environment that it belongs to."""
    edge_zones: dict[str, str]
    """Zone of a load balancer's name -> the environment whose load balancer it is."""


def dns_names(environments: Environments) -> DnsNames:
    return DnsNames(
        domains={
            domain.name: name
            for name, (environment, _) in environments.items()
            for domain in environment.domains
        },
        edge_zones={
            environment.load_balancer.hosted_zone.name: name
            for name, (environment, _) in environments.items()
        },
    )


def _clashes(environments: Environments) -> Iterator[Diagnostic]:
    """What only one environment may have."""
    first: dict[tuple[str, ...], tuple[str, Place]] = {}
    public_zones: dict[str, tuple[str, Place]] = {}
    for name, (environment, document) in environments.items():
        claims: list[tuple[str, tuple[str, ...], tuple[str | int, ...]]] = [
            ("the domain", ("domain", domain.name), ("domains", index, "name"))
            for index, domain in enumerate(environment.domains)
        ]
        balancer, aws, cluster = environment.load_balancer, environment.aws, environment.cluster
        claims += [
            ("the name", ("dns", balancer.dns_name), ("loadBalancer", "dnsName")),
            (
                "the cluster",
                ("cluster", aws.account, aws.region, cluster.name),
                ("cluster", "name"),
            ),
        ]
        for what, key, path in claims:
            place = Place(document.span(path))
            owner, earlier = first.setdefault(key, (name, place))
            if earlier is not place:
                yield Diagnostic(
                    SHARED_BETWEEN_ENVIRONMENTS,
                    f'{what} "{key[-1]}" is claimed '
                    + ("twice" if owner == name else f"by {owner} and by {name}"),
                    place,
                    (Place(earlier.span, f"also here, by {owner}"),),
                    help="each environment has its own",
                )
        for index, domain in enumerate(environment.domains):
            zone = Place(document.span(("domains", index, "hostedZoneId")))
            public_zones.setdefault(domain.hosted_zone_id, (name, zone))
    zones = {
        environment.load_balancer.hosted_zone.name: (
            environment.name,
            Place(document.span(("loadBalancer", "hostedZone", "name"))),
        )
        for environment, document in environments.values()
    }
    for environment, document in environments.values():
        for index, domain in enumerate(environment.domains):
            for edge_zone, (owner, place) in zones.items():
                if domain.name == edge_zone or domain.name.endswith("." + edge_zone):
                    yield Diagnostic(
                        SHARED_BETWEEN_ENVIRONMENTS,
                        f'the public domain "{domain.name}" lies in the zone of the load balancer '
                        f"of {owner}",
                        Place(document.span(("domains", index, "name"))),
                        (Place(place.span, "external-dns owns this zone"),),
                        help="use a separate domain for the load balancer",
                    )
    for environment, document in environments.values():
        zone_id = environment.load_balancer.hosted_zone.hosted_zone_id
        if zone_id in public_zones:
            owner, place = public_zones[zone_id]
            yield Diagnostic(
                SHARED_BETWEEN_ENVIRONMENTS,
                f"the load balancer of {environment.name} has its name in a zone of public hosts",
                Place(document.span(("loadBalancer", "hostedZone", "hostedZoneId"))),
                (Place(place.span, f"Terraform owns this zone, for {owner}"),),
                help="use a separate domain for the load balancer, so that external-dns in the "
                "cluster can never write a public host",
            )


def _conflicts(environment: Environment, document: Document) -> Iterator[Diagnostic]:
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
    for path, arn in (
        (("edge", "certificate", "arn"), edge.certificate and edge.certificate.arn),
        (
            ("loadBalancer", "https", "certificateArn"),
            balancer.https and balancer.https.certificate_arn,
        ),
    ):
        if arn and arn.split(":")[4] != environment.aws.account:
            yield Diagnostic(
                FOREIGN_ACCOUNT,
                f"the certificate is in account {arn.split(':')[4]}, and {environment.name} is in "
                f"{environment.aws.account}",
                at(*path),
                (at("aws", "account"),),
                help="request it in the environment's own account",
            )
    boundary = environment.aws.permissions_boundary
    if boundary is not None and boundary.split(":")[4] not in (environment.aws.account, "aws"):
        yield Diagnostic(
            CONFLICT,
            f"the policy is in account {boundary.split(':')[4]}, and {environment.name} is in "
            f"{environment.aws.account}",
            at("aws", "permissionsBoundary"),
            (at("aws", "account"),),
            help="name a policy of the environment's own account",
        )
    issuer = environment.cluster.oidc_issuer
    if issuer is not None and issuer.split(".")[2] != environment.aws.region:
        yield Diagnostic(
            CONFLICT,
            f"the OIDC issuer is in {issuer.split('.')[2]}, "
            f"the cluster in {environment.aws.region}",
            at("cluster", "oidcIssuer"),
            (at("aws", "region"),),
            help="copy the issuer of this cluster",
        )
    yield from _firewall(environment, at)
    if environment.edge.origin_read_timeout >= balancer.idle_timeout:
        yield Diagnostic(
            CONFLICT,
            f"CloudFront waits {edge.origin_read_timeout} s for an answer, and the load balancer "
            f"hangs up after {balancer.idle_timeout} s of silence",
            at("loadBalancer", "idleTimeout"),
            help="make idleTimeout longer than originReadTimeout",
        )
    for index, address in enumerate(balancer.access.source_ranges or []):
        if ":" in address:
            yield Diagnostic(
                CONFLICT,
                f"a Classic ELB has no IPv6 address, and {address} is an IPv6 range",
                at("loadBalancer", "access", "sourceRanges", index),
                help="remove it",
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
    stores = environment.secret_stores
    if stores and stores.secrets_manager is None and stores.parameter_store is None:
        yield Diagnostic(
            CONFLICT,
            "no store is named, so no app may have `secrets` all the same",
            at("secretStores"),
            help="name a ClusterSecretStore: `secretsManager: aws-secrets`",
        )
    if environment.defaults.resources is not None:
        yield from size(
            environment.defaults.resources,
            environment,
            lambda: at("defaults", "resources"),
            alone=True,
        )
    for index, domain in enumerate(environment.label_domains):
        if is_below(domain, NOT_OWN):
            yield Diagnostic(
                CONFLICT,
                f"Kubernetes, Flux or Portico act on keys that begin with {domain}",
                at("labelDomains", index),
                help="name domains of your own",
            )
    if environment.metrics is not None:
        yield from _collector(environment.metrics, at)
    if environment.router.kind == "ingress-nginx":
        yield Diagnostic(
            RETIRED_ROUTER,
            "ingress-nginx reached its end of life in March 2026",
            at("router"),
            help="write `router: nginx`",
        )


def _collector(collector: "Collector", at: Callable[..., Place]) -> Iterator[Diagnostic]:
    if collector.kind == "annotations" and collector.labels:
        yield Diagnostic(
            CONFLICT,
            "labels are how Prometheus finds monitors, and there are none: annotations are on pods",
            at("metrics", "labels"),
            (at("metrics", "kind"),),
            help="remove `labels`, or write `kind: serviceMonitor`",
        )
    for key in collector.labels:
        if key.startswith(("app.kubernetes.io/", "portico.dev/")):
            yield Diagnostic(
                CONFLICT,
                f'"{key}" says already whose a monitor is',
                at("metrics", "labels", key),
                help="use the label that `serviceMonitorSelector` of Prometheus asks for",
            )


def _firewall(environment: Environment, at: Callable[..., Place]) -> Iterator[Diagnostic]:
    waf = environment.edge.waf
    allowed: dict[str, int] = {}
    for index, address in enumerate(waf.allow):
        allowed.setdefault(address, index)
    for index, address in enumerate(waf.block):
        if address in allowed:
            yield Diagnostic(
                CONFLICT,
                f"{address} is both allowed and blocked",
                at("edge", "waf", "block", index),
                (at("edge", "waf", "allow", allowed[address]),),
                help="remove it from one of the lists; who is allowed skips every other rule",
            )
    first: dict[str, int] = {}
    for index, name in enumerate(group.name for group in waf.managed_rule_groups):
        if first.setdefault(name, index) != index:
            yield Diagnostic(
                CONFLICT,
                f"{name} is listed twice",
                at("edge", "waf", "managedRuleGroups", index),
                (at("edge", "waf", "managedRuleGroups", first[name]),),
                help="remove one of the two",
            )
