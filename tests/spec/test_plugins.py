"""What is installed beside Portico does not change what a spec means."""

import subprocess
import sys
from pathlib import Path

from tests.repository import repository

ROOT = Path(__file__).parents[2]

PLUGIN = """\
import sys
print("a plugin was loaded", file=sys.stderr)


class Plugin:
    def new_schema_validator(self, *arguments, **more):
        raise RuntimeError("a plugin was asked")


plugin = Plugin()
"""
USES_PYDANTIC = "import pydantic\nclass Thing(pydantic.BaseModel): pass\n"


def run(site: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", *command],
        env={"PYTHONPATH": f"{ROOT}:{site}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plugin_of_pydantic_is_not_asked(tmp_path: Path) -> None:
    site = tmp_path / "site"
    information = site / "meddler-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: meddler\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[pydantic]\nmeddler = meddler:plugin\n")
    (site / "meddler.py").write_text(PLUGIN)
    repository(tmp_path / "estate")

    # It is one that pydantic finds.
    assert "a plugin was loaded" in run(site, "-c", USES_PYDANTIC).stderr
    compiled = run(site, "-m", "compiler", "compile", "--root", str(tmp_path / "estate"))

    assert compiled.returncode == 0, compiled.stderr
    assert compiled.stderr == ""
