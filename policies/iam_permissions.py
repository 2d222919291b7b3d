"""PT333: no role may open an entrance of its own."""

from collections.abc import Iterator
from typing import Any

from compiler.policies import iam
from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import Path, Unknown, bodies, holder, settled_body, shown

ID = "PT333"
TITLE = "permission to open another entrance"
SEVERITY = "error"
RATIONALE = (
    "Whoever may make load balancers, distributions, records or open security groups makes the "
    "entrance at run time that no file shows; so does whoever may give himself that right."
)
WHAT = (
    "Refuses IAM policies that allow, also by `*` or `NotAction`, to make what is reached from the "
    "internet, to change records of every zone, to open security groups or buckets, to weaken the "
    "firewall, or to take more rights; policies that only Terraform knows; policies of AWS that "
    "hold such rights, such as AdministratorAccess; and roles of other roots for functions and "
    "pods, but for the role that a spec gives to its app by name."
)
FIX = (
    "Allow the actions that are needed, by name, on the resources that they are needed for: "
    "`route53:ChangeResourceRecordSets` on one hosted zone, `iam:PassRole` for one role."
)
BLOCKS = (
    "data.aws_iam_policy_document",
    "resource.aws_iam_policy",
    "resource.aws_iam_role",
    "resource.aws_iam_role_policy",
    "resource.aws_iam_group_policy",
    "resource.aws_iam_user_policy",
    "resource.aws_iam_policy_attachment",
    "resource.aws_iam_role_policy_attachment",
    "resource.aws_iam_group_policy_attachment",
    "resource.aws_iam_user_policy_attachment",
    "resource.aws_eks_pod_identity_association",
    "resource.aws_lambda_function",
)
ONE_DOOR = False

FAILING = """\
{
  "data": {
    "aws_iam_policy_document": {
      "shop": {
        "statement": [
          {
            "actions": ["elasticloadbalancing:*"],
            "resources": ["*"]
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
      "shop": {
        "statement": [
          {
            "actions": ["elasticloadbalancing:Describe*"],
            "resources": ["*"]
          }
        ]
      }
    }
  }
}
"""

