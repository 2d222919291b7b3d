"""The real Terraform makes of permissions the roles that the specs say, and AWS gives them back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from compiler.link.conflicts.permissions import policy_size
from compiler.link.unit import Permitted, interface_of
from compiler.source.yaml import read
from compiler.spec.app import App
from tests.aws_server.process import AwsServer
from tests.repository import ENVIRONMENT, portico, repository
from tests.terraform import Root

ACCOUNT, REGION = "111122223333", "eu-west-1"
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/app-boundary"
PLATFORM_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/platform-boundary"
ENVIRONMENTS = {
    "pod identity": ENVIRONMENT,
    "service accounts": ENVIRONMENT.replace(
        "cluster:\n",
        f"  permissionsBoundary: {PLATFORM_BOUNDARY}\ncluster:\n  oidcIssuer: {ISSUER}\n",
    ),
}
EXISTING = f"arn:aws:iam::{ACCOUNT}:role/finance/reports"

PERMISSIONS = """\
  statements:
  - actions: [s3:GetObject, s3:PutObject]
    resources: ["arn:aws:s3:::acme-invoices/*", "arn:aws:s3:::acme-$quotes/a=1,b:'(2)'!/*"]
    conditions:
      StringEquals: {aws:ResourceTag/team: [sales, "R&D <\\"x\\"> 50%{ é $ {"]}
      Bool: {aws:SecureTransport: "true"}
      ForAnyValue:StringLikeIfExists: {aws:CalledVia: "*.amazonaws.com"}
  - actions: [sqs:SendMessage]
    resources: [arn:aws:sqs:eu-west-1:111122223333:orders]
