"""Objects and Terraform blocks against the rules of policies/."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, cast

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.policies.reading import described
from compiler.policies.shape import (
    Block,
    BlockPolicy,
    Context,
    Finding,
    Object,
    ObjectPolicy,
    Policy,
    SelectivePolicy,
)

Locate = Callable[[tuple[str | int, ...]], Span]
"""Where a value of an object stands, by its path in the object."""


class Judged(NamedTuple):
    """An object or a Terraform block, and where its values stand."""

    subject: Object | Block
    locate: Locate


class Waiving(Protocol):
    """What lets findings pass; see `compiler.check.waivers`."""

    used: set[int]

    def cover(self, rule: str, about: str, path: str) -> bool:
        """Whether a finding about this object, in the file at `path`, is let pass."""

    def unused(self, paths: Iterable[str]) -> Iterator[Diagnostic]:
        """The waivers for something below these paths that were of no use."""


class _NothingWaived:
    def __init__(self) -> None:
        self.used: set[int] = set()

    def cover(self, rule: str, about: str, path: str) -> bool:
        return False

    def unused(self, paths: Iterable[str]) -> Iterator[Diagnostic]:
        return iter(())


class Rules:
    """The rules, by what they judge: an object meets only those of its kind."""

    def __init__(self, policies: Sequence[Policy], waivers: Waiving | None = None) -> None:
        self.waivers: Waiving = waivers or _NothingWaived()
        self._of_kind: dict[str, list[tuple[Rule, ObjectPolicy]]] = {}
        # By apiVersion and kind.
        self._concerned: dict[tuple[str, str], list[tuple[Rule, ObjectPolicy]]] = {}
        self._of_block: dict[str, list[tuple[Rule, BlockPolicy]]] = {}
        for policy in policies:
            entry = rule_of(policy)
            for kind in getattr(policy, "KINDS", ()):
                self._of_kind.setdefault(kind, []).append((entry, cast(ObjectPolicy, policy)))
            for block in getattr(policy, "BLOCKS", ()):
                self._of_block.setdefault(block, []).append((entry, cast(BlockPolicy, policy)))

    def judge(self, subjects: Iterable[Judged], context: Context) -> list[Diagnostic]:
        """What the rules refuse of these, and no waiver lets pass."""
        found: list[Diagnostic] = []
        for subject, locate in subjects:
            refused = self.refused(subject, context)
            if refused:
                found += self.kept(refused, subject, locate)
        return found

    def refused(self, subject: Object | Block, context: Context) -> list[tuple[Rule, Finding]]:
        """What the rules refuse of one, whether or not it is waived."""
        rules: Iterable[tuple[Rule, ObjectPolicy | BlockPolicy]] = (
            self._for_block(subject) if isinstance(subject, Block) else self._for_object(subject)
        )
        return [
            (rule, finding)
            for rule, policy in rules
            for finding in _guarded(rule, policy.findings, subject, context)
        ]

    def kept(
        self,
        refused: Iterable[tuple[Rule, Finding]],
        subject: Object | Block,
        locate: Locate,
        path: str = "",
    ) -> Iterator[Diagnostic]:
        """What no waiver lets pass of it. `path` is its file, where findings may have their place
        in another one."""
        about = subject.address if isinstance(subject, Block) else described(subject)
        for rule, finding in refused:
            place = locate(finding.path)
            if not self.waivers.cover(rule.id, about, path or place.path):
                yield Diagnostic(rule, finding.message, Place(place), help=finding.help)

    def _for_object(self, obj: Object) -> list[tuple[Rule, ObjectPolicy]]:
        version, kind = obj.get("apiVersion"), obj.get("kind")
        if not isinstance(version, str) or not isinstance(kind, str):
            return self._about(kind)
        if (version, kind) not in self._concerned:
            group = version.rpartition("/")[0]
            self._concerned[version, kind] = [
                (rule, policy)
                for rule, policy in self._about(kind)
                if _is_concerned(policy, group, kind)
            ]
        return self._concerned[version, kind]

    def _about(self, kind: object) -> list[tuple[Rule, ObjectPolicy]]:
        own = self._of_kind.get(kind, []) if isinstance(kind, str) else []
        return [*own, *self._of_kind.get("*", [])]

    def _for_block(self, block: Block) -> Iterator[tuple[Rule, BlockPolicy]]:
        for name in (f"{block.kind}.{block.type}", block.kind, "*"):
            yield from self._of_block.get(name, ())


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


def _is_concerned(policy: ObjectPolicy, group: str, kind: str) -> bool:
    """Whether a rule is to be asked about objects of a kind. One that fails at this is."""
    if not hasattr(policy, "concerns"):
        return True
    try:
        return cast(SelectivePolicy, policy).concerns(group, kind)
    except Exception:
        return True


def _in_words(path: tuple[str | int, ...], message: object, help: str) -> Finding:
    return Finding(path, message if isinstance(message, str) else str(message), help)


def _guarded(
    rule: Rule,
    findings: Callable[[Any, Context], Iterable[Finding]],
    subject: Any,
    context: Context,
) -> list[Finding]:
    try:
        found = list(findings(subject, context))
        # Of a rule of the repository's own, a plain tuple will do, and an exception for a message.
        return [_in_words(*finding) for finding in found] if found else []
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        # What a rule did not judge may be anything, so it is refused rather than passed over.
        return [Finding((), f"{rule.id} could not judge this: {said}", "correct the rule")]
