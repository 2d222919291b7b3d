"""With EKS Pod Identity every pod of an app that has a role reaches the agent of its node."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.repository import ENVIRONMENT, portico, repository

ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
ROLE = "permissions: arn:aws:iam::111122223333:role/shop\n"
SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
workers: {mailer: {args: [mail]}}
jobs: {report: {schedule: 30 2 * * *, args: [report]}}
environments:
  dev:
"""
WORKLOADS = ["shop", "shop-mailer", "shop-report"]


def objects(root: Path, spec: str, *of_cluster: str) -> list[dict[str, Any]]:
    """What the app is in an environment whose cluster has these fields too."""
    more = "".join(f"  {field}\n" for field in of_cluster)
    environment = ENVIRONMENT.replace("cluster:\n", f"cluster:\n{more}")
    repository(root, {"apps/shop.yaml": spec, "environments/dev.yaml": environment})
    for command in ("compile", "check"):
        result = portico(root, command)
        assert (result.code, result.err) == (0, "")
    text = (root / "rendered/dev/apps/shop/manifests.yaml").read_text()
    return [obj for obj in yaml.safe_load_all(text) if obj is not None]


def reaching(found: list[dict[str, Any]], kind: str) -> list[str]:
    """The policies of this kind that let out to the agent, by the pods that they are for."""
    selector = {"NetworkPolicy": "podSelector", "CiliumNetworkPolicy": "endpointSelector"}[kind]
    return sorted(
        obj["spec"][selector]["matchLabels"]["app.kubernetes.io/name"]
        for obj in found
        if obj["kind"] == kind and any(_is_agent(rule) for rule in obj["spec"]["egress"])
    )


def _is_agent(rule: dict[str, Any]) -> bool:
    if "to" in rule:
        addresses = [peer.get("ipBlock", {}).get("cidr") for peer in rule["to"]]
        is_address = addresses == ["169.254.170.23/32", "fd00:ec2::23/128"]
        return is_address and rule["ports"] == [{"protocol": "TCP", "port": 80}]
    ports = [{"ports": [{"port": "80", "protocol": "TCP"}]}]
    return rule.get("toEntities") == ["host"] and rule["toPorts"] == ports


@pytest.mark.parametrize("permissions", [ROLE, ""])
def test_by_its_address_where_policies_are_kubernetes_own(permissions: str, tmp_path: Path) -> None:
    found = objects(tmp_path, permissions + SPEC)

    assert reaching(found, "NetworkPolicy") == (WORKLOADS if permissions else [])
    assert [obj for obj in found if obj["kind"] == "CiliumNetworkPolicy"] == []


@pytest.mark.parametrize(
    "egress", ["", "egress: [{dns: sqs.eu-west-1.amazonaws.com, port: 443}]\n"]
)
def test_as_its_node_where_cilium_enforces_policies(egress: str, tmp_path: Path) -> None:
    found = objects(tmp_path, ROLE + egress + SPEC, "networkPolicies: cilium")

    assert reaching(found, "CiliumNetworkPolicy") == WORKLOADS


def test_nobody_where_sts_gives_the_credentials(tmp_path: Path) -> None:
    cluster = ("networkPolicies: cilium", f"oidcIssuer: {ISSUER}")

    found = objects(tmp_path, ROLE + SPEC, *cluster)

    assert reaching(found, "NetworkPolicy") == []
    assert [obj for obj in found if obj["kind"] == "CiliumNetworkPolicy"] == []


def test_pods_are_replaced_when_they_get_another_role_and_jobs_need_not_be(tmp_path: Path) -> None:
    found = objects(tmp_path, ROLE + SPEC)

    said = {
        obj["metadata"]["name"]: obj["spec"]["template"]["metadata"].get("annotations", {})
        for obj in found
        if obj["kind"] == "Deployment"
    }
    role = "arn:aws:iam::111122223333:role/shop"
    assert {name: one.get("portico.dev/role") for name, one in said.items()} == {
        "shop": role,
        "shop-mailer": role,
    }
