"""Every rule is documented, and its examples are true: the real command line is run on them.

How an example is written is told at `compiler.diagnostics.model.Rule`.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from compiler.check.examples import CONTEXT, subjects_of
from compiler.check.policy import Judged, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.cli.main import main
from compiler.diagnostics.model import Rule, Span
from compiler.policies.builtin import builtin
from compiler.policies.kinds import BUILT_IN_GROUPS
from compiler.policies.reading import group_of
from compiler.policies.shape import Block, Object
from compiler.review.change import Sides
from compiler.review.comparison import object_risks
from compiler.rules import (
    AREAS,
    all_rules,
    files_of,
    is_object,
    is_review,
    is_scanned,
    is_terraform,
    shown,
    sides_of,
)
from compiler.rules_reference import pages
from tests.repository import APP, ENVIRONMENT, portico, repository, whole

ROOT = Path(__file__).parent.parent
RULES = all_rules()
OBJECTS = [rule for rule in RULES if is_object(rule.failing) or is_terraform(rule.failing)]
SCANNED = [rule for rule in RULES if is_scanned(rule.failing)]
REVIEWED = [rule for rule in RULES if is_review(rule.failing)]
FILES = [rule for rule in RULES if rule not in (*OBJECTS, *SCANNED, *REVIEWED)]
ENTRANCE = (
    *("--shared", "edge/service-public-loadbalancer"),
    *("--ingress-class", "edge", "--domain", "example.com"),
)

# What an example cannot help being reported for as well.
ALSO = {"PT014": {"PT107"}}  # of two names that differ only in case, one is not the file's


def written_in_the_source() -> Iterator[str]:
    """The id of each `Rule("PT...", ...)` below compiler/."""
    for path in sorted((ROOT / "compiler").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Rule":
                if isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value)
                else:
                    # These make rules of the files of policies/, of Checkov's checks, and of what
                    # an earlier run has found.
                    assert path.name in ("policy.py", "catalogue.py", "answer.py")


def test_every_rule_is_found_once() -> None:
    policies = [policy.ID for policy in builtin()]
    assert [rule.id for rule in RULES] == sorted([*written_in_the_source(), *policies])
    assert [id for id, times in Counter(rule.id for rule in RULES).items() if times > 1] == []
    assert [title for title, n in Counter(rule.title for rule in RULES).items() if n > 1] == []
    assert {rule.id[:3] for rule in RULES} <= set(AREAS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_documented(rule: Rule) -> None:
    for text in (rule.what, rule.why, rule.fix):
        assert re.fullmatch(r"[^\n]{20,}\.|[^\n]{20,}\w[\"`)]\.", text)
        # In Markdown, `<name>` would vanish.
        assert "<" not in re.sub(r"`[^`]*`", "", text)
    assert rule.what.startswith("Refuses " if rule.severity == "error" else "Warns ")
    assert rule.failing != rule.passing
    assert rule.failing.endswith("\n")
    assert rule.passing.endswith("\n")


@pytest.mark.parametrize("rule", FILES, ids=lambda rule: rule.id)
def test_the_failing_example_is_reported(rule: Rule, tmp_path: Path) -> None:
    compiled_with(tmp_path, rule.failing)

    code, _, err = portico(tmp_path, "check")

    assert code == 1 or rule.severity == "warning"
    assert rule.id in reported(err)
    # A changed spec that was not compiled differs from rendered/, which is not what it shows.
    others = {id for id in reported(err) if rule.id.startswith("PT4") or not id.startswith("PT4")}
    assert others - {rule.id} == ALSO.get(rule.id, set()), err


@pytest.mark.parametrize("rule", FILES, ids=lambda rule: rule.id)
def test_the_passing_example_is_clean(rule: Rule, tmp_path: Path) -> None:
    example = compiled_with(tmp_path, rule.passing)
    if any(path.startswith(("apps/", "environments/")) for path in example):
        assert portico(tmp_path, "compile").err == ""

    code, _, err = portico(tmp_path, "check")

    assert (code, err) == (0, "")
    on_disk = {path: (tmp_path / path).read_text() for path, text in example.items() if text}
    assert on_disk == {path: text for path, text in example.items() if text}


@pytest.mark.parametrize("rule", OBJECTS, ids=lambda rule: rule.id)
def test_of_two_objects_only_the_failing_one_is_reported(rule: Rule) -> None:
    assert reported_of_object(rule.failing) == {rule.id}
    assert reported_of_object(rule.passing) == set()


@pytest.mark.parametrize("rule", SCANNED, ids=lambda rule: rule.id)
def test_of_scanned_files_only_the_failing_ones_are_reported(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reported_of_files(rule.failing, tmp_path / "failing", monkeypatch) == (1, {rule.id})
    assert reported_of_files(rule.passing, tmp_path / "passing", monkeypatch) == (0, set())


@pytest.mark.parametrize("rule", REVIEWED, ids=lambda rule: rule.id)
def test_of_two_changes_only_the_failing_one_is_reported(rule: Rule, tmp_path: Path) -> None:
    code = 1 if rule.severity == "error" else 0
    assert reported_of_change(rule.failing, tmp_path / "failing") == (code, {rule.id})
    assert reported_of_change(rule.passing, tmp_path / "passing") == (0, set())


def reported_of_change(example: str, root: Path) -> tuple[int, set[str]]:
    if "objects.yaml" in example:
        sides = [list(kubernetes_objects(side["objects.yaml"])) for side in sides_of(example)]
        found = {risk.rule for risk in object_risks("dev", paired(*sides))}
        failed = any(rule.severity == "error" for rule in found)
        return int(failed), {rule.id for rule in found}
    for name, side in zip(("before", "after"), sides_of(example), strict=True):
        files = {"apps/shop.yaml": APP} | {p: completed(p, text) for p, text in side.items()}
        if all(p.startswith("apps/") or p.endswith(".placement.yaml") for p in files):
            files["environments/dev.yaml"] = ENVIRONMENT
        repository(root / name, files)
    code, out, _ = portico(root / "after", "diff", "--from", str(root / "before"))
    return code, reported(out)


def kubernetes_objects(text: str) -> Iterator[Object]:
    """The objects of an example; none if it is empty."""
    subjects = subjects_of(text) if text else []
    assert not isinstance(subjects, str), subjects
    yield from (subject for subject in subjects if not isinstance(subject, Block))


def paired(before: list[Object], after: list[Object]) -> list[Sides]:
    """Each object on both sides, by its kind and name."""
    old, new = (
        {(obj["kind"], obj["metadata"]["name"]): obj for obj in side} for side in (before, after)
    )
    return [Sides(old.get(key), new.get(key)) for key in {**old, **new}]


def reported_of_files(
    example: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, set[str]]:
    for path, text in files_of(example).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    monkeypatch.chdir(root)
    code, _, err = portico(root, "scan", "scanned", *ENTRANCE)
    return code, reported(err)


def compiled_with(root: Path, example: str) -> dict[str, str]:
    """The small repository, compiled, and the files of the example laid over it."""
    assert portico(repository(root), "compile").code == 0
    files = {path: completed(path, text) for path, text in files_of(example).items()}
    for path, text in files.items():
        if text:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        else:
            (root / path).unlink(missing_ok=True)
    return files


def completed(path: str, text: str) -> str:
    """A file of an example, with the rest that it leaves out and the days that it tells from
    today."""
    today = date.today()
    for words, days in (("in a week", 7), ("in a month", 30)):
        text = text.replace(f"<{words}>", str(today + timedelta(days=days)))
    return whole(path, text)


def reported(err: str) -> set[str]:
    """The ids of the rules in what a person sees."""
    return set(re.findall(r"^(?:error|warning)\[(\w+)\]", err, re.MULTILINE))


def reported_of_object(example: str) -> set[str]:
    subjects = subjects_of(example)
    assert not isinstance(subjects, str), subjects
    found = Rules(builtin()).judge([Judged(subject, nowhere) for subject in subjects], CONTEXT)
    for subject in subjects:
        if not isinstance(subject, Block) and group_of(subject) in BUILT_IN_GROUPS:
            found += schema_errors([Subject(subject, nowhere, "")], Schemas("1.34"))
    return {diagnostic.rule.id for diagnostic in found}


def nowhere(_: tuple[str | int, ...]) -> Span:
    return Span("x.yaml")


def test_what_nobody_could_see_is_shown() -> None:
    assert shown("a\u200bb\u2028\r\n\ufeffä\n") == "a<U+200B>b<U+2028><U+000D>\n<U+FEFF>ä\n"


def test_the_pages_are_what_the_code_says() -> None:
    folder = ROOT / "docs" / "rules"
    on_disk = {path.name: path.read_text() for path in folder.iterdir()}
    assert on_disk == pages(), "run `make docs`"


def explain(capsys: pytest.CaptureFixture[str], *ids: str) -> tuple[int, str, str]:
    code = main(["explain", *ids])
    out, err = capsys.readouterr()
    return code, out, err


def test_explain_shows_a_rule_under_fixed_headings(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "PT401") == (
        0,
        """\
