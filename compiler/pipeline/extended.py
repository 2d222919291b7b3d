"""What patches and further objects come to, judged as soon as everything is linked.

A field that could open a way in is held in check by its model; of a patch only the result tells. So
what a check asks schemas and rules about everything else, is asked here before anything is written.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from compiler.check.policy import Rules
from compiler.check.schema import Schemas, SchemasByVersion, Subject, schema_errors
from compiler.check.waivers import ever_waived
from compiler.diagnostics.model import Diagnostic, Span
from compiler.kubernetes.admission import guarded_context
from compiler.kubernetes.extended import Extended, extended
from compiler.kubernetes.files import compiled_objects
from compiler.kubernetes.routers import router_of
from compiler.link.estate import Estate
from compiler.link.neighbours import neighbours_of
from compiler.link.unit import Unit
from compiler.pipeline.parts import app_paths
from compiler.policies.shape import Context, Policy


class ToJudge(NamedTuple):
    """Apps with patches or further objects, in one environment."""

    estate: Estate
    units: list[Unit]


def refused(root: str, to_judge: Iterable[ToJudge], policies: list[Policy]) -> list[Diagnostic]:
    """What is wrong with what the apps come to, beyond what their other fields make.

    What a waiver lets pass on any day is not: what is written does not depend on the day.
    """
    rules = Rules(policies, ever_waived(root, policies))
    schemas = SchemasByVersion({})
    environments: dict[str, list[str]] = {}
    found: dict[tuple[str, Diagnostic], list[str]] = {}
    for estate, units in to_judge:
        environment = estate.environment
        judge = _Judge(
            estate,
            rules,
            guarded_context(estate, policies),
            schemas.of(environment.cluster.kubernetes),
        )
        for unit in units:
            app = unit.interface.name
            environments.setdefault(app, []).append(environment.name)
            for diagnostic in dict.fromkeys(judge.refused(unit)):
                found.setdefault((app, diagnostic), []).append(environment.name)
    return [
        diagnostic if names == environments[app] else _in(diagnostic, names)
        for (app, diagnostic), names in found.items()
    ]


def _in(diagnostic: Diagnostic, environments: list[str]) -> Diagnostic:
    return diagnostic._replace(message=f"{diagnostic.message} (in {' and '.join(environments)})")


class _Judge(NamedTuple):
    """Schemas and rules, as they are in one environment."""

    estate: Estate
    rules: Rules
    context: Context
    schemas: Schemas

    def refused(self, unit: Unit) -> Iterator[Diagnostic]:
        router = router_of(unit.environment)
        objects = compiled_objects(unit, neighbours_of(unit, self.estate), router)
        made = extended(unit, objects)
        yield from made.problems
        _, manifests = app_paths(unit.environment.name, unit.interface.name)
        for index, before in made.touched:
            obj = made.objects[index]
            locate = partial(_blamed, made, index)
            if not self.schemas.accept(obj):
                subject = Subject(obj, locate, "correct it here: this is what it comes to")
                yield from schema_errors([subject], self.schemas)
            refused = self.rules.refused(obj, self.context)
            if before is not None and refused:
                same = self.rules.refused(before, self.context)
                refused = [finding for finding in refused if finding not in same]
            for diagnostic in self.rules.kept(refused, obj, locate, manifests):
                if diagnostic.severity == "error":
                    yield diagnostic


def _blamed(made: Extended, index: int, path: tuple[str | int, ...]) -> Span:
    return made.blamed(index, path).span
