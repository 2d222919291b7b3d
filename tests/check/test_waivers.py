"""Waivers let findings pass for a while, are reported when they do not count, and never the door."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from compiler.check.policy import Judged, Rules
from compiler.check.waivers import load_waivers
from compiler.diagnostics.model import Span
from compiler.policies.builtin import builtin
from compiler.policies.shape import Context, Object, Policy
from tests.repository import APP, portico, repository

TODAY = date(2026, 11, 25)
NODE_EXPORTER: Object = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "node-exporter", "namespace": "monitoring"},
    "spec": {"template": {"spec": {"hostNetwork": True, "containers": []}}},
}


def waiver(**fields: str) -> str:
    said = {
        "rule": "PT210",
        "object": "DaemonSet monitoring/node-exporter",
        "path": "clusters",
        "reason": "it measures the network of the node",
        "owner": "platform",
        "expires": '"2027-02-01"',
        **fields,
    }
    body = "\n  ".join(f"{key}: {value}" for key, value in said.items())
    return f"waivers:\n- {body}\n"


def loaded(root: Path, text: str) -> tuple[Any, list[str]]:
    repository(root, {"policies/waivers.yaml": text})
    waivers, found = load_waivers(str(root), builtin(), TODAY)
    return waivers, [f"{d.rule.id} {d.primary.span}: {d.message}" for d in found]


def judged(waivers: Any, path: str = "clusters/prod/agents.yaml") -> list[str]:
    subject = Judged(NODE_EXPORTER, lambda _: Span(path, 1, 1, 1, 1))
    return [d.rule.id for d in Rules(builtin(), waivers).judge([subject], Context())]


def test_a_waiver_lets_its_finding_pass_and_no_other(tmp_path: Path) -> None:
    waivers, found = loaded(tmp_path, waiver())

    assert found == []
    assert judged(waivers) == []
    assert judged(waivers, "elsewhere/agents.yaml") == ["PT210"]
    assert judged(waivers, "clusters-of-others/agents.yaml") == ["PT210"]


@pytest.mark.parametrize(
    "other",
    [
        waiver(object="DaemonSet monitoring/node-exporter-2"),
        waiver(object="DaemonSet node-exporter"),
        waiver(rule="PT220"),
    ],
)
def test_a_waiver_for_something_else_lets_nothing_pass(tmp_path: Path, other: str) -> None:
    waivers, found = loaded(tmp_path, other)

    assert found == []
    assert judged(waivers) == ["PT210"]
    assert [d.rule.id for d in waivers.unused(["clusters"])] == ["PT242"]
    assert list(waivers.unused(["rendered"])) == []


def test_a_used_waiver_is_not_called_unused(tmp_path: Path) -> None:
    waivers, _ = loaded(tmp_path, waiver())
    judged(waivers)

    assert list(waivers.unused(["."])) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, ["PT241"]),
        (0, ["PT243"]),
        (14, ["PT243"]),
        (15, []),
        (366, []),
        (367, ["PT241"]),
    ],
)
def test_a_waiver_counts_up_to_its_last_day_and_for_a_year_at_most(
    tmp_path: Path, days: int, expected: list[str]
) -> None:
    waivers, found = loaded(tmp_path, waiver(expires=f'"{TODAY + timedelta(days=days)}"'))

    assert [line.split()[0] for line in found] == expected
    assert judged(waivers) == (["PT210"] if expected == ["PT241"] else [])


@pytest.mark.parametrize("policy", builtin(), ids=lambda policy: policy.ID)
def test_the_one_door_cannot_be_waived(tmp_path: Path, policy: Policy) -> None:
    _, found = loaded(tmp_path, waiver(rule=policy.ID))

    refused = f"PT241 policies/waivers.yaml:2:9: {policy.ID} cannot be waived"
    assert [line[: len(refused)] for line in found] == ([refused] if policy.ONE_DOOR else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            waiver(rule="PT211x"),
            'PT105 policies/waivers.yaml:2:9: "PT211x" is not the id of a rule',
        ),
        (
            waiver(rule="PT102"),
            "PT241 policies/waivers.yaml:2:9: no rule that can be waived has the id",
        ),
        (waiver(reason="ok"), 'PT105 policies/waivers.yaml:5:11: "ok" says too little'),
        (waiver(expires='"2026-02-30"'), 'PT105 policies/waivers.yaml:7:12: "2026-02-30" is not a'),
        (waiver(expires="2027-02-01"), "PT008 policies/waivers.yaml:7:12: `2027-02-01` is read as"),
        (waiver(until="always"), 'PT101 policies/waivers.yaml:8:3: unknown field "until"'),
        ("waivers: all\n", 'PT104 policies/waivers.yaml:1:10: "waivers" must be a list'),
        ("- rule: PT210\n", "PT011 policies/waivers.yaml:1:1: the file is a list"),
    ],
)
def test_a_waiver_that_is_not_whole_lets_nothing_pass(
    tmp_path: Path, text: str, expected: str
) -> None:
    waivers, found = loaded(tmp_path, text)

    assert [line[: len(expected)] for line in found] == [expected]
    assert judged(waivers) == ["PT210"]


def test_no_file_means_no_waivers(tmp_path: Path) -> None:
    waivers, found = load_waivers(str(repository(tmp_path)), builtin(), TODAY)

    assert found == []
    assert judged(waivers) == ["PT210"]


def test_check_names_waivers_that_nothing_needs_but_only_where_it_judged_everything(
    tmp_path: Path,
) -> None:
    soon = date.today() + timedelta(days=100)
    text = waiver(path="rendered", expires=f'"{soon}"')
    assert portico(repository(tmp_path, {"policies/waivers.yaml": text}), "compile").code == 0

    whole = portico(tmp_path, "check")
    part = portico(tmp_path, "check", "--environment", "dev")

    assert whole.code == 1
    assert "error[PT242]: PT210 refuses nothing of DaemonSet monitoring/node-exporter" in whole.err
    assert (part.code, part.err) == (0, "")


def test_nothing_in_an_object_silences_a_rule() -> None:
    silencing = {"checkov.io/skip1": "PT210=fine", "portico.dev/waive": "PT210"}
    metadata = {**NODE_EXPORTER["metadata"], "annotations": silencing}
    subject = Judged({**NODE_EXPORTER, "metadata": metadata}, lambda _: Span("x.yaml"))

    assert [d.rule.id for d in Rules(builtin()).judge([subject], Context())] == ["PT210"]


def test_a_rule_that_fails_refuses_what_it_could_not_judge() -> None:
    def fails(obj: Object, context: Context) -> Any:
        return [obj["spec"]["template"]["missing"]]

    texts = dict.fromkeys(("TITLE", "RATIONALE", "WHAT", "FIX", "FAILING", "PASSING"), "x")
    rule = SimpleNamespace(
        ID="PT900", SEVERITY="error", KINDS=("DaemonSet",), ONE_DOOR=False, findings=fails, **texts
    )
    subject = Judged(NODE_EXPORTER, lambda _: Span("x.yaml"))

    [found] = Rules([cast(Policy, rule)]).judge([subject], Context())

    assert (found.rule.id, found.message) == (
        "PT900",
        "PT900 could not judge this: KeyError: 'missing'",
    )


def test_what_patches_come_to_is_waived_by_the_file_that_it_is_rendered_to(tmp_path: Path) -> None:
    """A compile does not ask which day it is; a check says that a waiver has ended."""
    rule = (
        'ID = "PT900"\nTITLE = "few egress rules"\nSEVERITY = "error"\nRATIONALE = WHAT = FIX = "x."\n'
        'KINDS = ("NetworkPolicy",)\nONE_DOOR = False\n'
        f'FAILING = """{_policy("[{}]")}"""\nPASSING = """{_policy("[]")}"""\n\n\n'
        "def findings(obj, context):\n"
        '    if {} in obj["spec"]["egress"]:\n'
        '        yield ("spec", "egress", 0), "it goes out", "remove it"\n'
    )
    patch = "patches: [{target: NetworkPolicy, merge: {spec: {egress: [{}]}}}]\n"
    repository(tmp_path, {"apps/shop.yaml": APP + patch, "policies/few.py": rule})
    refused = portico(tmp_path, "compile")
    assert (refused.code, "apps/shop.yaml:9:59" in refused.err) == (1, True), refused.err

    def waived(path: str, ends: date) -> list[int]:
        fields = {"rule": "PT900", "object": "NetworkPolicy sales/shop", "path": path}
        text = waiver(**fields, expires=f'"{ends}"')
        repository(tmp_path, {"apps/shop.yaml": APP + patch, "policies/waivers.yaml": text})
        return [portico(tmp_path, command).code for command in ("compile", "check")]

    later, earlier = date.today() + timedelta(60), date.today() - timedelta(60)
    assert waived("rendered/prod", later) == [1, 1]
    assert waived("rendered/dev", later) == [0, 0]
    assert waived("rendered/dev", earlier) == [0, 1]
    assert "apps/shop.yaml:9:59" in portico(tmp_path, "check").err


def _policy(egress: str) -> str:
    return (
        "\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: a}}\nspec: {{egress: {egress}}}\n"
    )
