"""A whole repository, read, resolved and linked: the stages before anything is made of it."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from compiler.cache.digest import Digest, digest_of
from compiler.cache.inputs import app_path, environments_key, placement_path
from compiler.credentials.exposed import Exposed, concealing, exposed
from compiler.diagnostics.model import Diagnostic, Place, Rejected, Span
from compiler.diagnostics.stopped import Stopped
from compiler.kubernetes.routers import router_of
from compiler.link.environments import Environments, check_environments, dns_names
from compiler.link.estate import Estate, link
from compiler.link.placement import BAD_PLACEMENT
from compiler.link.resolve import Resolved, check_name, resolve
from compiler.link.unit import Interface, Unit
from compiler.pipeline.unread import NOTHING_KNOWN, Files, Known, UnreadApp
from compiler.policies.builtin import builtin
from compiler.policies.shape import Policy
from compiler.source.refused import beside
from compiler.source.repository import PLACEMENT_SUFFIX, Sources, content_of, load
from compiler.source.yaml import Document, Reader, examine, read
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean, parse, places_of
from compiler.watch import Watch, unwatched

if TYPE_CHECKING:
    from compiler.link.inexact_permissions import Inexact


class UnknownEnvironment(Stopped):
    """The command line names an environment that the repository does not have."""


class Member(NamedTuple):
    """An environment of the repository."""

    environment: Environment
    document: Document
    units: list[Unit]
    """Sorted by app."""
    is_clean: bool
    """Whether there is nothing to say about how its apps fit together, waived or not."""
    is_known: bool
    """Whether linking it anew would say and give what it said and gave before."""
    estate: Callable[[], Estate]
    placement: Callable[[], Document | None]
    """As it is committed, if it is."""
    key: Digest
    """Of all that is linked: environments, placement, interfaces."""
    key_with: Callable[[Digest], Digest]
    """The same with another placement."""


class Policies:
    """The rules about objects, loaded when they are asked for.

    Some of them are compiled into the admission guard.
    """

    def __init__(self, root: str, earlier: "Policies | None") -> None:
        self.builtin: Callable[[], list[Policy]] = (
            cache(builtin) if earlier is None else earlier.builtin
        )
        self._root = root

    @cached_property
    def _loaded(self) -> tuple[list[Policy], list[Diagnostic]]:
        # With all that judges their examples: of no use where they are known to be in order.
        from compiler.check.own_rules import own_rules

        return own_rules(self._root, self.builtin())

    def own(self) -> list[Policy]:
        """Those that only this repository has."""
        return self._loaded[0]

    def problems(self) -> list[Diagnostic]:
        """What is wrong with files that should be rules."""
        return self._loaded[1]

    def all(self) -> list[Policy]:
        return [*self.builtin(), *self.own()]


class Linked(NamedTuple):
    """All that lowering starts from."""

    sources: Sources
    environments: Environments
    """All of them, also those that were not asked for."""
    resolved: dict[str, Resolved]
    members: list[Member]
    """The environments that were asked for, sorted by name."""
    policies: Policies
    warnings: list[Diagnostic]
    waived: "tuple[Inexact, ...]"
    """What waivers let pass; it may be no more than today."""
    digests: Mapping[str, Digest]
    """Of its sources, by path, if they are known."""

    @property
    def estates(self) -> list[Estate]:
        return [member.estate() for member in self.members]


def link_in_memory(
    root: str,
    only: list[str] | None = None,
    *,
    reader: Reader = examine,
    files: Mapping[str, bytes] | None = None,
    earlier: Linked | None = None,
    known: Known = NOTHING_KNOWN,
    digests: Mapping[str, Digest] | None = None,
    watch: Watch = unwatched,
    is_judged: bool = True,
) -> Linked:
    """Everything that the repository's specs mean before it is lowered.

    `files` are its specs where they are not on disk, as `source.repository.load` takes them.
    `earlier` is another state of the repository, read by the same `reader`. Where that one gives
    the same document for the same text, what was made of it is taken over, and is the same object.
    `known` is what need not be read: such specs and placements are read if something asks for more.
    `digests` of the sources, by path, are what keys are made of; there are none without. What a
    waiver may let pass is passed over unless it `is_judged`: a past state had other waivers. Raises
    Rejected with every error that was found, NotARepository and UnknownEnvironment.
    """
    unread = {app_path(name) for name in known.interfaces}
    unread |= {placement_path(name) for name in known.linked}
    sources = load(root, reader, files, unread, watch)
    refuse_unknown(only, sources.environment_names)
    diagnostics = [*sources.diagnostics, *_orphans(sources)]
    everywhere = environments_of(sources, diagnostics, earlier)
    alike = earlier
    if earlier is not None and not _same(everywhere, earlier.environments):
        # Whatever an app comes to, it comes to in environments.
        alike = None
    later = Files(partial(content_of, root) if files is None else files.__getitem__, reader)
    resolved = {
        **_resolved(sources, everywhere, alike, watch),
        **_unread(sources, everywhere, alike, known.interfaces, digests or {}, later),
    }
    # Everywhere apps are in the order of their files' names, read or not.
    resolved = {name: resolved[name] for name in sources.app_names if name in resolved}
    units, listed, extended = _units(sources, everywhere, resolved, diagnostics)
    linker = _Linker(later, sources, everywhere, listed, known.linked, digests)
    members: list[Member] = []
    waivable: tuple[Inexact, ...] = ()
    for name in everywhere:
        if only is None or name in only:
            member, found, inexact = linker.member(name, units[name])
            members.append(member)
            diagnostics += found
            waivable += inexact
    if waivable and is_judged:
        # Few repositories have any.
        from compiler.pipeline.waived import not_waived

        diagnostics += not_waived(root, waivable)
    policies = Policies(root, None if earlier is None else earlier.policies)
    if not known.policies:
        diagnostics += policies.problems()
    diagnostics += _refused(root, members, extended, known, policies, diagnostics)
    others = {d.path for n, (_, d) in everywhere.items() if only is not None and n not in only}
    diagnostics = [
        d
        for d in beside(sources.diagnostics, diagnostics)
        if d.severity == "error" or d.primary.span.path not in others
    ]
    secrets = exposed_in(root, sources, later.content)
    diagnostics = ordered(concealing(secrets, diagnostics))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise Rejected(diagnostics)
    return Linked(
        sources, everywhere, resolved, members, policies, diagnostics, waivable, digests or {}
    )


def refuse_unknown(only: list[str] | None, names: Sequence[str]) -> None:
    """Raises UnknownEnvironment for the first that is asked for and is not one of the names."""
    for name in only or ():
        if name not in names:
            hint = did_you_mean(name, list(names))
            raise UnknownEnvironment(f'there is no environment "{name}": {hint}')


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each diagnostic once, in the order in which a person reads the files."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda d: (d.primary.span, d.rule.id, d.message),
    )


class _Linker:
    """Links one environment after the other."""

    def __init__(
        self,
        files: Files,
        sources: Sources,
        environments: Environments,
        listed: dict[str, frozenset[str] | None],
        linked: Mapping[str, Digest],
        digests: Mapping[str, Digest] | None,
    ) -> None:
        self._files = files
        self._sources = sources
        self._environments = environments
        self._listed = listed
        self._linked = linked
        self._digests = digests
        self._names = dns_names(environments)
        self._environments_key = environments_key(digests or {})

    def member(
        self, name: str, units: list[Unit]
    ) -> "tuple[Member, list[Diagnostic], tuple[Inexact, ...]]":
        """The environment, what is wrong in it, and what would be without a waiver."""
        environment, document = self._environments[name]
        key_with = partial(self._key, cache(lambda: [unit.interface.plain() for unit in units]))
        key = key_with((self._digests or {}).get(placement_path(name), b""))
        is_known = key != b"" and key == self._linked.get(name)
        found: list[Diagnostic] = []
        waivable: tuple[Inexact, ...] = ()
        if is_known:
            estate = cache(lambda: self._link(name, units)[0])
        else:
            linked, found = self._link(name, units)
            estate = cache(lambda: linked)
            waivable = _inexact(linked)
        placement = partial(self._placement, name)
        member = Member(
            environment,
            document,
            units,
            not found and not waivable,
            is_known,
            estate,
            placement,
            key,
            key_with,
        )
        return member, found, waivable

    def _key(self, interfaces: Callable[[], list[Any]], placement: Digest) -> Digest:
        if self._digests is None:
            return b""
        return digest_of(self._environments_key, placement, interfaces())

    def _link(self, name: str, units: list[Unit]) -> tuple[Estate, list[Diagnostic]]:
        environment, document = self._environments[name]
        estate, found = link(
            environment, document, units, self._placement(name), self._listed, self._names
        )
        router = router_of(environment)
        found += [problem for unit in units for problem in router.refuse(unit)]
        return estate, found

    def _placement(self, name: str) -> Document | None:
        """The committed placement, if there is one."""
        path = placement_path(name)
        if path in self._sources.unread:
            return read(path, self._files.content(path), self._files.reader)
        return self._sources.placements.get(name)


def _inexact(estate: Estate) -> "tuple[Inexact, ...]":
    """What of the permissions of apps needs a waiver."""
    if not estate.permitted:
        return ()
    from compiler.link.inexact_permissions import inexact

    return tuple(found for unit in estate.permitted for found in inexact(unit))


def environments_of(
    sources: Sources, diagnostics: list[Diagnostic], earlier: Linked | None = None
) -> Environments:
    """The environments that can be compiled, by name, in the order of their names."""
    environments: Environments = {}
    for name, document in sources.environments.items():
        if earlier is not None and name in earlier.environments:
            known = earlier.environments[name]
            if known[1] is document:
                environments[name] = known
                continue
        misnamed = check_name("environment", name, document)
        diagnostics += misnamed
        parsed = parse(Environment, document.data, places_of(document))
        if isinstance(parsed, list):
            diagnostics += parsed
        elif not misnamed:
            environments[name] = (parsed, document)
    diagnostics += check_environments(environments, sources.environment_names)
    return environments


def exposed_in(root: str, sources: Sources, content: Callable[[str], bytes]) -> list[Exposed]:
    """The credentials in all that was read of a repository; `content` is that of a file."""
    texts: dict[str, str] = {}
    for path in {diagnostic.primary.span.path for diagnostic in sources.diagnostics}:
        if path.endswith(".yaml") and not path.endswith(PLACEMENT_SUFFIX):
            with contextlib.suppress(Rejected, KeyError):
                # Some cannot be read at all.
                texts[path] = content(path).decode(errors="replace")
    return exposed(root, [*sources.apps.values(), *sources.environments.values()], texts)


def _resolved(
    sources: Sources,
    environments: Environments,
    earlier: Linked | None,
    watch: Watch,
) -> dict[str, Resolved]:
    """What becomes of each app that was read; of `earlier`, in the same environments, what is known
    already."""
    known: dict[str, Resolved] = {}
    if earlier is not None:
        known = {
            name: earlier.resolved[name]
            for name, document in sources.apps.items()
            if earlier.sources.apps.get(name) is document
        }
    return {
        name: known.get(name) or resolve(name, document, environments, sources.environment_names)
        for name, document in watch("checking specs", sources.apps.items())
    }


def _unread(
    sources: Sources,
    environments: Environments,
    earlier: Linked | None,
    known: Mapping[str, Mapping[str, Interface]],
    digests: Mapping[str, Digest],
    files: Files,
) -> dict[str, Resolved]:
    """The apps that need not be read; those of `earlier`, in the same environments, where one of
    them has the same spec."""
    resolved: dict[str, Resolved] = {}
    for name, interfaces in known.items():
        path = app_path(name)
        digest = digests.get(path, b"")
        if earlier and path in earlier.sources.unread and earlier.digests[path] == digest:
            resolved[name] = earlier.resolved[name]
        else:
            app = UnreadApp(name, digest, files, environments, sources.environment_names)
            resolved[name] = app.resolved(interfaces)
    return resolved


def _same(one: Environments, other: Environments) -> bool:
    """Whether two states of a repository have the very same environments."""
    return one.keys() == other.keys() and all(one[n][1] is other[n][1] for n in one)


def _units(
    sources: Sources,
    environments: Environments,
    resolved: dict[str, Resolved],
    diagnostics: list[Diagnostic],
) -> tuple[dict[str, list[Unit]], dict[str, frozenset[str] | None], list[Unit]]:
    """The units of each environment, sorted by app; where each app says that it is; and the units
    with patches or further objects.

    An app that could not be read may be anywhere: None.
    """
    units: dict[str, list[Unit]] = {name: [] for name in environments}
    extended: list[Unit] = []
    listed: dict[str, frozenset[str] | None] = dict.fromkeys(sources.app_names)
    for name, app in resolved.items():
        diagnostics += app.diagnostics
        listed[name] = app.listed
        for unit in app.units:
            units[unit.environment.name].append(unit)
            if unit.interface.extended:
                extended.append(unit)
    return units, listed, extended


def _refused(
    root: str,
    members: list[Member],
    extended: list[Unit],
    known: Known,
    policies: Policies,
    problems: list[Diagnostic],
) -> list[Diagnostic]:
    """What is wrong with what patches and further objects come to.

    Where something else is wrong, they may come to something else.
    """
    if not extended or any(problem.severity == "error" for problem in problems):
        return []
    # Few repositories have any.
    from compiler.pipeline.extended import ToJudge, refused

    to_judge = []
    for member in members:
        unchanged = known.interfaces if member.is_known and known.policies else ()
        units = [
            unit
            for unit in extended
            if unit.environment is member.environment and unit.interface.name not in unchanged
        ]
        if units:
            to_judge.append(ToJudge(member.estate(), units))
    return refused(root, to_judge, policies.all()) if to_judge else []


def _orphans(sources: Sources) -> list[Diagnostic]:
    """Placement files that belong to no environment."""
    return [
        Diagnostic(
            BAD_PLACEMENT,
            f'{document.path} is the placement of "{name}", and there is no such environment',
            Place(Span(document.path)),
            help=f"delete it, or add environments/{name}.yaml",
        )
        for name, document in sources.placements.items()
        if name not in sources.environment_names
    ]
