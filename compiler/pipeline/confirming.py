"""The check after an amendment: only what was made is judged, and nothing is compiled for it.

Whoever has something to report leaves that to the whole check, which says where it stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.cache.answer import Recalled, stored_checked
from compiler.cache.digest import Digest
from compiler.cache.inputs import environment_path, has_own_rules, policies_key
from compiler.cache.memory import EnvironmentFacts, Facts, Memory, PartFacts, remember
from compiler.cache.survey import digest_in
from compiler.check.policy import Judged, Rules
from compiler.check.schema import SchemasByVersion, Subject, schema_errors
from compiler.diagnostics.model import Span
from compiler.pipeline.asked import EVERY_HOST, Asked, against, has_waivers
from compiler.policies.builtin import builtin
from compiler.policies.shape import Claim, Context, Policy, Shared
from compiler.results import Checked


def confirmed(root: str, earlier: Recalled) -> Checked | None:
    """What a check comes to, nothing being wrong with what is not judged yet.

    None if something is, or if what it takes to judge is not known.
    """
    compiled = earlier.compiled
    if compiled is None or compiled.foreign or has_waivers(root):
        return None
    facts = earlier.memory.facts.read()
    digests = {path: digest_in(record) for path, record in earlier.sources.seen.files.items()}
    policies = policies_key(digests)
    if facts.policies != policies or facts.asks_history:
        return None
    objects = 0
    confirming = _Confirming(root, facts, digests)
    for name, stored in facts.environments.items():
        held = against(digests[environment_path(name)], policies, "")
        parts = EnvironmentFacts(*stored).parts
        for part, raw in parts.items():
            known = PartFacts(*raw)
            objects += sum(count for _, _, count in known.files)
            if known.judged != held:
                asked = confirming.judge(name, part, known, held)
                if asked is None:
                    return None
                parts[part] = tuple(known._replace(judged=held, asked=asked))
    files = compiled.unchanged
    checked = Checked(compiled.warnings, compiled.environments, files, objects)
    answers = {**earlier.memory.answers, "check": stored_checked(checked, "")}
    facts = facts._replace(unjudged={})
    sources, rendered = earlier.sources.seen, earlier.rendered().seen
    remember(root, Memory(earlier.memory.program, sources, rendered, answers, facts))
    return checked


class _Confirming:
    """Judges what was made and kept, by rules that are loaded when there is something."""

    def __init__(self, root: str, facts: Facts, digests: Mapping[str, Digest]) -> None:
        self._root = root
        self._facts = facts
        self._has_own_rules = has_own_rules(digests)
        self._schemas = SchemasByVersion(facts.schemas)
        self._rules: Rules | None = None

    def judge(
        self, environment: str, part: str, known: PartFacts, held: Digest
    ) -> tuple[tuple[str, Any], ...] | None:
        """The hosts that the rules asked for, if they find nothing; as `PartFacts` has them."""
        objects = self._facts.unjudged.get(environment, {}).get(part)
        context = self._facts.contexts.get(environment)
        if objects is None or context is None or context[0] != held:
            return None
        told = _Told(known.asked)
        hosts = Asked(told)
        schemas = self._schemas.of(context[1])
        if schema_errors((Subject(obj, _nowhere, "") for obj in objects), schemas):
            return None
        self._rules = self._rules or Rules(self._policies())
        judged = (Judged(obj, _nowhere) for obj in objects)
        found = self._rules.judge(judged, _context(context[2])._replace(hosts=hosts))
        return None if found or told.lacking else hosts.asked()

    def _policies(self) -> list[Policy]:
        rules = builtin()
        if not self._has_own_rules:
            return rules
        from compiler.check.own_rules import own_rules

        return [*rules, *own_rules(self._root, rules)[0]]


class _Told(Mapping[str, tuple[Claim, ...]]):
    """What rules were told of hosts before; what they did not ask for then is not known."""

    def __init__(self, asked: tuple[tuple[str, Any], ...]) -> None:
        self._known = {
            host: tuple(Claim(*claim) for claim in said)
            for host, said in asked
            if host != EVERY_HOST
        }
        self.lacking = False
        """Whether something was asked that is not known: what the rule made of it means nothing."""

    def __getitem__(self, host: str) -> tuple[Claim, ...]:
        if host not in self._known:
            raise self._unknown(host)
        if not self._known[host]:
            raise KeyError(host)
        return self._known[host]

    def __iter__(self) -> Iterator[str]:
        raise self._unknown(EVERY_HOST)

    def __len__(self) -> int:
        raise self._unknown(EVERY_HOST)

    def _unknown(self, host: str) -> LookupError:
        self.lacking = True
        return LookupError(host)


def _context(stored: tuple[Any, ...]) -> Context:
    context = Context(*stored)
    return context._replace(shared=tuple(Shared(*shared) for shared in context.shared))


def _nowhere(path: tuple[str | int, ...]) -> Span:
    return Span("")
