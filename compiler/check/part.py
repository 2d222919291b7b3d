"""What one process reads of the manifests, and judges of them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compiler.check.contexts import Contexts
from compiler.check.hosts import claimed, claims_of, together
from compiler.check.policy import Judged, Rules
from compiler.check.schema import Schemas, Subject, schema_errors
from compiler.diagnostics.model import Diagnostic, Place, Span
from compiler.foreign import files, yaml
from compiler.foreign.build import built
from compiler.foreign.files import File
from compiler.foreign.kustomize import TAKEN_AWAY, Build
from compiler.foreign.objects import Built, Manifest, objects_of
from compiler.policies.kinds import BUILT_IN_GROUPS, FLUX
from compiler.policies.reading import annotations, group_of, mapping
from compiler.policies.shape import Claim, Object
from compiler.watch import Watch, unwatched

_LOCAL_CONFIG = "config.kubernetes.io/local-config"

Claims = Mapping[str, Mapping[str, tuple[Claim, ...]]]
"""Folder with a context of its own, or empty -> host -> who claims it."""


class Report(NamedTuple):
    """What was read, as far as others must know of it."""

    problems: list[Diagnostic]
    claims: list[tuple[str, str, Claim]]
    """Folder with a context of its own, or empty; host; who claims it."""
    applied: list[str]
    """The paths that Flux is told to apply."""
    files: list[str]
    """The real paths of the files that objects were read from."""
    shared: list[tuple[str, Place]]
    """The real path of each file that has the shared Service, and where it stands in it."""
    identities: dict[str, list[tuple[str, ...]]]
    """Real path of each file that is judged by itself -> what kustomize tells its objects by."""
    objects: int


class Part:
    """Reads manifests and keeps them until it is known who claims which host."""

    def __init__(self, contexts: Contexts, kubernetes: str, rules: Rules) -> None:
        self._contexts = contexts
        self.rules = rules
        self._kubernetes = kubernetes
        self._manifests: list[Manifest | Built] = []

    def read(self, manifests: Iterable[File]) -> Report:
        """Read files that are judged by themselves."""
        report = Report([], [], [], [], [], {}, 0)
        for file in manifests:
            content = files.content_of(file)
            if isinstance(content, Diagnostic):
                report.problems.append(content)
                continue
            objects = objects_of(file, yaml.read(file.path, content))
            report.problems.extend(objects.problems)
            if objects.manifests:
                report.files.append(file.real)
                report.identities[file.real] = [_identity(m.obj) for m in objects.manifests]
            report.shared.extend(
                (file.real, Place(manifest.locate(("metadata", "name"))))
                for manifest in objects.manifests
                if self._contexts.names_shared(manifest.obj)
            )
            report = self._keep(objects.manifests, report)
        return report

    def build(self, build: Build) -> Report:
        """Build a kustomization, and read what it makes."""
        report = Report([], [], [], list(build.inputs), [], {}, 0)
        sources = [
            manifest
            for file in build.resources
            for manifest in objects_of(
                file, yaml.read(file.path, build.inputs[file.real])
            ).manifests
        ]
        made, problems = built(build, sources)
        report.problems.extend(problems)
        if not problems and not any(self._contexts.names_shared(m.obj) for m in made):
            report.problems.extend(
                taken_away(build.root.file.path, Place(source.locate(("metadata", "name"))))
                for source in sources
                if self._contexts.names_shared(source.obj)
            )
        report.shared.extend(
            (source.file.real, Place(source.locate(("metadata", "name"))))
            for source in sources
            if self._contexts.names_shared(source.obj)
        )
        # kustomize leaves these out and kubectl applies them.
        kept = [s for s in sources if annotations(s.obj).get(_LOCAL_CONFIG) is not None]
        return self._keep([*made, *kept], report)

    def judge(self, claims: Claims, watch: Watch = unwatched) -> list[Diagnostic]:
        """What schemas and rules refuse of all that was read."""
        help = f"correct it; Kubernetes {self._kubernetes} is assumed, see --kubernetes"
        diagnostics = schema_errors(
            (
                Subject(manifest.obj, manifest.locate, help)
                for manifest in self._manifests
                if group_of(manifest.obj) in BUILT_IN_GROUPS
            ),
            Schemas(self._kubernetes),
        )
        of_folder = {
            folder: context._replace(hosts=together(context.hosts, claims.get(folder, {})))
            for folder, context in {"": self._contexts.everywhere, **self._contexts.below}.items()
        }
        for manifest in watch("checking objects", self._manifests):
            context = of_folder[self._contexts.folder_of(manifest.file)]
            judged = self.rules.judge([Judged(manifest.obj, manifest.locate)], context)
            if judged:
                diagnostics += (_with_source(diagnostic, manifest) for diagnostic in judged)
        return diagnostics

    def _keep(self, manifests: Iterable[Manifest | Built], report: Report) -> Report:
        count = len(self._manifests)
        for manifest in manifests:
            obj = manifest.obj
            self._manifests.append(manifest)
            if obj["kind"] == "Ingress":
                folder = self._contexts.folder_of(manifest.file)
                made = claims_of(obj, manifest.place)
                report.claims.extend((folder, host, claim) for host, claim in made)
            elif obj["kind"] == "Kustomization" and group_of(obj) == f"kustomize.{FLUX}":
                path = mapping(obj, "spec").get("path")
                report.applied.append(path if isinstance(path, str) else "")
        return report._replace(objects=report.objects + len(self._manifests) - count)


def claims_seen(reports: Iterable[Report]) -> Claims:
    """Who claims which host, as it is seen below each folder that has a context of its own.

    What stands elsewhere may be applied anywhere; one environment does not meet another.
    """
    claims = sorted(claim for report in reports for claim in report.claims)
    folders = {folder for folder, _, _ in claims}
    return {
        seen: claimed((host, claim) for folder, host, claim in claims if folder in ("", seen))
        for seen in folders - {""}
    } | {"": claimed((host, claim) for _, host, claim in claims)}


def _with_source(diagnostic: Diagnostic, manifest: Manifest | Built) -> Diagnostic:
    if not isinstance(manifest, Built) or manifest.source is None:
        return diagnostic
    place = Place(manifest.source.locate(()), "built from this")
    return diagnostic._replace(secondary=(*diagnostic.secondary, place))


def _identity(obj: Object) -> tuple[str, ...]:
    metadata = mapping(obj, "metadata")
    return (
        obj["apiVersion"],
        obj["kind"],
        # kustomize takes these two for one.
        str(metadata.get("namespace") or "default"),
        str(metadata.get("name") or ""),
    )


def taken_away(by: str, place: Place) -> Diagnostic:
    """The shared Service stands in a file, and `by` keeps it from Flux."""
    return Diagnostic(
        TAKEN_AWAY,
        f"{by} keeps the shared Service from Flux, which would remove it from the cluster",
        place,
        (Place(Span(by)),),
        help="name its file among the resources of the kustomization, and let Flux fetch it",
    )
