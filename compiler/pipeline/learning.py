"""What of an earlier run holds still, and what this run leaves for the next one."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from compiler.cache.digest import Digest, content_digest
from compiler.cache.inputs import (
    app_path,
    environment_path,
    placement_path,
    policies_key,
    resolution_key,
)
from compiler.cache.memory import (
    AppFacts,
    EnvironmentFacts,
    Facts,
    Memory,
    remember,
)
from compiler.cache.survey import overwritten
from compiler.link.unit import Interface, Unit, interface
from compiler.pipeline.asked import still_holds
from compiler.pipeline.plan import Piece, Plan, Prepared
from compiler.pipeline.unread import Known


def known_of(facts: Facts, digests: Mapping[str, Digest]) -> Known:
    """What of an earlier run holds still."""
    resolution = resolution_key(digests)
    interfaces: dict[str, dict[str, Interface]] = {}
    for name, plain_facts in facts.apps.items():
        app = AppFacts(*plain_facts)
        if app.resolution == resolution and app.spec == digests.get(app_path(name)):
            interfaces[name] = {env: interface(data) for env, data in app.interfaces.items()}
    linked: dict[str, Digest] = {}
    for name, plain_facts in facts.environments.items():
        environment = EnvironmentFacts(*plain_facts)
        if environment_path(name) not in digests:
            continue
        if environment.placement == digests.get(placement_path(name), b""):
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
    placements: Mapping[str, str] | None = None,
    contexts: Mapping[str, tuple[Any, ...]] | None = None,
    schemas: dict[str, dict[str, str]] | None = None,
) -> None:
    """Keep for the next run what this one learned.

    `written` and `removed` are rendered files, `placements` are texts that were written, by path.
    """
    earlier = prepared.earlier
    if earlier is None:
        return
    placed = {p: content_digest(text.encode()) for p, text in (placements or {}).items()}
    sources = overwritten(prepared.sources.seen, placed)
    rendered = overwritten(prepared.rendered().seen, written or {}, removed)
    changed = placed or written or removed
    if prepared.sources.same and prepared.rendered().same and not changed:
        answers = {**earlier.answers, **answers}
    facts = Facts(
        policies_key(prepared.digests),
        _app_facts(prepared),
        {plan.name: tuple(_environment_facts(plan, placed, pieces)) for plan in prepared.plans},
        {**prepared.facts.contexts, **(contexts or {})},
        {},
        prepared.facts.schemas if schemas is None else schemas,
        prepared.asks_history,
    )
    remember(prepared.root, Memory(earlier.program, sources, rendered, answers, facts))


def _app_facts(prepared: Prepared) -> dict[str, tuple[Any, ...]]:
    digests, old = prepared.digests, prepared.facts.apps
    resolution = resolution_key(digests)
    return {
        name: old[name]
        if name in prepared.known.interfaces
        else (
            digests[app_path(name)],
            resolution,
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
            if facts.asked and not plan.member.is_known and not still_holds(facts, plan.hosts):
                facts = facts._replace(judged=b"", asked=())
            parts[piece.name] = tuple(facts)
    path = placement_path(plan.name)
    return EnvironmentFacts(
        plan.linked if plan.member.is_clean else b"",
        placed.get(path, plan.digests.get(path, b"")),
        plan.neighbours,
        parts,
    )
