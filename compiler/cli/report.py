"""What every command says about diagnostics and broken repositories."""

import os
import sys
from collections.abc import Callable

from compiler.cli.main import FINDINGS, UNUSABLE
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.diagnostics.text import render
from compiler.emit.tree import Unwritable
from compiler.pipeline import UnknownEnvironment
from compiler.source.repository import NotARepository


def guarded(root: str, work: Callable[[], int]) -> int:
    """Run a command's work and turn what stops it into one clear message and an exit code."""
    try:
        return work()
    except Rejected as rejected:
        report(rejected.diagnostics, root)
        return FINDINGS
    except (NotARepository, UnknownEnvironment, Unwritable) as stopped:
        print(f"portico: {stopped}", file=sys.stderr)
        return UNUSABLE


def report(diagnostics: list[Diagnostic], root: str) -> None:
    """Print diagnostics and how many there are, to standard error."""
    if not diagnostics:
        return
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    sys.stderr.write(render(diagnostics, root, colour=colour))
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [
        f"{n} {word}{'s' * (n != 1)}" for n, word in ((errors, "error"), (warnings, "warning")) if n
    ]
    print(f"portico: {' and '.join(counts)}", file=sys.stderr)


def amount(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
