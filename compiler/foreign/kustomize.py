"""The kustomizations of a tree: which refer to which, and what is judged by a build.

A root is a kustomization that no other refers to, or that Flux is told to apply. It is judged by
what it builds: a file that only a build uses is not judged by itself. Where a build is nothing but
the resources, their files are what it builds; otherwise kustomize builds it, from copies of the
files that were read here.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.foreign import files, yaml
from compiler.foreign.files import File
from compiler.foreign.kustomization import (
    UNJUDGED_BUILD,
    Kustomization,
    Reference,
    configuration_problems,
    is_remote,
    read_kustomization,
)

TAKEN_AWAY = Rule(
    "PT023",
    "shared Service that Flux would remove",
    "Where a folder has a kustomization it alone decides what Flux applies, and `.sourceignore` "
    "what Flux fetches at all. Flux prunes the rest, and with the shared Service every host would "
    "be gone.",
    what="Refuses a kustomization below which the shared Service stands in a file, but whose build "
    "does not have it: it is not among the resources, or a patch renames or deletes it. Refuses a "
    "`.sourceignore` that leaves out its file.",
    fix="Name the file among the kustomization's `resources`, or move it to the folder where it "
    "is applied from; let it in with `!` in `.sourceignore`.",
    failing="""\
-- scanned/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- settings.yaml
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: edge}
-- scanned/load-balancer.yaml --
apiVersion: v1
kind: Service
metadata: {name: service-public-loadbalancer, namespace: edge}
spec:
  type: LoadBalancer
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector: {app.kubernetes.io/name: edge-router}
  ports: [{port: 443}]
""",
    passing="""\
