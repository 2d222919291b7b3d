"""The rules of policies/ under the real Checkov: the same findings, or a difference that is listed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from compiler.check.examples import CONTEXT, subjects_of
from compiler.check.policy import Judged, Rules
from compiler.checkov.judge import BLOCKS
from compiler.diagnostics.model import Span
from compiler.policies.builtin import builtin
from compiler.policies.shape import Policy
from compiler.rules import is_object, is_terraform

ROOT = Path(__file__).parent.parent.parent
STATED = {
    "PORTICO_SHARED": "edge/service-public-loadbalancer",
    "PORTICO_INGRESS_CLASS": "edge",
    "PORTICO_DOMAIN": "example.com",
}
# None of Checkov's own checks, all of ours.
ONLY_OURS = ("--check", "CKV_NONE", "--run-all-external-checks")


class Run(NamedTuple):
    code: int
    found: dict[str, set[str]]
    """File -> the ids of the rules that failed in it."""
    passed: int
    records: list[dict[str, Any]]
    err: str


def checkov(
    folder: Path,
    variables: dict[str, str],
    *arguments: str,
    policies: Path = ROOT / "policies",
) -> Run:
    """Checkov on a folder with our rules, in a process of its own, as a user runs it."""
    pytest.importorskip("checkov", reason="Checkov is an extra: pip install 'portico[checkov]'")
    program = str(Path(sys.executable).parent / "checkov")
    done = subprocess.run(
        [
            *(program, "--directory", ".", "--external-checks-dir", str(policies)),
            *(*arguments, "--framework", "kubernetes", "terraform_json", "terraform"),
            *("--output", "json"),
        ],
        cwd=folder,
        # Nothing is asked of the vendor's servers.
        env={**os.environ, "BC_SKIP_MAPPING": "TRUE", "LOG_LEVEL": "ERROR", **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout, done.stderr
    parsed = json.loads(done.stdout)
    reports = parsed if isinstance(parsed, list) else [parsed]
    failed = [f for report in reports if "results" in report for f in failures(report)]
    found: dict[str, set[str]] = {}
    for record in failed:
        found.setdefault(record["file_path"].lstrip("/"), set()).add(record["check_id"])
    passed = sum(report["summary"]["passed"] for report in reports if "summary" in report)
    return Run(done.returncode, found, passed, failed, done.stderr)


def failures(report: dict[str, Any]) -> list[dict[str, Any]]:
    failed: list[dict[str, Any]] = report["results"]["failed_checks"]
    return failed


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop}
spec: {type: LoadBalancer, ports: [{port: 80}]}
"""
SHARED = """\
apiVersion: v1
kind: Service
metadata: {name: service-public-loadbalancer, namespace: edge}
spec: {type: ClusterIP, loadBalancerClass: another, ports: [{port: 80}]}
"""
LIST = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata: {name: shop, namespace: shop}
  spec: {type: LoadBalancer}
