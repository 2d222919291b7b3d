"""What of an earlier run holds still, and what this run leaves for the next one."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from compiler.cache.digest import Digest, content_digest
from compiler.cache.memory import (
    AppFacts,
    EnvironmentFacts,
    Facts,
    Memory,
    keep,
)
from compiler.cache.survey import overwritten, survey_sources
from compiler.emit.tree import RENDERED
from compiler.judging import still_holds
from compiler.link.unit import Interface, Unit, interface
from compiler.linking import (
    Known,
    app_path,
    environment_path,
    environments_key,
    placement_path,
    policies_key,
)
from compiler.plan import Piece, Plan, Prepared


def known_of(facts: Facts, digests: Mapping[str, Digest]) -> Known:
    """What of an earlier run holds still."""
    environments = environments_key(digests)
    interfaces: dict[str, dict[str, Interface]] = {}
    for name, plain_facts in facts.apps.items():
        app = AppFacts(*plain_facts)
        if app.environments == environments and app.spec == digests.get(app_path(name)):
            interfaces[name] = {env: interface(data) for env, data in app.interfaces.items()}
    linked: dict[str, Digest] = {}
    for name, plain_facts in facts.environments.items():
        environment = EnvironmentFacts(*plain_facts)
        # What an environment left behind when it was removed is refused, so it is read.
        is_there = environment_path(name) in digests
        if is_there and environment.placement == digests.get(placement_path(name), b""):
            linked[name] = environment.linked
    return Known(
        interfaces,
        linked,
        facts.policies == policies_key(digests),
    )


def learn(
    prepared: Prepared,
    pieces: list[Piece],
    answers: dict[str, Any],
    written: Mapping[str, Digest] | None = None,
    removed: Collection[str] = (),
) -> None:
    """Keep for the next run what this one learned.

    `written` are rendered files; what was removed may also have been left among the sources.
    """
    earlier = prepared.earlier
    if earlier is None:
        return
    placed = {p: content_digest(text.encode()) for p, text in prepared.placements.items()}
    of_rendered = {path for path in removed if path.startswith(f"{RENDERED}/")}
    sources = overwritten(prepared.sources.seen, placed, set(removed) - of_rendered)
    rendered = overwritten(prepared.rendered().seen, written or {}, of_rendered)
    if prepared.sources.same and prepared.rendered().same and not written and not removed:
        answers = {**earlier.answers, **answers}
    facts = Facts(
        policies_key(prepared.digests),
        _app_facts(prepared),
        {plan.name: tuple(_environment_facts(plan, placed, pieces)) for plan in prepared.plans},
    )
    remember(prepared.root, Memory(earlier.program, sources, rendered, answers, facts))


def remember(root: str, memory: Memory) -> None:
    """Keep it, if the sources are still what it is about."""
    sources = survey_sources(root, memory.sources)
    # Otherwise somebody wrote in them meanwhile, and it is not known what was made of what.
    if sources.same:
        keep(root, memory._replace(sources=sources.seen))


def _app_facts(prepared: Prepared) -> dict[str, tuple[Any, ...]]:
    digests, old = prepared.digests, prepared.facts.apps
    environments = environments_key(digests)
    return {
        name: old[name]
        if name in prepared.known.interfaces
        else (
            digests[app_path(name)],
            environments,
            plain_interfaces(app.units),
        )
        for name, app in prepared.linked.resolved.items()
        if not app.diagnostics
    }


def plain_interfaces(units: Iterable[Unit]) -> dict[str, tuple[Any, ...]]:
    """Of the units of one app, as `AppFacts` has them."""
    return {unit.environment.name: unit.interface.plain() for unit in units}


def _environment_facts(
    plan: Plan, placed: Mapping[str, Digest], pieces: list[Piece]
) -> EnvironmentFacts:
    parts: dict[str, tuple[Any, ...]] = {}
    for piece in pieces:
        if piece.environment == plan.name:
            facts = piece.facts
            if not still_holds(facts, plan):
                facts = facts._replace(judged=b"", asked=())
            parts[piece.name] = tuple(facts)
    path = placement_path(plan.name)
    return EnvironmentFacts(
        plan.linked if plan.member.is_clean else b"",
        placed.get(path, plan.digests.get(path, b"")),
        plan.neighbours,
        parts,
    )