"""
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": {"s3:GetObject", "s3:PutObject"},
            "Resource": {
                "arn:aws:s3:::acme-invoices/*",
                "arn:aws:s3:::acme-$quotes/a=1,b:'(2)'!/*",
            },
            "Condition": {
                "StringEquals": {"aws:ResourceTag/team": {"sales", 'R&D <"x"> 50%{ é $ {'}},
                "Bool": {"aws:SecureTransport": "true"},
                "ForAnyValue:StringLikeIfExists": {"aws:CalledVia": "*.amazonaws.com"},
            },
        },
        {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": "arn:aws:sqs:eu-west-1:111122223333:orders",
        },
    ],
}
TRUST = {
    "pod identity": {
        "Effect": "Allow",
        "Action": {"sts:AssumeRole", "sts:TagSession"},
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-arn": f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/acme-dev",
                "aws:RequestTag/kubernetes-namespace": "sales",
                "aws:RequestTag/kubernetes-service-account": "shop",
            }
        },
    },
    "service accounts": {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"},
        "Condition": {
            "StringEquals": {
                f"{ISSUER}:aud": "sts.amazonaws.com",
                f"{ISSUER}:sub": "system:serviceaccount:sales:shop",
            }
        },
    },
}


def spec(name: str, permissions: str) -> str:
    return (
        f"name: {name}\nteam: sales\nimage: ghcr.io/acme/{name}:1.4.2\n"
        f"permissions:{permissions}environments:\n  dev:\n"
    )


def estate(root: Path, kind: str) -> Path:
    """The Terraform root of an estate with a role of each kind."""
    repository(
        root,
        {
            "environments/dev.yaml": ENVIRONMENTS[kind],
            "apps/shop.yaml": spec("shop", f"\n{PERMISSIONS}  boundary: {BOUNDARY}\n"),
            "apps/cart.yaml": spec("cart", f"\n{PERMISSIONS}"),
            "apps/report.yaml": spec("report", f" {EXISTING}\n"),
        },
    )
    for command in ("compile", "check"):
        result = portico(root, command)
        assert (result.code, result.err) == (0, ""), result
    return root / "rendered" / "dev" / "terraform"


def unordered(value: Any) -> Any:
    """Lists as sets: the order of a policy's actions, resources and values says nothing."""
    if isinstance(value, dict):
        return {key: unordered(item) for key, item in value.items()}
    if isinstance(value, list):
        texts = all(isinstance(item, str) for item in value)
        return set(value) if texts else [unordered(item) for item in value]
    return value


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_a_role_is_what_the_spec_says_and_comes_to_rest(
    kind: str, aws_server: AwsServer, tmp_path: Path
) -> None:
    aws_server.reset()
    aws_server.make_hosted_zone("Z0000000PUBLIC", "dev.acme.example.", ACCOUNT)
    iam = aws_server.client("iam", ACCOUNT)
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    boundary = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    for name in ("app-boundary", "platform-boundary"):
        iam.create_policy(PolicyName=name, PolicyDocument=boundary)
    iam.create_role(RoleName="reports", Path="/finance/", AssumeRolePolicyDocument="{}")
    root = Root(estate(tmp_path / "estate", kind), tmp_path / "root", server=aws_server)
    root.init()
    assert root.validate() == []

    root.apply()

    assert root.pending() == ""
    role = iam.get_role(RoleName="portico-dev.shop")["Role"]
    bounded = {
        name: iam.get_role(RoleName=name)["Role"].get("PermissionsBoundary", {})
        for name in ("portico-dev.shop", "portico-dev.cart", "portico-dev-external-dns")
    }
    of_environment = PLATFORM_BOUNDARY if kind == "service accounts" else None
    assert {name: of.get("PermissionsBoundaryArn") for name, of in bounded.items()} == {
        "portico-dev.shop": BOUNDARY,
        "portico-dev.cart": of_environment,
        "portico-dev-external-dns": of_environment,
    }
    assert unordered(role["AssumeRolePolicyDocument"]["Statement"]) == [TRUST[kind]]
    assert iam.list_role_policies(RoleName="portico-dev.shop")["PolicyNames"] == ["permissions"]
    assert iam.list_attached_role_policies(RoleName="portico-dev.shop")["AttachedPolicies"] == []
    policy = iam.get_role_policy(RoleName="portico-dev.shop", PolicyName="permissions")
    assert unordered(policy["PolicyDocument"]) == POLICY
    tags = {tag["Key"]: tag["Value"] for tag in role["Tags"]}
    assert (tags["portico.dev/app"], tags["portico.dev/source"]) == ("shop", "apps/shop.yaml")
    eks = aws_server.client("eks", ACCOUNT, REGION)
    associated = {
        association["serviceAccount"]: eks.describe_pod_identity_association(
            clusterName="acme-dev", associationId=association["associationId"]
        )["association"]["roleArn"]
        for association in eks.list_pod_identity_associations(clusterName="acme-dev")[
            "associations"
        ]
    }
    platform = f"arn:aws:iam::{ACCOUNT}:role/portico-dev-external-dns"
    cart = f"arn:aws:iam::{ACCOUNT}:role/portico-dev.cart"
    by_pod_identity = {
        "shop": role["Arn"],
        "cart": cart,
        "report": EXISTING,
        "external-dns": platform,
    }
    assert associated == (by_pod_identity if kind == "pod identity" else {})
    outputs = root.plan()["planned_values"]["outputs"]
    assert outputs["app_role_arns"]["value"] == {"shop": role["Arn"], "cart": cart}


def test_what_terraform_sends_is_a_policy_of_the_size_that_was_judged(tmp_path: Path) -> None:
    root = Root(estate(tmp_path / "estate", "pod identity"), tmp_path / "root")
    root.init()

    planned = root.plan()["planned_values"]["root_module"]["resources"]

    of_shop = "aws_iam_role_policy.app_shop"
    [document] = [r["values"]["policy"] for r in planned if r["address"] == of_shop]
    sent = "".join(part.lstrip() for part in document.splitlines()).replace('": ', '":')
    assert json.loads(sent) == json.loads(document)
    assert len(sent) == policy_size(permitted().statements)
    # cfn-lint knows the grammar, the actions and the ARNs of policies.
    policy = {"PolicyDocument": json.loads(document)}
    resources = {"Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy}}
    template = tmp_path / "policy.template.json"
    template.write_text(json.dumps({"Resources": resources}))
    command = [str(Path(sys.executable).with_name("cfn-lint")), "-r", REGION, "--", str(template)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def permitted() -> Permitted:
    text = spec("shop", f"\n{PERMISSIONS}").partition("environments")[0]
    made = interface_of(App.model_validate(read("apps/shop.yaml", text.encode()).data))
    assert made.permissions is not None
    return made.permissions
