"""IAM and policies of resources: ways around their rules, and what only looks like one."""

import json
from typing import Any

import pytest

from compiler.policies.iam import allows
from tests.policies.terraform_root import CONTEXT, KNOWN, ids, judged, root


def statement(action: Any, resource: Any = "*", **others: Any) -> dict[str, Any]:
    made = {"Effect": "Allow", "Action": action, "Resource": resource} | others
    return {k: v for k, v in made.items() if v is not None}


def encoded(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def as_text(*statements: dict[str, Any]) -> str:
    return root(aws_iam_policy={"x": {"policy": encoded(*statements)}})


def as_call(*statements: dict[str, Any]) -> str:
    return f'resource "aws_iam_role_policy" "x" {{\n  policy = jsonencode({encoded(*statements)})\n}}\n'


def as_heredoc(*statements: dict[str, Any]) -> str:
    text = encoded(*statements)
    return f'resource "aws_iam_role" "x" {{\n  inline_policy {{\n    policy = <<-E\n      {text}\n    E\n  }}\n}}\n'


def as_document(*statements: dict[str, Any]) -> str:
    names = {"Action": "actions", "NotAction": "not_actions", "Resource": "resources", "NotResource": "not_resources", "Effect": "effect"}  # fmt: skip
    blocks = [
        {
            names[key]: value if key == "Effect" or isinstance(value, list) else [value]
            for key, value in given.items()
            if key in names
        }
        for given in statements
    ]
    return root(data={"aws_iam_policy_document": {"x": {"statement": blocks}}})


FORMS = [as_text, as_call, as_heredoc, as_document]

OPENING = [
    statement("*"),
    statement(["s3:GetObject", "*"]),
    statement("*:*"),
    statement("elasticloadbalancing:*"),
    statement("elasticloadbalancing:CreateLoadBalancer"),
    statement("ElasticLoadBalancing:createloadbalancer"),
    statement("elasticloadbalancing:Create*"),
    statement("elasticloadbalancing:?reateLoadBalancer"),
    statement("e*:C*er"),
    statement("cloudfront:UpdateDistribution", "arn:aws:cloudfront::111122223333:distribution/X"),
    statement("ec2:Authorize*"),
    statement("lambda:AddPermission"),
    statement("lambda:CreateFunctionUrlConfig"),
    statement("s3:Put*", "arn:aws:s3:::x"),
    statement("wafv2:UpdateWebACL"),
    statement("cloudformation:*"),
    statement("iam:PutRolePolicy"),
    statement("iam:*"),
    statement("iam:PassRole"),
    statement("iam:PassRole", "arn:aws:iam::111122223333:role/*"),
    statement("iam:PassRole", ["arn:aws:iam::111122223333:role/x", "*"]),
    statement("sts:AssumeRole"),
    statement("route53:ChangeResourceRecordSets"),
    statement("route53:Change*", "arn:aws:route53:::hostedzone/*"),
    statement("route53:*", "arn:aws:route53:::hostedzone/Z1"),
    statement(None, NotAction="s3:*"),
    statement("iam:PassRole", None, NotResource="arn:aws:iam::111122223333:role/x"),
    statement("s3:GetObject", Effect="Allow") | {"Action": ["s3:GetObject", "apprunner:*"]},
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("given", OPENING, ids=str)
def test_a_permission_to_open_an_entrance_is_refused(form: Any, given: dict[str, Any]) -> None:
    assert ids(form(statement("s3:GetObject"), given)) == {"PT333"}


HARMLESS = [
    statement("s3:GetObject"),
    statement(["elasticloadbalancing:Describe*", "cloudfront:Get*", "cloudfront:List*"]),
    statement("cloudfront:CreateInvalidation"),
    statement("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
    statement("route53:ListHostedZones"),
    statement("iam:PassRole", "arn:aws:iam::111122223333:role/shop"),
    statement("iam:GetRole"),
    statement("s3:PutObject", "arn:aws:s3:::pictures/*"),
    statement("*", Effect="Deny"),
    statement("ec2:AuthorizeSecurityGroupEgress"),
    statement("ec2:Describe*"),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("given", HARMLESS, ids=str)
def test_a_permission_that_opens_nothing_is_let_be(form: Any, given: dict[str, Any]) -> None:
    assert judged(form(given)) == []


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_iam_policy" "x" { policy = var.policy }',
        'resource "aws_iam_policy" "x" { policy = "no JSON" }',
        'resource "aws_iam_policy" "x" { policy = "{}" }',
        'resource "aws_iam_policy" "x" { policy = jsonencode(var.policy) }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = var.statements }) }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = [for a in ["*"] : { Action = a }] }) }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.a }] }) }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "${var.a}:*" }] }) }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ (var.k) = [{ Effect = "Allow", Action = "*" }] }) }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = [{ (var.k) = "*", Effect = "Allow", Action = "s3:GetObject" }] }) }',
        'resource "aws_iam_policy" "x" { policy = upper("x") }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = { Effect = "Allow", Action = "*", Resource = "*", Principal = "*" } }) }',
        'data "aws_iam_policy_document" "x" {\n  statement {\n    effect = join("", ["All", "ow"])\n    actions = ["*"]\n  }\n}',
        'data "aws_iam_policy_document" "x" { source_policy_documents = [var.other] }',
        'data "aws_iam_policy_document" "x" {\n  override_policy_documents = [jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })]\n}',
        'resource "aws_iam_role_policy_attachment" "x" { policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess" }',
        'resource "aws_iam_role_policy_attachment" "x" { policy_arn = "arn:aws:iam::aws:policy/job-function/NetworkAdministrator" }',
        'resource "aws_iam_user_policy_attachment" "x" { policy_arn = "arn:aws:iam::aws:policy/ElasticLoadBalancingFullAccess" }',
        'resource "aws_iam_policy_attachment" "x" { policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess" }',
        'resource "aws_iam_role_policy_attachment" "x" { policy_arn = var.arn }',
        'resource "aws_iam_role_policy_attachment" "x" { policy_arn = "arn:aws:iam::111122223333:policy/mine" }',
        'resource "aws_iam_role" "x" { managed_policy_arns = ["arn:aws:iam::aws:policy/IAMFullAccess"] }',
        'resource "aws_iam_role" "x" { managed_policy_arns = var.arns }',
        'resource "aws_eks_pod_identity_association" "x" { role_arn = "arn:aws:iam::111122223333:role/admin" }',
        'resource "aws_eks_pod_identity_association" "x" { role_arn = data.aws_iam_role.admin.arn }',
        'resource "aws_lambda_function" "x" { role = var.role }',
    ],
)  # fmt: skip
def test_a_permission_that_nobody_can_judge_or_that_is_everything_is_refused(text: str) -> None:
    assert ids(text) == {"PT333"}


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_iam_policy" "x" { policy = data.aws_iam_policy_document.y.json }',
        'resource "aws_iam_policy" "x" { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.x.arn}/*" }] }) }',
        'resource "aws_iam_policy" "x" {\n  policy = <<-E\n    {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${aws_s3_bucket.x.arn}/*"}}\n  E\n}',
        'locals {\n  p = jsonencode({ Statement = local.s })\n  s = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]\n}\nresource "aws_iam_policy" "x" { policy = local.p }',
        'resource "aws_iam_role_policy_attachment" "x" { policy_arn = aws_iam_policy.y.arn }',
        'resource "aws_iam_role_policy_attachment" "x" { policy_arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" }',
        'data "aws_iam_policy_document" "x" { source_policy_documents = [data.aws_iam_policy_document.y.json] }',
        'resource "aws_eks_pod_identity_association" "x" { role_arn = aws_iam_role.x.arn }',
        'resource "aws_lambda_function" "x" { role = aws_iam_role.x["a"].arn }',
    ],
)  # fmt: skip
def test_a_permission_is_followed_to_where_it_is_written(text: str) -> None:
    assert judged(text) == []


