"""What the texts of permissions may be: the whole border of each kind, in tables."""

from typing import get_args

import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from compiler.spec import iam

GOOD = {
    "Action": [
        *("s3:GetObject", "sqs:SendMessage", "execute-api:Invoke", "kafka-cluster:Connect"),
        *("a4b:GetRoom", "*", "s3:*", "s3:Get*", "s3:*Object", "s3:?etObject"),
    ],
    "ResourceArn": [
        *(
            "*",
            "arn:aws:s3:::acme",
            "arn:aws:s3:::acme/*",
            "arn:aws:s3:::a/b=c,d@e+f;(g)'h'!#~%.x_y",
        ),
        *("arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        "arn:aws:lambda:eu-west-1:111122223333:function:shop:$LATEST",
        "arn:aws:iot:eu-west-1:111122223333:topic/$aws/things/*",
        *("arn:aws:sqs:*:111122223333:x", "arn:aws:sqs:eu-*:11112222????:x", "arn:aws:sqs:*:*:*"),
        "arn:aws:apigateway:ap-southeast-2::/restapis/a1",
    ],
    "RoleArn": [
        "arn:aws:iam::111122223333:role/shop",
        "arn:aws:iam::111122223333:role/finance/reports/portico-dev.shop",
        "arn:aws:iam::111122223333:role/a+b=c,d.e@f_g-h",
        "arn:aws:iam::111122223333:role/" + "a" * 64,
    ],
    "PolicyArn": [
        "arn:aws:iam::111122223333:policy/app-boundary",
        "arn:aws:iam::aws:policy/PowerUserAccess",
        "arn:aws:iam::111122223333:policy/a/b/" + "c" * 128,
    ],
    "Operator": [
        *("StringEquals", "StringNotEqualsIgnoreCase", "NumericLessThanEquals", "DateGreaterThan"),
        *("Bool", "BinaryEquals", "NotIpAddress", "ArnNotLike", "Null", "BoolIfExists"),
        *("ForAllValues:StringLike", "ForAnyValue:ArnEqualsIfExists"),
    ],
    "ConditionKey": [
        *("aws:ResourceTag/team", "s3:prefix", "kms:EncryptionContext:shop", "aws:SourceIp"),
        *("s3:max-keys", "aws:RequestTag/Cost=Center+1@x", "dynamodb:LeadingKeys"),
    ],
    "ConditionValue": [
        *("", "sales", "*", "a b", "é ÿ", "$x", "x$", "a&b", '{"a": "b"}', "100%", "%{x}", "{x}"),
    ],
}
BAD = {
    "Action": [
        *("", "GetObject", "s3", "s3:", ":GetObject", "S3:GetObject", "s3:Get Object", "s3::Get"),
        *("s3:Get:Object", "*:*", "*:GetObject", "s*:GetObject", "s?:Get", "**", "?", "s3:Get-x"),
        *("s3:Get\n", "s3:${x}", "s3:Gét", "s3/GetObject", "s3:" + "a" * 126),
    ],
    "ResourceArn": [
        *("", "acme", "arn:aws:s3:::", "arn:aws:s3::acme", "arn:aws:s3", "arn:*:s3:::acme"),
        *("arn:aws-cn:s3:::acme", "arn:aws-us-gov:s3:::acme", "arn:aws:*:::acme", "arn:aws:s*:::a"),
        *("arn:aws:S3:::acme", "arn:aws:sqs:eu_west_1:111122223333:x", "arn:aws:sqs:eu-west-1:1:x"),
        *("arn:aws:s3:::a b", "arn:aws:s3:::a\n", "arn:aws:s3:::${x}", "arn:aws:s3:::a/&{aws:x}"),
        *("arn:aws:s3:::é", 'arn:aws:s3:::"', "arn:aws:s3:::a&b", "**", "arn:aws:s3:::{x}"),
        "ARN:aws:s3:::acme",
    ],
    "RoleArn": [
        *("", "shop", "arn:aws:iam::111122223333:role/", "arn:aws:iam::111122223333:user/shop"),
        *("arn:aws:iam:eu-west-1:111122223333:role/shop", "arn:aws:iam::aws:role/shop"),
        *("arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role//shop"),
        *("arn:aws:iam::1111:role/shop", "arn:aws:iam::111122223333:role/shop\n"),
        *("arn:aws:iam::111122223333:role/" + "a" * 65, "arn:aws:iam::111122223333:role/a b"),
        *("arn:aws:iam::111122223333:role/${x}", "arn:aws-cn:iam::111122223333:role/shop"),
    ],
    "PolicyArn": [
        *("", "app-boundary", "arn:aws:iam::111122223333:role/app", "arn:aws:iam::*:policy/app"),
        *("arn:aws:iam::111122223333:policy/", "arn:aws:iam::111122223333:policy/*"),
    ],
    "Operator": [
        *(
            "",
            "Equals",
            "stringEquals",
            "StringEqual",
            "StringEqualsIfExistsIfExists",
            "BoolEquals",
        ),
        *("NullIfExists", "ForAnyValue:Null", "ForAllValue:StringLike", "ForAnyValues:StringLike"),
        *("StringLikeIgnoreCase", "IpAddressEquals", "ArnGreaterThan", "StringEquals "),
    ],
    "ConditionKey": [
        *("", "team", "aws:", ":team", "aws:${x}", "aws:a b", "aws ResourceTag", "aws:\n", "aws:é"),
    ],
    "ConditionValue": ["${x}", "&{x}", "a\nb", "\t", "\x00", "\x7f", "東京", "\u2028", "x${", "&{"],
}
FORMS = {name: get_args(kind)[1] for name, kind in vars(iam).items() if name in GOOD}


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_taken(kind: str, value: str) -> None:
    assert TypeAdapter(getattr(iam, kind)).validate_python(value) == value
    assert editor_takes(kind, value)


@pytest.mark.parametrize(("kind", "value"), [(k, v) for k, values in BAD.items() for v in values])
def test_refused_with_what_to_write_instead(kind: str, value: str) -> None:
    with pytest.raises(ValidationError) as raised:
        TypeAdapter(getattr(iam, kind)).validate_python(value)

    [error] = raised.value.errors()
    assert error["ctx"]["help"]
    assert not editor_takes(kind, value)


def test_every_operator_is_one() -> None:
    for operator in (*iam.OPERATORS, "Null"):
        assert FORMS["Operator"].matches(operator)


def editor_takes(kind: str, value: str) -> bool:
    """What an editor says, which knows the pattern and the length only."""
    schema = {"type": "string", "pattern": f"^(?:{FORMS[kind].pattern})$"}
    longest = FORMS[kind].longest
    return jsonschema_rs.is_valid(schema, value) and (longest is None or len(value) <= longest)
