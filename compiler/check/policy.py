"""Objects and Terraform blocks against the rules of policies/."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from compiler.check.waivers import NONE, Waivers
from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.policies.kinds import BUILT_IN_GROUPS
from compiler.policies.reading import described
from compiler.policies.shape import (
    Block,
    BlockPolicy,
    Context,
    Finding,
    Object,
    ObjectPolicy,
    Policy,
)

Locate = Callable[[tuple[str | int, ...]], Span]
"""Where a value of an object stands, by its path in the object."""

Findings = Callable[[Any, Context], Iterable[Finding]]
"""The function of a rule."""

Refusal = tuple[Rule, Finding]


class Judged(NamedTuple):
    """An object or a Terraform block, and where its values stand."""

    subject: Object | Block
    locate: Locate


class Rules:
    """The rules, by what they judge: an object meets only those of its kind."""

    def __init__(self, policies: Sequence[Policy], waivers: Waivers = NONE) -> None:
        self.waivers = waivers
        self._policies = [(rule_of(policy), policy) for policy in policies]
        self._for_object = cache(self._of_kind)
        self._for_block = cache(self._of_block)

    def judge(self, subjects: Iterable[Judged], context: Context) -> list[Diagnostic]:
        """What the rules refuse of these, and no waiver lets pass."""
        return [
            diagnostic
            for subject, locate in subjects
            for diagnostic in self.kept(self.refusals(subject, context), subject, locate)
        ]

    def refusals(self, subject: Object | Block, context: Context) -> list[Refusal]:
        """What the rules refuse of one, waived or not: nearly always nothing."""
        found: list[Refusal] = []
        for rule, findings in self._for(subject):
            made = _guarded(rule, findings, subject, context)
            if made:
                found += [(rule, finding) for finding in made]
        return found

    def kept(
        self, refusals: list[Refusal], subject: Object | Block, locate: Locate
    ) -> Iterator[Diagnostic]:
        """The refusals that no waiver lets pass, where they stand."""
        for rule, finding in refusals:
            place = locate(finding.path)
            about = subject.address if isinstance(subject, Block) else described(subject)
            if not self.waivers.cover(rule.id, about, place.path):
                yield Diagnostic(rule, finding.message, Place(place), help=finding.help)

    def _for(self, subject: Object | Block) -> list[tuple[Rule, Findings]]:
        if isinstance(subject, Block):
            return self._for_block(subject.kind, subject.type)
        kind, version = subject.get("kind"), subject.get("apiVersion")
        return self._for_object(
            kind if isinstance(kind, str) else "", version if isinstance(version, str) else ""
        )

    def _of_kind(self, kind: str, version: str) -> list[tuple[Rule, Findings]]:
        is_custom = version.rpartition("/")[0] not in BUILT_IN_GROUPS
        return [
            (rule, cast(ObjectPolicy, policy).findings)
            for name in (kind, "*")
            for rule, policy in self._policies
            if name in getattr(policy, "KINDS", ())
            and (is_custom or not getattr(policy, "CUSTOM_ONLY", False))
        ]

    def _of_block(self, kind: str, type: str) -> list[tuple[Rule, Findings]]:
        return [
            (rule, cast(BlockPolicy, policy).findings)
            for name in (f"{kind}.{type}", kind, "*")
            for rule, policy in self._policies
            if name in getattr(policy, "BLOCKS", ())
        ]


def rule_of(policy: Policy) -> Rule:
    """What a file of `policies/` says about itself."""
    return Rule(
        policy.ID,
        policy.TITLE,
        policy.RATIONALE,
        policy.SEVERITY,
        what=policy.WHAT,
        fix=policy.FIX,
        failing=policy.FAILING,
        passing=policy.PASSING,
    )


def _guarded(rule: Rule, findings: Findings, subject: Any, context: Context) -> list[Finding]:
    try:
        made = list(findings(subject, context))
        # Of a rule of the repository's own, a plain tuple will do.
        return [Finding(*finding) for finding in made] if made else []
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        # What a rule did not judge may be anything, so it is refused rather than passed over.
        return [Finding((), f"{rule.id} could not judge this: {said}", "correct the rule")]
