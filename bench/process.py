"""One whole process, measured: wall time, CPU time, and the most memory it had."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """What one process took. The children that it waited for are counted in."""

    seconds: float
    cpu: float
    """Seconds of user and system time: what a busy machine changes least."""
    peak: int
    """Bytes. The largest single process; never less than what this process had when it started
    the other, because Linux lets a child inherit that figure. So this process stays small."""
    output: str


class Failed(Exception):
    """A measured process did not do its work, so its time would mean nothing."""


def run(
    command: Sequence[str], folder: str, environment: Mapping[str, str], expected: int = 0
) -> Run:
    """Run a program to its end. Raises Failed when its exit code is another than expected."""
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode != expected:
        raise Failed(f"{' '.join(command)}: exit code {process.returncode}\n{said[-2000:]}")
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, said)
