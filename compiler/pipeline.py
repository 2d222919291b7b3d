"""The one place that calls the stages in order: read, resolve, link, lower, emit, sync, verify."""

import os
from typing import NamedTuple

from compiler import policies
from compiler.check.drift import drift
from compiler.check.policy import policy_findings
from compiler.check.schema import Schemas, schema_errors
from compiler.diagnostics.model import Diagnostic, Rejected
from compiler.emit import json as emit_json
from compiler.emit import tree
from compiler.emit import yaml as emit_yaml
from compiler.kubernetes.files import File, manifest_files
from compiler.kubernetes.load_balancer import shared_identity
from compiler.kubernetes.routers import router_of
from compiler.link.environments import check_environments, domain_owners
from compiler.link.estate import Estate, link
from compiler.link.placement import HEADER as PLACEMENT_HEADER
from compiler.link.unit import Unit, check_name, resolve
from compiler.source.repository import PLACEMENT_SUFFIX, Sources, load
from compiler.source.yaml import Document
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean, parse, places_of
from compiler.terraform.root import terraform_files


class UnknownEnvironment(Exception):
    """The command line names an environment that the repository does not have."""


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
    sources = load(root)
    _known(only, sources)
    diagnostics = list(sources.diagnostics)
    everywhere = _environments(sources, diagnostics)
    owners = domain_owners(everywhere)
    environments = {n: e for n, e in everywhere.items() if only is None or n in only}
    units = _units(sources, environments, diagnostics)
    estates: list[Estate] = []
    for name, (environment, document) in environments.items():
        estate, found = link(
            environment,
            document,
            units[name],
            sources.placements.get(name),
            sources.app_names,
            owners,
        )
        router = router_of(environment)
        found += [problem for unit in units[name] for problem in router.refuse(unit)]
        diagnostics += found
        estates.append(estate)
    diagnostics = _ordered(diagnostics)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise Rejected(diagnostics)

    rules = policies.builtin()
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
    return Compiled(estates, manifests, texts, placements, diagnostics, only)


def compare(root: str, compiled: Compiled) -> tree.Difference:
    """Hold the compiled repository against what is committed below `rendered/`."""
    return tree.compare(root, compiled.texts, tree.scan(root, compiled.environments))


def write(root: str, compiled: Compiled) -> Written:
    """Bring `rendered/` and the placements up to date. Raises Unwritable and OSError."""
    difference = compare(root, compiled)
    tree.apply(root, compiled.texts, difference)
    for path, text in compiled.placements.items():
        tree.write(os.path.join(root, path), text)
    written = [*difference.missing, *difference.differing]
    return Written(
        written=[*written, *compiled.placements],
        removed=difference.stale,
        unchanged=len(compiled.texts) - len(written),
        foreign=difference.foreign,
    )


def check(root: str, only: list[str] | None = None) -> Checked:
    """Compile in memory and verify: committed files, schemas, policies. Writes nothing.

    Raises what `compile_in_memory` raises.
    """
    compiled = compile_in_memory(root, only)
    diagnostics = list(compiled.warnings)
    diagnostics += drift(compare(root, compiled), compiled.placements)
    rules = policies.builtin()
    schemas: dict[str, Schemas] = {}
    for estate in compiled.estates:
        environment = estate.environment
        prefix = f"{tree.RENDERED}/{environment.name}/"
        manifests = {p: f for p, f in compiled.manifests.items() if p.startswith(prefix)}
        version = environment.cluster.kubernetes
        diagnostics += schema_errors(
            manifests, compiled.texts, schemas.setdefault(version, Schemas(version))
        )
        shared = shared_identity(environment.load_balancer)
        diagnostics += policy_findings(rules, manifests, compiled.texts, shared)
    return Checked(
        diagnostics=_ordered(diagnostics),
        environments=len(compiled.estates),
        files=len(compiled.texts),
        objects=sum(len(file.objects) for file in compiled.manifests.values()),
    )


def _known(only: list[str] | None, sources: Sources) -> None:
    for name in only or ():
        if name not in sources.environment_names:
            hint = did_you_mean(name, list(sources.environment_names))
            raise UnknownEnvironment(f'there is no environment "{name}": {hint}')


def _environments(
    sources: Sources, diagnostics: list[Diagnostic]
) -> dict[str, tuple[Environment, Document]]:
    """The environments that can be compiled, by name, in the order of their names."""
    environments: dict[str, tuple[Environment, Document]] = {}
    for name, document in sources.environments.items():
        diagnostics += check_name("environment", name, document)
        parsed = parse(Environment, document.data, places_of(document))
        if isinstance(parsed, list):
            diagnostics += parsed
        else:
            environments[name] = (parsed, document)
    diagnostics += check_environments(environments)
    return environments


def _units(
    sources: Sources,
    environments: dict[str, tuple[Environment, Document]],
    diagnostics: list[Diagnostic],
) -> dict[str, list[Unit]]:
    """The units of each environment, sorted by the app's name."""
    units: dict[str, list[Unit]] = {name: [] for name in environments}
    for name, document in sources.apps.items():
        resolved, found = resolve(name, document, environments, sources.environment_names)
        diagnostics += found
        for unit in resolved:
            units[unit.environment.name].append(unit)
    return units


def _placement(estate: Estate, committed: Document | None) -> dict[str, str]:
    """The placement file, if what it says must change; comments of people alone change nothing."""
    desired = {"hosts": estate.placement}
    if committed.data == desired if committed is not None else not estate.placement:
        return {}
    path = f"environments/{estate.environment.name}{PLACEMENT_SUFFIX}"
    return {path: emit_yaml.stream(PLACEMENT_HEADER, [desired])}


def _header(source: str) -> str:
    return f"{tree.MARK}{source}; do not edit, change the spec and run `portico compile`."


def _ordered(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Each diagnostic once, in the order in which a person reads the files."""
    return sorted(
        dict.fromkeys(diagnostics),
        key=lambda d: (d.primary.span, d.rule.id, d.message),
    )
