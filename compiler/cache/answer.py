"""What a command said of a repository that nobody has touched since: it would say the same again.

Nothing of the compiler is imported for it: this is most of what a run costs that does nothing.
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from compiler.cache.aside import aside
from compiler.cache.digest import plain
from compiler.cache.memory import Memory, keep, recall
from compiler.cache.survey import Seen, Survey, survey_rendered, survey_sources
from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span
from compiler.emit import tree
from compiler.results import Checked, Compiled


class Recalled(NamedTuple):
    """What an earlier run knows about the repository as it is now."""

    memory: Memory
    sources: Survey
    rendered: Callable[[], Survey]
    """Looked at by another process, if something is to be done meanwhile."""
    before: Compiled | None
    """What compiling came to in the state that the earlier run left; None if that is not known."""
    compiled: Compiled | None
    """What compiling would come to now; None if that is not known."""
    checked: Checked | None


def recalled(root: str, command: str) -> Recalled:
    """Look at the repository, and at what an earlier run learned, to answer this command.

    Raises OSError where a rendered file cannot be read.
    """
    memory = recall(root)
    # What a killed run left there, compiling removes.
    is_clean = not (tree.leftovers(root, "apps") or tree.leftovers(root, "environments"))
    compiled = _compiled(memory.answers.get("compile")) if is_clean else None
    sources = survey_sources(root, memory.sources)
    if not sources.same:
        rendered_meanwhile = _meanwhile(root, memory.rendered)
        return Recalled(memory, sources, rendered_meanwhile, compiled, None, None)
    rendered = survey_rendered(root, memory.rendered)
    if not rendered.same:
        return Recalled(memory, sources, lambda: rendered, compiled, None, None)
    checked = _checked(memory.answers.get("check"))
    answer = checked if command == "check" else compiled
    is_touched = sources.seen is not memory.sources or rendered.seen is not memory.rendered
    if is_touched and answer is not None:
        # Touched, but not changed: the next run need not read it again. Whoever has no answer keeps
        # what there is to know at its end.
        keep(root, memory._replace(sources=sources.seen, rendered=rendered.seen))
    return Recalled(memory, sources, lambda: rendered, compiled, compiled, checked)


def _meanwhile(root: str, known: Seen) -> Callable[[], Survey]:
    """To import the compiler takes longer than to look at thousands of files."""

    def look() -> tuple[dict[str, bytes], dict[str, bytes], bool] | None:
        seen, same = survey_rendered(root, known)
        return None if seen is known else (seen.folders, seen.files, same)

    looked = aside(look)

    @cache
    def result() -> Survey:
        found = looked()
        return Survey(known, True) if found is None else Survey(Seen(*found[:2]), found[2])

    return result


def today() -> str:
    """The day that waivers end on or not, as 2026-01-31."""
    return time.strftime("%Y-%m-%d")


def stored_compiled(compiled: Compiled, day: str) -> tuple[Any, ...]:
    """The answer as plain data, for a compile that has nothing to do; `day` is empty if it is good
    for any other day."""
    warnings = [plain(warning) for warning in compiled.warnings]
    numbers = (compiled.apps, compiled.environments, compiled.unchanged)
    return day, warnings, *numbers, compiled.foreign


def stored_checked(checked: Checked, day: str) -> tuple[Any, ...]:
    """The answer as plain data; `day` is empty if it is good for any other day."""
    diagnostics = [plain(diagnostic) for diagnostic in checked.diagnostics]
    return day, diagnostics, checked.environments, checked.files, checked.objects


def _compiled(stored: tuple[Any, ...] | None) -> Compiled | None:
    if stored is None or stored[0] not in ("", today()):
        return None
    _, warnings, apps, environments, unchanged, foreign = stored
    return Compiled(
        [diagnostic_of(warning) for warning in warnings],
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
    return Checked([diagnostic_of(diagnostic) for diagnostic in stored[1]], *stored[2:])


def diagnostic_of(stored: tuple[Any, ...]) -> Diagnostic:
    """A diagnostic that was made plain data."""
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
