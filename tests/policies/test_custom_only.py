"""A rule that is asked about custom kinds only has nothing to say of Kubernetes' own."""

from typing import Any

import pytest

from compiler.check.examples import CONTEXT, subjects_of
from compiler.check.policy import Judged, Rules
from compiler.diagnostics.model import Span
from compiler.policies.builtin import builtin
from compiler.policies.kinds import BUILT_IN_GROUPS
from compiler.policies.shape import Policy

RULES = [policy for policy in builtin() if getattr(policy, "CUSTOM_ONLY", False)]


@pytest.mark.parametrize("policy", RULES, ids=lambda policy: policy.ID)
@pytest.mark.parametrize("group", sorted(BUILT_IN_GROUPS))
def test_its_function_finds_nothing_in_an_object_of_kubernetes_own(policy: Any, group: str) -> None:
    obj = refused(policy) | {"apiVersion": f"{group}/v1" if group else "v1"}

    assert list(policy.findings(obj, CONTEXT)) == []


@pytest.mark.parametrize("policy", RULES, ids=lambda policy: policy.ID)
def test_an_object_of_a_custom_kind_meets_it(policy: Policy) -> None:
    assert Rules([policy]).judge([Judged(refused(policy), lambda _: Span(""))], CONTEXT) != []


def refused(policy: Policy) -> dict[str, Any]:
    objects = subjects_of(policy.FAILING)
    assert not isinstance(objects, str)
    [obj] = objects
    assert isinstance(obj, dict)
    return obj
