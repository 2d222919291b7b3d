"""Code Quality reports of GitLab: https://docs.gitlab.com/ci/testing/code_quality/"""

import json
from typing import Any

from compiler.diagnostics.gitlab import render
from tests.diagnostics.sample import DIAGNOSTICS, matches_expected, root

__all__ = ["root"]


def valid(report: str) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(report)
    for issue in issues:
        assert {"description", "check_name", "fingerprint", "severity"} <= issue.keys()
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith("./")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def test_everything_is_told(root: str) -> None:
    report = render(DIAGNOSTICS * 2, root)
    valid(report)
    assert matches_expected("code-quality.json", render(DIAGNOSTICS, root))


def test_nothing_found_is_an_empty_list(root: str) -> None:
    assert valid(render([], root)) == []


def test_a_run_that_could_not_examine_anything_is_a_blocker(root: str) -> None:
    [issue] = valid(render([], root, stopped="there is no apps/"))

    assert issue["severity"] == "blocker"
    assert issue["description"] == "portico could not run: there is no apps/"
