"""A change of specs of which nobody else takes notice: what they compile to, and nothing else.

Another image, a variable, more memory: what other apps and the environments see of the app stays.
Then nothing is linked, and nothing that is known is gone through, however large the repository.
"""

from typing import Any, NamedTuple

from compiler.cache.answer import Recalled, of_places, stored_compiled
from compiler.cache.digest import Digest
from compiler.cache.memory import AppFacts, EnvironmentFacts, Facts, PartFacts
from compiler.cache.survey import digest_in, laid_out
from compiler.diagnostics.model import Diagnostic
from compiler.learning import remember
from compiler.link.neighbours import neighbours
from compiler.link.resolve import resolve
from compiler.link.unit import Unit
from compiler.linking import app_path, read_environments
from compiler.parts import Part, app_part, app_part_name
from compiler.results import Compiled
from compiler.source.repository import load


class Amendment(NamedTuple):
    """The apps whose specs changed, before anything is made of them."""

    root: str
    earlier: Recalled
    before: Compiled
    """What the last compile came to."""
    facts: Facts
    apps: dict[str, AppFacts]
    """What the changed specs say to others: what they said before."""
    units: list[Unit]

    @property
    def warnings(self) -> list[Diagnostic]:
        return self.before.warnings


def amendment(root: str, earlier: Recalled) -> Amendment | None:
    """What changed since the last compile; None if that is more than an amendment."""
    before = earlier.last_compiled()
    changed = _changed_apps(earlier)
    if before is None or not changed or not earlier.rendered().same:
        return None
    paths = {app_path(name) for name in changed}
    if any(of_places(warning) & paths for warning in before.warnings):
        # Its place may be another one now.
        return None
    facts = earlier.memory.facts.read()
    sources = load(root, known=[path for path in earlier.sources.seen.files if path not in paths])
    diagnostics = [*sources.diagnostics]
    environments = read_environments(sources, diagnostics)
    ...
