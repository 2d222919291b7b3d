"""Checkov's own catalogue over rendered/: everything it finds is mended, or listed with a reason."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
CONFIGURATION = ROOT / ".checkov.yaml"


def checkov(folder: Path, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Checkov's exit code and its report of each framework; it reads `.checkov.yaml` of the folder."""
    pytest.importorskip("checkov", reason="Checkov is an extra: pip install 'portico[checkov]'")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "checkov"), *arguments, "--output", "json"],
        cwd=folder,
        # Nothing is asked of the vendor's servers.
        env={**os.environ, "BC_SKIP_MAPPING": "TRUE", "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    reports = json.loads(done.stdout)
    return done.returncode, reports if isinstance(reports, list) else [reports]


def test_checkov_with_our_configuration_finds_nothing_and_has_looked() -> None:
    code, reports = checkov(ROOT)

    by_framework = {report["check_type"]: report for report in reports}
    assert set(by_framework) == {"kubernetes", "terraform_json"}
    assert [f["check_id"] for r in reports for f in r["results"]["failed_checks"]] == []
    assert code == 0
    # Checkov passes when it could not read anything: so count what it looked at.
    assert by_framework["kubernetes"]["summary"]["passed"] > 3000
    assert by_framework["terraform_json"]["summary"]["passed"] > 200
    # `required_version` alone makes Checkov give a file up, which is why settings have their own.
    roots = len(list((ROOT / "rendered").glob("*/terraform/settings.tf.json")))
    assert by_framework["terraform_json"]["summary"]["parsing_errors"] == roots


def test_every_check_that_is_left_out_would_fail_and_has_a_reason(tmp_path: Path) -> None:
    frameworks = ("--framework", "kubernetes", "terraform_json")
    _, reports = checkov(tmp_path, "--directory", str(ROOT / "rendered"), *frameworks)

    failing = {f["check_id"] for report in reports for f in report["results"]["failed_checks"]}
    text = CONFIGURATION.read_text()
    listed = yaml.safe_load(text)["skip-check"]
    assert sorted(failing) == sorted(listed)
    for line in text.splitlines():
        if line.startswith("- "):
            assert len(line.partition("#")[2]) > 30, f"no reason: {line}"
