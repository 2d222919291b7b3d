"""A person at a terminal who answers what `portico` asks."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def answered(*arguments: str, answers: list[str]) -> tuple[int, str]:
    """The exit code of `portico ARGUMENTS`, and all that the person sees; an answer of control-D
    ends the input."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "compiler", *arguments],
        cwd=ROOT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "dumb"},
    )
    os.close(terminal)
    seen, pending = "", list(answers)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if select.select([controller], [], [], 0.1)[0]:
            try:
                seen += os.read(controller, 4096).decode()
            except OSError:
                break
        if pending and seen.endswith(": "):
            os.write(controller, pending.pop(0).encode())
            seen += "\0"
    code = process.wait(timeout=30)
    os.close(controller)
    return code, seen.replace("\0", "").replace("\r\n", "\n")