"""

# How a load balancer of one's own can be written so that Checkov finds it too.
SEEN = {
    "plain.yaml": SERVICE,
    "extension.yml": SERVICE,
    "json.json": json.dumps(yaml.safe_load(SERVICE), indent=2),
    "second-document.yaml": f"{SHARED.replace('loadBalancerClass: another, ', '')}---\n{SERVICE}",
    "list.yaml": LIST,
    "null-annotations.yaml": SERVICE.replace("shop}", "shop, annotations: null}"),
    "labels-only.yaml": SERVICE.replace("name: shop", "generateName: shop-, labels: {a: b}"),
    # A file cannot silence a rule.
    "skip.yaml": SERVICE.replace(
        "shop}", "shop, annotations: {checkov.io/skip1: PT201=it is fine}}"
    ),
    "skip-of-old.yaml": SERVICE.replace(
        "shop}", "shop, annotations: {bridgecrew.io/skip1: PT201}}"
    ),
    "skip-comment.yaml": f"# checkov:skip=PT201: it is fine\n{SERVICE}",
}

BALANCER = '"resource": {"aws_lb": {"shop": {"name": "shop"}}}'
TERRAFORM = {
    "json/main.tf.json": f"{{{BALANCER}}}",
    "array/main.tf.json": '{"resource": [{"aws_lb": {"shop": {"name": "shop"}}}]}',
    "hcl/main.tf": 'resource "aws_lb" "shop" {\n  name = "shop"\n}\n',
    "skip/main.tf": (
        'resource "aws_lb" "shop" {\n  # checkov:skip=PT320: it is fine\n  name = "shop"\n}\n'
    ),
    "count/main.tf": 'resource "aws_lb" "shop" {\n  count = 0\n  name = "shop"\n}\n',
    "many/main.tf": 'resource "aws_lb" "shop" {\n  for_each = toset(["a", "b"])\n}\n',
}

# What Checkov never hands to a check, each with the reason; docs/checkov.md lists them.
UNSEEN = {
    "helm.yaml": (SERVICE + "# {{ .Values.x }}\n", "a comment looks like a Helm template"),
    "escapes.json": (
        json.dumps(yaml.safe_load(SERVICE)).replace('"kind"', '"\\u006bind"'),
        "the words apiVersion and kind are not in the text",
    ),
    "tag.yaml": (SERVICE.replace("name: shop", "name: !x shop"), "PyYAML refuses the tag"),
    "merge.yaml": (
        SERVICE.replace("{type: LoadBalancer,", "{type: ClusterIP, <<: {type: LoadBalancer},"),
        "PyYAML keeps the type, kubectl takes the one merged in",
    ),
    "name.yaml": (
        SERVICE.replace("shop}", 'shop, annotations: {name: "#"}}'),
        "a key `name`, anywhere, has a character that no name has",
    ),
    "generated.yaml": (
        SERVICE.replace("name: shop", "generateName: shop-"),
        "the object has neither a name nor labels",
    ),
    "upper.YAML": (SERVICE, "the extension is not in lower case"),
    "text.txt": (SERVICE, "another extension, which a kustomization may name"),
    ".hidden/service.yaml": (SERVICE, "the folder is hidden"),
    "list-in-list.yaml": (
        "apiVersion: v1\nkind: List\nitems:\n"
        + "".join(
            f"{'- ' if i == 0 else '  '}{line}\n" for i, line in enumerate(LIST.splitlines())
        ),
        "only one level of lists is opened",
    ),
    "required/main.tf.json": (
        f'{{"terraform": {{"required_version": ">= 1.9"}}, {BALANCER}}}',
        "Checkov gives the whole file up and counts a parsing error",
    ),
    "below/main.tf.json": (
        '{"resource": {"aws_lb": [{"shop": {"name": "shop"}}]}}',
        "Checkov cannot read a list there, and gives the whole file up in the same way",
    ),
    "twice/main.tf.json": (
        f'{{{BALANCER}, "resource": {{"aws_sns_topic": {{"news": {{}}}}}}}}',
        "Checkov takes the last, Terraform both",
    ),
    "service-list.yaml": (
        LIST.replace("kind: List", "kind: ServiceList"),
        "of lists, only the kind List is opened",
    ),
}


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run over every example of every rule and every form above."""
    folder = tmp_path_factory.mktemp("examples")
    texts = {
        **{f"seen/{name}": text for name, text in (SEEN | TERRAFORM).items()},
        **{f"unseen/{name}": text for name, (text, _) in UNSEEN.items()},
        **{example_path("failing", policy): policy.FAILING for policy in RULES},
        **{example_path("passing", policy): policy.PASSING for policy in RULES},
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return checkov(folder, STATED, *ONLY_OURS)


RULES = [p for p in builtin() if is_object(p.FAILING) or is_terraform(p.FAILING)]


def example_path(folder: str, policy: Policy) -> str:
    if is_object(policy.FAILING):
        return f"{folder}/{policy.ID}.yaml"
    return f"{folder}/{policy.ID}/main.tf.json"


def natively(example: str) -> set[str]:
    """The rules that the same objects or blocks break without Checkov."""
    subjects = subjects_of(example)
    assert not isinstance(subjects, str), subjects
    judged = (Judged(subject, lambda _: Span("x")) for subject in subjects)
    return {diagnostic.rule.id for diagnostic in Rules(builtin()).judge(judged, CONTEXT)}


def test_the_rendered_files_of_this_repository_are_clean_and_were_looked_at() -> None:
    run = checkov(ROOT / "rendered", {}, *ONLY_OURS)

    assert (run.code, run.found) == (0, {})
    # Four environments have at least a shared and an internal Service each.
    assert run.passed >= 8


@pytest.mark.parametrize("policy", RULES, ids=lambda policy: policy.ID)
def test_an_example_is_judged_under_checkov_as_without(policy: Policy, examples: Run) -> None:
    expected = natively(policy.FAILING)
    assert policy.ID in expected
    handed_over = _handed_over(policy.FAILING)
    if not handed_over:
        expected = set()
    assert examples.found.get(example_path("failing", policy), set()) == expected
    assert examples.found.get(example_path("passing", policy), set()) == set()


def _handed_over(example: str) -> bool:
    """Whether Checkov has checks for what the example is, as docs/checkov.md says."""
    if is_object(example):
        return bool(yaml.safe_load(example)["kind"] != "Kustomization")
    return not set(json.loads(example)).isdisjoint(BLOCKS)


@pytest.mark.parametrize("name", SEEN)
def test_checkov_finds_a_second_load_balancer_in_this_form(name: str, examples: Run) -> None:
    assert "PT201" in examples.found.get(f"seen/{name}", set())


@pytest.mark.parametrize("name", TERRAFORM)
def test_checkov_finds_a_load_balancer_of_terraform_in_this_form(name: str, examples: Run) -> None:
    assert "PT320" in examples.found.get(f"seen/{name}", set())


@pytest.mark.parametrize("name", UNSEEN)
def test_checkov_never_hands_this_form_to_a_rule_and_the_documentation_says_so(
    name: str, examples: Run
) -> None:
    _, reason = UNSEEN[name]

    assert not {"PT201", "PT320"} & examples.found.get(f"unseen/{name}", set())
    assert reason in (ROOT / "docs" / "checkov.md").read_text()


def test_the_message_the_help_and_the_lines_are_in_checkovs_output(examples: Run) -> None:
    [record] = [r for r in examples.records if r["file_path"] == "/failing/PT201.yaml"]

    assert record["check_name"] == "second load balancer"
    assert record["guideline"].startswith("Service shop/shop makes a load balancer of its own; ")
    assert "write type: ClusterIP" in record["guideline"]
    assert record["check_result"]["evaluated_keys"] == ["spec/type"]
    assert record["severity"] == "HIGH"
    assert record["file_line_range"] == [1, 9]
    assert examples.code == 1


def test_without_portico_everything_fails_and_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "shop.yaml").write_text(SERVICE.replace("LoadBalancer", "ClusterIP"))
    (tmp_path / "shadow" / "compiler").mkdir(parents=True)
    (tmp_path / "shadow" / "compiler" / "__init__.py").write_text("")
    # The folder alone: beside its copy here is no compiler/, and the installed one is hidden.
    shutil.copytree(ROOT / "policies", tmp_path / "policies")

    run = checkov(
        tmp_path / "files",
        {"PYTHONPATH": str(tmp_path / "shadow")},
        *ONLY_OURS,
        policies=tmp_path / "policies",
    )

    assert run.code == 1
    assert run.found == {"shop.yaml": {"PORTICO"}}
    assert "Portico is not installed beside Checkov" in run.records[0]["guideline"]
    assert "portico: the rules did not run: Portico is not installed beside Checkov" in run.err
