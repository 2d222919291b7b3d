"""What a command said of a repository that nobody has touched since: it would say the same again.

Nothing of the compiler is imported for it: this is most of what a run costs that does nothing.
"""

import time
from typing import Any, Literal, NamedTuple

from compiler.cache.digest import plain
from compiler.cache.memory import Memory, keep, recall
from compiler.cache.survey import Survey, survey
from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span
from compiler.results import Checked, Compiled

Command = Literal["compile", "check"]


class Recalled(NamedTuple):
    """What an earlier run knows about the repository as it is now."""

    memory: Memory
    seen: Survey
    compiled: Compiled | None
    """What compiling it again would come to; None if that is not known."""
    checked: Checked | None


def recalled(root: str) -> Recalled:
    """Look at the repository, and at what an earlier run learned. Raises what `survey` raises."""
    memory = recall(root)
    seen = survey(root, memory.sources, memory.rendered)
    if not (seen.same_sources and seen.same_rendered):
        return Recalled(memory, seen, None, None)
    if seen.sources is not memory.sources or seen.rendered is not memory.rendered:
        # Touched, but not changed: the next run need not read it again.
        keep(root, memory._replace(sources=seen.sources, rendered=seen.rendered))
    compiled, checked = memory.answers.get("compile"), memory.answers.get("check")
    return Recalled(memory, seen, _compiled(compiled), _checked(checked))


def today() -> str:
    """The day that waivers end on or not, as 2026-01-31."""
    return time.strftime("%Y-%m-%d")


def stored_compiled(compiled: Compiled) -> tuple[Any, ...]:
    """The answer as plain data, for a tree that is now as it was compiled."""
    warnings = [plain(warning) for warning in compiled.warnings]
    unchanged = compiled.unchanged + len(compiled.written)
    return warnings, compiled.apps, compiled.environments, unchanged, compiled.foreign


def stored_checked(checked: Checked, day: str) -> tuple[Any, ...]:
    """The answer as plain data; `day` is empty if it is good for any other day."""
    diagnostics = [plain(diagnostic) for diagnostic in checked.diagnostics]
    return day, diagnostics, checked.environments, checked.files, checked.objects


def _compiled(stored: tuple[Any, ...] | None) -> Compiled | None:
    if stored is None:
        return None
    warnings, apps, environments, unchanged, foreign = stored
    return Compiled(
        [_diagnostic(warning) for warning in warnings],
        apps,
        environments,
        written=[],
        removed=[],
        unchanged=unchanged,
        foreign=foreign,
    )


def _checked(stored: tuple[Any, ...] | None) -> Checked | None:
    if stored is None or stored[0] not in ("", today()):
        return None
    return Checked([_diagnostic(diagnostic) for diagnostic in stored[1]], *stored[2:])


def _diagnostic(stored: tuple[Any, ...]) -> Diagnostic:
    rule, message, primary, secondary, help, fixes = stored
    return Diagnostic(
        Rule(*rule),
        message,
        _place(primary),
        tuple(_place(place) for place in secondary),
        help,
        tuple(Fix(Span(*span), replacement) for span, replacement in fixes),
    )


def _place(stored: tuple[Any, ...]) -> Place:
    span, note = stored
    return Place(Span(*span), note)
