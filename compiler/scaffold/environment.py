"""`environments/<env>.yaml`, with a placeholder for all that is not known yet."""

from compiler.author.value import in_double_quotes, scalar
from compiler.scaffold.editor import SCHEMAS
from compiler.scaffold.new_repository import (
    NewRepository,
    earlier,
    edge_domain,
    is_production,
    public_domain,
)
from compiler.source.placeholder import WORD


def environments(new: NewRepository) -> dict[str, str]:
    """A file for each environment."""
    return {f"environments/{name}.yaml": _environment(new, name) for name in new.environments}


def _environment(new: NewRepository, name: str) -> str:
    domain, edge = public_domain(new, name), edge_domain(new, name)
    return f"""\
# yaml-language-server: $schema=../{SCHEMAS}/environment.schema.json
# What the platform owns in {name}. All that can be said here, and the defaults:
# {new.document("docs/environment.md")}
name: {scalar(name)}
{_promotion(new, name)}\
aws:
  account: {_known(new.accounts.get(name), _ACCOUNT)}
  region: {_known(new.region, _REGION)}
cluster:
  name: {_open(_CLUSTER)}
  kubernetes: {_known(new.kubernetes, _KUBERNETES)}
  vpcCidrs:
  - {_open(_NETWORK)}
domains:
- name: {_known(domain, f"the domain of its public hosts, such as {name}.example.com")}
  hostedZoneId: {_open(_zone(domain))}
loadBalancer:
  dnsName: {_known(edge and f"lb.{edge}", f"lb. and the domain below: lb.{name}.example.net")}
  hostedZone:                      # external-dns in the cluster may write it, and no other
    name: {_known(edge, f"a domain for that name alone, such as {name}.example.net")}
    hostedZoneId: {_open(_zone(edge))}
  access:
    cloudfrontSecurityGroups:
    - {_open(_SECURITY_GROUP)}
terraform:
  stateBucket: {_known(new.state_bucket, _BUCKET)}
  stateRegion: {_known(new.region, "the region of that bucket, such as eu-west-1")}
"""


_ACCOUNT = "the id of the AWS account, 12 digits in quotes: aws sts get-caller-identity"
_REGION = "the region of the cluster and its load balancer, such as eu-west-1"
_CLUSTER = "the name of the EKS cluster: aws eks list-clusters"
_KUBERNETES = "its Kubernetes version in quotes, such as 1.34: aws eks describe-cluster --name NAME"
_NETWORK = "the address range of its VPC, such as 10.0.0.0/16: aws ec2 describe-vpcs"
_SECURITY_GROUP = (
    "the security group that admits CloudFront and nobody else, sg-...: "
    "aws ec2 describe-security-groups"
)
_BUCKET = "the S3 bucket for the state of Terraform: aws s3 ls"


def _zone(domain: str | None) -> str:
    return (
        f"the id of the public hosted zone of {domain or 'that domain'}, Z...: "
        "aws route53 list-hosted-zones"
    )


def _promotion(new: NewRepository, name: str) -> str:
    before = earlier(new, name)
    if before is None:
        return ""
    if is_production(name):
        return f"promotesFrom: {scalar(before)}\n"
    return f"# promotesFrom: {scalar(before)}      # an image comes here only after it was there\n"


def _known(value: str | None, what: str) -> str:
    """A value, or its placeholder."""
    return _open(what) if value is None else scalar(value)


def _open(what: str) -> str:
    """The placeholder of a value: what belongs there, and where to find it."""
    return in_double_quotes(f"{WORD}: {what}")
