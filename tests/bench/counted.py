"""Runs one command of Portico in a process of its own and counts its work.

`python -m tests.bench.counted ROOT COMMAND...` prints a `Work` as JSON. What it counts is the same
on any machine and at any load: seconds are not.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

REPOSITORY = Path(__file__).parents[2]

# What the counts are called -> whose calls they are. A renamed function counts 0 and is noticed.
_STEPS = {
    "parsed": "compiler/source/yaml.py:examine",
    "validated": "compiler/spec/parse.py:parse",
    "lowered": "compiler/kubernetes/files.py:compiled_objects",
    "emitted": "compiler/emit/yaml.py:stream",
    "judged": "compiler/check/policy.py:_guarded",
    "scanned": "compiler/foreign/yaml.py:read",
}


# `cython_runtime` and what begins with an underscore is made by extension modules and by Python.
_OURS_OR_PYTHONS = frozenset(("compiler", "policies", "cython_runtime"))


class Work(NamedTuple):
    """What one run did."""

    code: int
    said: str
    modules: list[str]
    """Of the compiler, in the order of their names."""
    packages: list[str]
    """Top-level packages that are neither the compiler's nor Python's own."""
    read: list[str]
    """Files below the repository that were opened to be read; twice if opened twice."""
    written: list[str]
    listed: list[str]
    """Folders below the repository."""
    stats: int
    """Calls of os.stat and os.lstat for paths below the repository."""
    steps: dict[str, int]
    """How often each step of the compiler was taken."""
    objects: int
    """How many objects of apps were made."""


def counted(root: Path, *command: str) -> Work:
    """The work of `portico COMMAND`, started in this folder."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.counted", str(root), *command],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Work(**json.loads(done.stdout))


def _counted(root: str, command: list[str]) -> Work:
    os.chdir(root)
    # Every file has been there for a while, and nothing is done where it is not counted.
    now = time.time_ns
    time.time_ns = lambda: now() + 10**10
    os.sched_getaffinity = lambda _: {0}
    before = set(sys.modules)
    read: list[str] = []
    written: list[str] = []
    listed: list[str] = []
    stats = objects = 0
    steps: Counter[str] = Counter(dict.fromkeys(_STEPS, 0))
    names = {place: name for name, place in _STEPS.items()}

    def below(path: object) -> str | None:
        if not isinstance(path, str | os.PathLike):
            return None
        # The command runs in the root.
        full = os.path.normpath(f"{root}/{path}" if not str(path).startswith("/") else path)
        return full.removeprefix(f"{root}/") if full.startswith(f"{root}/") else None

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and (path := below(arguments[0])):
            # The flags say it of `os.open` as well, which has no mode.
            (written if arguments[2] & os.O_ACCMODE != os.O_RDONLY else read).append(path)
        elif event in ("os.scandir", "os.listdir") and (path := below(arguments[0])):
            listed.append(path)

    def called(frame: FrameType, event: str, value: Any) -> None:
        nonlocal objects
        if event not in ("call", "return"):
            return
        code = frame.f_code
        if "/compiler/" not in code.co_filename:
            return
        file = code.co_filename.removeprefix(f"{REPOSITORY}/")
        name = names.get(f"{file}:{code.co_name}")
        if name is not None:
            steps[name] += event == "call"
            if name == "lowered" and event == "return":
                objects += len(value)

    def counting(function: Any) -> Any:
        def replaced(path: Any, *arguments: Any, **options: Any) -> Any:
            nonlocal stats
            stats += below(path) is not None
            return function(path, *arguments, **options)

        return replaced

    os.stat, os.lstat = counting(os.stat), counting(os.lstat)
    sys.addaudithook(audit)
    said = io.StringIO()
    sys.setprofile(called)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            from compiler.cli.main import main

            code = main(command)
        except SystemExit as stopped:
            code = stopped.code if isinstance(stopped.code, int) else 0
    sys.setprofile(None)
    imported = set(sys.modules) - before
    top = {name.partition(".")[0] for name in imported if not name.startswith("_")}
    return Work(
        code=code,
        said=said.getvalue(),
        modules=sorted(name for name in imported if name.partition(".")[0] == "compiler"),
        packages=sorted(top - _OURS_OR_PYTHONS - sys.stdlib_module_names),
        read=read,
        written=written,
        listed=listed,
        stats=stats,
        steps=dict(steps),
        objects=objects,
    )


if __name__ == "__main__":
    print(json.dumps(_counted(os.path.realpath(sys.argv[1]), sys.argv[2:])._asdict()))
