"""Files that Portico did not write, against the schemas and the rules."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from compiler.check.hosts import claimed, claims_of
from compiler.check.policy import Judged, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.foreign import files, yaml
from compiler.foreign.build import built
from compiler.foreign.files import File
from compiler.foreign.kustomize import TAKEN_AWAY, Build, Graph
from compiler.foreign.objects import Built, Manifest, objects_of
from compiler.foreign.terraform import is_terraform_file, read_root
from compiler.policies.kinds import BUILT_IN_GROUPS, FLUX
from compiler.policies.reading import annotations, group_of, mapping
from compiler.policies.shape import Claim, Context, Object, Policy

NOTHING = Rule(
    "PT021",
    "nothing was checked",
    "A run that looks at nothing is green as well: after a folder was moved, or a pattern "
    "mistyped, everything would pass unseen.",
    what="Refuses to call files clean when there is no Kubernetes object and no Terraform block "
    "among them.",
    fix="Name the folder that Flux or Terraform reads. Leave the step out where there is nothing "
    "to check.",
    failing="""\
-- scanned/compose.yaml --
services:
  shop:
    image: ghcr.io/acme/shop:1.4.2
""",
    passing="""\
-- scanned/compose.yaml --
services:
  shop:
    image: ghcr.io/acme/shop:1.4.2
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
""",
)

_LOCAL_CONFIG = "config.kubernetes.io/local-config"


class Contexts(NamedTuple):
    """What the files are held against."""

    everywhere: Context
    below: Mapping[str, Context] = {}
    """Real path of a folder -> the context of all that stands below it instead."""

    def of(self, file: File) -> tuple[str, Context]:
        """The context of a file, and the folder that it is of; empty if it is of none."""
        for folder, context in self.below.items():
            if file.real.startswith(folder + os.sep):
                return folder, context
        return "", self.everywhere

    def names_shared(self, obj: Object) -> bool:
        """Whether the object has the name of a shared Service."""
        return obj["kind"] == "Service" and any(
            context.shared_named_by(obj) for context in (self.everywhere, *self.below.values())
        )


def merged(contexts: Iterable[Context]) -> Context:
    """All that one of these knows."""
    contexts = list(contexts)
    shared = [s for c in contexts for s in c.shared]
    return Context(
        shared=tuple(s for index, s in enumerate(shared) if s not in shared[:index]),
        ingress_classes=frozenset().union(*(c.ingress_classes for c in contexts)),
        domains=tuple(dict.fromkeys(d for c in contexts for d in c.domains)),
        origins=tuple(dict.fromkeys(o for c in contexts for o in c.origins)),
        accounts=tuple(dict.fromkeys(a for c in contexts for a in c.accounts)),
        kinds=frozenset().union(*(c.kinds for c in contexts)),
        sources=frozenset().union(*(c.sources for c in contexts)),
    )


class Scanned(NamedTuple):
    """What a scan found, and how much it looked at."""

    diagnostics: list[Diagnostic]
    files: int
    objects: int
    blocks: int


def scanned(
    paths: Iterable[str], contexts: Contexts, kubernetes: str, policies: list[Policy]
) -> Scanned:
    """Read and judge all that is below these paths. Raises NoSuchPath."""
    paths = list(paths)
    found = files.find(paths, is_terraform_file)
    graph = Graph(found)
    read = _Read([], [], set())
    plan = graph.plan()
    while True:
        read.problems.extend(plan.problems)
        before = len(read.objects)
        for file in plan.manifests:
            _read_file(file, read, graph, contexts)
        for build in plan.builds:
            _read_build(build, read, contexts)
        plan = graph.plan_of_folders(_flux_folders(read.objects[before:], found.tree))
        if plan == ([], [], []):
            break
    diagnostics = [*found.problems, *read.problems]
    diagnostics += _judged(read.objects, contexts, kubernetes, policies)
    blocks = _judged_terraform(found.terraform, read, contexts, policies, diagnostics)
    if not read.objects and not blocks and not diagnostics:
        diagnostics.append(_nothing(paths))
    return Scanned(diagnostics, len(read.files), len(read.objects), blocks)


class _Read(NamedTuple):
    objects: list[Manifest | Built]
    problems: list[Diagnostic]
    files: set[str]
    """The real paths of the files that objects were read from."""


def _read_file(file: File, read: _Read, graph: Graph, contexts: Contexts) -> None:
    content = files.content_of(file)
    if isinstance(content, Diagnostic):
        read.problems.append(content)
        return
    objects = objects_of(file, yaml.read(file.path, content))
    read.problems.extend(objects.problems)
    read.objects.extend(objects.manifests)
    if objects.manifests:
        read.files.add(file.real)
    for manifest in objects.manifests:
        if contexts.names_shared(manifest.obj):
            above = graph.left_out(file.real)
            if above is not None:
                read.problems.append(_taken_away(above.file.path, manifest))


def _read_build(build: Build, read: _Read, contexts: Contexts) -> None:
    sources = [
        manifest
        for file in build.resources
        for manifest in objects_of(file, yaml.read(file.path, build.inputs[file.real])).manifests
    ]
    made, problems = built(build, sources)
    read.problems.extend(problems)
    read.objects.extend(made)
    read.files.update(build.inputs)
    # kustomize leaves these out and kubectl applies them.
    read.objects.extend(
        source for source in sources if annotations(source.obj).get(_LOCAL_CONFIG) is not None
    )
    if problems or any(contexts.names_shared(m.obj) for m in made):
        return
    for source in sources:
        if contexts.names_shared(source.obj):
            read.problems.append(_taken_away(build.root.file.path, source))


def _flux_folders(objects: Iterable[Manifest | Built], tree: tuple[str, ...]) -> Iterator[str]:
    """The real folders that Flux is told to apply, if they are in the tree."""
    for manifest in objects:
        obj = manifest.obj
        if obj["kind"] == "Kustomization" and group_of(obj) == f"kustomize.{FLUX}":
            path = mapping(obj, "spec").get("path")
            inner = path.lstrip("/") if isinstance(path, str) else ""
            for top in tree:
                yield os.path.realpath(os.path.join(top, inner))


def _judged(
    objects: list[Manifest | Built],
    contexts: Contexts,
    kubernetes: str,
    policies: list[Policy],
) -> list[Diagnostic]:
    rules = Rules(policies)
    diagnostics: list[Diagnostic] = []
    groups: dict[str, list[Manifest | Built]] = {}
    claims: dict[str, list[tuple[str, Claim]]] = {}
    for manifest in objects:
        folder, _ = contexts.of(manifest.file)
        groups.setdefault(folder, []).append(manifest)
        claims.setdefault(folder, []).extend(claims_of(manifest.obj, manifest.place))
    schemas = Schemas(kubernetes)
    help = f"correct it; this is how Kubernetes {kubernetes} reads it, see --kubernetes"
    diagnostics += schema_errors(
        (
            Subject(manifest.obj, manifest.locate, help)
            for manifest in objects
            if group_of(manifest.obj) in BUILT_IN_GROUPS
        ),
        schemas,
    )
    for folder, members in groups.items():
        context = contexts.below.get(folder, contexts.everywhere)
        # What stands elsewhere may be applied anywhere.
        beside = claims.get("", []) if folder else [c for f in claims if f for c in claims[f]]
        context = context._replace(hosts=claimed([*claims[folder], *beside]))
        for manifest in members:
            judged = rules.judge([Judged(manifest.obj, manifest.locate)], context)
            diagnostics += (_with_source(d, manifest) for d in judged)
    return diagnostics


def _judged_terraform(
    folders: Mapping[str, list[File]],
    read: _Read,
    contexts: Contexts,
    policies: list[Policy],
    diagnostics: list[Diagnostic],
) -> int:
    """Judge the roots of Terraform. Returns the number of their blocks."""
    rules = Rules(policies)
    count = 0
    for folder, members in folders.items():
        held: dict[str, bytes] = {}
        for file in members:
            content = files.content_of(file)
            if isinstance(content, Diagnostic):
                diagnostics.append(content)
            else:
                held[os.path.basename(file.path)] = content
                read.files.add(file.real)
        root, problems = read_root(folder, held)
        diagnostics += problems
        count += len(root.all_blocks)
        _, context = contexts.of(members[0])
        subjects = (Judged(block, partial(root.locate, block)) for block in root.all_blocks)
        diagnostics += rules.judge(subjects, context)
    return count


def _with_source(diagnostic: Diagnostic, manifest: Manifest | Built) -> Diagnostic:
    if not isinstance(manifest, Built) or manifest.source is None:
        return diagnostic
    place = Place(manifest.source.locate(()), "built from this")
    return diagnostic._replace(secondary=(*diagnostic.secondary, place))


def _taken_away(kustomization: str, manifest: Manifest) -> Diagnostic:
    return Diagnostic(
        TAKEN_AWAY,
        f"the build of {kustomization} does not have the shared Service, so Flux would remove it",
        Place(manifest.locate(("metadata", "name"))),
        (Place(Span(kustomization)),),
        help=f"name its file among the resources of {kustomization}",
    )


def _nothing(paths: list[str]) -> Diagnostic:
    named = ", ".join(files.shown(path) for path in paths)
    return Diagnostic(
        NOTHING,
        f"there is no Kubernetes object and no Terraform block in {named}",
        Place(Span(files.shown(paths[0]))),
        help="name the folder that Flux or Terraform reads",
    )
