"""`portico check --checkov`: Checkov's own catalogue, configured by .checkov.yaml, kept by content."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from compiler.check import catalogue
from compiler.check.catalogue import Unit, units_of
from compiler.pipeline.whole import compile_in_memory
from tests.repository import APP, Result, portico, repository

ROOT = Path(__file__).parent.parent.parent
Keep = Callable[[Unit, Any], None]
EVERYTHING = "framework: [kubernetes, terraform_json]\n"

pytest.importorskip("checkov", reason="Checkov is an extra: pip install 'portico[checkov]'")


@pytest.fixture(autouse=True)
def seal(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user of its own, who has no key yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("home")))


class Checked(NamedTuple):
    """A repository of one app that Checkov has looked at; the key of its user lies with it."""

    root: Path
    answers: dict[Unit, Any]


@pytest.fixture(scope="module")
def checked_once(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    root = repository(tmp_path_factory.mktemp("repository"))
    assert portico(root, "compile").code == 0
    answers: dict[Unit, Any] = {}
    real = catalogue._run

    def run(root: str, configuration: str, units: list[Unit], keep: Keep, *rest: Any) -> None:
        def noted(unit: Unit, answer: Any) -> None:
            answers[unit] = answer
            keep(unit, answer)

        real(root, configuration, units, noted, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(root / "home"))
        patch.setattr(catalogue, "_run", run)
        result = portico(root, "check", "--checkov")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(": clean, by Checkov too\n")
    return Checked(root, answers)


@pytest.fixture
def asked(checked_once: Checked, monkeypatch: pytest.MonkeyPatch) -> list[list[Unit]]:
    """The units that Checkov is asked about in each run; it answers what it has answered before."""
    runs: list[list[Unit]] = []

    def run(root: str, configuration: str, units: list[Unit], keep: Keep, *rest: Any) -> None:
        runs.append(units)
        for unit in units:
            keep(unit, checked_once.answers[unit])

    monkeypatch.setattr(catalogue, "_run", run)
    return runs


@pytest.fixture
def checked(checked_once: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(checked_once.root, tmp_path / "repository")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "repository" / "home"))
    return tmp_path / "repository"


def entries(root: Path) -> list[Path]:
    return sorted((root / ".portico-cache" / "checkov-1").iterdir())


def check(root: Path) -> Result:
    return portico(root, "check", "--checkov")


def test_with_nothing_changed_checkov_is_not_started(
    checked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)

    assert check(checked).code == 0


def test_only_what_changed_is_checked_again(checked: Path, asked: list[list[Unit]]) -> None:
    (checked / "apps" / "shop.yaml").write_text(APP.replace("1.4.2", "1.4.3"))
    assert portico(checked, "compile").code == 0

    assert check(checked).code == 0
    [[unit]] = asked
    assert unit.files == (
        "rendered/dev/apps/shop/kustomization.yaml",
        "rendered/dev/apps/shop/manifests.yaml",
    )


def test_entries_that_are_not_whole_or_not_ours_are_made_anew(
    checked: Path, asked: list[list[Unit]]
) -> None:
    truncated, corrupted, empty, *_ = entries(checked)
    contents = [path.read_bytes() for path in (truncated, corrupted, empty)]
    truncated.write_bytes(contents[0][:-1])
    corrupted.write_bytes(contents[1].replace(b'"failed":[]', b'"failed":[ ]'))
    empty.write_bytes(b"")

    assert check(checked).code == 0
    assert len(asked[0]) == 3
    assert [path.read_bytes() for path in (truncated, corrupted, empty)] == contents


def test_a_cache_that_was_committed_is_not_believed(
    checked: Path, asked: list[list[Unit]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another-user"))

    assert check(checked).code == 0
    assert len(asked[0]) == len(entries(checked))


def test_without_a_home_to_keep_a_key_in_everything_is_checked_each_time(
    checked: Path, asked: list[list[Unit]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    assert check(checked).code == 0
    assert len(asked[0]) == len(entries(checked))


def test_findings_are_diagnostics_like_any_other_and_are_kept_too(
    checked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checked / ".checkov.yaml").write_text(EVERYTHING)

    first = check(checked)

    assert first.code == 1
    monkeypatch.setattr(subprocess, "Popen", None)
    assert check(checked) == first
    assert (
        "error[CKV_K8S_43]: Deployment.sales.shop: Image should use digest\n"
        "  --> rendered/dev/apps/shop/manifests.yaml:15:1\n"
    ) in first.err
    assert (
        "  help: see https://www.checkov.io/5.Policy%20Index/kubernetes.html; if it does not apply, "
        "skip it in .checkov.yaml and say why\n"
    ) in first.err
    log = json.loads(portico(checked, "check", "--checkov", "--format", "sarif").out)
    found = [r for r in log["runs"][0]["results"] if r["ruleId"] == "CKV_K8S_43"]
    places = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in found]
    assert "rendered/dev/apps/shop/manifests.yaml" in places


def test_soft_failures_of_the_configuration_are_warnings(checked: Path) -> None:
    (checked / ".checkov.yaml").write_text(
        f"{EVERYTHING}soft-fail: true\nhard-fail-on: [CKV_K8S_38]\n"
    )

    code, _, err = check(checked)

    assert code == 1
    assert "warning[CKV_K8S_43]" in err
    assert set(re.findall(r"^error\[(\w+)\]", err, re.MULTILINE)) == {"CKV_K8S_38"}


def test_a_check_of_the_users_own_runs_and_a_change_of_it_counts(checked: Path) -> None:
    folder = checked / "checks"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    own = """\
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.kubernetes.checks.resource.base_spec_check import BaseK8Check


