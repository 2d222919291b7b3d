"""The README's first command on a fresh clone: it needs Python, git and make, and nothing else."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import programs
from tests.git import work_tree_committed
from tests.test_docs import blocks, commands

ROOT = Path(__file__).parent.parent.parent


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # A user's own virtual environment, if any, is not the repository's.
    environment = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("VIRTUAL_ENV", "PYTEST", "MAKE", "MFLAGS"))
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone of this work tree, committed, would be."""
    git = str(programs.require(programs.git()).path)
    if run(ROOT, git, "rev-parse", "--git-dir").returncode != 0:
        pytest.skip("this is not a git checkout, so there is nothing to clone")
    origin, clone = tmp_path_factory.mktemp("origin"), tmp_path_factory.mktemp("fresh") / "clone"
    work_tree_committed(ROOT, origin)
    assert run(origin, git, "clone", "-q", str(origin), str(clone)).returncode == 0
    return clone


def test_make_compile_sets_everything_up_and_changes_nothing(clone: Path) -> None:
    git = str(programs.require(programs.git()).path)
    done = run(clone, "make", "compile")
    if done.returncode != 0 and "No matching distribution" in done.stderr:
        pytest.skip(f"no package registry can be reached: {done.stderr[-200:]}")

    assert done.returncode == 0, done.stderr
    [shown] = [
        output
        for block in blocks(ROOT / "README.md", "console")
        for command, output in commands(block)
        if command == "make compile"
    ]
    assert done.stdout == shown
    assert run(clone, git, "status", "--porcelain").stdout == ""


def test_the_second_run_installs_nothing_and_the_program_is_there(clone: Path) -> None:
    if not (clone / ".venv" / "bin" / "portico").exists():
        pytest.skip("the first run could not install")
    again = run(clone, "make", "compile")

    assert again.stderr == ""
    assert run(clone, ".venv/bin/portico", "--version").stdout.startswith("portico ")
    assert run(clone, ".venv/bin/portico", "check").returncode == 0
