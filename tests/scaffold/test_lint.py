"""What linters say of the CI files, of this repository and of one that `portico init` made."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.scaffold.ci import workflows

PROGRAMS = Path(sys.executable).parent
REVISIONS = ("", "v0.1.0")


@pytest.fixture(params=REVISIONS, ids=["here", "elsewhere"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with the files."""
    for path, text in workflows(request.param).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def said(*command: str | Path) -> str:
    """Everything that a linter printed if it found something, or else nothing."""
    ran = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return ran.stdout or f"exit code {ran.returncode}" if ran.returncode else ""


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("vendor.github-workflows", ".github/workflows/*.yml"),
        ("vendor.gitlab-ci", ".gitlab-ci.yml"),
        ("vendor.gitlab-ci", ".gitlab/*.yml"),
    ],
)
def test_the_schema_of_the_host_accepts_it(schema: str, pattern: str, root: Path) -> None:
    files = sorted(root.glob(pattern))
    assert files
    check = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema)
    assert said(*check, *files) == ""


def test_zizmor_finds_nothing_insecure(root: Path) -> None:
    # Informational are jobs without a name beside their id, which is what people see of them.
    strict = ("--offline", "--persona=pedantic", "--min-severity=low", "--no-progress")
    assert said(PROGRAMS / "zizmor", *strict, root) == ""


def test_zizmor_would_find_a_token_that_is_kept(root: Path) -> None:
    workflow = root / ".github/workflows/portico.yml"
    workflow.write_text(workflow.read_text().replace("persist-credentials: false", "lfs: false"))
    assert "artipacked" in said(PROGRAMS / "zizmor", "--offline", "--no-progress", root)


def scripts(root: Path) -> Iterator[tuple[str, str]]:
    """Each shell script of the files, with its place."""
    for path in sorted(root.glob(".github/workflows/*.yml")):
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            for number, step in enumerate(job["steps"]):
                if "run" in step and "shell" not in step:
                    yield f"{path.name}-{name}-{number}", step["run"]
    for path in (root / ".gitlab-ci.yml", root / ".gitlab" / "terraform.yml"):
        jobs: dict[str, Any] = yaml.safe_load(path.read_text())
        for name, job in jobs.items():
            for part in ("before_script", "script"):
                lines = job.get(part, []) if isinstance(job, dict) else []
                flat = [x for line in lines for x in ([line] if isinstance(line, str) else line)]
                if flat:
                    yield f"{path.name}-{name}-{part}", "\n".join(flat)


def test_shellcheck_finds_nothing_in_the_scripts(root: Path) -> None:
    folder = root / "scripts"
    folder.mkdir()
    for place, script in scripts(root):
        # Terraform's image has no bash.
        shell = "busybox" if place.startswith("terraform.yml") else "bash"
        (folder / place).write_text(f"# shellcheck shell={shell}\nset -eo pipefail\n{script}\n")
    files = sorted(folder.iterdir())
    assert files

    assert said(PROGRAMS / "shellcheck", "--severity=style", *files) == ""
