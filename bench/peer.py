"""A program that people use for a part of the same work, and how Portico compares."""

import os
import shutil
import statistics
import subprocess
import sys
from typing import NamedTuple

from bench.measure import Table
from bench.process import Failed, run


class Absent(NamedTuple):
    """A peer that could not be measured, and why."""

    name: str
    reason: str


class Compared(NamedTuple):
    """A peer's run, and Portico's on the same estate."""

    name: str
    version: str
    what: str
    command: str
    objects: int
    """How many Kubernetes objects it worked on; 0 when the whole process is what counts."""
    seconds: float
    portico: float
    """Seconds of what it is compared with."""
    against: str
    faster: float
    """How often Portico could have done it; for each object, when the peer worked on fewer."""
    does: str
    does_not: str


class Setting(NamedTuple):
    """What peers are measured on."""

    table: Table
    objects: int
    """How many Kubernetes objects Portico compiles."""
    folder: str
    """Where peers from PyPI are kept, each in a virtual environment of its own."""
    install: bool
    """Whether a peer that is not there may be fetched from PyPI."""
    rounds: int

    def row(self, name: str) -> float:
        """The median seconds of one of Portico's rows."""
        return next(m.seconds for m in self.table.rows if m.row.name == name)

    def floor(self, name: str) -> float:
        return statistics.median(self.table.floors[name])

    def median(self, *command: str) -> float:
        """The seconds of a peer's process. Raises Failed."""
        work = self.table.work
        environment = {k: v for k, v in work.environment().items() if k != "PYTHONPATH"}
        return statistics.median(
            run(command, work.root, environment).seconds for _ in range(self.rounds)
        )


def program(name: str, *version: str) -> tuple[str, str] | Absent:
    """A program on PATH, or beside this Python, and what it says of its version."""
    beside = os.path.dirname(sys.executable)
    path = shutil.which(name, path=os.pathsep.join((beside, os.environ.get("PATH", ""))))
    if path is None:
        return Absent(name, "it is not on PATH")
    return _version(name, path, *version)


def from_pypi(setting: Setting, name: str, *others: str) -> tuple[str, str] | Absent:
    """A program of the PyPI package of the same name, in a virtual environment with others."""
    home = os.path.join(setting.folder, name)
    path = os.path.join(home, "bin", name)
    if not os.path.exists(path):
        if not setting.install:
            return Absent(name, "it is not installed; `--install-peers` fetches it from PyPI")
        for command in (
            (sys.executable, "-m", "venv", "--clear", home),
            (os.path.join(home, "bin", "python"), "-m", "pip", "-q", "install", name, *others),
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return Absent(name, f"installing it failed: {done.stderr.strip()[-300:]}")
    return _version(name, path, "--version")


def _version(name: str, path: str, *arguments: str) -> tuple[str, str] | Absent:
    done = subprocess.run((path, *arguments), capture_output=True, text=True, check=False)
    said = (done.stdout or done.stderr).split()
    if done.returncode or not said:
        return Absent(name, f"{path} does not run: {done.stderr.strip()[-300:]}")
    return path, next((word for word in said if any(c.isdigit() for c in word)), said[0])


def failed(name: str, reason: Failed) -> Absent:
    """A peer that was there and did not do the work."""
    return Absent(name, f"it failed: {' '.join(str(reason).split())[-300:]}")
