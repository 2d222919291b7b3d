"""A repository's own rules run everywhere, and one that is not whole is an error with its place."""

from pathlib import Path

import pytest

from compiler.check.own_rules import own_rules
from compiler.policies.builtin import builtin, folder_of_builtin
from tests.repository import portico, repository

RULE = '''\
ID = "PT900"
TITLE = "Service of a forbidden name"
SEVERITY = "error"
RATIONALE = "The name is reserved."
WHAT = "Refuses a Service that is named legacy."
FIX = "Choose another name."
KINDS = ("Service",)
ONE_DOOR = False
FAILING = """
apiVersion: v1
kind: Service
metadata: {name: legacy}
"""
PASSING = """
apiVersion: v1
kind: Service
metadata: {name: shop}
"""


def findings(obj, context):
    if obj["metadata"]["name"] == "legacy":
        yield ("metadata", "name"), "this name is reserved", "choose another one"
'''
LEGACY = """\
name: legacy
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
environments:
  dev:
"""


def problems(root: Path, files: dict[str, str]) -> list[str]:
    _, found = own_rules(str(repository(root, files)), builtin())
    return [f"{d.rule.id} {d.primary.span}: {d.message}" for d in found]


def test_a_rule_of_ones_own_judges_what_is_compiled(tmp_path: Path) -> None:
    repository(tmp_path, {"apps/legacy.yaml": LEGACY, "policies/reserved.py": RULE})
    assert portico(tmp_path, "compile").code == 0

    code, _, err = portico(tmp_path, "check")

    assert code == 1
    assert (
        err
        == """\
error[PT900]: this name is reserved
   --> rendered/dev/apps/legacy/manifests.yaml:149:9
    |
149 |   name: legacy
    |         ^^^^^^
    help: choose another one

portico: 1 error
"""
    )


def test_its_findings_can_be_waived(tmp_path: Path) -> None:
    waiver = """\
waivers:
- rule: PT900
  object: Service sales/legacy
  reason: renamed with the next release
  owner: sales
  expires: "2099-01-01"
"""
    files = {"apps/legacy.yaml": LEGACY, "policies/reserved.py": RULE}
    repository(tmp_path, {**files, "policies/waivers.yaml": waiver})
    assert portico(tmp_path, "compile").code == 0

    # Too far ahead: the waiver is refused, and waives nothing.
    code, _, err = portico(tmp_path, "check")

    assert code == 1
    assert "error[PT241]: 2099-01-01 is more than a year ahead" in err
    assert "error[PT900]" in err


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"PT900"', '"PT201"', "1:1: PT201 is a rule that Portico brings along"),
        ('"PT900"', '"PT250"', "1:1: PT250 is not an id of your own"),
        ('"PT900"', '"X1"', "1:1: X1 is not an id of your own"),
        ('SEVERITY = "error"', 'SEVERITY = "fatal"', '3:1: "fatal" is no severity'),
        ("ONE_DOOR = False\n", "", ": the rule lacks ONE_DOOR"),
        ('KINDS = ("Service",)', 'KINDS = "Service"', "7:1: KINDS is no tuple of names"),
        ('KINDS = ("Service",)', "KINDS = ()", "7:1: KINDS is no tuple of names"),
        ('KINDS = ("Service",)\n', "", ": the rule lacks KINDS or BLOCKS"),
        ('FIX = "Choose', 'FIX = 1 or "Choose', "6:1: FIX is not a text"),
        ("def findings", "def found", ": the rule lacks findings"),
        ('FIX = "Choose', 'FIXES = "Choose', ": the rule lacks FIX"),
        (
            "{name: legacy}",
            "{name: cart}",
            "9:1: the rule does not refuse its failing example",
        ),
        (
            "{name: shop}",
            "{name: legacy}",
            "14:1: the rule refuses its passing example: this name is reserved",
        ),
        (
            "{name: shop}",
            "{names: shop}",
            "14:1: the rule refuses its passing example: PT900 could not judge this: KeyError: 'name'",
        ),
        (
            '["name"] == "legacy"',
            '["title"] == "legacy"',
            "9:1: the rule fails on its example: PT900 could not judge this: KeyError: 'title'",
        ),
        ("kind: Service\nmetadata: {name: shop}", "kind: [", "14:1: the example cannot be read: "),
        (
            "apiVersion: v1\nkind: Service\nmetadata: {name: shop}",
            "a: b",
            "14:1: the example cannot be read: it holds no object",
        ),
        ("def findings(obj", "def findings(obj:", "21:18: this is no Python: "),
        ("ID =", "import sys; sys.exit(0)\nID =", ": the file cannot be loaded: SystemExit: 0"),
        ("ID =", "import nothing_there\nID =", ": the file cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused_at_its_place(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    assert before in RULE
    changed = RULE.replace(before, after, 1)

    found = problems(tmp_path, {"policies/reserved.py": changed})

    start = "PT240 policies/reserved.py" + ("" if expected.startswith(":") else ":")
    assert found[0][: len(start + expected)] == start + expected


def test_two_rules_do_not_share_an_id(tmp_path: Path) -> None:
    found = problems(tmp_path, {"policies/a.py": RULE, "policies/b.py": RULE})

    assert found == ["PT240 policies/b.py:1:1: PT900 is the rule in policies/a.py"]


def test_a_copy_of_a_built_in_rule_is_no_rule_of_ones_own(tmp_path: Path) -> None:
    name = "one_load_balancer.py"
    text = (Path(folder_of_builtin()) / name).read_text()

    assert problems(tmp_path, {f"policies/{name}": text}) == []
    changed = text.replace("makes a load balancer of its own", "is fine")
    assert problems(tmp_path / "other", {f"policies/{name}": changed}) == [
        f"PT240 policies/{name}:11:1: PT201 is a rule that Portico brings along"
    ]


def test_a_repository_without_rules_has_the_built_in_ones(tmp_path: Path) -> None:
    assert own_rules(str(repository(tmp_path)), builtin()) == ([], [])
    assert "PT201" in [policy.ID for policy in builtin()]


def test_a_broken_rule_stops_a_compile_before_it_writes(tmp_path: Path) -> None:
    repository(tmp_path, {"policies/broken.py": "ID = (\n"})

    code, _, err = portico(tmp_path, "compile")

    assert code == 1
    assert "error[PT240]: this is no Python: '(' was never closed" in err
    assert not (tmp_path / "rendered").exists()
