"""How every command ends: what was found or what stopped it, a last line, the exit code."""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from compiler.cli.main import CLEAN, FINDINGS, UNUSABLE
from compiler.cli.output import UnusableTarget, print_document, publish, refuse_targets
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.diagnostics.stopped import Stopped
from compiler.diagnostics.visible import visible
from compiler.source.limits import MAX_DIAGNOSTICS


class Outcome(NamedTuple):
    """What a command's work came to."""

    diagnostics: list[Diagnostic]
    summary: str
    """The last line if nothing of it fails the run."""
    notes: tuple[str, ...] = ()


def concluded(options: argparse.Namespace, work: Callable[[], Outcome]) -> int:
    """Do a command's work, report what it found or what stopped it, and give the exit code."""
    stopped = ""
    outcome = Outcome([], "")
    try:
        refuse_targets(options.output, options.root)
        outcome = work()
    except UnusableTarget as unusable:
        say(str(unusable))
        return UNUSABLE
    except Rejected as rejected:
        outcome = Outcome(rejected.diagnostics, "")
    except Stopped as reason:
        stopped = str(reason)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        publish(options, [], stopped=f"{where}{error.strerror or error}")
        raise

    problems = publish(options, outcome.diagnostics, stopped=stopped)
    for note in outcome.notes:
        say(note)
    counts, failed = judged(outcome.diagnostics, strict=options.strict)
    if counts:
        say(counts)
    for path in _cut_short(outcome.diagnostics):
        most = f"of {path} no more than {MAX_DIAGNOSTICS} errors are shown"
        say(f"{most}: mend these, and run it again")
    if stopped:
        say(stopped)
    elif not failed:
        if options.format == "text":
            print_document(f"{outcome.summary}\n")
        else:
            print(outcome.summary, file=sys.stderr)
    for problem in problems:
        say(problem)
    if stopped or problems:
        return UNUSABLE
    return FINDINGS if failed else CLEAN


def amount(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def judged(diagnostics: list[Diagnostic], *, strict: bool) -> tuple[str, bool]:
    """How many diagnostics there are, in words, and whether they fail the run."""
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [amount(errors, "error", "errors")] if errors else []
    counts += [amount(warnings, "warning", "warnings")] if warnings else []
    because = ", and --strict refuses warnings" if strict and warnings and not errors else ""
    return " and ".join(counts) + because, bool(errors or (strict and warnings))


def _cut_short(diagnostics: list[Diagnostic]) -> list[str]:
    """The specs of which so much is wrong that the rest was left out."""
    found = Counter(diagnostic.primary.span.path for diagnostic in diagnostics)
    specs = ("apps/", "environments/")
    return [p for p, number in found.items() if number >= MAX_DIAGNOSTICS and p.startswith(specs)]


def say(line: str) -> None:
    # Where both streams are one, what was printed first stands first.
    sys.stdout.flush()
    print(f"portico: {visible(line)}", file=sys.stderr)
