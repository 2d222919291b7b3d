"""The harness itself: real Terraform and the real AWS provider, on a small root written by hand.

The root looks like what Portico renders, so what holds for it is worth proving for those.
"""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests import terraform
from tests.aws_server.process import AwsServer
from tests.terraform import Root, TerraformFailed

EDGE = Path(__file__).parent / "roots" / "edge"

ACCOUNT = "111122223333"
ZONE = "Z0EDGEROOT"
HOSTS = ["api.eu.example.org", "example.org", "shop.example.org"]
SECRET = {"origin_secret": "hush"}


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Root:
    root = Root(EDGE, tmp_path_factory.mktemp("offline") / "root", variables=SECRET)
    root.init()
    return root


def test_a_clean_root_has_no_diagnostics(offline: Root) -> None:
    assert offline.validate() == []


def test_a_root_is_planned_without_asking_aws_anything(offline: Root) -> None:
    plan = offline.plan()

    created = {
        change["address"]
        for change in plan["resource_changes"]
        if change["change"]["actions"] == ["create"]
    }
    assert len(created) == len(plan["resource_changes"]) == 18
    assert "aws_cloudfront_distribution.edge" in created
    planned = plan["configuration"]["root_module"]["resources"]
    providers = {resource["address"]: resource["provider_config_key"] for resource in planned}
    assert providers["aws_wafv2_web_acl.edge"] == "aws.us_east_1"
    assert providers["aws_iam_role.external_dns"] == "aws"


def test_an_expression_is_evaluated_in_the_scope_of_the_root(offline: Root) -> None:
    assert offline.console(
        '{literal = "$${x} %%{y}", secret = nonsensitive(var.origin_secret)}'
    ) == {
        "literal": "${x} %{y}",
        "secret": "hush",
    }


def test_the_root_itself_is_only_read(offline: Root) -> None:
    assert sorted(file.name for file in EDGE.iterdir()) == [
        "cdn.tf.json",
        "certificate.tf.json",
        "dns.tf.json",
        "iam.tf.json",
        "root.tf.json",
        "waf.tf.json",
    ]


def test_a_mistake_is_reported_as_terraform_says_it(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(EDGE, source)
    cdn = json.loads((source / "cdn.tf.json").read_text("utf-8"))
    cdn["resource"]["aws_cloudfront_distribution"]["edge"]["alias"] = ["example.org"]
    (source / "cdn.tf.json").write_text(json.dumps(cdn), "utf-8")
    root = Root(source, tmp_path / "root", variables=SECRET)
    root.init()

    [diagnostic] = root.validate()

    assert diagnostic["severity"] == "error"
    assert diagnostic["detail"] == 'No argument or block type is named "alias".'
    with pytest.raises(TerraformFailed, match='No argument or block type is named "alias"'):
        root.plan()


def test_a_program_that_takes_too_long_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terraform, "GRACE_SECONDS", 1.0)
    script = "trap '' TERM; sleep 300 & echo $!; wait"

    with pytest.raises(TerraformFailed, match="not done after 1 s") as failure:
        terraform._finish(["sh", "-c", script], tmp_path, dict(os.environ), "", 1)

    child = int(str(failure.value).splitlines()[2])
    assert _has_ended(child)


def test_a_root_refuses_to_work_in_another_account(aws_server: AwsServer, tmp_path: Path) -> None:
    root = Root(EDGE, tmp_path / "root", server=aws_server, variables=SECRET)
    root.account = "999988887777"
    root.init()

    with pytest.raises(TerraformFailed, match="AWS account ID not allowed: 999988887777"):
        root.plan()


def test_a_root_applies_comes_to_rest_and_leaves_nothing_behind(
    aws_server: AwsServer, tmp_path: Path
) -> None:
    aws_server.reset()
    aws_server.make_hosted_zone(ZONE, "example.org.", ACCOUNT)
    untouched = _inventory(aws_server)
    root = Root(EDGE, tmp_path / "root", server=aws_server, variables=SECRET)
    root.init()

    root.apply()

    assert root.pending() == ""
    s3 = aws_server.client("s3", ACCOUNT, "eu-west-1")
    objects = s3.list_objects_v2(Bucket="acme-terraform-state")["Contents"]
    assert [item["Key"] for item in objects] == ["portico/prod.tfstate"]  # and no lock file
    _assert_edge(aws_server)

    aws_server.disable_distributions(ACCOUNT)
    root.destroy()

    assert _inventory(aws_server) == untouched
    print(root.seconds)


def _assert_edge(aws_server: AwsServer) -> None:
    cloudfront = aws_server.client("cloudfront", ACCOUNT)
    [distribution] = cloudfront.list_distributions()["DistributionList"]["Items"]
    assert sorted(distribution["Aliases"]["Items"]) == HOSTS

    wafv2 = aws_server.client("wafv2", ACCOUNT)
    [web_acl] = wafv2.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    assert distribution["WebACLId"] == web_acl["ARN"]

    acm = aws_server.client("acm", ACCOUNT)
    arn = distribution["ViewerCertificate"]["ACMCertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert certificate["Status"] == "ISSUED"

    records = _records(aws_server)
    for host in HOSTS:
        for kind in ("A", "AAAA"):
            target = records.pop((f"{host}.", kind))["AliasTarget"]
            assert target["DNSName"].rstrip(".") == distribution["DomainName"]
            assert target["HostedZoneId"] == "Z2FDTNDATAQYW2"
    # One validation record serves a name and its wildcard, so three names have two.
    assert sorted(kind for _, kind in records) == ["CNAME", "CNAME", "NS", "SOA"]

    eks = aws_server.client("eks", ACCOUNT, "eu-west-1")
    [summary] = eks.list_pod_identity_associations(clusterName="acme-prod")["associations"]
    association = eks.describe_pod_identity_association(
        clusterName="acme-prod", associationId=summary["associationId"]
    )["association"]
    assert association["serviceAccount"] == "external-dns"
    assert association["roleArn"] == f"arn:aws:iam::{ACCOUNT}:role/portico-prod-external-dns"
    assert association["tags"] == {"environment": "prod", "managed-by": "portico"}


def _records(aws_server: AwsServer) -> dict[tuple[str, str], Any]:
    route53 = aws_server.client("route53", ACCOUNT)
    listed = route53.list_resource_record_sets(HostedZoneId=ZONE)["ResourceRecordSets"]
    return {(record["Name"], record["Type"]): record for record in listed}


def _inventory(aws_server: AwsServer) -> dict[str, Any]:
    """All that stands in the account, of the kinds that the root makes."""
    client = aws_server.client
    wafv2 = client("wafv2", ACCOUNT)
    distributions = client("cloudfront", ACCOUNT).list_distributions()["DistributionList"]
    eks = client("eks", ACCOUNT, "eu-west-1")
    return {
        "distributions": distributions.get("Items", []),
        "web ACLs": wafv2.list_web_acls(Scope="CLOUDFRONT")["WebACLs"],
        "IP sets": wafv2.list_ip_sets(Scope="CLOUDFRONT")["IPSets"],
        "certificates": client("acm", ACCOUNT).list_certificates()["CertificateSummaryList"],
        "records": sorted(_records(aws_server)),
        "roles": client("iam", ACCOUNT).list_roles()["Roles"],
        "associations": eks.list_pod_identity_associations(clusterName="acme-prod")["associations"],
    }


def _has_ended(process: int) -> bool:
    for _ in range(50):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
