"""A change of specs of which nobody else takes notice: what they compile to, and nothing else.

Another image, a variable, more memory: what other apps and the environments see of the app stays.
Then nothing is linked, and nothing that is known is gone through, however large the repository.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from compiler.cache.answer import Recalled
from compiler.cache.digest import Digest, plain
from compiler.cache.inputs import app_path, environment_path
from compiler.cache.memory import AppFacts, EnvironmentFacts, Facts, PartFacts, remember
from compiler.cache.survey import digest_in, overwritten
from compiler.credentials.exposed import exposed
from compiler.diagnostics.model import Diagnostic
from compiler.emit import tree
from compiler.link.resolve import resolve
from compiler.link.unit import Unit
from compiler.pipeline.learning import plain_interfaces
from compiler.pipeline.linking import environments_of
from compiler.pipeline.parts import app_part
from compiler.pipeline.plan import Piece
from compiler.results import Compiled
from compiler.source.repository import load

# Of an environment. More are made again in less time than it takes to keep them.
_MOST_UNJUDGED = 50


class Amendment(NamedTuple):
    """The apps whose specs changed, before anything is made of them."""

    root: str
    earlier: Recalled
    before: Compiled
    """What compiling came to before the change: nothing is missing, and nothing differs."""
    facts: Facts
    digests: Mapping[str, Digest]
    """Of all sources, by path."""
    units: list[Unit]

    @property
    def warnings(self) -> list[Diagnostic]:
        return self.before.warnings


def amendment(root: str, earlier: Recalled) -> Amendment | None:
    """The specs that changed since the last compile; None if more than they may have to be made.

    None too if there is something to say about them: then everything there is has to be said.
    """
    before = earlier.before
    digests = {path: digest_in(record) for path, record in earlier.sources.seen.files.items()}
    changed = _changed(earlier, digests)
    if before is None or not changed or _is_about(before.warnings, changed):
        return None
    facts = earlier.memory.facts.read()
    sources = load(root, known=digests.keys() - changed)
    problems = [*sources.diagnostics, *(e.diagnostic for e in exposed(root, sources.apps.values()))]
    environments = environments_of(sources, problems)
    units: list[Unit] = []
    for name, document in sources.apps.items():
        app = resolve(name, document, environments, sources.environment_names)
        problems += app.diagnostics
        units += app.units
        stored = facts.apps.get(name)
        if stored is None or AppFacts(*stored).interfaces != plain_interfaces(app.units):
            return None
        if any(unit.interface.extended for unit in app.units):
            # What it comes to is judged before it is written, by all that is linked.
            return None
    if any(problem not in before.warnings for problem in problems) or not earlier.rendered().same:
        return None
    return Amendment(root, earlier, before, facts, digests, units)


def write_amendment(amendment: Amendment) -> Compiled:
    """Write the files of the specs that changed. Raises OSError."""
    root, earlier, before, facts, digests, units = amendment
    rendered = earlier.rendered().seen
    written: dict[str, Digest] = {}
    for unit in units:
        environment = EnvironmentFacts(*facts.environments[unit.environment.name])
        piece = _piece(unit, environment, digests)
        there = {path: digest_in(rendered.files[path]) for path, _ in piece.paths()}
        for path, digest, content in piece.differing(there):
            tree.write_bytes(os.path.join(root, path), content)
            written[path] = digest
        environment.parts[piece.name] = tuple(piece.facts)
        _note_unjudged(facts, piece)
    for app in {unit.interface.name for unit in units}:
        stored = AppFacts(*facts.apps[app])
        facts.apps[app] = tuple(stored._replace(spec=digests[app_path(app)]))
    memory = earlier.memory
    remember(
        root,
        memory._replace(
            sources=earlier.sources.seen,
            rendered=overwritten(rendered, written),
            answers={"compile": memory.answers["compile"]},
            facts=facts,
        ),
    )
    return before._replace(written=sorted(written), unchanged=before.unchanged - len(written))


def _note_unjudged(facts: Facts, piece: Piece) -> None:
    """Keep what was made for the check that follows, so that it need not be made for it again."""
    parts = facts.unjudged.setdefault(piece.environment, {})
    parts.pop(piece.name, None)
    if not piece.facts.judged and len(parts) < _MOST_UNJUDGED:
        parts[piece.name] = [plain(obj) for file in piece.files for obj in file.objects]


def _changed(earlier: Recalled, digests: Mapping[str, Digest]) -> set[str]:
    """The specs that changed; nothing if any other source did, or one was added or removed."""
    before = earlier.memory.sources.files
    if before.keys() != digests.keys():
        return set()
    changed = {path for path, digest in digests.items() if digest_in(before[path]) != digest}
    return changed if all(path.startswith("apps/") for path in changed) else set()


def _is_about(warnings: list[Diagnostic], paths: set[str]) -> bool:
    """Whether a warning names a place in one of these files, which may be another one now."""
    places = (place for w in warnings for place in (w.primary, *w.secondary))
    return any(place.span.path in paths for place in places)


def _piece(unit: Unit, environment: EnvironmentFacts, digests: Mapping[str, Digest]) -> Piece:
    app = unit.interface.name
    near = environment.neighbours[app]
    of_environment = digests[environment_path(unit.environment.name)]
    part = app_part(unit, near, of_environment, digests[unit.source])
    old = PartFacts(*environment.parts[part.name])
    return Piece(unit.environment.name, part.name, None, old, lambda: part)
