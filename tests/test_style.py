"""The whole repository passes its own linters; what they say is the failure's message."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def complaints(*module_and_arguments: str) -> str:
    """Everything the tool printed if it failed, or an empty text."""
    run = subprocess.run(
        [sys.executable, "-m", *module_and_arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout or f"exit code {run.returncode}" if run.returncode else ""


def test_code_follows_the_lint_rules() -> None:
    output = complaints("ruff", "check", "--output-format=concise")
    assert not output, output


def test_code_is_formatted() -> None:
    output = complaints("ruff", "format", "--check")
    assert not output, f"{output}\n`make format` repairs it"


def test_types_are_complete_and_agree() -> None:
    output = complaints("mypy")
    assert not output, output
