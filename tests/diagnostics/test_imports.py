"""Nobody waits for a format that was not asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import portico, repository

ROOT = Path(__file__).parents[2]
FORMATS = {
    f"compiler.diagnostics.{name}" for name in ("json", "sarif", "junit", "github", "gitlab")
}


def imported(*arguments: str) -> set[str]:
    """The modules that a run of the program has imported when it ends."""
    code = (
        "import sys\n"
        "from compiler.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True
    )
    return set(run.stdout.splitlines()[-1].split())


def test_the_version_needs_nothing() -> None:
    modules = imported("--version")

    assert "compiler.cli.main" in modules
    assert not modules & {"json", "xml", "difflib", "hashlib", "compiler.diagnostics", "pydantic"}


@pytest.mark.parametrize("command", ["check", "compile"])
def test_a_clean_run_needs_no_renderer(command: str, tmp_path: Path) -> None:
    repository(tmp_path)
    assert portico(tmp_path, "compile").code == 0

    modules = imported(command, "--no-cache", "--root", str(tmp_path))

    assert "compiler.pipeline" in modules
    assert not modules & {"xml.etree", "difflib", "compiler.diagnostics.text", *FORMATS}
