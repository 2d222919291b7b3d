"""What the platform owns in one environment: `environments/<env>.yaml`."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from compiler.spec.defaults import SIZES, Autoscaling, Defaults, Size
from compiler.spec.iam import PolicyArn
from compiler.spec.later import later
from compiler.spec.model import NONE, Exactly, Form, Model, ShortForm, becomes, invalid
from compiler.spec.types import Name, PublicCidr, TeamName

if TYPE_CHECKING:
    from compiler.spec.metrics import CollectorField
    from compiler.spec.secrets import SecretStoresField
else:
    CollectorField = later("metrics", "CollectorField")
    SecretStoresField = later("secrets", "SecretStoresField")


def _given(name: str, pattern: str, what: str, example: str) -> Form:
    """A text of a fixed form that AWS gives out, such as an id."""

    def why(value: str) -> PydanticCustomError:
        return invalid(f'"{value}" is not {what}', f"it looks like this: {example}")

    return Form(name, pattern, f"{what}: {example}", why)


def _why_domain(value: str) -> PydanticCustomError:
    return invalid(
        f'"{value}" is not a domain',
        "write it in lowercase, without a final dot, in 64 characters: example.com",
    )


_LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"

Domain = Annotated[
    str,
    Form(
        "domain",
        rf"(?:{_LABEL}\.)+{_LABEL}",
        "a domain in lowercase, without a final dot, at most 64 characters: example.com",
        _why_domain,
        # The limit of a certificate's common name.
        longest=64,
    ),
]
AccountId = Annotated[str, _given("account id", "[0-9]{12}", "an AWS account id", '"123456789012"')]
# Not the partitions of China and the US government, whose ARNs and services differ.
Region = Annotated[
    str,
    _given("region", "(?!cn-|us-gov-)[a-z]{2}(?:-[a-z]+)+-[0-9]", "an AWS region", "eu-west-1"),
]
HostedZoneId = Annotated[
    str,
    _given("zone id", "Z[A-Z0-9]{6,31}", "a Route 53 hosted zone id", "Z0123456789ABCDEFGHIJ"),
]
SecurityGroupId = Annotated[
    str,
    _given("security group id", "sg-[0-9a-f]{8,17}", "a security group id", "sg-0123456789abcdef0"),
]
CertificateArn = Annotated[
    str,
    _given(
        "ARN",
        "arn:aws:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}",
        "the ARN of an ACM certificate",
        "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    ),
]
ClusterName = Annotated[
    str,
    _given("cluster name", "[0-9A-Za-z][A-Za-z0-9_-]{0,99}", "an EKS cluster name", "acme-prod"),
]
BucketName = Annotated[
    str,
    _given(
        "bucket name",
        "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "an S3 bucket name",
        "acme-terraform-state",
    ),
]
OidcIssuer = Annotated[
    str,
    _given(
        "OIDC issuer",
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
# Source: CloudWatch Logs API, PutRetentionPolicy.
RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]
KubernetesVersion = Literal["1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]


class Aws(Model):
    """Where the environment's AWS resources live."""

    account: AccountId = Field(
        description="The account's id, 12 digits, in quotes.",
        examples=["123456789012"],
        json_schema_extra=becomes(
            "Becomes `allowed_account_ids` of Terraform, which then touches no other account."
        ),
    )
    region: Region = Field(
        description="The cluster's and load balancer's region.",
        examples=["eu-west-1"],
        json_schema_extra=becomes(
            "Becomes the region of the AWS provider; what CloudFront needs is in us-east-1 anyway."
        ),
    )
    permissions_boundary: PolicyArn | None = Field(
        None,
        description="A policy that bounds what the IAM roles made here can allow.",
        examples=["arn:aws:iam::123456789012:policy/app-boundary"],
        json_schema_extra=becomes(
            "Becomes the permissions boundary of external-dns's role, and of those of apps that "
            "name no other."
        ),
    )