-- scanned/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- settings.yaml
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: edge}
""",
)


class Build(NamedTuple):
    """A root that kustomize must build."""

    root: Kustomization
    inputs: dict[str, bytes]
    """Real path -> content of each file that the build reads."""
    links: dict[str, str]
    """Real path of each link on the way to them -> the real path that it names."""
    resources: list[File]
    """The files whose objects it builds upon."""


class Plan(NamedTuple):
    """What is judged, and how."""

    manifests: list[File]
    """The files that are judged by themselves."""
    builds: list[Build]
    problems: list[Diagnostic]


class Graph:
    """The kustomizations below some paths, read when they are first needed."""

    def __init__(self, found: files.Found) -> None:
        self._found = found
        self._read: dict[str, Kustomization] = {}
        self._problems: list[Diagnostic] = []
        self._planned: set[str] = set()
        self._judged: set[str] = set()
        self._targets: dict[str, list[tuple[Reference, str]]] = {}
        self._files = {file.real: file for file in found.manifests}
        self._consumed: set[str] = set()
        self._applied: set[str] = set()
        self._plain: dict[str, list[str]] = {}
        self._roots = self._find_roots()

    def plan(self) -> Plan:
        """What is judged of the whole tree."""
        raw = [file for file in self._found.manifests if file.real not in self._consumed]
        return self._with_roots(raw, self._roots)

    def plan_of_folders(self, folders: Iterable[str]) -> Plan:
        """What else is judged because Flux is told to apply these folders, by real path."""
        raw: list[File] = []
        roots: list[str] = []
        for folder in folders:
            if folder not in self._found.folders:
                continue
            if folder in self._read:
                roots.append(folder)
                continue
            # Without a kustomization, Flux makes one of all manifests below.
            self._applied.add(folder)
            below = folder + os.sep
            roots += [f for f in self._read if f.startswith(below)]
            within = [f for f in self._read if f.startswith(below)]
            raw += [
                file
                for file in self._found.manifests
                if file.real.startswith(below)
                and not any(file.real.startswith(f + os.sep) for f in within)
            ]
        return self._with_roots(raw, roots)

    def left_out(self, real: str) -> Kustomization | None:
        """The kustomization nearest above a file that no build reads, if there is one."""
        if real in self._consumed:
            return None
        folder = os.path.dirname(real)
        while folder != os.path.dirname(folder) and folder not in self._applied:
            if folder in self._read:
                return self._read[folder]
            folder = os.path.dirname(folder)
        return None

    def twice(self, identities: Mapping[str, list[tuple[str, ...]]]) -> Iterator[Diagnostic]:
        """The roots that kustomize refuses because an object comes to them twice.

        `identities` are those of the objects of each file, by its real path.
        """
        for root, resources in self._plain.items():
            seen: set[tuple[str, ...]] = set()
            for real in resources:
                for identity in identities.get(real, ()):
                    if identity in seen:
                        _, kind, namespace, name = identity
                        yield self._read[root].problem(
                            f"{kind} {namespace}/{name} comes to this build twice, and kustomize "
                            "refuses that",
                            ("resources",),
                            "keep one of the two",
                        )
                    seen.add(identity)

    def _with_roots(self, raw: list[File], roots: list[str]) -> Plan:
        builds: list[Build] = []
        manifests = list(raw)
        for folder in roots:
            if folder in self._planned:
                continue
            self._planned.add(folder)
            members = self._members(folder)
            if any(self._read[member].problems for member in members):
                continue
            needing = next((m for m in members if self._read[m].needs_build is not None), None)
            resources = [
                self._file(real)
                for member in members
                for reference, real in self._targets[member]
                if reference.sort == "resource" and not os.path.isdir(real)
            ]
            if needing is None:
                manifests += resources
                self._plain[folder] = self._as_often(members)
                continue
            build = self._build(folder, members, resources)
            if build is not None:
                builds.append(build)
        unjudged = [file for file in manifests if file.real not in self._judged]
        unjudged = list({file.real: file for file in unjudged}.values())
        self._judged.update(file.real for file in unjudged)
        problems, self._problems = self._problems, []
        return Plan(unjudged, builds, problems)

    def _as_often(self, members: list[str]) -> list[str]:
        """The resource files of a root that is only resources, twice if it has them twice."""
        named = [real for member in members for _, real in self._targets[member]]
        again = {real for real, times in Counter(named).items() if times > 1}
        resources = [real for real in named if not os.path.isdir(real)]
        for folder in again & self._read.keys():
            resources += (
                real
                for member in self._members(folder)
                for _, real in self._targets[member]
                if not os.path.isdir(real)
            )
        return resources

    def _find_roots(self) -> list[str]:
        """The folders of the kustomizations that no other refers to."""
        of_folder: dict[str, list[File]] = {}
        for file in self._found.kustomizations:
            of_folder.setdefault(os.path.dirname(file.real), []).append(file)
        for folder in of_folder:
            self._kustomization(folder, of_folder[folder])
        referred: set[str] = set()
        pending = list(self._read)
        while pending:
            folder = pending.pop()
            for _, real in self._resolved(folder):
                if not os.path.isdir(real):
                    self._consumed.add(real)
                else:
                    referred.add(real)
                if os.path.isdir(real) and real not in self._read:
                    self._kustomization(real, self._kustomization_files(real))
                    if real in self._read:
                        pending.append(real)
        roots = [folder for folder in self._read if folder not in referred]
        reached = {member for root in roots for member in self._members(root)}
        for folder in self._read:
            if folder not in reached:
                circle = self._read[folder]
                self._problems.append(
                    circle.problem(
                        "this kustomization refers to itself, by way of others",
                        ("resources",),
                        "remove one of the references",
                    )
                )
        return roots

    def _kustomization(self, folder: str, found: list[File]) -> None:
        """Read the kustomization of a folder, of which there may be only one file."""
        if len(found) > 1:
            first, second = found[0], found[1]
            self._problems.append(
                Diagnostic(
                    UNJUDGED_BUILD,
                    f"{second.path} and {first.path} are both the kustomization of this folder",
                    Place(yaml.span(second.path, "", 0, ())),
                    help="keep one of them; kustomize refuses two",
                )
            )
        for file in found[:1]:
            content = files.content_of(file)
            if isinstance(content, Diagnostic):
                self._problems.append(content)
                continue
            kustomization = read_kustomization(file, folder, content)
            self._problems += kustomization.problems
            self._read[folder] = kustomization

    def _kustomization_files(self, folder: str) -> list[File]:
        path = self._found.folders.get(folder) or files.shown(folder)
        return [
            File(f"{path}/{name}", os.path.join(folder, name))
            for name in files.KUSTOMIZATION_NAMES
            if os.path.isfile(os.path.join(folder, name))
        ]

    def _resolved(self, folder: str) -> list[tuple[Reference, str]]:
        """What the kustomization of a folder refers to, with its real path, where it is local."""
        if folder not in self._targets:
            kustomization = self._read[folder]
            self._targets[folder] = []
            for reference in kustomization.references:
                real = self._target(kustomization, reference)
                if isinstance(real, Diagnostic):
                    self._problems.append(real)
                    kustomization.problems.append(real)
                else:
                    self._targets[folder].append((reference, real))
        return self._targets[folder]

    def _target(self, kustomization: Kustomization, reference: Reference) -> str | Diagnostic:
        """The real path of what is referred to, or why it is refused."""
        text = reference.text
        if is_remote(text):
            return kustomization.problem(
                f'"{text}" is loaded from elsewhere, and may be anything tomorrow',
                reference.where,
                "commit what it loads, and refer to the files",
            )
        if os.path.isabs(text):
            return kustomization.problem(
                f'"{text}" is another file on every machine',
                reference.where,
                "write the path from this kustomization to a file of the repository",
            )
        path = os.path.normpath(os.path.join(kustomization.folder, text))
        beside = os.path.dirname(path) == kustomization.folder and not os.path.islink(path)
        real = path if beside else os.path.realpath(path)
        if not files.inside(real, self._found.tree) or not files.inside(path, self._found.tree):
            return kustomization.problem(
                f'"{text}" is outside of what is scanned',
                reference.where,
                "refer to files of the repository only, or scan the folder that holds both",
            )
        if not os.path.exists(real):
            return kustomization.problem(
                f'"{text}" is not there',
                reference.where,
                "correct the path, which begins at this kustomization's folder",
            )
        folder = os.path.isdir(real)
        if folder and reference.sort not in ("resource", "component"):
            return kustomization.problem(
                f'"{text}" is a folder, and must be a file', reference.where, "name a file"
            )
        if reference.sort == "component" and not folder:
            return kustomization.problem(
                f'"{text}" is a file, and a component is a folder', reference.where, "name a folder"
            )
        if real == kustomization.folder:
            return kustomization.problem(
                f'"{text}" is the folder of this kustomization, which so refers to itself',
                reference.where,
                "name the files in it",
            )
        if folder and not self._kustomization_files(real):
            return kustomization.problem(
                f'the folder "{text}" has no kustomization',
                reference.where,
                "add a kustomization.yaml there, or name its files",
            )
        return real

    def _members(self, root: str) -> list[str]:
        """The folders of all kustomizations that a root is made of, itself first."""
        members = {root: None}
        pending = [root]
        while pending:
            for _, real in self._resolved(pending.pop()):
                if real in self._read and real not in members:
                    members[real] = None
                    pending.append(real)
        return list(members)

    def _file(self, real: str) -> File:
        return self._files.setdefault(real, File(files.shown(real), real))

    def _build(self, folder: str, members: list[str], resources: list[File]) -> Build | None:
        """The files of a build, each read strictly; None if one of them is refused."""
        inputs: dict[str, bytes] = {}
        links: dict[str, str] = {}
        problems: list[Diagnostic] = []
        for member in members:
            kustomization = self._read[member]
            inputs[kustomization.file.real] = kustomization.text.encode()
            for reference, real in self._targets[member]:
                path = os.path.normpath(os.path.join(member, reference.text))
                links.update(_links_on(path))
                if os.path.isdir(real) or real in inputs:
                    continue
                content = files.content_of(self._file(real))
                if isinstance(content, Diagnostic):
                    problems.append(content)
                    continue
                inputs[real] = content
                problems += self._input_problems(kustomization, reference, real, content)
        if problems:
            self._problems += problems
            return None
        return Build(self._read[folder], inputs, links, resources)

    def _input_problems(
        self, kustomization: Kustomization, reference: Reference, real: str, content: bytes
    ) -> list[Diagnostic]:
        path = self._file(real).path
        match reference.sort:
            case "resource":
                return yaml.read(path, content, whole=True).problems
            case "configuration":
                return configuration_problems(kustomization, reference.where, content, path)
            case "env":
                bare = next(_bare_names(content), None)
                if bare is None:
                    return []
                return [
                    kustomization.problem(
                        f"{path} takes {bare} from the environment of whoever builds it",
                        reference.where,
                        f"write {bare}=value there",
                    )
                ]
            case _:
                return []


def _links_on(path: str) -> Iterator[tuple[str, str]]:
    """The links on the way to a path: where each really stands, and the real path that it names."""
    above = os.path.dirname(path)
    while path != above:
        if os.path.islink(path):
            at = os.path.join(os.path.realpath(above), os.path.basename(path))
            yield at, os.path.realpath(path)
        path, above = above, os.path.dirname(above)


def _bare_names(content: bytes) -> Iterator[str]:
    """The lines of an env file that name a variable and give it no value."""
    for line in content.decode(errors="replace").splitlines():
        text = line.strip()
        if text and not text.startswith("#") and "=" not in text:
            yield text
