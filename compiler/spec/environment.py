"""What the platform owns in one environment: `environments/<env>.yaml`."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from compiler.spec.app import Replicas, Resources
from compiler.spec.model import Model, invalid, short_form
from compiler.spec.types import Cidr, Name, PublicCidr, TeamName, UserId

_DOMAIN = re.compile(r"([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def _matching(pattern: str, what: str, example: str) -> AfterValidator:
    """A text of a fixed form that AWS gives out, such as an id."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise invalid(f'"{value}" is not {what}', f"it looks like this: {example}")
        return value

    return AfterValidator(check)


def _domain(value: str) -> str:
    # 64 characters is the limit of a certificate's common name.
    if len(value) > 64 or not _DOMAIN.fullmatch(value):
        raise invalid(
            f'"{value}" is not a domain',
            "write it in lowercase, without a final dot, in 64 characters: example.com",
        )
    return value


Domain = Annotated[str, AfterValidator(_domain)]
AccountId = Annotated[str, _matching(r"[0-9]{12}", "an AWS account id", '"123456789012"')]
# Not the partitions of China and the US government, whose ARNs and services differ.
Region = Annotated[
    str, _matching(r"(?!cn-|us-gov-)[a-z]{2}(-[a-z]+)+-[0-9]", "an AWS region", "eu-west-1")
]
HostedZoneId = Annotated[
    str, _matching(r"Z[A-Z0-9]{6,31}", "a Route 53 hosted zone id", "Z0123456789ABCDEFGHIJ")
]
SecurityGroupId = Annotated[
    str, _matching(r"sg-[0-9a-f]{8,17}", "a security group id", "sg-0123456789abcdef0")
]
CertificateArn = Annotated[
    str,
    _matching(
        r"arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}",
        "the ARN of an ACM certificate",
        "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    ),
]
ClusterName = Annotated[
    str, _matching(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}", "an EKS cluster name", "acme-prod")
]
BucketName = Annotated[
    str, _matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "an S3 bucket name", "acme-terraform-state")
]
OidcIssuer = Annotated[
    str,
    _matching(
        r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com/id/[A-F0-9]{32}",
        "the OIDC issuer of an EKS cluster, without https://",
        "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
    ),
]
# The groups that need no configuration of their own. AntiDDoS, ATP, ACFP and bot control do.
# Source: AWS WAF developer guide, "AWS Managed Rules rule groups list".
RuleGroupName = Literal[
    "AWSManagedRulesAdminProtectionRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesLinuxRuleSet",
    "AWSManagedRulesPHPRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesUnixRuleSet",
    "AWSManagedRulesWindowsRuleSet",
    "AWSManagedRulesWordPressRuleSet",
]
KubernetesVersion = Literal["1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]
Seconds = Annotated[int, Field(ge=1, le=3600)]


class Aws(Model):
    """Where the environment's AWS resources live."""

    account: AccountId = Field(description="The account's id, 12 digits, in quotes.")
    region: Region = Field(description="The cluster's and load balancer's region.")


class Cluster(Model):
    """The EKS cluster."""

    name: ClusterName = Field(description="The cluster's name in EKS.")
    kubernetes: KubernetesVersion = Field(description='Its Kubernetes version, in quotes: "1.34".')
    vpc_cidrs: Annotated[list[Cidr], Field(min_length=1)] = Field(
        description="The VPC's address ranges: where the load balancer's connections come from."
    )
    oidc_issuer: OidcIssuer | None = Field(
        None,
        description="Set: pods get AWS roles through this OIDC issuer (IRSA). Not set: through "
        "EKS Pod Identity.",
    )


class PublicDomain(Model):
    """A domain that public hosts live in, and the Route 53 zone that answers for it."""

    name: Domain = Field(description="The domain: `example.com`.")
    hosted_zone_id: HostedZoneId = Field(description="Its public hosted zone.")


class Access(Model):
    """Who may connect to the shared load balancer: exactly one of these."""

    cloudfront_security_groups: Annotated[list[SecurityGroupId], Field(min_length=1)] | None = (
        Field(
            None,
            description="Security groups that admit CloudFront's origin-facing prefix lists and "
            "nothing else.",
        )
    )
    source_ranges: Annotated[list[PublicCidr], Field(min_length=1)] | None = Field(
        None, description="Address ranges, for an environment that only some networks may reach."
    )
    open_to_the_world: Literal[True] | None = Field(
        None, description="`true`: anyone may connect, past CloudFront and its firewall."
    )


class HealthCheck(Model):
    """How the load balancer learns that a target works. Times in seconds."""

    interval: Annotated[int, Field(ge=5, le=300)] = Field(10, description="Between two checks.")
    timeout: Annotated[int, Field(ge=2, le=60)] = Field(5, description="To wait for an answer.")
    healthy: Annotated[int, Field(ge=2, le=10)] = Field(2, description="Good answers to come in.")
    unhealthy: Annotated[int, Field(ge=2, le=10)] = Field(3, description="Bad ones to go out.")


class Https(Model):
    """A 443 listener, so that CloudFront, or who skips it, can speak TLS to the load balancer."""

    certificate_arn: CertificateArn = Field(
        description="A certificate in the cluster's region, for the load balancer's DNS name and "
        "for hosts that skip CloudFront."
    )


class LoadBalancer(Model):
    """The ONE shared load balancer."""

    kind: Literal["classic", "network"] = Field(
        "classic",
        description="`classic`: a Classic ELB made by the AWS cloud provider. `network`: an NLB "
        "made by the AWS Load Balancer Controller.",
    )
    namespace: TeamName = Field("edge", description="The namespace of everything at the entrance.")
    service: Name = Field(
        "service-public-loadbalancer", description="The name of the one LoadBalancer Service."
    )
    dns_name: Domain = Field(description="Its stable name, kept by external-dns.")
    hosted_zone: PublicDomain = Field(
        description="The zone of that name: a domain of its own, so that the cluster never "
        "touches the zone of a public host."
    )
    access: Access = Field(description="Who may connect.")
    https: Https | None = Field(None, description="Adds a 443 listener; port 80 is always there.")
    idle_timeout: Annotated[int, Field(ge=60, le=4000)] = Field(
        75, description="Seconds that a silent connection is kept."
    )
    draining: Annotated[int, Field(ge=1, le=3600)] = Field(
        20, description="Seconds that a target which is going away may finish its requests."
    )
    cross_zone: bool = Field(True, description="Spread requests over the targets of all zones.")
    health_check: HealthCheck = Field(HealthCheck(), description="When a target counts as well.")


class Router(Model):
    """The ingress controller behind the load balancer."""

    kind: Literal["nginx", "ingress-nginx"] = Field(
        "nginx",
        description="`nginx` (F5 NGINX Ingress Controller), or `ingress-nginx` (retired in 2026).",
    )
    replicas: Annotated[int, Field(ge=2, le=100)] = Field(3, description="How many pods.")


class ManagedRuleGroup(Model):
    """A rule group that AWS maintains."""

    name: RuleGroupName = Field(description="Its name: `AWSManagedRulesCommonRuleSet`.")
    mode: Literal["block", "count"] = Field(
        "block", description="`count` only counts: for trying a group out."
    )


class Waf(Model):
    """The firewall in front of every public host."""

    allow: list[PublicCidr] = Field([], description="Addresses that skip every other rule.")
    block: list[PublicCidr] = Field([], description="Addresses that are refused.")
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] = Field(
        2000, description="Requests that one address may send in five minutes."
    )
    log_retention_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] = (
        Field(90, description="How long the log of refused requests is kept.")
    )
    managed_rule_groups: list[Annotated[ManagedRuleGroup, short_form("name", str)]] = Field(
        [
            ManagedRuleGroup(name="AWSManagedRulesAmazonIpReputationList"),
            ManagedRuleGroup(name="AWSManagedRulesKnownBadInputsRuleSet"),
            ManagedRuleGroup(name="AWSManagedRulesCommonRuleSet"),
        ],
        description="Rule groups of AWS, in order.",
    )