class Cluster(Model):
    """The EKS cluster."""

    name: ClusterName = Field(
        description="The cluster's name in EKS.",
        examples=["acme-prod"],
        json_schema_extra=becomes(
            "Becomes the owner id of external-dns and, with EKS Pod Identity, the cluster that may "
            "take its role."
        ),
    )
    kubernetes: KubernetesVersion = Field(
        description='Its Kubernetes version, in quotes: "1.34".',
        examples=["1.34"],
        json_schema_extra=becomes(
            "Decides which schemas rendered objects are checked against; becomes the Pod Security "
            "version of every namespace."
        ),
    )
    vpc_cidrs: Annotated[list[PublicCidr], Field(min_length=1)] = Field(
        description="The VPC's address ranges: where the load balancer's connections come from.",
        examples=[["10.40.0.0/16"]],
        json_schema_extra=becomes(
            "Becomes what the router's NetworkPolicy admits and whose X-Forwarded-For it believes."
        ),
    )
    network_policies: Literal["kubernetes", "cilium"] = Field(
        "kubernetes",
        description="Who enforces network policies: `kubernetes` for anything that knows "
        "Kubernetes' own, such as the VPC CNI; `cilium` for Cilium, which knows DNS names too.",
        examples=["cilium"],
        json_schema_extra=becomes(
            "With `cilium`, `dns` in the `egress` of an app becomes a CiliumNetworkPolicy beside "
            "its NetworkPolicy."
        ),
    )
    oidc_issuer: OidcIssuer | None = Field(
        None,
        description="Set: pods get AWS roles through this OIDC issuer (IRSA). Not set: through "
        "EKS Pod Identity.",
        examples=["oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"],
        json_schema_extra=becomes(
            "Becomes the trust policy of the IAM roles of external-dns and of apps, and the "
            "annotation of their ServiceAccounts."
        ),
    )


class PublicDomain(Model):
    """A domain that public hosts live in, and the Route 53 zone that answers for it."""

    name: Domain = Field(
        description="The domain: `example.com`.",
        examples=["example.com"],
        json_schema_extra=becomes(
            "Becomes the end of every host in it, and the names on the certificate."
        ),
    )
    hosted_zone_id: HostedZoneId = Field(
        description="Its public hosted zone.",
        examples=["Z0123456789ABCDEFGHIJ"],
        json_schema_extra=becomes("Becomes the `zone_id` of the domain's records in Terraform."),
    )


class Access(Model):
    """Who may connect to the shared load balancer: exactly one of these."""

    cloudfront_security_groups: Annotated[list[SecurityGroupId], Field(min_length=1)] | None = (
        Field(
            None,
            description="Security groups that admit CloudFront's origin-facing prefix lists and "
            "nothing else.",
            examples=[["sg-0123456789abcdef0"]],
            json_schema_extra=becomes("Becomes the load balancer's security groups."),
        )
    )
    source_ranges: Annotated[list[PublicCidr], Field(min_length=1)] | None = Field(
        None,
        description="Address ranges, for an environment that only some networks may reach.",
        examples=[["203.0.113.0/24"]],
        json_schema_extra=becomes(
            "Becomes `loadBalancerSourceRanges` of the one Service; every host is then `direct`."
        ),
    )
    open_to_the_world: Annotated[Literal[True], Exactly(bool)] | None = Field(
        None,
        description="`true`: anyone may connect, past CloudFront and its firewall.",
        examples=[True],
        json_schema_extra=becomes("Becomes the source range 0.0.0.0/0 of a Classic ELB."),
    )


class HealthCheck(Model):
    """How the load balancer learns that a target works. Times in seconds."""

    interval: Annotated[int, Field(ge=5, le=300)] = Field(
        10,
        description="Between two checks.",
        examples=[30],
        json_schema_extra=becomes("In seconds. Becomes the health check's interval."),
    )
    timeout: Annotated[int, Field(ge=2, le=60)] = Field(
        5,
        description="To wait for an answer.",
        examples=[10],
        json_schema_extra=becomes(
            "In seconds, fewer than the interval. Becomes the health check's timeout."
        ),
    )
    healthy: Annotated[int, Field(ge=2, le=10)] = Field(
        2,
        description="Good answers to come in.",
        examples=[3],
        json_schema_extra=becomes("In a row. Becomes the healthy threshold."),
    )
    unhealthy: Annotated[int, Field(ge=2, le=10)] = Field(
        3,
        description="Bad ones to go out.",
        examples=[2],
        json_schema_extra=becomes("In a row. Becomes the unhealthy threshold."),
    )


class Https(Model):
    """A 443 listener, so that CloudFront, or who skips it, can speak TLS to the load balancer."""

    certificate_arn: CertificateArn = Field(
        description="A certificate in the cluster's region, for the load balancer's DNS name and "
        "for hosts that skip CloudFront.",
        examples=[
            "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
        ],
        json_schema_extra=becomes("Becomes the certificate of the listener on port 443."),
    )