class Own(BaseK8Check):
    def __init__(self):
        super().__init__("no Ingress", "ACME_1", [CheckCategories.NETWORKING], ["Ingress"])

    def scan_spec_conf(self, conf):
        return CheckResult.PASSED


Own()
"""
    (folder / "own.py").write_text(own)
    (checked / ".checkov.yaml").write_text(
        "framework: [kubernetes]\nexternal-checks-dir: [checks]\ncheck: [ACME_1]\n"
    )
    assert check(checked).code == 0
    (folder / "own.py").write_text(own.replace("PASSED", "FAILED"))
    assert "error[ACME_1]: Ingress.sales.shop: no Ingress" in check(checked).err


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("check: [CKV_K8S_8]\n", "Checkov checked nothing of terraform_json"),
        ("framework: [kubernets]\n", "Checkov failed (exit code 2): "),
        ("a: b: c\n", ".checkov.yaml cannot be read: "),
    ],
)
def test_a_run_that_checked_nothing_is_never_clean(
    configuration: str, said: str, checked: Path
) -> None:
    (checked / ".checkov.yaml").write_text(configuration)

    code, out, err = check(checked)

    assert (code, out) == (2, "")
    assert f"portico: {said}" in err
    assert "Traceback" not in err


def test_checkov_that_fails_stops_the_run(checked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(checked / ".portico-cache")
    monkeypatch.setattr(sys, "executable", shutil.which("false"))

    assert check(checked) == Result(
        2, "", "portico: Checkov failed (exit code 1): it said nothing\n"
    )


def test_without_checkov_the_message_says_what_to_install(
    checked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", version)

    assert check(checked) == Result(
        2,
        "",
        "portico: --checkov needs Checkov, which is not installed: pip install 'portico[checkov]'\n",
    )


def test_a_file_that_checkov_takes_for_a_helm_template_is_not_passed_over(checked: Path) -> None:
    (checked / "apps" / "shop.yaml").write_text(APP + 'env:\n  X: "{{ .Values.x }}"\n')
    assert portico(checked, "compile").code == 0

    stopped = check(checked)
    (checked / ".checkov.yaml").write_text(
        (ROOT / ".checkov.yaml").read_text() + "skip-path: [rendered/dev/apps/shop/manifests]\n"
    )

    assert stopped.code == 2
    assert "Checkov passed over rendered/dev/apps/shop/manifests.yaml: it read 0 of " in stopped.err
    assert check(checked).code == 0


def test_what_is_on_disk_otherwise_is_reported_as_that(checked: Path) -> None:
    (checked / "rendered" / "dev" / "apps" / "shop" / "manifests.yaml").write_text("broken: [\n")

    code, _, err = check(checked)

    assert code == 1
    assert re.findall(r"^error\[(\w+)\]", err, re.MULTILINE) == ["PT403"]


def test_nothing_of_the_checked_repository_is_imported_and_nothing_of_the_user_is_heeded(
    checked: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.rmtree(checked / ".portico-cache")
    for package in ("checkov", "compiler"):
        (checked / package).mkdir()
        (checked / package / "__init__.py").write_text("raise SystemExit('taken over')\n")
    (tmp_path / ".checkov.yaml").write_text("framework: [dockerfile]\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CKV_FRAMEWORK", "dockerfile")

    assert check(checked).code == 0


def test_the_findings_are_those_of_plain_checkov(tmp_path: Path) -> None:
    """Also shows that nothing is lost by looking at one folder at a time."""
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / ".checkov.yaml").write_text(f"directory: [rendered]\n{EVERYTHING}")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "checkov"), "--output", "json"],
        cwd=tmp_path,
        env={**os.environ, "BC_SKIP_MAPPING": "TRUE", "LOG_LEVEL": "CRITICAL"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    plain = {
        # Of Terraform files the path begins below the folder.
        (
            f["check_id"],
            f"rendered{f['file_path'].removeprefix('/rendered')}",
            f["file_line_range"][0],
        )
        for report in json.loads(done.stdout)
        for f in report["results"]["failed_checks"]
    }

    log = json.loads(portico(tmp_path, "check", "--checkov", "--format", "json").out)

    ours = {
        (f["rule"], f["primary"]["path"], f["primary"]["line"])
        for f in log["diagnostics"]
        if f["rule"].startswith("CKV")
    }
    assert len(plain) > 100
    assert ours == plain


def test_units_hold_together_what_checkov_connects() -> None:
    files = list(compile_in_memory(str(ROOT), ["prod"]))
    texts = {file.path: file.text for file in files}
    units = list(units_of(texts))

    assert sorted(path for unit in units for path in unit.files) == sorted(texts)
    assert [unit.framework for unit in units].count("terraform_json") == 1
    apps = [unit for unit in units if all("/apps/" in path for path in unit.files)]
    [rest] = [u for u in units if u not in apps and u.framework == "kubernetes"]
    # Roles and their bindings are in one unit; a pod and its network policy in another.
    of = {file.path: {obj["kind"] for obj in file.objects} for file in files}
    assert len(apps) > 3
    for unit in apps:
        kinds = set().union(*(of.get(path, set()) for path in unit.files))
        assert not {kind for kind in kinds if "Role" in kind}
        assert "NetworkPolicy" in kinds or "Deployment" not in kinds
    assert "ClusterRoleBinding" in set().union(*(of.get(path, set()) for path in rest.files))


def test_a_repository_without_a_configuration_gets_the_one_of_this_repository() -> None:
    shipped = ROOT / "compiler" / "check" / "checkov.yaml"
    assert shipped.read_text() == (ROOT / ".checkov.yaml").read_text()
