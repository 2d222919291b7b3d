"""What an app may do in AWS."""

from typing import Annotated

from pydantic import Field

from compiler.spec.iam import (
    Action,
    ConditionKey,
    ConditionValue,
    Operator,
    PolicyArn,
    ResourceArn,
    RoleArn,
)
from compiler.spec.model import Model, OneOrMore, ShortForm, becomes

Values = Annotated[list[ConditionValue], Field(min_length=1), OneOrMore()]
# An empty mapping would read like a condition, and be none.
Keys = Annotated[dict[ConditionKey, Values], Field(min_length=1)]


class Statement(Model):
    """Some actions of AWS, and the resources that the app may take them on."""

    actions: Annotated[list[Action], Field(min_length=1)] = Field(
        description="What it may do, as IAM names it.",
        examples=[["s3:GetObject", "s3:PutObject"]],
        json_schema_extra=becomes(
            "Becomes the `actions` of a statement that allows them. A wildcard needs a waiver of "
            "PT121."
        ),
    )
    resources: Annotated[list[ResourceArn], Field(min_length=1)] = Field(
        description="On what, as ARNs; the end of a name may be `*`.",
        examples=[["arn:aws:s3:::acme-invoices/*"]],
        json_schema_extra=becomes(
            "Becomes its `resources`. One that stands for everything of its kind, or is another "
            "account's, needs a waiver of PT121."
        ),
    )
    conditions: dict[Operator, Keys] = Field(
        {},
        description="When: condition operator → condition key → the value, or a list of values.",
        examples=[{"StringEquals": {"aws:ResourceTag/team": "sales"}}],
        json_schema_extra=becomes(
            "Becomes its conditions, all of which must hold. Policy variables cannot be said: "
            "`${...}` is refused in specs."
        ),
    )


class Permissions(Model):
    """An IAM role for the app's pods: one that exists, or one made of statements."""

    role: RoleArn | None = Field(
        None,
        description="The ARN of a role that exists, in the environment's account.",
        examples=["arn:aws:iam::123456789012:role/shop"],
        json_schema_extra=becomes(
            "Becomes the annotation `eks.amazonaws.com/role-arn` of the ServiceAccount or, with "
            "EKS Pod Identity, an association in Terraform. Whoever owns the role lets the "
            "ServiceAccount take it."
        ),
    )
    statements: Annotated[list[Statement], Field(min_length=1)] | None = Field(
        None,
        description="What the app may do; everything else is refused.",
        examples=[
            [{"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::acme-invoices/*"]}],
        ],
        json_schema_extra=becomes(
            "Becomes an IAM role with one inline policy in `app_roles.tf.json`, which the app's "
            "ServiceAccount in this cluster may take, and nobody else."
        ),
    )
    boundary: PolicyArn | None = Field(
        None,
        description="A policy that bounds what the statements can allow.",
        examples=["arn:aws:iam::123456789012:policy/app-boundary"],
        json_schema_extra=becomes(
            "Becomes the role's permissions boundary. An environment may have one for all roles."
        ),
    )


PermissionsField = Annotated[
    Annotated[Permissions, ShortForm("role", str)] | None,
    Field(
        description="What it may do in AWS: the ARN of a role, or `{statements}`.",
        examples=[
            "arn:aws:iam::123456789012:role/shop",
            {
                "statements": [
                    {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::acme-invoices/*"]}
                ]
            },
        ],
        json_schema_extra=becomes(
            "Becomes the IAM role of its pods, by IAM roles for service accounts or EKS Pod "
            "Identity as the environment has it. To reach AWS it needs `egress` to port 443 too."
        ),
    ),
]