class LoadBalancer(Model):
    """The ONE shared load balancer."""

    kind: Literal["classic", "network"] = Field(
        "classic",
        description="`classic`: a Classic ELB made by the AWS cloud provider. `network`: an NLB "
        "made by the AWS Load Balancer Controller.",
        examples=["network"],
        json_schema_extra=becomes(
            "Decides the annotations of the one Service and its `loadBalancerClass`."
        ),
    )
    namespace: TeamName = Field(
        "edge",
        description="The namespace of everything at the entrance.",
        examples=["ingress"],
        json_schema_extra=becomes(
            "Becomes that namespace, the only one whose quota has room for a load balancer."
        ),
    )
    service: Name = Field(
        "service-public-loadbalancer",
        description="The name of the one LoadBalancer Service.",
        examples=["public"],
        json_schema_extra=becomes(
            "Becomes that Service; one of any other name is refused by the rules and the cluster."
        ),
    )
    dns_name: Domain = Field(
        description="Its stable name, kept by external-dns.",
        examples=["lb.edge.example.net"],
        json_schema_extra=becomes(
            "Becomes the Service's external-dns annotation and the origin of every distribution."
        ),
    )
    hosted_zone: PublicDomain = Field(
        description="The zone of that name: a domain of its own, so that the cluster never "
        "touches the zone of a public host.",
        examples=[{"name": "edge.example.net", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}],
        json_schema_extra=becomes(
            "Becomes the one zone that external-dns reads and that its IAM role may write."
        ),
    )
    access: Access = Field(
        description="Who may connect.",
        examples=[{"cloudfrontSecurityGroups": ["sg-0123456789abcdef0"]}],
        json_schema_extra=becomes("Exactly one of three ways, written below."),
    )
    https: Https | None = Field(
        None,
        description="Adds a 443 listener; port 80 is always there.",
        examples=[
            {
                "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/"
                "12345678-1234-1234-1234-123456789012"
            }
        ],
        json_schema_extra=becomes("Becomes a second port of the one Service."),
    )
    idle_timeout: Annotated[int, Field(ge=60, le=4000)] = Field(
        75,
        description="Seconds that a silent connection is kept.",
        examples=[120],
        json_schema_extra=becomes(
            "More than `edge.originReadTimeout`. Becomes the load balancer's idle timeout; the "
            "router's keep-alive is 15 seconds longer."
        ),
    )
    draining: Annotated[int, Field(ge=1, le=3600)] = Field(
        20,
        description="Seconds that a target which is going away may finish its requests.",
        examples=[30],
        json_schema_extra=becomes(
            "Becomes the draining timeout; apps and router go on serving longer than that before "
            "they stop."
        ),
    )
    cross_zone: bool = Field(
        True,
        description="Spread requests over the targets of all zones.",
        examples=[False],
        json_schema_extra=becomes("Becomes the attribute of that name."),
    )
    health_check: HealthCheck = Field(
        HealthCheck(),
        description="When a target counts as well.",
        examples=[{"interval": 30, "timeout": 10}],
        json_schema_extra=becomes("Becomes the load balancer's check of the router."),
    )


class Router(Model):
    """The ingress controller behind the load balancer."""

    kind: Literal["nginx", "ingress-nginx"] = Field(
        "nginx",
        description="`nginx` (F5 NGINX Ingress Controller), or `ingress-nginx` (retired in 2026).",
        examples=["nginx"],
        json_schema_extra=becomes(
            "Decides which controller is deployed in the entrance's namespace, and the annotations "
            "of each Ingress."
        ),
    )
    replicas: Annotated[int, Field(ge=2, le=100)] = Field(
        3,
        description="How many pods.",
        examples=[4],
        json_schema_extra=becomes("Becomes `replicas` of the controller's Deployment."),
    )


class ManagedRuleGroup(Model):
    """A rule group that AWS maintains."""

    name: RuleGroupName = Field(
        description="Its name: `AWSManagedRulesCommonRuleSet`.",
        examples=["AWSManagedRulesSQLiRuleSet"],
        json_schema_extra=becomes("Becomes a rule of the web ACL."),
    )
    mode: Literal["block", "count"] = Field(
        "block",
        description="`count` only counts: for trying a group out.",
        examples=["count"],
        json_schema_extra=becomes(
            "Becomes the rule's override action; what was counted is in the log."
        ),
    )


