"""Permissions: whose role is whose, and what is wider than its name."""

import pytest

from compiler.link.inexact_permissions import inexact
from compiler.link.names import app_role
from compiler.link.unit import Unit
from compiler.pipeline.linking import link_in_memory
from tests.repository import ENVIRONMENT

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"


def unit(actions: str, resource: str) -> Unit:
    spec = (
        "name: shop\nteam: sales\nimage: ghcr.io/acme/shop:1.4.2\npermissions:\n  statements:\n"
        f'  - actions: [{actions}]\n    resources: ["{resource}"]\nenvironments:\n  dev:\n'
    )
    files = {"apps/shop.yaml": spec.encode(), "environments/dev.yaml": ENVIRONMENT.encode()}
    linked = link_in_memory(".", files=files, is_judged=False)
    [only] = linked.estates[0].units
    return only


def objects(actions: str, resource: str) -> list[str]:
    """What needs a waiver, as the waiver names it."""
    return [one.object for one in inexact(unit(actions, resource))]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::acme-invoices",
        "arn:aws:s3:::acme-invoices/*",
        "arn:aws:s3:::acme-*",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/invoices/object/*",
        QUEUE,
        "arn:aws:sqs:eu-west-1:111122223333:orders-*",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/*",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/*",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-??????",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/*",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/acme/shop:*",
        "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/prod/GET/*",
        "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3",
        "arn:aws:lambda:eu-west-1:111122223333:function:shop:$LATEST",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ],
)
def test_a_resource_with_a_name_is_exact(resource: str) -> None:
    assert objects("sqs:SendMessage", resource) == []


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::?*",
        "arn:aws:s3:::*/invoices",
        "arn:aws:s3:::*-invoices",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/*",
        "arn:aws:s3:eu-west-1:111122223333:acc*",
        "arn:aws:sqs:eu-west-1:111122223333:*",
        "arn:aws:sqs:*:111122223333:orders",
        "arn:aws:sqs:eu-*-1:111122223333:orders",
        "arn:aws:sqs:eu-west-1:*:orders",
        "arn:aws:sqs:eu-west-1:1111????3333:orders",
        "arn:aws:sqs:eu-west-1:444455556666:orders",
        "arn:aws:dynamodb:eu-west-1:111122223333:*",
        "arn:aws:dynamodb:eu-west-1:111122223333:tab*",
        "arn:aws:dynamodb:eu-west-1:111122223333:t?ble/orders",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/*/index/by-date",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/?rders",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:*",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret::*",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/*",
        "arn:aws:ssm:eu-west-1:111122223333:parameter//*",
        "arn:aws:apigateway:eu-west-1::/restapis/*",
        "arn:aws:kms:eu-west-1:111122223333:key/*",
        "arn:aws:newer:eu-west-1:111122223333:things-*",
    ],
)
def test_a_resource_that_may_be_anything_needs_a_waiver(resource: str) -> None:
    assert objects("sqs:SendMessage", resource) == [f"sqs:SendMessage on {resource}"]


@pytest.mark.parametrize(
    "action", ["*", "s3:*", "s3:Get*", "s3:*Object", "s3:GetObjec?", "iam:PassRole*"]
)
def test_an_action_with_a_wildcard_needs_a_waiver(action: str) -> None:
    assert objects(f'"{action}"', QUEUE) == [action]


@pytest.mark.parametrize("action", ["iam:PassRole", "iam:passrole", "sts:AssumeRole"])
def test_a_role_to_pass_or_take_has_a_whole_name(action: str) -> None:
    roles = "arn:aws:iam::111122223333:role/reports-*"

    assert objects(action, roles) == [f"{action} on {roles}"]
    assert objects(action, "arn:aws:iam::111122223333:role/reports") == []
    assert objects("iam:GetRole", roles) == []


def test_a_wildcard_may_stand_for_passing_a_role() -> None:
    roles = "arn:aws:iam::111122223333:role/reports-*"

    assert objects('"iam:P*"', roles) == ["iam:P*", f"iam:P* on {roles}"]


def test_roles_have_names_of_their_own_in_an_account_that_environments_share() -> None:
    pairs = [
        (env, app) for env in ("dev", "dev-x", "d", "x" * 40) for app in ("x-y", "y", "x" * 40)
    ]

    names = {app_role(*pair) for pair in pairs}

    assert len(names) == len(pairs)
    assert max(map(len, names)) <= 64
    assert app_role("dev", "external-dns") != "portico-dev-external-dns"
    # Frozen: another name would be another role, and the old one gone.
    assert app_role("prod", "shop") == "portico-prod.shop"
    assert app_role("e" * 40, "a" * 40) == f"portico-{'e' * 40}.aaaa.3879937533"
