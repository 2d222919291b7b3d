"""Each built-in rule does what its own examples say."""

import pytest
import yaml

from compiler.check.policy import Judged, Rules
from compiler.diagnostics.model import Span
from compiler.policies.builtin import builtin
from compiler.policies.shape import Context, Policy, Shared
from compiler.rules import is_object

CONTEXT = Context(
    shared=(Shared("edge", "service-public-loadbalancer"),),
    ingress_classes=frozenset(("edge",)),
    domains=("example.com",),
)
LB = "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec: {{type: {type}}}\n"


def findings(policy: Policy, text: str) -> list[str]:
    judged = [Judged(obj, lambda _: Span("x.yaml")) for obj in yaml.safe_load_all(text)]
    found = Rules([policy]).judge(judged, CONTEXT)
    return [diagnostic.rule.id for diagnostic in found]


@pytest.mark.parametrize(
    "policy",
    [policy for policy in builtin() if is_object(policy.FAILING)],
    ids=lambda policy: policy.ID,
)
def test_the_failing_example_is_found_and_the_passing_one_is_not(policy: Policy) -> None:
    assert findings(policy, policy.FAILING) == [policy.ID]
    assert findings(policy, policy.PASSING) == []


def test_rule_ids_are_unique() -> None:
    ids = [policy.ID for policy in builtin()]
    assert len(set(ids)) == len(ids) > 0


@pytest.mark.parametrize(
    ("name", "namespace", "kind", "expected"),
    [
        ("service-public-loadbalancer", "edge", "LoadBalancer", []),
        ("service-public-loadbalancer", "shop", "LoadBalancer", ["PT201"]),
        ("shop", "edge", "LoadBalancer", ["PT201"]),
        ("shop", "shop", "loadbalancer", ["PT201"]),
        ("shop", "shop", '"LoadBalancer "', ["PT201"]),
        ("shop", "shop", '"Load\\u200bBalancer"', ["PT201"]),
        ("shop", "shop", "ClusterIP", []),
    ],
)
def test_only_the_shared_service_may_be_a_load_balancer(
    name: str, namespace: str, kind: str, expected: list[str]
) -> None:
    [policy] = [policy for policy in builtin() if policy.ID == "PT201"]
    assert findings(policy, LB.format(name=name, namespace=namespace, type=kind)) == expected