class Waf(Model):
    """The firewall in front of every public host."""

    allow: list[PublicCidr] = Field(
        NONE,
        description="Addresses that skip every other rule.",
        examples=[["203.0.113.16/28"]],
        json_schema_extra=becomes("Becomes two IP sets (IPv4, IPv6) and the first rules."),
    )
    block: list[PublicCidr] = Field(
        NONE,
        description="Addresses that are refused.",
        examples=[["192.0.2.0/24"]],
        json_schema_extra=becomes("Becomes two IP sets and the rules after those of `allow`."),
    )
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] = Field(
        2000,
        description="Requests that one address may send in five minutes.",
        examples=[10000],
        json_schema_extra=becomes("Becomes a rate-based rule; who is faster is refused."),
    )
    log_retention_days: Annotated[RetentionDays, Exactly(int)] = Field(
        90,
        description="How long the log of refused requests is kept.",
        examples=[30],
        json_schema_extra=becomes(
            "In days. Becomes `retention_in_days` of a CloudWatch log group."
        ),
    )
    managed_rule_groups: list[Annotated[ManagedRuleGroup, ShortForm("name", str)]] = Field(
        [
            ManagedRuleGroup(name="AWSManagedRulesAmazonIpReputationList"),
            ManagedRuleGroup(name="AWSManagedRulesKnownBadInputsRuleSet"),
            ManagedRuleGroup(name="AWSManagedRulesCommonRuleSet"),
        ],
        description="Rule groups of AWS, in order.",
        examples=[
            [
                "AWSManagedRulesCommonRuleSet",
                {"name": "AWSManagedRulesSQLiRuleSet", "mode": "count"},
            ]
        ],
        json_schema_extra=becomes(
            "Each a name, or `{name, mode}`. Become the last rules of the web ACL."
        ),
    )


class Certificate(Model):
    """An existing certificate, instead of one that Terraform makes."""

    arn: CertificateArn = Field(
        description="Its ARN, which must be in us-east-1.",
        examples=[
            "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
        ],
        json_schema_extra=becomes("Becomes the viewer certificate of every distribution."),
    )


class Edge(Model):
    """CloudFront and what stands around it."""

    certificate: Certificate | None = Field(
        None,
        description="An existing certificate. By default Terraform makes one and renews it.",
        examples=[
            {
                "arn": "arn:aws:acm:us-east-1:123456789012:certificate/"
                "12345678-1234-1234-1234-123456789012"
            }
        ],
        json_schema_extra=becomes("Becomes the certificate of every distribution."),
    )
    origin_protocol: Literal["http-only", "https-only", "match-viewer"] = Field(
        "http-only",
        description="How CloudFront speaks to the load balancer.",
        examples=["https-only"],
        json_schema_extra=becomes(
            "Becomes `origin_protocol_policy`; anything but http-only needs `loadBalancer.https`."
        ),
    )
    origin_read_timeout: Annotated[int, Field(ge=1, le=180)] = Field(
        60,
        description="Seconds that CloudFront waits for the app's answer; for more than 120 the "
        'quota "Response timeout per origin" of the account must be raised.',
        examples=[30],
        json_schema_extra=becomes(
            "Becomes the origin's read timeout and the router's; pods get longer than that to stop."
        ),
    )
    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = Field(
        "PriceClass_100",
        description="Where CloudFront serves from.",
        examples=["PriceClass_All"],
        json_schema_extra=becomes(
            "Becomes the price class: 100 is North America, Europe and Israel; All is everywhere."
        ),
    )
    waf: Waf = Field(
        Waf(),
        description="The firewall.",
        examples=[{"allow": ["203.0.113.16/28"], "rateLimit": 10000}],
        json_schema_extra=becomes("Becomes one web ACL in front of every distribution."),
    )


class Terraform(Model):
    """Where Terraform keeps this environment's state."""

    state_bucket: BucketName = Field(
        description="The S3 bucket.",
        examples=["acme-terraform-state"],
        json_schema_extra=becomes(
            "Becomes the backend's `bucket`; the state's key is "
            "`portico/<environment>/terraform.tfstate`."
        ),
    )
    state_region: Region = Field(
        description="The bucket's region.",
        examples=["eu-west-1"],
        json_schema_extra=becomes("Becomes the backend's `region`."),
    )


class Flux(Model):
    """How Flux finds this repository."""

    source: Name = Field(
        "flux-system",
        description="The GitRepository's name.",
        examples=["estate"],
        json_schema_extra=becomes("Becomes `sourceRef` of every Flux Kustomization."),
    )
    shards: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None,
        description="How many shards of Flux apply the apps: `shard1`, `shard2` and so on. Without "
        "it the main controller applies them.",
        examples=[3],
        json_schema_extra=becomes(
            "Becomes the label `sharding.fluxcd.io/key` of each app's Flux Kustomization."
        ),
    )


