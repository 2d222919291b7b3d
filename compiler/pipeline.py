"""The one place that calls the stages in order: read, resolve, link, lower, emit, sync, verify."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from compiler.check.compiled import judged
from compiler.check.drift import drift
from compiler.check.own_rules import own_rules
from compiler.check.policy import Rules
from compiler.check.waivers import load_waivers
from compiler.diagnostics.model import Diagnostic, Place, Rejected, Span
from compiler.emit import json as emit_json
from compiler.emit import tree
from compiler.emit import yaml as emit_yaml
from compiler.kubernetes.admission import guarded_context
from compiler.kubernetes.files import File, manifest_files
from compiler.kubernetes.routers import router_of
from compiler.link.environments import check_environments, dns_names
from compiler.link.estate import Estate, link
from compiler.link.placement import BAD_PLACEMENT
from compiler.link.placement import HEADER as PLACEMENT_HEADER
from compiler.link.resolve import Resolved, check_name, resolve
from compiler.link.unit import Unit
from compiler.policies.builtin import builtin
from compiler.policies.shape import Policy
from compiler.source.edit import edited_hosts
from compiler.source.refused import beside
from compiler.source.repository import PLACEMENT_SUFFIX, Sources, load
from compiler.source.yaml import Document, Reader, examine
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean, parse, places_of
from compiler.terraform.root import terraform_files


class UnknownEnvironment(Exception):
    """The command line names an environment that the repository does not have."""


class NotChecked(Exception):
    """A check that was asked for could not be made; the message says why."""


class Linked(NamedTuple):
    """A whole repository, read, resolved and linked: all that lowering starts from."""

    sources: Sources
    environments: dict[str, tuple[Environment, Document]]
    """All of them, also those that were not asked for."""
    resolved: dict[str, Resolved]
    estates: list[Estate]
    builtin: list[Policy]
    """The rules about objects; some of them are compiled into the admission guard."""
    own: list[Policy]
    """Those that only this repository has."""
    warnings: list[Diagnostic]


class Compiled(NamedTuple):
    """A whole repository, compiled in memory."""

    estates: list[Estate]
    manifests: dict[str, File]
    """Path below the repository -> the objects of each manifest file."""
    texts: dict[str, str]
    """Path below the repository -> the text of each rendered file."""
    placements: dict[str, str]
    """Path below the repository -> the text of each placement file that must change."""
    warnings: list[Diagnostic]
    rules: list[Policy]
    """The rules about objects; some of them were compiled into the admission guard."""
    environments: list[str] | None
    """The environments that were asked for; None means all."""


class Written(NamedTuple):
    """What a compile did to the disk."""

    written: list[str]
    removed: list[str]
    unchanged: int
    foreign: list[str]


class Checked(NamedTuple):
    """What a check found, and how much it looked at."""

    diagnostics: list[Diagnostic]
    environments: int
    files: int
    objects: int


def compile_in_memory(root: str, only: list[str] | None = None) -> Compiled:
    """Everything that the repository's specs mean, in these environments or all.

    Raises Rejected with every error that was found, NotARepository and UnknownEnvironment.
    """
    linked = link_in_memory(root, only)
    sources, estates = linked.sources, linked.estates
    rules = [*linked.builtin, *linked.own]
    manifests: dict[str, File] = {}
    texts: dict[str, str] = {}
    placements: dict[str, str] = {}
    for estate in estates:
        folder = f"{tree.RENDERED}/{estate.environment.name}"
        for file in manifest_files(estate, rules):
            manifests[f"{folder}/{file.path}"] = file
            texts[f"{folder}/{file.path}"] = emit_yaml.stream(_header(file.source), file.objects)
        for name, content in terraform_files(estate).items():
            marked = {"//": _header(estate.source), **content}
            texts[f"{folder}/terraform/{name}"] = emit_json.document(marked)
        placements |= _placement(estate, sources.placements.get(estate.environment.name))
    return Compiled(estates, manifests, texts, placements, linked.warnings, rules, only)


def link_in_memory(
    root: str,
    only: list[str] | None = None,
    *,
    reader: Reader = examine,
    files: Mapping[str, bytes] | None = None,
    earlier: Linked | None = None,
) -> Linked:
    """Everything that the repository's specs mean before it is lowered.

    `files` are its specs where they are not on disk, as `source.repository.load` takes them.
    `earlier` is another state of the repository, read by the same `reader`. Where that one gives
    the same document for the same text, what was made of it is taken over, and is the same object.
    Raises what `compile_in_memory` raises.
    """
    sources = load(root, reader, files)
    refuse_unknown(only, sources.environment_names)
    diagnostics = [*sources.diagnostics, *_orphans(sources)]
    everywhere = _environments(sources, diagnostics, earlier)
    names = dns_names(everywhere)
    resolved = _resolved(sources, everywhere, earlier)
    units, listed = _units(sources, everywhere, resolved, diagnostics)
    environments = {n: e for n, e in everywhere.items() if only is None or n in only}
    estates: list[Estate] = []
    for name, (environment, document) in environments.items():
        estate, found = link(
            environment,
            document,
            units[name],
            sources.placements.get(name),
            listed,
            names,
        )
        router = router_of(environment)
        found += [problem for unit in units[name] for problem in router.refuse(unit)]
        diagnostics += found
        estates.append(estate)
    rules = earlier.builtin if earlier is not None else builtin()
    own, unusable = own_rules(root, rules)
    diagnostics += unusable
    others = {d.path for n, (_, d) in everywhere.items() if n not in environments}
    diagnostics = ordered(
        d
        for d in beside(sources.diagnostics, diagnostics)
        if d.severity == "error" or d.primary.span.path not in others
    )
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise Rejected(diagnostics)
    return Linked(sources, everywhere, resolved, estates, rules, own, diagnostics)


def compare(root: str, compiled: Compiled) -> tree.Difference:
    """Hold the compiled repository against what is committed below `rendered/`."""
    return tree.compare(root, compiled.texts, tree.scan(root, compiled.environments))


def write(root: str, compiled: Compiled) -> Written:
    """Bring `rendered/` and the placements up to date. Raises Unwritable and OSError."""
    difference = compare(root, compiled)
    tree.refuse_obstacles(root, compiled.texts, difference)
    leftovers = [*tree.leftovers(root, "apps"), *tree.leftovers(root, "environments")]
    for path in leftovers:
        os.unlink(os.path.join(root, path))
    # Placements first: a host must never be rendered in a place that is not written down.
    for path, text in compiled.placements.items():
        tree.write(os.path.join(root, path), text)
    tree.apply(root, compiled.texts, difference)
    written = [*difference.missing, *difference.differing]
    return Written(
        written=[*written, *compiled.placements],
        removed=[*difference.stale, *difference.leftover, *leftovers],
        unchanged=len(compiled.texts) - len(written),
        foreign=difference.foreign,
    )


def check(
    root: str,
    only: list[str] | None = None,
    *,
    checkov: Callable[[int, int], None] | None = None,
) -> Checked:
    """Compile in memory and verify: committed files, schemas, policies. Writes nothing.

    With `checkov`, Checkov's own catalogue too: `checkov` is told how many parts of how many are
    done, and the results are kept in `.portico-cache/`.
    Raises what `compile_in_memory` raises, and NotChecked.
    """
    from compiler.check.promotion import SKIPPED, skipped

    compiled = compile_in_memory(root, only)
    diagnostics = list(compiled.warnings)
    difference = compare(root, compiled)
    diagnostics += drift(difference, compiled.texts, compiled.placements)
    waivers, problems = load_waivers(root, compiled.rules, date.today(), further=(SKIPPED.id,))
    diagnostics += problems
    rules = Rules(compiled.rules, waivers)
    for estate in compiled.estates:
        prefix = f"{tree.RENDERED}/{estate.environment.name}/"
        manifests = {p: f for p, f in compiled.manifests.items() if p.startswith(prefix)}
        texts = {p: t for p, t in compiled.texts.items() if p.startswith(prefix)}
        context = guarded_context(estate, compiled.rules)
        version = estate.environment.cluster.kubernetes
        diagnostics += judged(manifests, texts, rules, context, version)
    diagnostics += skipped(root, compiled.estates, waivers)
    if only is None:
        diagnostics += waivers.unused([tree.RENDERED])
    if checkov is not None:
        diagnostics += _catalogue(root, compiled, difference, checkov)
    return Checked(
        diagnostics=ordered(diagnostics),
        environments=len(compiled.estates),
        files=len(compiled.texts),
        objects=sum(len(file.objects) for file in compiled.manifests.values()),
    )


def _catalogue(
    root: str, compiled: Compiled, difference: tree.Difference, progress: Callable[[int, int], None]
) -> list[Diagnostic]:
    from compiler.check.catalogue import NoCatalogue, catalogue

    # What is on disk otherwise than it was compiled is reported as that.
    other = {*difference.missing, *difference.differing, *difference.foreign}
    texts = {path: text for path, text in compiled.texts.items() if path not in other}
    objects = {path: len(file.objects) for path, file in compiled.manifests.items()}
    try:
        return catalogue(root, texts, objects, progress) if texts or not other else []
    except NoCatalogue as reason:
        raise NotChecked(str(reason)) from reason


def refuse_unknown(only: list[str] | None, names: Sequence[str]) -> None:
    """Raises UnknownEnvironment for the first that is asked for and is not one of the names."""
    for name in only or ():
        if name not in names:
            hint = did_you_mean(name, list(names))
            raise UnknownEnvironment(f'there is no environment "{name}": {hint}')


def _environments(
    sources: Sources, diagnostics: list[Diagnostic], earlier: Linked | None
) -> dict[str, tuple[Environment, Document]]:
    """The environments that can be compiled, by name, in the order of their names."""
    environments: dict[str, tuple[Environment, Document]] = {}
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


def _resolved(
    sources: Sources,
    environments: dict[str, tuple[Environment, Document]],
    earlier: Linked | None,
) -> dict[str, Resolved]:
    """What becomes of each app in its environments; what is known already is not made again."""
    known: dict[str, Resolved] = {}
    if earlier is not None and _same(environments, earlier.environments):
        known = {
            name: earlier.resolved[name]
            for name, document in sources.apps.items()
            if earlier.sources.apps.get(name) is document
        }
    return {
        name: known.get(name) or resolve(name, document, environments, sources.environment_names)
        for name, document in sources.apps.items()
    }


def _same(
    one: dict[str, tuple[Environment, Document]], other: dict[str, tuple[Environment, Document]]
) -> bool:
    """Whether two states of a repository have the very same environments."""
    return one.keys() == other.keys() and all(one[n][1] is other[n][1] for n in one)


def _units(
    sources: Sources,
    environments: dict[str, tuple[Environment, Document]],
    resolved: dict[str, Resolved],
    diagnostics: list[Diagnostic],
) -> tuple[dict[str, list[Unit]], dict[str, frozenset[str] | None]]:
    """The units of each environment, sorted by app; and where each app says that it is.

    An app that could not be read may be anywhere: None.
    """
    units: dict[str, list[Unit]] = {name: [] for name in environments}
    listed: dict[str, frozenset[str] | None] = dict.fromkeys(sources.app_names)
    for name, app in resolved.items():
        diagnostics += app.diagnostics
        listed[name] = app.listed
        for unit in app.units:
            units[unit.environment.name].append(unit)
    return units, listed


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


def _placement(estate: Estate, committed: Document | None) -> dict[str, str]:
    """The placement file, if what it says must change; what people wrote in it stays."""
    hosts = estate.placement
    if committed is None:
        path = f"environments/{estate.environment.name}{PLACEMENT_SUFFIX}"
        text = emit_yaml.stream(PLACEMENT_HEADER, [{"hosts": hosts}])
        return {path: text} if hosts else {}
    if committed.data == {"hosts": hosts}:
        return {}
    return {committed.path: edited_hosts(committed.text, hosts)}


def _header(source: str) -> str:
    return f"{tree.MARK}{source}; do not edit, change the spec and run `portico compile`."


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each diagnostic once, in the order in which a person reads the files."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda d: (d.primary.span, d.rule.id, d.message),
    )
