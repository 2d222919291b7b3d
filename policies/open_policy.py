"""PT334: nothing is given to everybody by its own policy."""

import re
from collections.abc import Iterator
from typing import Any

from compiler.policies import iam
from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import Path, settled_body, shown

ID = "PT334"
TITLE = "policy that lets everybody in"
SEVERITY = "error"
RATIONALE = (
    "A bucket, queue, function or role whose policy names `*` is reached by everybody with an AWS "
    "account, and some of them by everybody: an entrance without a host."
)
WHAT = (
    "Refuses policies of resources and roles that allow something to the principal `*`, to an "
    "account other than the environment's, or to one that only Terraform knows, unless a condition "
    "on the source, the organisation or the network narrows that; and policies that cannot be read."
)
FIX = (
    "Name the service, role or account. A service that asks for all its customers, such as S3 or "
    "SNS, is narrowed with a condition on `aws:SourceArn`."
)
BLOCKS = (
    "data.aws_iam_policy_document",
    "resource.aws_iam_role",
    "resource.aws_cloudwatch_log_delivery_destination_policy",
    "resource.aws_cloudwatch_log_resource_policy",
    "resource.aws_dynamodb_table",
    "resource.aws_ecr_repository_policy",
    "resource.aws_kms_key",
    "resource.aws_kms_key_policy",
    "resource.aws_kms_replica_key",
    "resource.aws_lambda_permission",
    "resource.aws_s3_bucket",
    "resource.aws_s3_bucket_policy",
    "resource.aws_secretsmanager_secret",
    "resource.aws_secretsmanager_secret_policy",
    "resource.aws_sns_topic",
    "resource.aws_sns_topic_policy",
    "resource.aws_sqs_queue",
    "resource.aws_sqs_queue_policy",
    "resource.aws_vpc_endpoint",
    "resource.aws_vpc_endpoint_policy",
)
ONE_DOOR = True

FAILING = """\
{
  "data": {
    "aws_iam_policy_document": {
      "orders": {
        "statement": [
          {
            "actions": ["sqs:SendMessage"],
            "principals": {
              "type": "AWS",
              "identifiers": ["*"]
            }
          }
        ]
      }
    }
  }
}
"""
PASSING = """\
{
  "data": {
    "aws_iam_policy_document": {
      "orders": {
        "statement": [
          {
            "actions": ["sqs:SendMessage"],
            "principals": {
              "type": "Service",
              "identifiers": ["events.amazonaws.com"]
            }
          }
        ]
      }
    }
  }
}
"""

_ARGUMENTS = (
    *("assume_role_policy", "policy", "policy_document", "delivery_destination_policy"),
    "resource_policy",
)
# Conditions that say who asks, or from where.
_NARROWING = frozenset(
    (
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid"),
        "aws:principalorgpaths",
        *("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourcevpc"),
        *("aws:sourcevpce", "aws:vpcsourceip", "kms:calleraccount", "s3:dataaccesspointaccount"),
        *("aws:sourceowner", "sns:endpoint"),
    )
)
_ACCOUNT = re.compile(r"(?:arn:aws:(?:iam|sts)::)?(\d{12})(?::.*)?")


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the policies of one block."""
    if block.kind == "data":
        yield from _policy(block, iam.of_document(block), context)
        return
    body = settled_body(block)
    if block.type == "aws_lambda_permission":
        yield from _permission(block, body)
        return
    # What goes through an endpoint is judged where it arrives; AWS's own default is everybody.
    if block.type.startswith("aws_vpc_endpoint"):
        return
    for argument in _ARGUMENTS:
        value = body.get(argument)
        if value is None or iam.is_document(value):
            continue
        policy = iam.of_text(value, (argument,))
        for path in policy.unknown:
            yield Finding(
                path,
                f"whom this policy of {block.address} lets in cannot be known here",
                "write it as jsonencode of what stands here, or as an aws_iam_policy_document",
            )
        yield from _policy(block, policy, context)


def _policy(block: Block, policy: iam.Policy, context: Context) -> Iterator[Finding]:
    for statement in policy.statements:
        narrowed = bool(_NARROWING.intersection(statement.conditions))
        for kind, name in statement.principals:
            problem = "" if narrowed else _problem(kind, name, context)
            if problem:
                yield Finding(
                    statement.path,
                    f"{block.address} lets in {problem}",
                    "name who may come in, or narrow it with a condition on aws:SourceArn",
                )


def _problem(kind: str, name: str, context: Context) -> str:
    """Who is let in and should not be; nothing if it is right."""
    if name == iam.ANYTHING:
        return "somebody whom only Terraform knows"
    if kind in ("Service", "Federated", "CanonicalUser"):
        return "everybody, by *" if name == "*" else ""
    if "*" in name or "?" in name:
        return f'everybody, by "{name}"'
    match = _ACCOUNT.fullmatch(name)
    if match and context.accounts and match[1] not in context.accounts:
        return f"the account {match[1]}, which is not the environment's"
    return ""


def _permission(block: Block, body: dict[Any, Any]) -> Iterator[Finding]:
    """A permission to call a function."""
    path: Path = ("principal",)
    principal = body.get("principal")
    kind = body.get("function_url_auth_type")
    if kind not in (None, "AWS_IAM"):
        yield Finding(
            ("function_url_auth_type",),
            f"{block.address} lets everybody call a function by its own address",
            "remove it, and expose the app through the shared entrance",
        )
    elif not isinstance(principal, str) or "*" in principal:
        yield Finding(
            path,
            f"{block.address} lets {shown(principal)} call a function",
            "name the service or account that may call it",
        )
    elif principal in ("elasticloadbalancing.amazonaws.com", "apigateway.amazonaws.com"):
        yield Finding(
            path,
            f"{block.address} lets an entrance of its own, {principal}, call a function",
            "remove it, and expose the app through the shared entrance",
        )
