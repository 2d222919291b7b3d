"""The server keeps to what AWS promises, where moto alone does not."""

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from botocore.exceptions import ClientError

from tests.aws_server.process import AwsServer
from tests.aws_server.retries import AnswerOnce

ACCOUNT = "111122223333"
OTHER = "444455556666"

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
VISIBLE = {
    "SampledRequestsEnabled": True,
    "CloudWatchMetricsEnabled": True,
    "MetricName": "m",
}


@pytest.fixture
def aws(aws_server: AwsServer) -> AwsServer:
    aws_server.reset()
    return aws_server


def test_accounts_are_kept_apart(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)

    assert [zone["Id"] for zone in _zones(aws, ACCOUNT)] == ["/hostedzone/Z0ONE"]
    assert _zones(aws, OTHER) == []
    assert aws.client("sts", OTHER).get_caller_identity()["Account"] == OTHER


def test_a_reset_empties_every_account(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    aws.make_hosted_zone("Z0TWO", "two.example.", OTHER)

    aws.reset()

    assert _zones(aws, ACCOUNT) == _zones(aws, OTHER) == []


def test_a_state_bucket_may_be_there_already(aws: AwsServer) -> None:
    for _ in range(2):
        aws.make_bucket("acme-state", ACCOUNT, "eu-west-1")

    buckets = aws.client("s3", ACCOUNT).list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["acme-state"]


def test_the_server_ends_when_it_is_stopped(tmp_path: Path) -> None:
    server = AwsServer(tmp_path / "log")

    server.stop()

    assert server.process.returncode is not None


def test_a_retry_is_answered_as_the_first_attempt_was() -> None:
    asked: list[str] = []

    def create(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response("201 Created", [])
        return [f"number {len(asked)}".encode()]

    def send(attempt: int, invocation: str) -> bytes:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/zone",
            "HTTP_AMZ_SDK_INVOCATION_ID": invocation,
            "HTTP_AMZ_SDK_REQUEST": f"attempt={attempt}; max=3",
        }
        return b"".join(server(environ, lambda *_: lambda _: None))

    server = AnswerOnce(create)
    assert [send(1, "a"), send(2, "a"), send(1, "b")] == [b"number 1", b"number 1", b"number 2"]


def test_a_record_is_not_created_twice(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    _record(aws, "CREATE", "a.one.example.", "A", "192.0.2.1")

    with pytest.raises(ClientError, match="already exists"):
        _record(aws, "CREATE", "A.one.example.", "A", "192.0.2.2")
    _record(aws, "UPSERT", "a.one.example.", "A", "192.0.2.3")


def test_a_cname_stands_alone_at_its_name(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    _record(aws, "CREATE", "a.one.example.", "A", "192.0.2.1")

    with pytest.raises(ClientError, match="conflicts with other records"):
        _record(aws, "CREATE", "a.one.example.", "CNAME", "b.one.example.")


def test_a_certificate_is_issued_once_its_records_stand(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    acm = aws.client("acm", ACCOUNT)
    arn = _request_certificate(aws, "one.example", "*.one.example", "*.eu.one.example")

    described = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    records = {
        option["ResourceRecord"]["Name"]: option["ResourceRecord"]["Value"]
        for option in described["DomainValidationOptions"]
    }
    assert len(records) == 2  # a wildcard shares the record of its base
    statuses = [described["Status"]]
    for name, value in records.items():
        _record(aws, "CREATE", name, "CNAME", value)
        described = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        statuses.append(described["Status"])

    assert statuses == ["PENDING_VALIDATION", "PENDING_VALIDATION", "ISSUED"]


def test_a_distribution_is_kept_as_it_was_asked_for(aws: AwsServer) -> None:
    cloudfront = aws.client("cloudfront", ACCOUNT)

    created = cloudfront.create_distribution(DistributionConfig=_distribution())["Distribution"]

    behavior = created["DistributionConfig"]["DefaultCacheBehavior"]
    assert "ForwardedValues" not in behavior
    assert behavior["CachePolicyId"] == CACHING_DISABLED


def test_an_old_etag_changes_nothing(aws: AwsServer) -> None:
    cloudfront = aws.client("cloudfront", ACCOUNT)
    created = cloudfront.create_distribution(DistributionConfig=_distribution())
    number = created["Distribution"]["Id"]
    config = created["Distribution"]["DistributionConfig"]
    cloudfront.update_distribution(
        Id=number, IfMatch=created["ETag"], DistributionConfig={**config, "Comment": "new"}
    )

    with pytest.raises(ClientError, match="PreconditionFailed"):
        cloudfront.update_distribution(
            Id=number, IfMatch=created["ETag"], DistributionConfig={**config, "Comment": "old"}
        )
    config = cloudfront.get_distribution_config(Id=number)["DistributionConfig"]
    assert config["Comment"] == "new"


def test_an_enabled_distribution_is_not_deleted(aws: AwsServer) -> None:
    cloudfront = aws.client("cloudfront", ACCOUNT)
    created = cloudfront.create_distribution(DistributionConfig=_distribution())
    number = created["Distribution"]["Id"]

    with pytest.raises(ClientError, match="DistributionNotDisabled"):
        cloudfront.delete_distribution(Id=number, IfMatch=created["ETag"])
    aws.disable_distributions(ACCOUNT)
    etag = cloudfront.get_distribution(Id=number)["ETag"]
    cloudfront.delete_distribution(Id=number, IfMatch=etag)

    assert "Items" not in cloudfront.list_distributions()["DistributionList"]


def test_a_name_belongs_to_one_distribution_of_all_accounts(aws: AwsServer) -> None:
    for account, zone in ((ACCOUNT, "Z0ONE"), (OTHER, "Z0TWO")):
        aws.make_hosted_zone(zone, "one.example.", account)
    ours, theirs = (_issued(aws, account, "*.one.example") for account in (ACCOUNT, OTHER))
    aws.client("cloudfront", ACCOUNT).create_distribution(
        DistributionConfig=_distribution(aliases=["a.one.example"], certificate=ours)
    )

    with pytest.raises(ClientError, match="CNAMEAlreadyExists"):
        aws.client("cloudfront", OTHER).create_distribution(
            DistributionConfig=_distribution(aliases=["a.one.example"], certificate=theirs)
        )


@pytest.mark.parametrize("alias", ["one.example", "b.a.one.example"])
def test_a_wildcard_covers_one_label(aws: AwsServer, alias: str) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    arn = _issued(aws, ACCOUNT, "*.one.example")

    with pytest.raises(ClientError, match="doesn't cover"):
        _create(aws, aliases=[alias], certificate=arn)
    _create(aws, aliases=["a.one.example"], certificate=arn)


def test_a_certificate_of_a_distribution_is_of_us_east_1(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    arn = _issued(aws, ACCOUNT, "one.example", region="eu-west-1")

    with pytest.raises(ClientError, match="isn't in us-east-1"):
        _create(aws, aliases=["one.example"], certificate=arn)


def test_what_a_distribution_names_must_exist(aws: AwsServer) -> None:
    with pytest.raises(ClientError, match="InvalidWebACLId"):
        _create(aws, web_acl="arn:aws:wafv2:us-east-1:111122223333:global/webacl/x/y")
    with pytest.raises(ClientError, match="NoSuchCachePolicy"):
        _create(aws, cache_policy="00000000-0000-0000-0000-000000000000")
    with pytest.raises(ClientError, match="NoSuchOrigin"):
        _create(aws, target="nowhere")


def test_what_is_in_use_is_not_deleted(aws: AwsServer) -> None:
    aws.make_hosted_zone("Z0ONE", "one.example.", ACCOUNT)
    certificate = _issued(aws, ACCOUNT, "one.example")
    wafv2 = aws.client("wafv2", ACCOUNT)
    ip_set = _ip_set(wafv2)
    web_acl = _web_acl(wafv2, [_rule("listed", 0, ip_set["ARN"])])
    _create(aws, aliases=["one.example"], certificate=certificate, web_acl=web_acl["ARN"])

    with pytest.raises(ClientError, match="ResourceInUseException"):
        aws.client("acm", ACCOUNT).delete_certificate(CertificateArn=certificate)
    for delete, found in ((wafv2.delete_web_acl, web_acl), (wafv2.delete_ip_set, ip_set)):
        with pytest.raises(ClientError, match="WAFAssociatedItemException"):
            delete(
                Name=found["Name"],
                Id=found["Id"],
                Scope="CLOUDFRONT",
                LockToken=found["LockToken"],
            )


def test_rules_of_a_web_acl_have_priorities_of_their_own(aws: AwsServer) -> None:
    wafv2 = aws.client("wafv2", ACCOUNT)
    arn = _ip_set(wafv2)["ARN"]

    with pytest.raises(ClientError, match="same priority"):
        _web_acl(wafv2, [_rule("one", 0, arn), _rule("two", 0, arn)])
    with pytest.raises(ClientError, match="WAFNonexistentItemException"):
        _web_acl(wafv2, [_rule("one", 0, f"{arn}x")])


def test_a_web_acl_can_lose_all_its_rules(aws: AwsServer) -> None:
    wafv2 = aws.client("wafv2", ACCOUNT)
    made = _web_acl(wafv2, [_rule("listed", 0, _ip_set(wafv2)["ARN"])])
    named = {"Name": made["Name"], "Id": made["Id"], "Scope": "CLOUDFRONT"}

    wafv2.update_web_acl(
        **named,
        LockToken=made["LockToken"],
        DefaultAction={"Allow": {}},
        Rules=[],
        VisibilityConfig=VISIBLE,
    )

    assert wafv2.get_web_acl(**named)["WebACL"]["Rules"] == []


def test_the_firewall_of_the_edge_lives_in_us_east_1(aws: AwsServer) -> None:
    with pytest.raises(ClientError, match="The scope is not valid"):
        _ip_set(aws.client("wafv2", ACCOUNT, "eu-west-1"))


def test_a_service_account_has_one_role_that_exists(aws: AwsServer) -> None:
    iam = aws.client("iam", ACCOUNT)
    eks = aws.client("eks", ACCOUNT, "eu-west-1")
    asked = {"clusterName": "c", "namespace": "n", "serviceAccount": "s"}
    role = f"arn:aws:iam::{ACCOUNT}:role/r"

    with pytest.raises(ClientError, match="Role provided in the request does not exist"):
        eks.create_pod_identity_association(**asked, roleArn=role)
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    created = eks.create_pod_identity_association(**asked, roleArn=role, tags={"a": "b"})
    with pytest.raises(ClientError, match="already exists"):
        eks.create_pod_identity_association(**asked, roleArn=role)
    association = created["association"]
    eks.tag_resource(resourceArn=association["associationArn"], tags={"c": "d"})

    named = {"clusterName": "c", "associationId": association["associationId"]}
    described = eks.describe_pod_identity_association(**named)["association"]
    assert described["tags"] == {"a": "b", "c": "d"}
    assert eks.list_pod_identity_associations(clusterName="c", namespace="m")["associations"] == []
    eks.delete_pod_identity_association(**named)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        eks.describe_pod_identity_association(**named)


def test_policies_of_ones_own_stand_beside_those_of_aws(aws: AwsServer) -> None:
    cloudfront = aws.client("cloudfront", ACCOUNT)
    own = copy.deepcopy(
        cloudfront.get_cache_policy(Id=CACHING_DISABLED)["CachePolicy"]["CachePolicyConfig"]
    )
    created = cloudfront.create_cache_policy(CachePolicyConfig={**own, "Name": "own"})

    with pytest.raises(ClientError, match="CachePolicyAlreadyExists"):
        cloudfront.create_cache_policy(CachePolicyConfig={**own, "Name": "own"})
    listed = cloudfront.list_cache_policies(Type="custom")["CachePolicyList"]["Items"]
    assert [item["CachePolicy"]["Id"] for item in listed] == [created["CachePolicy"]["Id"]]
    _create(aws, cache_policy=created["CachePolicy"]["Id"])
    cloudfront.delete_cache_policy(Id=created["CachePolicy"]["Id"], IfMatch=created["ETag"])
    with pytest.raises(ClientError, match="NoSuchCachePolicy"):
        cloudfront.get_cache_policy(Id=created["CachePolicy"]["Id"])


# Asking for things ---------------------------------------------------------------------------


def _zones(aws: AwsServer, account: str) -> list[Any]:
    zones: list[Any] = aws.client("route53", account).list_hosted_zones()["HostedZones"]
    return zones


def _record(
    aws: AwsServer, action: str, name: str, kind: str, value: str, account: str = ACCOUNT
) -> None:
    route53 = aws.client("route53", account)
    record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
    [zone] = _zones(aws, account)
    route53.change_resource_record_sets(
        HostedZoneId=zone["Id"],
        ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record}]},
    )


def _request_certificate(
    aws: AwsServer, *names: str, account: str = ACCOUNT, region: str = "us-east-1"
) -> str:
    asked = aws.client("acm", account, region).request_certificate(
        DomainName=names[0], SubjectAlternativeNames=list(names), ValidationMethod="DNS"
    )
    return str(asked["CertificateArn"])


def _issued(aws: AwsServer, account: str, name: str, region: str = "us-east-1") -> str:
    arn = _request_certificate(aws, name, account=account, region=region)
    acm = aws.client("acm", account, region)
    [option] = acm.describe_certificate(CertificateArn=arn)["Certificate"][
        "DomainValidationOptions"
    ]
    record = option["ResourceRecord"]
    _record(aws, "UPSERT", record["Name"], "CNAME", record["Value"], account)
    described = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert described["Status"] == "ISSUED"
    return arn


def _distribution(
    *,
    aliases: list[str] | None = None,
    certificate: str = "",
    web_acl: str = "",
    cache_policy: str = CACHING_DISABLED,
    target: str = "shared",
) -> dict[str, Any]:
    names = aliases or []
    return {
        "CallerReference": f"{names} {web_acl} {cache_policy} {target}",
        "Comment": "",
        "Enabled": True,
        "Aliases": {"Quantity": len(names), "Items": names},
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "shared",
                    "DomainName": "lb.example.net",
                    "CustomOriginConfig": {
                        "HTTPPort": 80,
                        "HTTPSPort": 443,
                        "OriginProtocolPolicy": "https-only",
                    },
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": target,
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": cache_policy,
        },
        "WebACLId": web_acl,
        **(
            {
                "ViewerCertificate": {
                    "ACMCertificateArn": certificate,
                    "SSLSupportMethod": "sni-only",
                }
            }
            if certificate
            else {}
        ),
    }


def _create(aws: AwsServer, **asked: Any) -> None:
    aws.client("cloudfront", ACCOUNT).create_distribution(DistributionConfig=_distribution(**asked))


def _ip_set(wafv2: Any) -> dict[str, Any]:
    summary: dict[str, Any] = wafv2.create_ip_set(
        Name="office", Scope="CLOUDFRONT", IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"]
    )["Summary"]
    return summary


def _rule(name: str, priority: int, ip_set: str) -> dict[str, Any]:
    return {
        "Name": name,
        "Priority": priority,
        "Action": {"Block": {}},
        "Statement": {"IPSetReferenceStatement": {"ARN": ip_set}},
        "VisibilityConfig": VISIBLE,
    }


def _web_acl(wafv2: Any, rules: list[dict[str, Any]]) -> dict[str, Any]:
    summary: dict[str, Any] = wafv2.create_web_acl(
        Name="edge",
        Scope="CLOUDFRONT",
        DefaultAction={"Allow": {}},
        Rules=rules,
        VisibilityConfig=VISIBLE,
    )["Summary"]
    return summary
