"""Schemas and rules on what was compiled, part by part; where they found nothing, that is known."""

import os
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.cache.answer import today
from compiler.cache.digest import Digest, digest_of, plain
from compiler.cache.memory import PartFacts
from compiler.diagnostics.model import Diagnostic
from compiler.emit.rendered import Rendered
from compiler.linking import Policies
from compiler.plan import Plan
from compiler.policies.shape import Claim, Context

if TYPE_CHECKING:
    from compiler.check.policy import Rules

_WAIVERS = "policies/waivers.yaml"
# Instead of a host: all of them were looked through.
_EVERY_HOST = "*"


class Judged(NamedTuple):
    """What came of judging a part."""

    diagnostics: list[Diagnostic]
    against: Digest
    """Of what the part was held against; empty if a waiver let something pass, which counts."""
    asked: tuple[tuple[str, Any], ...]
    """As in `PartFacts`."""


class Judging:
    """The schemas and rules of a repository, loaded when something is judged."""

    def __init__(self, root: str, policies: Policies) -> None:
        self._root = root
        self._policies = policies
        self._context_of = cache(self._context)

    @cached_property
    def day(self) -> str:
        """The day for which what is found holds; empty if it holds for any."""
        return today() if os.path.lexists(os.path.join(self._root, _WAIVERS)) else ""

    def is_known(self, plan: Plan, facts: PartFacts) -> bool:
        """Whether nothing was found in a part, and nothing would be."""
        same = facts.judged != b"" and facts.judged == self._against(plan)
        return same and still_holds(facts, plan)

    def judge(self, plan: Plan, files: list[Rendered]) -> Judged:
        """Hold a part, as it is compiled, against the schemas and the rules."""
        from compiler.check.compiled import judged

        context = self._context_of(plan)
        hosts = _Asked(context.hosts)
        kubernetes = plan.member.environment.cluster.kubernetes
        waivers = self._rules.waivers
        elsewhere, waivers.used = waivers.used, set()
        found = judged(files, self._rules, context._replace(hosts=hosts), kubernetes)
        against = b"" if waivers.used else self._against(plan)
        waivers.used |= elsewhere
        return Judged(found, against, hosts.asked())

    def about_waivers(self, *, all_judged: bool) -> list[Diagnostic]:
        """What is wrong with the waivers; also which of them are of no use, if that can be told."""
        if not self.day:
            return []
        unused = self._rules.waivers.unused(["rendered"]) if all_judged else ()
        return [*self._waivers[1], *unused]

    def _against(self, plan: Plan) -> Digest:
        return digest_of(plan.environment_digest, plan.policies_digest, self.day)

    def _context(self, plan: Plan) -> Context:
        from compiler.kubernetes.admission import guarded_context

        return guarded_context(plan.member.estate(), self._policies.all())

    @cached_property
    def _rules(self) -> "Rules":
        from compiler.check.policy import Rules

        return Rules(self._policies.all(), self._waivers[0])

    @cached_property
    def _waivers(self) -> Any:
        from compiler.check.waivers import load_waivers

        return load_waivers(self._root, self._policies.all(), date.today())


class _Asked(Mapping[str, tuple[Claim, ...]]):
    """The public hosts and who claims them; knows afterwards which were asked for."""

    def __init__(self, hosts: Mapping[str, tuple[Claim, ...]]) -> None:
        self._hosts = hosts
        self._asked: set[str] = set()

    def asked(self) -> tuple[tuple[str, Any], ...]:
        return tuple((host, known_of(self._hosts, host)) for host in sorted(self._asked))

    def __getitem__(self, host: str) -> tuple[Claim, ...]:
        self._asked.add(host)
        return self._hosts[host]

    def __iter__(self) -> Iterator[str]:
        self._asked.add(_EVERY_HOST)
        return iter(self._hosts)

    def __len__(self) -> int:
        self._asked.add(_EVERY_HOST)
        return len(self._hosts)


def still_holds(facts: PartFacts, plan: Plan) -> bool:
    """Whether whoever asked for public hosts then would be told the same now."""
    # Where nothing was linked anew, all hosts are as they were.
    return plan.member.is_known or all(
        known_of(plan.hosts, host) == said for host, said in facts.asked
    )


def known_of(hosts: Mapping[str, tuple[Claim, ...]], host: str) -> Any:
    """The plain data of who claims a host."""
    if host == _EVERY_HOST:
        return digest_of(plain(tuple(hosts.items())))
    return plain(hosts.get(host, ()))