# Each makes something that the internet reaches, weakens what stands before it, or takes rights.
_OPENING = (
    *("amplify:CreateApp", "apigateway:POST", "apigateway:PUT", "apprunner:CreateService"),
    *("appsync:CreateGraphqlApi", "cloudformation:CreateStack", "cloudformation:UpdateStack"),
    *("cloudfront:CreateDistribution", "cloudfront:UpdateDistribution"),
    *("cloudfront:AssociateAlias", "cloudfront:CreateDistributionTenant"),
    *("ec2:AllocateAddress", "ec2:AssociateAddress", "ec2:AuthorizeSecurityGroupIngress"),
    *("ec2:ModifyManagedPrefixList", "ec2:ModifySecurityGroupRules", "ec2:RunInstances"),
    *("ecs:CreateService", "ecs:RunTask", "eks:AssociateAccessPolicy", "eks:CreateAccessEntry"),
    *("elasticbeanstalk:CreateEnvironment", "elasticloadbalancing:CreateListener"),
    *("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateRule"),
    *("elasticloadbalancing:ModifyListener", "elasticloadbalancing:SetSecurityGroups"),
    *("elasticloadbalancing:RegisterTargets", "globalaccelerator:CreateAccelerator"),
    *("iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy"),
    *("iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile"),
    *("iam:CreatePolicyVersion", "iam:PutGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy"),
    *("iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy", "lambda:AddPermission"),
    *("lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"),
    *("lightsail:CreateInstances", "lightsail:CreateLoadBalancer", "route53:CreateHostedZone"),
    *("route53:CreateTrafficPolicyInstance", "route53domains:UpdateDomainNameservers"),
    *("s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock"),
    *("s3:PutBucketWebsite", "transfer:CreateServer", "wafv2:DeleteWebACL"),
    *("wafv2:DisassociateWebACL", "wafv2:UpdateIPSet", "wafv2:UpdateWebACL"),
)
# Harmless on one resource, and not on every one.
_ON_EVERYTHING = ("iam:PassRole", "route53:ChangeResourceRecordSets", "sts:AssumeRole")
_HELP = "allow only the actions that are needed, by name"
# Policies of AWS are reached by everybody who may attach one.
_OF_AWS = ("FullAccess", "Administrator", "AdministratorAccess", "PowerUser", "IAMFull")
_ATTACHED = "policy_arn"
# What runs with a role, and where it says with which.
_ASSOCIATION = "aws_eks_pod_identity_association"
_ROLES = {_ASSOCIATION: "role_arn", "aws_lambda_function": "role"}


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the policies of one block."""
    if block.kind == "data":
        yield from _policy(block, iam.of_document(block))
        return
    body = settled_body(block)
    for path, value in _texts(block.type, body):
        if not iam.is_document(value):
            yield from _policy(block, iam.of_text(value, path))
    for path, arn in _arns(block.type, body):
        yield from _attached(block, arn, path)
    role = _ROLES.get(block.type)
    if (
        role is not None
        and holder(body.get(role), "aws_iam_role") is None
        and not _is_of_a_spec(block.type, body, context)
    ):
        yield Finding(
            (role,),
            f"{block.address} is given the role {shown(body.get(role))}, and what that may do "
            "cannot be known here",
            "give it an aws_iam_role of this root",
        )


def _is_of_a_spec(type: str, body: dict[Any, Any], context: Context) -> bool:
    """Whether a role that exists is given to the very pods that a spec gives it to."""
    if type != _ASSOCIATION:
        return False
    names = ("cluster_name", "namespace", "service_account", "role_arn")
    given = tuple(body.get(name) for name in names)
    # Not by its hash: it may hold anything.
    return any(given == known for known in context.roles)


def _texts(type: str, body: dict[Any, Any]) -> Iterator[tuple[Path, Any]]:
    """The policies that a resource holds itself."""
    if type == "aws_iam_role":
        for path, inline in bodies(body.get("inline_policy"), ("inline_policy",)):
            if inline.get("policy") is not None:
                yield (*path, "policy"), inline["policy"]
    elif body.get("policy") is not None:
        yield ("policy",), body["policy"]


def _arns(type: str, body: dict[Any, Any]) -> Iterator[tuple[Path, Any]]:
    """The policies that a resource attaches."""
    if type.endswith("_attachment"):
        yield (_ATTACHED,), body.get(_ATTACHED)
    elif type == "aws_iam_role" and body.get("managed_policy_arns") is not None:
        listed = body["managed_policy_arns"]
        for index, arn in enumerate(listed if isinstance(listed, list) else [listed]):
            yield ("managed_policy_arns", index), arn


def _policy(block: Block, policy: iam.Policy) -> Iterator[Finding]:
    for path in policy.unknown:
        yield Finding(
            path,
            f"what this policy of {block.address} allows cannot be known here",
            "write it as jsonencode of what stands here, or as an aws_iam_policy_document",
        )
    for statement in policy.statements:
        # A document about who may use the resource that it is for is no permission of a role.
        if statement.principals and block.kind == "data":
            continue
        opened = _opened(statement)
        if opened:
            yield Finding(statement.path, f"{block.address} allows {opened}", _HELP)


def _opened(statement: iam.Statement) -> str:
    """What a statement allows that nobody should; nothing if nothing."""
    if statement.all_but:
        return f"everything but {', '.join(statement.actions)}"
    for pattern in statement.actions:
        if iam.GAP in pattern:
            return "an action that only Terraform knows"
        for action in _OPENING:
            if iam.allows(pattern, action):
                return action if pattern == action else f'{action}, by "{pattern}"'
        for action in _ON_EVERYTHING:
            wide = [r for r in statement.resources if _is_everything(r)]
            if iam.allows(pattern, action) and (wide or not statement.resources):
                return f"{action} on {', '.join(wide) or 'everything'}"
    return ""


def _is_everything(resource: str) -> bool:
    """Whether a resource of a policy stands for all of its kind: `*`, `hostedzone/*`, `role/*`."""
    return resource.rpartition("/")[2].rpartition(":")[2].strip("*?") == "" and (
        "*" in resource or "?" in resource
    )


def _attached(block: Block, arn: Any, path: Path) -> Iterator[Finding]:
    if isinstance(arn, str) and arn.startswith("arn:aws:iam::aws:policy/"):
        name = arn.rpartition("/")[2]
        if any(word in name for word in _OF_AWS):
            yield Finding(
                path, f"{block.address} attaches {name}, with which anything can be opened", _HELP
            )
    elif not isinstance(arn, Unknown) or holder(arn, "aws_iam_policy") is None:
        yield Finding(
            path,
            f"what the policy {shown(arn)} allows cannot be known here",
            "attach an aws_iam_policy of this root, or a policy of AWS",
        )
