"""What an environment compiles to, part by part, and what is known of each part already."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, NamedTuple

from compiler.cache.digest import Digest, content_digest, plain
from compiler.cache.inputs import has_own_rules, placement_path, policies_key
from compiler.cache.memory import EnvironmentFacts, Facts, Memory, PartFacts
from compiler.cache.survey import Survey
from compiler.diagnostics.model import Diagnostic
from compiler.emit import yaml as emit_yaml
from compiler.emit.rendered import Rendered
from compiler.kubernetes.context import context_of
from compiler.link.estate import Estate
from compiler.link.neighbours import neighbours_of
from compiler.link.placement import HEADER as PLACEMENT_HEADER
from compiler.link.unit import Unit
from compiler.pipeline.linking import Linked, Member
from compiler.pipeline.parts import Part, app_part, app_part_name, guard_part, shared_parts
from compiler.pipeline.unread import Known
from compiler.policies.shape import Claim
from compiler.source.edit import LEFT_OUT, edited_hosts
from compiler.source.yaml import Document


class Piece:
    """A part while a run deals with it: made when something needs it, and forgotten then."""

    def __init__(
        self,
        environment: str,
        name: str,
        known: PartFacts | None,
        old: PartFacts | None,
        part: Callable[[], Part],
    ) -> None:
        """`known` is what there is to know if it is made of the same as before; `old` what was
        known of it before, whatever it was made of."""
        self.environment = environment
        self.name = name
        self._facts = known
        self._old = old
        self._part = part
        self._files: list[Rendered] = []

    @property
    def facts(self) -> PartFacts:
        """What there is to know of it. Made for it, if it would not be made of the same again."""
        if self._facts is None:
            described = tuple(
                (file.path, content_digest(file.text.encode()), len(file.objects))
                for file in self.files
            )
            old = self._old
            is_same = old is not None and old.files == described
            # The same files would be judged alike.
            judged = old.judged if old is not None and is_same else b""
            asked = old.asked if old is not None else ()
            self._facts = PartFacts(self._part().key, described, judged, asked)
        return self._facts

    @property
    def is_made(self) -> bool:
        """Whether it need not be made to know its facts."""
        return self._facts is not None

    def take(self, facts: PartFacts) -> None:
        """What another process found out about it."""
        self._facts = facts

    @property
    def files(self) -> list[Rendered]:
        self._files = self._files or self._part().make()
        return self._files

    def forget(self) -> None:
        """Let go of the files; whoever needs them again makes them again."""
        self._files = []

    def learn(self, against: Digest, asked: tuple[tuple[str, Any], ...]) -> None:
        """What it was held against when nothing was found, as `PartFacts` has it."""
        self._facts = self.facts._replace(judged=against, asked=asked)

    def paths(self) -> Iterable[tuple[str, Digest | None]]:
        """Where its files are; None for the digest of one that was not made yet."""
        paths = self._part().paths if self._facts is None else None
        if paths is not None:
            return ((path, None) for path in paths)
        return ((path, digest) for path, digest, _ in self.facts.files)

    def differing(self, there: Mapping[str, Digest]) -> Iterator[tuple[str, Digest, bytes]]:
        """Path, digest and content of each of its files that is not there like this."""
        wanted = {path: digest for path, digest, _ in self.facts.files}
        if any(there.get(path) != digest for path, digest in wanted.items()):
            for file in self.files:
                if there.get(file.path) != wanted[file.path]:
                    yield file.path, wanted[file.path], file.text.encode()


class Plan:
    """An environment, before anything is made of it."""

    def __init__(
        self,
        linked: Linked,
        member: Member,
        digests: Mapping[str, Digest],
        old: EnvironmentFacts,
        unchanged: Collection[str],
    ) -> None:
        """`digests` are of all sources, by path; `unchanged` are the apps whose specs are known."""
        self.member = member
        self.name = member.environment.name
        self._policies = linked.policies
        self.policies_digest = policies_key(digests)
        self.digests = digests
        self._old = old
        self._unchanged = unchanged if member.is_known else ()
        self.environment_digest = digests.get(member.document.path, b"")
        self.placement: dict[str, str] = {}
        """The placement file to write, if what it says must change: path -> text."""
        self.linked = member.key
        """Of all that is linked, as it will be when the placement is written."""
        if not member.is_known:
            self.placement = _placement(member.estate(), member.placement())
            for text in self.placement.values():
                self.linked = member.key_with(content_digest(text.encode()))

    @cached_property
    def hosts(self) -> Mapping[str, tuple[Claim, ...]]:
        """Its public hosts, and who claims them."""
        return context_of(self.member.estate()).hosts

    @cached_property
    def neighbours(self) -> dict[str, tuple[Any, ...]]:
        """App -> the plain data of its neighbours."""
        if self.member.is_known:
            return self._old.neighbours
        estate = self.member.estate()
        return {u.interface.name: plain(neighbours_of(u, estate)) for u in self.member.units}

    def pieces(self) -> Iterator[Piece]:
        """What all apps share, then each app by name."""
        for part in self._shared():
            yield self._piece(part.name, part)
        near = self.neighbours
        for unit in self.member.units:
            app = unit.interface.name
            make = partial(self._app, unit, near[app])
            known = self._old.parts.get(app_part_name(app)) if app in self._unchanged else None
            if known is not None:
                yield Piece(self.name, app_part_name(app), PartFacts(*known), None, make)
            else:
                yield self._piece(app_part_name(app), make())

    def _piece(self, name: str, part: Part) -> Piece:
        stored = self._old.parts.get(name)
        old = PartFacts(*stored) if stored is not None else None
        known = old if old is not None and old.key == part.key else None
        return Piece(self.name, name, known, old, lambda: part)

    def _shared(self) -> list[Part]:
        estate: Callable[[], Estate] = self.member.estate
        rules = self._policies.all
        guarded = [self.environment_digest, self.policies_digest]
        if has_own_rules(self.digests):
            # A rule of theirs may name hosts in what it gives the API server; ours do not.
            guarded.append(self.linked)
        return [
            guard_part(self.name, estate, rules, *guarded),
            *shared_parts(self.name, self.linked, estate),
        ]

    def _app(self, unit: Unit, near: tuple[Any, ...]) -> Part:
        spec = self.digests.get(unit.source, b"")
        return app_part(unit, near, self.environment_digest, spec)


class Prepared(NamedTuple):
    """A repository that compiles, before anything is made of it."""

    root: str
    linked: Linked
    plans: list[Plan]
    sources: Survey
    rendered: Callable[[], Survey]
    earlier: Memory | None
    """What an earlier run learned; None if the next one shall learn nothing of this either."""
    digests: Mapping[str, Digest]
    """Of all sources, by path."""
    facts: Facts
    """What the earlier run learned."""
    known: Known
    """What of it holds still."""
    only: list[str] | None
    """The environments that were asked for; None means all."""

    @property
    def warnings(self) -> list[Diagnostic]:
        return self.linked.warnings

    @property
    def placements(self) -> dict[str, str]:
        """Path below the repository -> the text of each placement file that must change."""
        return {path: text for plan in self.plans for path, text in plan.placement.items()}

    @property
    def asks_history(self) -> bool:
        """Whether a check asks git what was: its answer is not that of the files alone."""
        return any(plan.member.environment.promotes_from for plan in self.plans)

    @property
    def apps(self) -> int:
        """How many apps are in the environments that were asked for."""
        return len({u.interface.name for plan in self.plans for u in plan.member.units})


def _placement(estate: Estate, committed: Document | None) -> dict[str, str]:
    """The placement file, if what it says must change; what people wrote in it stays."""
    hosts = estate.placement
    if committed is None:
        text = emit_yaml.stream(PLACEMENT_HEADER, [{"hosts": hosts}])
        return {placement_path(estate.environment.name): text} if hosts else {}
    if committed.data == {"hosts": hosts} and LEFT_OUT not in committed.text:
        return {}
    return {committed.path: edited_hosts(committed.text, hosts)}
