"""The first hour of the README, in a clone of this repository, as a newcomer would type it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs
from tests.git import ENVIRONMENT, git, work_tree_committed
from tests.test_docs import blocks, commands

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of what this work tree would be, committed, in which everything is set up."""
    programs.require(programs.git())
    programs.require(programs.pre_commit())
    if Path(sys.prefix) != ROOT / ".venv" or not (ROOT / ".venv" / ".dev").exists():
        pytest.skip("only `make test` has set up what the hooks need")
    (tmp_path / "origin").mkdir()
    work_tree_committed(ROOT, tmp_path / "origin")
    git(tmp_path, "clone", "--quiet", "origin", "portico")
    clone = tmp_path / "portico"
    environment = clone / ".venv"
    environment.mkdir()
    shutil.copy(ROOT / ".venv" / "pyvenv.cfg", environment)
    for folder in ("bin", "lib"):
        (environment / folder).symlink_to(ROOT / ".venv" / folder)
    (environment / ".folder").write_text(f"{clone.resolve()}\n")
    for installed in (".core", ".dev"):
        (environment / installed).touch()
    return clone


def test_the_first_hour_is_what_happens(clone: Path, tmp_path: Path) -> None:
    sessions = blocks(ROOT / "README.md", "shellsession")
    environment = {
        **{k: v for k, v in ENVIRONMENT.items() if not k.startswith(("MAKE", "MFLAGS", "SKIP"))},
        "PATH": f"{clone / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_COLOR": "never",
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    for command, shown in commands("".join(sessions)):
        run = subprocess.run(
            ["sh", "-c", command],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        assert run.stdout == shown, command

    assert len(sessions) >= 4
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "log", "--format=%s", "-1") == "More pods for the press pages"
