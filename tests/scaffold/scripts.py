"""Scripts of CI files, run as the CI system runs them: in a process, with nothing but its variables."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from compiler.scaffold.ci import workflows
from tests import programs

ROOT = Path(__file__).parent.parent.parent
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


class Ran(NamedTuple):
    """What one script did."""

    code: int
    out: str
    err: str


class Machine:
    """The machine that a job runs on: a folder for programs, one for what is left behind.

    `portico` is there as a program, with the code of this repository.
    """

    def __init__(self, folder: Path) -> None:
        self.temp = folder / "temp"
        self.bin = folder / "bin"
        self.temp.mkdir(parents=True)
        self.bin.mkdir()
        self.put("portico", f'PYTHONPATH={ROOT} exec {sys.executable} -P -m compiler "$@"')
        self.put("python", f'exec {sys.executable} "$@"')

    def put(self, name: str, script: str) -> None:
        """Put a program there, as a shell script."""
        program = self.bin / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def run(self, command: list[str], cwd: Path, variables: Mapping[str, str]) -> Ran:
        environment = {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.temp),
            "XDG_CACHE_HOME": str(self.temp / "cache"),
            "GIT_CONFIG_GLOBAL": str(self.temp / "gitconfig"),
            "GIT_CONFIG_SYSTEM": os.devnull,
            **variables,
        }
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


class GitHub:
    """A runner of GitHub Actions, for the steps of one job."""

    def __init__(
        self, folder: Path, workflow: str, job: str, expressions: Mapping[str, str] | None = None
    ) -> None:
        programs.require(programs.jq())
        self.machine = Machine(folder)
        self.document = workflow_of(f".github/workflows/{workflow}.yml")
        self.job: dict[str, Any] = self.document["jobs"][job]
        self.expressions = {"runner.temp": str(self.machine.temp), **(expressions or {})}
        self.summary = self.machine.temp / "summary.md"
        self.output = self.machine.temp / "output"

    def step(self, name: str, cwd: Path, **variables: str) -> Ran:
        """Run the step of this name; `variables` are those that GitHub sets by itself."""
        [step] = [step for step in self.job["steps"] if step.get("name") == name]
        script = self.machine.temp / "script"
        script.write_text(step["run"])
        shell = step.get("shell") or self.document["defaults"]["run"]["shell"]
        command = {
            "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            "python": ["python", str(script)],
        }[shell]
        given = {name: self._evaluated(value) for name, value in step.get("env", {}).items()}
        own = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_REPOSITORY": "acme/estate",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.machine.temp),
        }
        return self.machine.run(command, cwd, {**own, **variables, **given})

    def outputs(self) -> dict[str, str]:
        """What the steps left for other jobs."""
        lines = self.output.read_text().splitlines() if self.output.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def _evaluated(self, value: str) -> str:
        return _EXPRESSION.sub(lambda found: self.expressions[found[1]], value)


class GitLab:
    """A runner of GitLab CI, for one job."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine(folder)

    def script(self, job: Mapping[str, Any], cwd: Path, **variables: str) -> Ran:
        """Run what a job calls its script; `variables` are those of the project and of GitLab."""
        # What an anchor stands for is a list of its own.
        lines = [
            line
            for entry in job["script"]
            for line in ([entry] if isinstance(entry, str) else entry)
        ]
        own = {"CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_PROJECT_DIR": str(cwd)}
        script = self.machine.temp / "script"
        script.write_text("set -eo pipefail\n" + "\n".join(lines) + "\n")
        return self.machine.run(["bash", str(script)], cwd, {**own, **variables})


def workflow_of(path: str, revision: str = "") -> dict[Any, Any]:
    """A CI file, read."""
    # YAML 1.1 reads the key `on` as true.
    document: dict[Any, Any] = yaml.safe_load(workflows(revision)[path])
    return document
