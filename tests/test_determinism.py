"""The same input gives the same bytes: any hash seed, any Python, any order of the file system."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests import programs
from tests.repository import snapshot

ROOT = Path(__file__).parent.parent


def compile_with(python: Path, root: Path, **environment: str) -> dict[str, bytes]:
    """What `portico compile` with this interpreter makes of the sample estate."""
    for folder in ("apps", "environments"):
        shutil.copytree(ROOT / folder, root / folder)
    done = subprocess.run(
        [python, "-m", "compiler", "compile", "--root", root],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return snapshot(root / "rendered")


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_no_byte(seed: str, tmp_path: Path) -> None:
    rendered = compile_with(Path(sys.executable), tmp_path, PYTHONHASHSEED=seed)
    assert rendered == snapshot(ROOT / "rendered")


def test_locale_and_time_zone_change_no_byte(tmp_path: Path) -> None:
    rendered = compile_with(
        Path(sys.executable), tmp_path, LC_ALL="C", TZ="Pacific/Kiritimati", PYTHONUTF8="0"
    )
    assert rendered == snapshot(ROOT / "rendered")


@pytest.mark.parametrize("version", programs.PYTHON_VERSIONS)
def test_the_version_of_python_changes_no_byte(version: str, tmp_path: Path) -> None:
    python = programs.require(programs.python(version))
    venv.EnvBuilder()  # the module itself is part of every Python that can make one
    environment = tmp_path / "venv"
    subprocess.run([python.path, "-m", "venv", environment], check=True, timeout=300)
    installed = subprocess.run(
        [
            *(environment / "bin" / "python", "-m", "pip", "install", "--quiet"),
            *("--require-hashes", "--requirement", ROOT / "requirements.lock"),
        ],
        capture_output=True,
        text=True,
        timeout=900,
    )
    if installed.returncode != 0 and "No matching distribution" not in installed.stderr:
        pytest.skip(f"the lock file cannot be installed here: {installed.stderr[-300:]}")
    assert installed.returncode == 0, installed.stderr

    rendered = compile_with(environment / "bin" / "python", tmp_path / "estate")

    assert rendered == snapshot(ROOT / "rendered")
