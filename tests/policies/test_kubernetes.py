"""What each rule about objects refuses and accepts: `kubernetes/<rule>.yaml`.

Each document begins with a comment that says which of the two, and what it is.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from compiler.check.examples import CONTEXT
from compiler.check.policy import Judged, Rules
from compiler.diagnostics.model import Span
from compiler.policies.builtin import builtin
from compiler.policies.reading import group_of
from compiler.policies.shape import Claim, Policy

FOLDER = Path(__file__).parent / "kubernetes"
POLICIES = {policy.ID: policy for policy in builtin() if hasattr(policy, "KINDS")}
# Judged by what else is there, in test_hosts below.
ELSEWHERE = {"PT215"}


def table() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        for text in path.read_text().split("\n---\n"):
            match = re.match(r"# (refused|accepted): (.*)\n", text)
            assert match, f"{path.name}: {text}"
            verdict, what = match.groups()
            yield pytest.param(
                POLICIES[path.stem], verdict, yaml.safe_load(text), id=f"{path.stem} {what}"
            )


def refused(policy: Policy, obj: Any, context: Any = CONTEXT) -> list[str]:
    found = Rules([policy]).judge([Judged(obj, lambda path: Span(str(path)))], context)
    return [diagnostic.message for diagnostic in found]


@pytest.mark.parametrize(("policy", "verdict", "obj"), list(table()))
def test_a_rule_tells_a_way_in_from_what_looks_like_one(
    policy: Policy, verdict: str, obj: Any
) -> None:
    messages = refused(policy, obj)

    assert bool(messages) == (verdict == "refused"), messages
    # A rule that fails refuses too, but knows nothing.
    assert [message for message in messages if "could not judge" in message] == []


def test_every_rule_has_its_table_with_both_verdicts() -> None:
    verdicts: dict[str, set[str]] = {}
    for case in table():
        verdicts.setdefault(case.values[0].ID, set()).add(case.values[1])
    assert set(POLICIES) - ELSEWHERE == set(verdicts)
    assert all(found == {"refused", "accepted"} for found in verdicts.values())


@pytest.mark.parametrize("policy", [p for p in POLICIES.values() if hasattr(p, "concerns")])
def test_a_rule_has_nothing_to_say_about_kinds_that_it_says_do_not_concern_it(policy: Any) -> None:
    verdicts = set()
    for _, _, obj in (case.values for case in table()):
        is_concerned = policy.concerns(group_of(obj), obj["kind"])
        verdicts.add(is_concerned)
        assert is_concerned or list(policy.findings(obj, CONTEXT)) == [], obj
    assert verdicts == {True, False}


def test_a_rule_that_does_not_know_what_concerns_it_is_asked() -> None:
    def concerns(group: str, kind: str) -> bool:
        raise LookupError(kind)

    rule = SimpleNamespace(**vars(POLICIES["PT205"]))
    rule.concerns = concerns
    obj = yaml.safe_load(rule.FAILING)

    assert refused(cast(Policy, rule), obj) == refused(POLICIES["PT205"], obj) != []


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
@pytest.mark.parametrize("wrong", [None, True, 7, "text", [], ["a"], [{}], {}, {"a": 1}])
def test_a_rule_never_fails_on_what_no_api_server_would_take(policy: Policy, wrong: Any) -> None:
    fields = ("metadata", "spec", "data", "rules", "subjects", "webhooks", "endpoints", "template")
    inner = ("annotations", "labels", "rules", "ports", "template", "selector", "values", "tls")
    for kind in policy.KINDS if policy.KINDS != ("*",) else ("Service", "Thing"):  # type: ignore[attr-defined]
        version = "x.example.org/v1" if kind == "Thing" else "v1"
        whole = {"apiVersion": version, "kind": kind}
        objects = [{**whole, **dict.fromkeys(fields, wrong)}]
        objects += [{**whole, field: dict.fromkeys(inner, wrong)} for field in fields]
        for obj in objects:
            assert [m for m in refused(policy, obj) if "could not judge" in m] == [], obj


def ingress(namespace: str, host: Any, **rule: Any) -> Any:
    metadata = {"name": "x", "namespace": namespace}
    rules = [{"host": host, "http": {"paths": [{"path": "/"}]}, **rule}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": {"rules": rules},
    }


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        (ingress("blog", "shop.example.com"), True),
        (ingress("blog", "Shop.Example.COM."), True),
        (ingress("blog", "blog.example.com"), False),
        (ingress("shop", "shop.example.com"), False),
        (ingress("edge", "shop.example.com", http=None), False),
        (ingress("blog", 7), False),
    ],
)
def test_hosts_of_others_are_refused_in_any_spelling(obj: Any, expected: bool) -> None:
    claims = {"shop.example.com": (Claim("shop", "shop", "shop.yaml:1"),)}

    messages = refused(POLICIES["PT215"], obj, CONTEXT._replace(hosts=claims))

    assert bool(messages) == expected
    assert all("Ingress shop/shop (shop.yaml:1)" in message for message in messages)