ASSOCIATION = {
    "cluster_name": "prod",
    "namespace": "finance",
    "service_account": "report",
    "role_arn": "arn:aws:iam::111122223333:role/reports",
}


def test_a_role_that_exists_is_given_to_the_pods_that_a_spec_gives_it_to() -> None:
    cluster, namespace, account, role = ASSOCIATION.values()
    context = CONTEXT._replace(roles=frozenset([(cluster, namespace, account, role)]))

    def associated(**changes: Any) -> set[str]:
        given = root(aws_eks_pod_identity_association={"x": ASSOCIATION | changes})
        return ids(given, context)

    assert associated() == set()
    assert associated(role_arn="arn:aws:iam::111122223333:role/admin") == {"PT333"}
    assert associated(service_account="other") == {"PT333"}
    assert associated(namespace=["finance"]) == {"PT333"}
    assert associated(cluster_name="${var.cluster}") == {"PT333"}
    assert ids(root(aws_eks_pod_identity_association={"x": ASSOCIATION})) == {"PT333"}
    function = root(aws_lambda_function={"x": {**ASSOCIATION, "role": ASSOCIATION["role_arn"]}})
    assert "PT333" in ids(function, context)


@pytest.mark.parametrize(
    ("pattern", "action", "matches"),
    [
        ("*", "a:B", True),
        ("a:*", "a:B", True),
        ("A:b", "a:B", True),
        ("a:B?", "a:B", False),
        ("a:B*", "a:B", True),
        ("*:B", "a:B", True),
        ("a*B*", "a:B", True),
        ("a:C*", "a:B", False),
        ("", "a:B", False),
        ("**?**", "a:B", True),
        ("a.B", "a:B", False),
    ],
)
def test_actions_match_as_in_iam(pattern: str, action: str, matches: bool) -> None:
    assert allows(pattern, action) is matches


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not allows("*a" * 200 + "b", "a" * 400)


