"""The usual way: all that the repository means, made and written, or judged, part by part."""

import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from compiler.cache.answer import Recalled, stored_checked, stored_compiled, today
from compiler.cache.memory import (
    NO_ENVIRONMENT_FACTS,
    NO_FACTS,
    EnvironmentFacts,
)
from compiler.cache.survey import digest_in, laid_out, survey_rendered, survey_sources
from compiler.diagnostics.model import Diagnostic
from compiler.diagnostics.stopped import Stopped
from compiler.emit import tree
from compiler.emit.rendered import Rendered
from compiler.pipeline.judging import Judging
from compiler.pipeline.judging_aside import judge_all
from compiler.pipeline.learning import known_of, learn
from compiler.pipeline.linking import (
    link_in_memory,
    ordered,
)
from compiler.pipeline.plan import Piece, Plan, Prepared
from compiler.pipeline.writing_aside import write_all
from compiler.results import Checked, Compiled
from compiler.watch import Watch, unwatched


class NotChecked(Stopped):
    """A check that was asked for could not be made; the message says why."""


def prepare(
    root: str,
    only: list[str] | None = None,
    earlier: Recalled | None = None,
    watch: Watch = unwatched,
    into: str | None = None,
) -> Prepared:
    """Everything that the repository's specs mean, in these environments or all.

    With `earlier`, what an earlier run learned is used, and what this one learns is kept. `into` is
    the repository that is written, where that is not the one whose specs are read. Raises Rejected
    with every error that was found, NotARepository and UnknownEnvironment.
    """
    target = root if into is None else into
    memory = None if earlier is None else earlier.memory
    sources = survey_sources(root) if earlier is None else earlier.sources
    rendered = (
        cache(partial(survey_rendered, target, only=only)) if earlier is None else earlier.rendered
    )
    digests = {path: digest_in(record) for path, record in sources.seen.files.items()}
    facts = NO_FACTS if memory is None else memory.facts.read()
    known = known_of(facts, digests)
    linked = link_in_memory(root, only, known=known, digests=digests, watch=watch)
    plans = []
    for member in linked.members:
        old = facts.environments.get(member.environment.name)
        old_facts = EnvironmentFacts(*old) if old is not None else NO_ENVIRONMENT_FACTS
        plans.append(Plan(linked, member, digests, old_facts, known.interfaces))
    return Prepared(target, linked, plans, sources, rendered, memory, digests, facts, known, only)


def compile_in_memory(root: str, only: list[str] | None = None) -> Iterator[Rendered]:
    """Every rendered file of these environments, or all. Raises what `prepare` raises."""
    for plan in prepare(root, only).plans:
        for piece in plan.pieces():
            yield from piece.files


def write(prepared: Prepared, watch: Watch = unwatched) -> Compiled:
    """Bring `rendered/` and the placements up to date. Raises Unwritable and OSError."""
    root, there = prepared.root, laid_out(prepared.rendered().seen)
    # What only making it tells is made first: obstacles are refused before anything is written.
    pieces = [piece for plan in prepared.plans for piece in plan.pieces()]
    desired = dict(path for piece in pieces for path in piece.paths())
    difference = tree.compare(desired, there)
    tree.refuse_obstacles(root, desired, difference)
    leftovers = [*tree.leftovers(root, "apps"), *tree.leftovers(root, "environments")]
    for path in leftovers:
        os.unlink(os.path.join(root, path))
    # Placements first: a host must never be rendered in a place that is not written down.
    for path, text in prepared.placements.items():
        tree.write(os.path.join(root, path), text)
    tree.make_room(root, difference)
    written = write_all(root, pieces, there.ours, watch)
    removed = [*difference.stale, *difference.leftover]
    compiled = Compiled(
        prepared.warnings,
        prepared.apps,
        len(prepared.plans),
        written=[*sorted(written), *prepared.placements],
        removed=[*removed, *leftovers],
        unchanged=len(desired) - len(written),
        foreign=difference.foreign,
    )
    day = _day_of(prepared)
    answers = {"compile": stored_compiled(compiled._replace(unchanged=len(desired)), day)}
    learn(prepared, pieces, answers, written, removed, prepared.placements)
    return compiled


def check(
    prepared: Prepared,
    watch: Watch = unwatched,
    *,
    checkov: Callable[[int, int], None] | None = None,
) -> Checked:
    """Verify what the repository compiles to: committed files, schemas, rules. Writes nothing.

    With `checkov`, Checkov's own catalogue too: `checkov` is told how many parts of how many are
    done, and the results are kept in `.portico-cache/`. Raises NotChecked.
    """
    from compiler.check.drift import drift

    pieces = [piece for plan in prepared.plans for piece in plan.pieces()]
    judging = Judging(prepared.root, prepared.linked.policies, prepared.facts.schemas)
    found = judge_all(judging, prepared.plans, pieces, prepared.rendered, watch)
    diagnostics = [*prepared.warnings, *found]
    there = laid_out(prepared.rendered().seen)
    desired = {path: digest for piece in pieces for path, digest, _ in piece.facts.files}
    difference = tree.compare(desired, there)
    diagnostics += drift(difference, desired, prepared.placements)
    diagnostics += judging.promotions(prepared.plans)
    diagnostics += judging.about_waivers(prepared.linked.waived, all_judged=prepared.only is None)
    checked = Checked(
        ordered(diagnostics),
        len(prepared.plans),
        files=len(desired),
        objects=sum(objects for piece in pieces for _, _, objects in piece.facts.files),
    )
    answers: dict[str, Any] = {}
    if not difference.leftover and not prepared.asks_history:
        answers["check"] = stored_checked(checked, judging.day)
    if not any(difference) and not prepared.placements:
        same = Compiled(
            prepared.warnings, prepared.apps, len(prepared.plans), [], [], len(desired), []
        )
        answers["compile"] = stored_compiled(same, _day_of(prepared))
    contexts, schemas = judging.contexts(), judging.schemas
    learn(prepared, pieces, answers, contexts=contexts, schemas=schemas)
    if checkov is None:
        return checked
    found = _catalogue(prepared, pieces, difference, checkov)
    return checked._replace(diagnostics=ordered([*diagnostics, *found]))


def _day_of(prepared: Prepared) -> str:
    """The day for which compiling comes to this; empty if it does on any."""
    return today() if prepared.linked.waived else ""


def _catalogue(
    prepared: Prepared,
    pieces: list[Piece],
    difference: tree.Difference,
    progress: Callable[[int, int], None],
) -> list[Diagnostic]:
    from compiler.check.catalogue import NoCatalogue, catalogue

    # What is on disk otherwise than it was compiled is reported as that.
    other = {*difference.missing, *difference.differing, *difference.foreign}
    files = [file for piece in pieces for file in piece.files if file.path not in other]
    if not files and other:
        return []
    texts = {file.path: file.text for file in files}
    objects = {file.path: len(file.objects) for file in files if file.objects}
    try:
        return catalogue(prepared.root, texts, objects, progress)
    except NoCatalogue as reason:
        raise NotChecked(str(reason)) from reason
