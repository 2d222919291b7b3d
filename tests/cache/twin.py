"""A run with the cache and the same run without, held against each other."""

import shutil
import time
from pathlib import Path

from compiler.cache.memory import FOLDER
from tests.repository import Result, portico, snapshot

TICK = 20_000_000
"""More than any file system of a machine that runs tests needs to tell two changes apart, in ns."""


def settle() -> None:
    """Wait until the files that were just written can be told by their stamps."""
    time.sleep(1.5 * TICK / 1e9)


def same_as_without_cache(root: Path, *command: str) -> Result:
    """Run the command. Whatever is in the cache, it says and leaves what a full run does."""
    twin = root.with_name(f"{root.name}-twin")
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(root, twin, symlinks=True, ignore=shutil.ignore_patterns(FOLDER))
    without = portico(twin, *command, "--no-cache")
    result = portico(root, *command)
    assert _said(result, root) == _said(without, twin)
    assert snapshot(root) == snapshot(twin)
    return result


def _said(result: Result, root: Path) -> Result:
    code, out, err = result
    return Result(code, out.replace(str(root), "ROOT"), err.replace(str(root), "ROOT"))