def trust(principal: Any, condition: Any = None) -> str:
    given = statement("sts:AssumeRole", None, Principal=principal, Condition=condition)
    return root(aws_iam_role={"x": {"assume_role_policy": encoded(given)}})


ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


@pytest.mark.parametrize(
    ("principal", "condition", "refused"),
    [
        ("*", None, True),
        ({"AWS": "*"}, None, True),
        ({"AWS": ["arn:aws:iam::111122223333:root", "*"]}, None, True),
        ({"AWS": "arn:aws:iam::*:root"}, None, True),
        ({"Service": "*"}, None, True),
        ({"AWS": "*"}, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, True),
        ({"AWS": "*"}, {"StringLike": {"aws:SourceArn": "*"}}, True),
        ({"AWS": "*"}, {"StringNotEquals": {"aws:SourceAccount": "1"}}, True),
        ({"AWS": "*"}, {"StringEqualsIfExists": {"aws:SourceAccount": "1"}}, True),
        ({"AWS": "*"}, {"Null": {"aws:SourceArn": "false"}}, True),
        ({"AWS": "*"}, ORGANISATION, False),
        ({"Service": "ec2.amazonaws.com"}, None, False),
        ({"AWS": "arn:aws:iam::111122223333:role/x"}, None, False),
        ({"AWS": "111122223333"}, None, False),
        ({"Federated": "arn:aws:iam::111122223333:oidc-provider/x"}, None, False),
    ],
)
def test_who_may_take_a_role(principal: Any, condition: Any, refused: bool) -> None:
    assert ids(trust(principal, condition)) == ({"PT334"} if refused else set())


def test_another_account_may_take_a_role_only_where_no_account_is_known() -> None:
    text = trust({"AWS": "arn:aws:iam::999999999999:root"})
    assert judged(text, CONTEXT) == []
    assert judged(text, KNOWN) == [
        "PT334 aws_iam_role.x lets in the account 999999999999, which is not the environment's"
    ]


HOLDERS = {
    "aws_s3_bucket_policy": "policy",
    "aws_sqs_queue_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_ecr_repository_policy": "policy",
    "aws_kms_key": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_iam_role": "assume_role_policy",
}


