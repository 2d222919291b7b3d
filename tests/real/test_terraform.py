"""The real Terraform, with the real AWS provider, accepts and applies every rendered root."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.emit.json import document
from compiler.terraform.expression import finish
from tests.aws_server.process import AwsServer
from tests.repository import portico
from tests.terraform import Root

RENDERED = Path(__file__).parent.parent.parent / "rendered"
ENVIRONMENTS = sorted(path.name for path in RENDERED.iterdir())

PROD_ACCOUNT, PROD_ZONE = "777788889999", "Z0926184PRODPUBLIC001"
PROD_DOMAIN = "meridian-books.example"


def hosts_of(environment: str) -> set[str]:
    """What the reviewer of dns.tf.json reads: every public name of the environment."""
    dns = json.loads((RENDERED / environment / "terraform" / "dns.tf.json").read_text())
    return {record["name"] for record in dns["resource"]["aws_route53_record"].values()}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_rendered_root_is_valid_and_plans_offline(environment: str, tmp_path: Path) -> None:
    root = Root(RENDERED / environment / "terraform", tmp_path / "root")
    root.init()

    assert root.validate() == []
    plan = root.plan()

    changes = [c for c in plan["resource_changes"] if c["mode"] == "managed"]
    assert {tuple(c["change"]["actions"]) for c in changes} == {("create",)}
    planned = {c["address"]: c["change"]["after"] for c in changes}
    # What validates the certificate is known only when it is made, and so has no name in a plan.
    records = [
        after
        for address, after in planned.items()
        if address.startswith("aws_route53_record.") and "name" in after
    ]
    assert {record["name"] for record in records} == hosts_of(environment)
    distributions = [
        after for a, after in planned.items() if a.startswith("aws_cloudfront_distribution.")
    ]
    aliases = sorted(alias for d in distributions for alias in d["aliases"])
    direct = {record["name"] for record in records if record["type"] == "CNAME"}
    assert aliases == sorted(hosts_of(environment) - direct)
    assert plan["configuration"]["provider_config"]["aws.us_east_1"]["expressions"]["region"] == {
        "constant_value": "us-east-1"
    }


def test_prod_applies_comes_to_rest_and_is_what_the_specs_say(
    aws_server: AwsServer, tmp_path: Path
) -> None:
    aws_server.reset()
    aws_server.make_hosted_zone(PROD_ZONE, f"{PROD_DOMAIN}.", PROD_ACCOUNT)
    # A spec names it: somebody else makes it.
    aws_server.client("iam", PROD_ACCOUNT).create_role(
        RoleName="finance-reports", AssumeRolePolicyDocument="{}"
    )
    root = Root(RENDERED / "prod" / "terraform", tmp_path / "root", server=aws_server)
    root.init()

    root.apply()

    root.log = tmp_path / "log"
    assert root.pending("-lock=false") == ""
    assert _allowed_actions(root.log.read_text()) == _documented_actions()
    root.log = None
    _assert_every_host_ends_at_the_load_balancer(aws_server)
    _assert_external_dns_may_write_one_zone(aws_server)

    # A pull request: a new app, one app and all redirects gone, nobody blocked any more. Nothing
    # else changes, and the function goes after the distribution that ran it.
    root = Root(changed_estate(tmp_path), tmp_path / "changed", server=aws_server)
    root.init()
    changes = {
        change["address"]: change["change"]["actions"]
        for change in root.plan(refresh=True)["resource_changes"]
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert changes == {
        "aws_cloudfront_distribution.standard-1": ["update"],
        "aws_route53_record.a_help_meridian-books_example": ["create"],
        "aws_route53_record.aaaa_help_meridian-books_example": ["create"],
        "aws_route53_record.a_app1_meridian-books_example": ["delete"],
        "aws_route53_record.aaaa_app1_meridian-books_example": ["delete"],
        "aws_route53_record.a_meridian-books_example": ["delete"],
        "aws_route53_record.aaaa_meridian-books_example": ["delete"],
        "aws_cloudfront_function.standard-1": ["delete"],
        "aws_wafv2_ip_set.block_ipv4": ["update"],
    }
    root.apply()
    assert root.pending() == ""

    aws_server.disable_distributions(PROD_ACCOUNT)
    root.destroy()

    distributions = aws_server.client("cloudfront", PROD_ACCOUNT).list_distributions()
    assert distributions["DistributionList"].get("Items", []) == []
    assert {kind for _, kind in _records(aws_server)} == {"NS", "SOA"}


# What IAM calls a call differently. Nobody needs to be allowed to ask who they are.
ACTIONS = {
    ("S3", "HeadObject"): "s3:GetObject",
    ("S3", "ListObjectsV2"): "s3:ListBucket",
    ("STS", "GetCallerIdentity"): "",
}
PREFIXES = {"CloudWatch Logs": "logs", "Route 53": "route53"}


def _allowed_actions(log: str) -> set[str]:
    """What IAM has to allow for the calls that a log of Terraform tells of."""
    actions = set()
    for line in log.splitlines():
        service = re.search(r'rpc\.service="?([\w ]*\w)(?:"|\s|$)', line)
        method = re.search(r"rpc\.method=(\w+)", line)
        if service and method:
            call = (service[1], method[1])
            prefix = PREFIXES.get(service[1], service[1].lower())
            actions.add(ACTIONS.get(call, f"{prefix}:{method[1]}"))
    return actions - {""}


def _documented_actions() -> set[str]:
    """The actions of the policy that docs/ci.md gives to the role that plans."""
    page = (RENDERED.parent / "docs" / "ci.md").read_text()
    blocks = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    [policy] = [b for b in blocks if "acm:DescribeCertificate" in json.dumps(b)]
    return {action for statement in policy["Statement"] for action in statement["Action"]}


NASTY = [
    '${file("/etc/hostname")}',
    "%{ if true }x%{ endif }",
    "$${already} %%{escaped}",
    "$$${three} %%%{three}",
    "${",
    "%{",
    "$",
    "a ${path.module} b",
    '"quotes" \\ backslash',
    "line\nbreak",
    "\u2028 \U0001f600",
]


def test_text_is_never_evaluated_neither_as_a_value_nor_as_a_key(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    text = dict(zip(NASTY, reversed(NASTY), strict=True))
    (source / "locals.tf.json").write_text(document({"locals": finish({"text": text})}))
    root = Root(source, tmp_path / "root")
    root.init()

    assert root.console("local.text") == text


def changed_estate(folder: Path) -> Path:
    """The prod root of the sample estate after an edit of its specs."""
    estate = folder / "estate"
    for part in ("apps", "environments"):
        shutil.copytree(RENDERED.parent / part, estate / part)
    (estate / "apps" / "app1.yaml").unlink()
    storefront = estate / "apps" / "storefront.yaml"
    storefront.write_text(re.sub("  redirects: .*\n", "", storefront.read_text()))
    (estate / "apps" / "help.yaml").write_text(
        "name: help\nteam: shop\nimage: ghcr.io/meridian-books/help:1.0.0\nport: 8080\n"
        "expose: {host: help}\nenvironments:\n  prod:\n"
    )
    prod = estate / "environments" / "prod.yaml"
    before, _, rest = prod.read_text().partition("    block:\n")
    prod.write_text(before + rest[rest.index("    rateLimit:") :])
    assert portico(estate, "compile").code == 0
    return estate / "rendered" / "prod" / "terraform"


def _assert_every_host_ends_at_the_load_balancer(aws_server: AwsServer) -> None:
    """Follows a request for each host: record, distribution, web ACL, certificate, origin."""
    cloudfront = aws_server.client("cloudfront", PROD_ACCOUNT)
    [web_acl] = aws_server.client("wafv2", PROD_ACCOUNT).list_web_acls(Scope="CLOUDFRONT")[
        "WebACLs"
    ]
    acm = aws_server.client("acm", PROD_ACCOUNT)
    by_domain = {
        d["DomainName"]: d for d in cloudfront.list_distributions()["DistributionList"]["Items"]
    }
    records = _records(aws_server)
    for host in hosts_of("prod"):
        for kind in ("A", "AAAA"):
            distribution = by_domain[
                records[f"{host}.", kind]["AliasTarget"]["DNSName"].rstrip(".")
            ]
        assert host in distribution["Aliases"]["Items"]
        assert distribution["WebACLId"] == web_acl["ARN"]
        [origin] = distribution["Origins"]["Items"]
        assert origin["DomainName"] == "lb.prod.mb-edge-7k2q.example"
        arn = distribution["ViewerCertificate"]["ACMCertificateArn"]
        certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        assert certificate["Status"] == "ISSUED"
        assert f"*.{PROD_DOMAIN}" in certificate["SubjectAlternativeNames"]


def _assert_external_dns_may_write_one_zone(aws_server: AwsServer) -> None:
    iam = aws_server.client("iam", PROD_ACCOUNT)
    role = iam.get_role(RoleName="portico-prod-external-dns")["Role"]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    [attached] = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    version = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId="v1")
    writable = [
        statement["Resource"]
        for statement in version["PolicyVersion"]["Document"]["Statement"]
        if "route53:ChangeResourceRecordSets" in statement["Action"]
    ]
    assert writable == ["arn:aws:route53:::hostedzone/Z0926184PRODEDGE00001"]
    eks = aws_server.client("eks", PROD_ACCOUNT, "eu-west-1")
    associations = eks.list_pod_identity_associations(clusterName="meridian-prod")["associations"]
    assert {(one["namespace"], one["serviceAccount"]) for one in associations} == {
        ("edge", "external-dns"),
        ("finance", "sales-report"),
        ("shop", "order-mailer"),
    }


def _records(aws_server: AwsServer) -> dict[tuple[str, str], Any]:
    route53 = aws_server.client("route53", PROD_ACCOUNT)
    listed = route53.list_resource_record_sets(HostedZoneId=PROD_ZONE)["ResourceRecordSets"]
    return {(record["Name"], record["Type"]): record for record in listed}