class Certificate(Model):
    """An existing certificate, instead of one that Terraform makes."""

    arn: CertificateArn = Field(description="Its ARN, which must be in us-east-1.")


class Edge(Model):
    """CloudFront and what stands around it."""

    certificate: Certificate | None = Field(
        None, description="An existing certificate. By default Terraform makes one and renews it."
    )
    origin_protocol: Literal["http-only", "https-only", "match-viewer"] = Field(
        "http-only", description="How CloudFront speaks to the load balancer."
    )
    origin_read_timeout: Annotated[int, Field(ge=1, le=60)] = Field(
        60, description="Seconds that CloudFront waits for the app's answer."
    )
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        "PriceClass_100", description="Where CloudFront serves from."
    )
    waf: Waf = Field(Waf(), description="The firewall.")


class Terraform(Model):
    """Where Terraform keeps this environment's state."""

    state_bucket: BucketName = Field(description="The S3 bucket.")
    state_region: Region = Field(description="The bucket's region.")


class Flux(Model):
    """How Flux finds this repository."""

    source: Name = Field("flux-system", description="The GitRepository's name.")


class Defaults(Model):
    """What every app of the environment gets unless it says otherwise."""

    replicas: Annotated[Replicas, short_form("min", int)] | None = Field(
        None, description="How many pods."
    )
    resources: Resources | None = Field(None, description="CPU, memory and local disk.")
    run_as_user: UserId | None = Field(None, description="The user id of containers.")


class Environment(Model):
    """One environment: dev, test, acceptance, prod."""

    name: Name = Field(description="Its name, and its file's: `environments/<name>.yaml`.")
    aws: Aws = Field(description="The AWS account.")
    cluster: Cluster = Field(description="The EKS cluster.")
    domains: Annotated[list[PublicDomain], Field(min_length=1)] = Field(
        description="Where public hosts live; the first one completes short hosts."
    )
    load_balancer: LoadBalancer = Field(description="The one shared load balancer.")
    router: Annotated[Router, short_form("kind", str)] = Field(
        Router(), description="The ingress controller."
    )
    edge: Edge = Field(Edge(), description="CloudFront, WAF and certificate.")
    terraform: Terraform = Field(description="Terraform's state.")
    flux: Flux = Field(Flux(), description="Flux's source.")
    defaults: Defaults = Field(Defaults(), description="Defaults for apps.")
