"""Schemas and rules on what was compiled, part by part; where they found nothing, that is known."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.cache.answer import today
from compiler.cache.digest import Digest, plain
from compiler.cache.memory import PartFacts
from compiler.credentials.exposed import CREDENTIAL
from compiler.diagnostics.model import Diagnostic
from compiler.emit.rendered import Rendered
from compiler.pipeline.asked import Asked, against, has_waivers, still_holds
from compiler.pipeline.linking import Policies
from compiler.pipeline.plan import Plan
from compiler.policies.shape import Context

if TYPE_CHECKING:
    from compiler.check.policy import Rules
    from compiler.check.schema import SchemasByVersion
    from compiler.link.inexact_permissions import Inexact


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

    def promotions(self, plans: Iterable[Plan]) -> list[Diagnostic]:
        """The images that skipped an environment, and no waiver lets pass."""
        estates = [p.member.estate() for p in plans if p.member.environment.promotes_from]
        if not estates:
            return []
        from compiler.check.promotion import skipped

        return skipped(self._root, estates, self._waivers[0])

    def about_waivers(self, waived: "Iterable[Inexact]", *, all_judged: bool) -> list[Diagnostic]:
        """What is wrong with the waivers; also which of them are of no use, if that can be told.

        `waived` is what was let pass before anything was judged here.
        """
        if not self.day:
            return []
        for one in waived:
            from compiler.pipeline.waived import is_waived

            is_waived(one, self._waivers[0])
        if not all_judged:
            return [*self._waivers[1]]
        from compiler.check.credentials import FOLDERS, use_for_credentials

        use_for_credentials(self._root, self._waivers[0])
        return [*self._waivers[1], *self._waivers[0].unused(("rendered", *FOLDERS))]

    def get_ready(self, plans: Iterable[Plan]) -> None:
        """Load and make all that judging these takes, so that processes begun now share it."""
        for module in ("jsonschema_rs", "compiler.check.compiled"):
            import_module(module)
        for plan in plans:
            self._context_of(plan)
        # To ask for them loads them.
        assert self._rules

    def learned(self) -> tuple[Any, ...]:
        """What it takes to know what this process did, as plain data for `take`."""
        return self.schemas, list(self._rules.waivers.used)

    def take(self, learned: tuple[Any, ...]) -> None:
        """What another process learned."""
        schemas, used = learned
        for version, texts in schemas.items():
            self.schemas.setdefault(version, {}).update(texts)
        self._rules.waivers.used.update(used)

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
        from compiler.check.waivers import NONE, load_waivers

        if not self.day:
            return NONE, []
        from compiler.check.promotion import SKIPPED
        from compiler.link.inexact_permissions import INEXACT

        further = (SKIPPED.id, CREDENTIAL.id, INEXACT.id)
        return load_waivers(self._root, self._policies.all(), date.today(), further=further)
