"""Schemas and rules on what was compiled, part by part; where they found nothing, that is known."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.cache.answer import today
from compiler.cache.digest import Digest, plain
from compiler.cache.memory import PartFacts
from compiler.diagnostics.model import Diagnostic
from compiler.emit.rendered import Rendered
from compiler.pipeline.asked import Asked, against, has_waivers, still_holds
from compiler.pipeline.linking import Policies
from compiler.pipeline.plan import Plan
from compiler.policies.shape import Context

if TYPE_CHECKING:
    from compiler.check.policy import Rules
    from compiler.check.schema import SchemasByVersion


class Judged(NamedTuple):
    """What came of judging a part."""

    diagnostics: list[Diagnostic]
    against: Digest
    """Of what the part was held against; empty if a waiver let something pass, which counts."""
    asked: tuple[tuple[str, Any], ...]
    """As in `PartFacts`."""


class Judging:
    """The schemas and rules of a repository, loaded when something is judged."""

    def __init__(
        self, root: str, policies: Policies, schemas: Mapping[str, Mapping[str, str]]
    ) -> None:
        """`schemas` are those that are known, as `Facts` has them."""
        self._root = root
        self._policies = policies
        self._contexts: dict[Plan, Context] = {}
        self.schemas = {version: dict(texts) for version, texts in schemas.items()}
        """Those that are known now."""

    @cached_property
    def day(self) -> str:
        """The day for which what is found holds; empty if it holds for any."""
        return today() if has_waivers(self._root) else ""

    def is_known(self, plan: Plan, facts: PartFacts) -> bool:
        """Whether nothing was found in a part, and nothing would be."""
        if facts.judged == b"" or facts.judged != self._against(plan):
            return False
        return plan.member.is_known or still_holds(facts, plan.hosts)

    def judge(self, plan: Plan, files: list[Rendered]) -> Judged:
        """Hold a part, as it is compiled, against the schemas and the rules."""
        from compiler.check.compiled import judged

        context = self._context_of(plan)
        hosts = Asked(context.hosts)
        schemas = self._schemas.of(plan.member.environment.cluster.kubernetes)
        waivers = self._rules.waivers
        elsewhere, waivers.used = waivers.used, set()
        found = judged(files, self._rules, context._replace(hosts=hosts), schemas)
        held = b"" if waivers.used else self._against(plan)
        waivers.used |= elsewhere
        return Judged(found, held, hosts.asked())

    def about_waivers(self, *, all_judged: bool) -> list[Diagnostic]:
        """What is wrong with the waivers; also which of them are of no use, if that can be told."""
        if not self.day:
            return []
        unused = self._rules.waivers.unused(["rendered"]) if all_judged else ()
        return [*self._waivers[1], *unused]

    def contexts(self) -> dict[str, tuple[Any, ...]]:
        """Those that were needed, as `Facts` has them."""
        return {
            plan.name: (
                self._against(plan),
                plan.member.environment.cluster.kubernetes,
                plain(context._replace(hosts={})),
            )
            for plan, context in self._contexts.items()
        }

    def _against(self, plan: Plan) -> Digest:
        return against(plan.environment_digest, plan.policies_digest, self.day)

    def _context_of(self, plan: Plan) -> Context:
        from compiler.kubernetes.admission import guarded_context

        if plan not in self._contexts:
            context = guarded_context(plan.member.estate(), self._policies.all())
            self._contexts[plan] = context
        return self._contexts[plan]

    @cached_property
    def _schemas(self) -> "SchemasByVersion":
        from compiler.check.schema import SchemasByVersion

        return SchemasByVersion(self.schemas)

    @cached_property
    def _rules(self) -> "Rules":
        from compiler.check.policy import Rules

        return Rules(self._policies.all(), self._waivers[0])

    @cached_property
    def _waivers(self) -> Any:
        from compiler.check.waivers import load_waivers

        return load_waivers(self._root, self._policies.all(), date.today())
