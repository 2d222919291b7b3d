"""Every `sh` block of the README and docs/ is run, here or by the test that is named, or cannot be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.git import ENVIRONMENT, committed
from tests.repository import portico
from tests.test_docs import DOCUMENTS, blocks

ROOT = Path(__file__).parents[2]

# What a block begins with -> the file in which the same commands are run, and words of it.
RUN_ELSEWHERE = {
    "cd rendered/prod/terraform": ("tests/terraform.py", ['"init"', '"plan"']),
    "checkov --directory": ("tests/real/test_checkov_rules.py", ["--external-checks-dir"]),
    "pip install --require-hashes": (
        "Makefile",
        ["install --require-hashes -r requirements.lock", "install --no-deps --no-build-isolation"],
    ),
    "pre-commit try-repo": ("tests/real/test_pre_commit.py", ['"try-repo"']),
}
# These need a cluster, or an account of a hoster.
NOT_HERE = ("flux bootstrap ", "flux get ")
# Too long for a test: whether make knows what to do is asked of it.
ONLY_NAMED = ("make bench",)


def shell_blocks() -> list[tuple[str, str]]:
    return [(document.name, text) for document in DOCUMENTS for text in blocks(document, "sh")]


def run_here() -> list[tuple[str, str]]:
    others = (*RUN_ELSEWHERE, *NOT_HERE, *ONLY_NAMED)
    return [(name, text) for name, text in shell_blocks() if not text.startswith(others)]


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """The sample estate, compiled and committed, in which Portico is on the PATH."""
    root = tmp_path / "estate"
    for folder in ("apps", "environments", "rendered", "bench", "compiler", "policies"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    assert portico(root, "check", "--no-cache").code == 0
    committed(root)
    return root


@pytest.mark.parametrize(("document", "block"), run_here())
def test_a_block_runs(document: str, block: str, estate: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for folder in (
        ".local/share/bash-completion/completions",
        ".config/fish/completions",
        ".zfunc",
    ):
        (home / folder).mkdir(parents=True)
    (estate / "build").mkdir()
    (estate / ".venv" / "bin").mkdir(parents=True)
    python = estate / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    # What is compared in docs/speed.md is the same at any size, and there are fewer commits here.
    commands = block.replace("--size 200x4", "--size 2x1 --rounds 1").replace("HEAD~10", "HEAD")
    commands = commands.replace("diff build/", "! diff -q build/")
    program = f'portico() {{ "{sys.executable}" -P -m compiler "$@"; }}\n'

    run = subprocess.run(
        ["bash", "-c", f"set -e\n{program}{commands}"],
        cwd=estate,
        env={**ENVIRONMENT, "HOME": str(home), "PYTHONPATH": ":".join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )

    # A diff of nothing and a check of what is clean find nothing.
    assert run.returncode == 0, run.stdout
    if "completion" in block:
        assert all(any(folder.iterdir()) for folder in (home / ".zfunc", home / ".config/fish"))


def test_make_knows_what_it_is_told_to_do() -> None:
    for _, block in shell_blocks():
        for line in block.splitlines() if block.startswith(ONLY_NAMED) else ():
            run = subprocess.run(
                ["sh", "-c", line.replace("make ", "make --dry-run ", 1)],
                cwd=ROOT,
                env={k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))},
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 0, run.stderr
            assert "-m bench" in run.stdout


@pytest.mark.parametrize("begins", RUN_ELSEWHERE)
def test_what_is_run_elsewhere_is_run_there(begins: str) -> None:
    path, words = RUN_ELSEWHERE[begins]
    text = (ROOT / path).read_text()

    assert [block for _, block in shell_blocks() if block.startswith(begins)]
    assert [word for word in words if word not in text] == []


def test_what_cannot_be_run_here_is_of_programs_that_are_not_here() -> None:
    unseen = [block for _, block in shell_blocks() if block.startswith(NOT_HERE)]

    lines = [line for block in unseen for line in block.replace("\\\n", "").splitlines()]
    assert {line.split()[0] for line in lines} == {"flux", "kubectl"}
