"""A generated repository on disk, and how the measured programs are started on it."""

import os
import shutil
import sys
from typing import NamedTuple

from bench.process import Run, run

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
"""Whose code is measured."""


class Size(NamedTuple):
    """How large an estate is."""

    apps: int
    environments: int

    def __str__(self) -> str:
        return f"{self.apps:,} apps × {self.environments}"


class Work(NamedTuple):
    """Where everything lies."""

    size: Size
    root: str
    """The repository that is compiled."""
    scratch: str
    """A folder for what else is written."""
    portico: tuple[str, ...]
    """How `portico` is started."""

    def environment(self) -> dict[str, str]:
        """Of every measured process: this repository's code, no cache but the scratch folder's."""
        kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONHASHSEED", "PYTHONPROFILE")}
        return kept | {
            "PYTHONPATH": REPOSITORY,
            "XDG_CACHE_HOME": os.path.join(self.scratch, "cache"),
        }

    def run(self, *command: str) -> Run:
        """A process in the root of the repository. Raises Failed."""
        return run(command, self.root, self.environment())

    def forget(self) -> None:
        """Leave nothing that an earlier run has kept."""
        shutil.rmtree(os.path.join(self.root, ".portico-cache"), ignore_errors=True)
        shutil.rmtree(os.path.join(self.scratch, "cache"), ignore_errors=True)


def prepare(size: Size, folder: str, portico: tuple[str, ...]) -> Work:
    """Generate an estate below a folder and compile it once."""
    root = os.path.join(folder, f"estate-{size.apps}-{size.environments}")
    work = Work(
        size, root, os.path.join(folder, f"scratch-{size.apps}-{size.environments}"), portico
    )
    os.makedirs(root)
    os.makedirs(work.scratch)
    # In a process of its own, so that this one stays small: see `process.Run.peak`.
    work.run(sys.executable, "-m", "bench.estate", root, str(size.apps), str(size.environments))
    work.run(*portico, "compile")
    return work