@pytest.mark.parametrize(("type", "argument"), HOLDERS.items())
@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (encoded(statement("s3:GetObject", Principal="*")), True),
        (encoded(statement("s3:GetObject", NotPrincipal={"AWS": "x"})), True),
        ("${var.policy}", True),
        (encoded(statement("s3:GetObject", Principal="*", Effect="Deny")), False),
        (encoded(statement("s3:GetObject", Principal={"Service": "x.amazonaws.com"})), False),
        ("${data.aws_iam_policy_document.y.json}", False),
    ],
)
def test_nothing_is_given_to_everybody(type: str, argument: str, given: str, refused: bool) -> None:
    assert ids(root(**{type: {"x": {argument: given}}})) == ({"PT334"} if refused else set())


@pytest.mark.parametrize(
    ("principals", "refused"),
    [
        ({"type": "*", "identifiers": ["*"]}, True),
        ({"type": "AWS", "identifiers": ["*"]}, True),
        ([[{"type": "AWS"}, {"identifiers": ["*"]}]], True),
        ({"type": "AWS", "identifiers": "${var.who}"}, True),
        ({"type": "Service", "identifiers": ["ec2.amazonaws.com"]}, False),
        ({"type": "AWS", "identifiers": ["${aws_iam_role.x.arn}"]}, False),
    ],
)
def test_a_policy_document_names_who_may_come_in(principals: Any, refused: bool) -> None:
    body = {"statement": {"actions": ["s3:GetObject"], "principals": principals}}
    text = root(data={"aws_iam_policy_document": {"x": body}})
    assert ids(text) == ({"PT334"} if refused else set())


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"principal": "*"}, True),
        ({"principal": "${var.who}"}, True),
        ({"principal": "elasticloadbalancing.amazonaws.com"}, True),
        ({"principal": "apigateway.amazonaws.com"}, True),
        ({"principal": "x", "function_url_auth_type": "NONE"}, True),
        ({"principal": "events.amazonaws.com"}, False),
        ({"principal": "111122223333"}, False),
    ],
)
def test_who_may_call_a_function(body: dict[str, Any], refused: bool) -> None:
    assert ids(root(aws_lambda_permission={"x": body})) == ({"PT334"} if refused else set())


SHUT = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    True,
)


@pytest.mark.parametrize(
    ("type", "body", "refused"),
    [
        ("aws_s3_bucket_acl", {"acl": "public-read"}, True),
        ("aws_s3_bucket_acl", {"acl": "authenticated-read"}, True),
        ("aws_s3_bucket_acl", {"acl": "${var.acl}"}, True),
        ("aws_s3_bucket", {"acl": "public-read-write"}, True),
        ("aws_s3_bucket", {"website": {"index_document": "index.html"}}, True),
        ("aws_s3_bucket", {"grant": {"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}}, True),
        (
            "aws_s3_bucket_acl",
            {"access_control_policy": {"grant": [{"grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}]}},
            True,
        ),
        ("aws_s3_object", {"acl": "public-read"}, True),
        ("aws_s3_bucket_public_access_block", SHUT | {"block_public_policy": False}, True),
        ("aws_s3_bucket_public_access_block", {}, True),
        ("aws_s3_account_public_access_block", SHUT | {"ignore_public_acls": "${var.x}"}, True),
        ("aws_db_instance", {"publicly_accessible": True}, True),
        ("aws_db_instance", {"publicly_accessible": "true"}, True),
        ("aws_rds_cluster_instance", {"publicly_accessible": "${var.x}"}, True),
        ("aws_s3_bucket_acl", {"acl": "private"}, False),
        ("aws_s3_bucket_acl", {"acl": "log-delivery-write"}, False),
        ("aws_s3_bucket", {"bucket": "x"}, False),
        ("aws_s3_bucket_public_access_block", SHUT, False),
        ("aws_db_instance", {"publicly_accessible": False}, False),
    ],
)  # fmt: skip
def test_one_argument_makes_a_resource_public(
    type: str, body: dict[str, Any], refused: bool
) -> None:
    assert ids(root(**{type: {"x": body}})) == ({"PT335"} if refused else set())