error[PT401]: compiled file is missing

What it does
  Refuses a repository in which a file that the specs compile to is not there,
  because a spec was added and not compiled, or because somebody removed the
  file.

Why it matters
  Flux and Terraform read rendered/, not the specs: what is not there does not
  exist.

Failing example
  rendered/dev/apps/shop/kustomization.yaml (not there)

Passing example
  rendered/dev/apps/shop/kustomization.yaml
    # Compiled by portico from apps/shop.yaml; do not edit, change the spec and run `portico compile`.
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
    - manifests.yaml

How to fix it
  Run `portico compile` and commit what it writes.
""",
        "",
    )


def test_explain_takes_several_ids_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys, "pt102", "PT201", "Pt102")

    assert code == 0
    assert re.findall(r"^error\[(\w+)\]", out, re.MULTILINE) == ["PT102", "PT201"]


def test_explain_alone_lists_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explain(capsys)

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [rule.id for rule in RULES]
    assert "PT111  warning  direct host without TLS\n" in out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("PT1002", "did you mean PT102 (host claimed twice)"),
        ("102", "did you mean PT102 (host claimed twice)"),
        ("tls", "did you mean PT111 (direct host without TLS)?"),
        ("PT999", "`portico explain` lists all rules"),
    ],
)
def test_an_unknown_rule_is_wrong_usage(
    word: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = explain(capsys, "PT102", word)

    assert (code, out) == (2, "")
    assert err.startswith(f'portico: there is no rule "{word}": {hint}')


def test_explanations_fit_a_terminal_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    _, listed, _ = explain(capsys)
    _, explained, _ = explain(capsys, *(rule.id for rule in RULES))
    of_examples = {
        f"    {line}" for rule in RULES for line in (rule.failing + rule.passing).splitlines()
    }
    long = [line for line in (listed + explained).splitlines() if len(line) > 80]
    # The mark of a compiled file and the ARN of a certificate are as long as they are.
    assert set(long) <= {line for line in of_examples if "Compiled by" in line or " arn:" in line}