class Environment(Model):
    """One environment: dev, test, acceptance, prod."""

    name: Name = Field(
        description="Its name, and its file's: `environments/<name>.yaml`.",
        examples=["prod"],
        json_schema_extra=becomes(
            "Becomes the folder `rendered/<name>/` and a part of the names of AWS resources."
        ),
    )
    promotes_from: Name | None = Field(
        None,
        description="The environment before it: an image comes here only after it was there.",
        examples=["acceptance"],
        json_schema_extra=becomes(
            "Nothing is made of it; `portico check` refuses an image that the other environment "
            "neither has nor ever had in this repository's history."
        ),
    )
    aws: Aws = Field(
        description="The AWS account.",
        examples=[{"account": "123456789012", "region": "eu-west-1"}],
        json_schema_extra=becomes("Becomes the AWS provider of Terraform."),
    )
    cluster: Cluster = Field(
        description="The EKS cluster.",
        examples=[{"name": "acme-prod", "kubernetes": "1.34", "vpcCidrs": ["10.40.0.0/16"]}],
        json_schema_extra=becomes("It exists already; nothing here makes one."),
    )
    domains: Annotated[list[PublicDomain], Field(min_length=1)] = Field(
        description="Where public hosts live; the first one completes short hosts.",
        examples=[[{"name": "example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}]],
        json_schema_extra=becomes(
            "Become the certificate's names and the zones that Terraform writes."
        ),
    )
    load_balancer: LoadBalancer = Field(
        description="The one shared load balancer.",
        examples=[
            {
                "dnsName": "lb.edge.example.net",
                "hostedZone": {
                    "name": "edge.example.net",
                    "hostedZoneId": "Z0123456789ABCDEFGHIJ",
                },
                "access": {"cloudfrontSecurityGroups": ["sg-0123456789abcdef0"]},
            }
        ],
        json_schema_extra=becomes(
            "Becomes the only Service of type LoadBalancer, and external-dns for its name."
        ),
    )
    router: Annotated[Router, ShortForm("kind", str)] = Field(
        Router(),
        description="The ingress controller.",
        examples=["nginx", {"kind": "nginx", "replicas": 4}],
        json_schema_extra=becomes(
            "A kind, or `{kind, replicas}`. Becomes the Deployment behind the load balancer."
        ),
    )
    edge: Edge = Field(
        Edge(),
        description="CloudFront, WAF and certificate.",
        examples=[{"priceClass": "PriceClass_All", "waf": {"rateLimit": 3000}}],
        json_schema_extra=becomes("Becomes the Terraform root of the environment."),
    )
    terraform: Terraform = Field(
        description="Terraform's state.",
        examples=[{"stateBucket": "acme-terraform-state", "stateRegion": "eu-west-1"}],
        json_schema_extra=becomes("Becomes the S3 backend, which locks with a file beside it."),
    )
    secret_stores: SecretStoresField = None
    metrics: CollectorField = None
    flux: Flux = Field(
        Flux(),
        description="Flux's source.",
        examples=[{"source": "estate"}],
        json_schema_extra=becomes("Becomes what the Flux Kustomizations read from."),
    )
    label_domains: Annotated[list[Domain], Field(max_length=50)] = Field(
        NONE,
        description="Further domains, beside `domains`, with which apps may begin the keys of "
        "their own labels and annotations.",
        examples=[["acme.example"]],
        json_schema_extra=becomes("Nothing is made of it; keys that begin otherwise are refused."),
    )
    sizes: dict[Name, Size] = Field(
        SIZES,
        description="Sizes that an app may name instead of amounts: `resources: small`.",
        examples=[{"small": {"cpu": "100m", "memory": "128Mi"}}],
        json_schema_extra=becomes(
            "Becomes the `resources` of the apps that name one. What is written here takes the "
            "place of all the default sizes."
        ),
    )
    autoscaling: Autoscaling | None = Field(
        None,
        description="What autoscalers may count besides CPU and memory.",
        examples=[{"requestsMetric": "http_requests_per_second"}],
        json_schema_extra=becomes("Without it, no app can have `replicas.requests`."),
    )
    defaults: Defaults = Field(
        Defaults(),
        description="Defaults for apps.",
        examples=[{"replicas": 3}],
        json_schema_extra=becomes("Merged under every spec: what an app says itself is stronger."),
    )
