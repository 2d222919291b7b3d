"""The kinds of text that permissions in AWS are made of.

Sources: IAM user guide, "IAM JSON policy elements reference", "IAM and AWS STS quotas, name
requirements, and character limits" and "IAM identifiers".
"""

import re
from typing import Annotated

from pydantic_core import PydanticCustomError

from compiler.spec.model import Form, invalid, quoted

OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    *("StringLike", "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan"),
    *("NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals"),
    *("DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan"),
    *("DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals"),
    *("ArnLike", "ArnNotEquals", "ArnNotLike"),
)
"""The condition operators but for `Null`, which alone takes neither prefix nor suffix."""

_SERVICE = "[a-z0-9-]+"
_ACTION = "[A-Za-z0-9*?]+"
# A policy may have wildcards for a region and an account; whether it should is judged later.
_REGION = r"(?:[a-z]{2}(?:-[a-z]+)+-[0-9]+|[a-z0-9-]*[*?][a-z0-9*?-]*)?"
_ACCOUNT = r"(?:[0-9]{12}|aws|[0-9]*[*?][0-9*?]*)?"
# Of `$` and `&` no variable may be made: the provider's aws_iam_policy_document turns `&{...}`
# into `${...}`.
_RESOURCE = r"(?:[A-Za-z0-9_.~:/=+@,#()'!%;*?-]|\$(?!\{))+"
_VALUE = r"(?:[ -#%'-~\xa0-\xff]|[$&](?!\{))*"
_PATH = "(?:[A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]"


def _why_action(value: str) -> PydanticCustomError:
    service, colon, name = value.partition(":")
    if colon and re.search("[*?]", service):
        return invalid(
            f"{quoted(value)} has a wildcard in the name of a service, which IAM refuses",
            "name the service: s3:GetObject",
        )
    if re.fullmatch(f"{_SERVICE}:{_ACTION}", f"{service.lower()}:{name}"):
        return invalid(
            f"{quoted(value)} has capitals in the name of its service",
            f'write "{service.lower()}:{name}"',
        )
    return invalid(
        f"{quoted(value)} is not an action of AWS",
        "write the service, a colon and the name of the action: s3:GetObject",
    )


def _why_resource(value: str) -> PydanticCustomError:
    if re.search(r"[$&]\{", value):
        return invalid(
            f"{quoted(value)} has a policy variable, which Flux and Terraform would replace",
            "name the resource, or the beginning of its name and *",
        )
    if re.match("arn:aws-", value):
        return invalid(
            f"{quoted(value)} is in another partition than the environments",
            "the ARN begins with arn:aws:",
        )
    return invalid(
        f"{quoted(value)} is not the ARN of a resource",
        "it looks like this: arn:aws:sqs:eu-west-1:123456789012:orders, and of a bucket, which has "
        "neither region nor account, arn:aws:s3:::acme-invoices/*",
    )


def _why_role(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not the ARN of a role",
        "it looks like this: arn:aws:iam::123456789012:role/shop",
    )


def _why_policy(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not the ARN of a policy",
        "it looks like this: arn:aws:iam::123456789012:policy/app-boundary",
    )


def _why_operator(value: str) -> PydanticCustomError:
    from compiler.spec.parse import nearest

    near = nearest(value, (*OPERATORS, "Null"))
    return invalid(
        f"{quoted(value)} is not a condition operator of IAM",
        f"did you mean {near}?" if near else "write for example StringEquals, Bool or IpAddress",
    )


def _why_key(value: str) -> PydanticCustomError:
    return invalid(
        f"{quoted(value)} is not a condition key of IAM",
        "write a prefix, a colon and a name: aws:ResourceTag/team, s3:prefix",
    )


def _why_value(value: str) -> PydanticCustomError:
    if re.search(r"[$&]\{", value):
        return invalid(
            f"{quoted(value)} has a policy variable, which Flux and Terraform would replace",
            "write the value itself",
        )
    return invalid(
        f"{quoted(value)} has characters that IAM takes in no policy",
        "write it on one line, in the letters of Western Europe",
    )


Action = Annotated[
    str,
    Form(
        "action",
        rf"\*|{_SERVICE}:{_ACTION}",
        "the service, a colon and the name of the action: s3:GetObject",
        _why_action,
        128,
    ),
]
ResourceArn = Annotated[
    str,
    Form(
        "ARN of a resource",
        rf"\*|arn:aws:{_SERVICE}:{_REGION}:{_ACCOUNT}:{_RESOURCE}",
        "arn:aws:sqs:eu-west-1:123456789012:orders, or, of a bucket, arn:aws:s3:::acme-invoices/*",
        _why_resource,
        2048,
    ),
]
RoleArn = Annotated[
    str,
    Form(
        "ARN of a role",
        f"arn:aws:iam::[0-9]{{12}}:role/{_PATH}{{1,64}}",
        "arn:aws:iam::123456789012:role/shop",
        _why_role,
    ),
]
PolicyArn = Annotated[
    str,
    Form(
        "ARN of a policy",
        f"arn:aws:iam::(?:[0-9]{{12}}|aws):policy/{_PATH}{{1,128}}",
        "arn:aws:iam::123456789012:policy/app-boundary",
        _why_policy,
    ),
]
Operator = Annotated[
    str,
    Form(
        "condition operator",
        f"(?:ForAllValues:|ForAnyValue:)?(?:{'|'.join(OPERATORS)})(?:IfExists)?|Null",
        "as in IAM: StringEquals, NumericLessThan, Bool, IpAddress, ArnLike, Null and others, also "
        "as StringEqualsIfExists or ForAnyValue:StringLike",
        _why_operator,
    ),
]
ConditionKey = Annotated[
    str,
    Form(
        "condition key",
        "[a-z0-9][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9_.:/=+@-]*",
        "a prefix, a colon and a name: aws:ResourceTag/team",
        _why_key,
        256,
    ),
]
ConditionValue = Annotated[
    str,
    Form(
        "condition value",
        _VALUE,
        "one line of text, in the letters of Western Europe, without ${...}",
        _why_value,
    ),
]
