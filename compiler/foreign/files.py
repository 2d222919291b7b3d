"""Which files below a path Flux, kubectl and Terraform would read; reads each without ever hanging.

Hidden folders are walked, as Flux walks them, and what `.sourceignore` excludes is read too, since
kubectl does not know that file. A link is followed where what it names is inside the tree: below a
scanned path or in its repository.
"""

import os
import stat
from collections.abc import Callable, Iterable
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.diagnostics.stopped import Stopped
from compiler.foreign import yaml

UNREACHABLE = Rule(
    "PT024",
    "file that scan cannot follow",
    "What cannot be opened here may be applied elsewhere, and a link may lead to another file "
    "tomorrow than the one that was reviewed.",
    what="Refuses what has the name of a manifest or a Terraform file and is none: a link that "
    "leads out of the scanned tree, in a circle or nowhere, a device, a pipe, a folder with the "
    "name of a file, and a file or folder that may not be read.",
    fix="Put an ordinary file in its place, inside the repository and readable for everybody, or "
    "remove it.",
    failing="""\
-- scanned/service.yaml/README.md --
Here service.yaml is a folder.
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
""",
    passing="""\
-- scanned/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
""",
)

KUSTOMIZATION_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
CHART = "Chart.yaml"
_MANIFEST_ENDINGS = (".yaml", ".yml", ".json")


class NoSuchPath(Stopped):
    """A path on the command line that is not there."""


TERRAFORM_CACHE = ".terraform"


class File(NamedTuple):
    """A file: the path by which it is shown, and where it really is."""

    path: str
    real: str


class Found(NamedTuple):
    """What there is to read below the scanned paths."""

    manifests: list[File]
    kustomizations: list[File]
    terraform: dict[str, list[File]]
    """Folder -> the files of Terraform in it."""
    folders: dict[str, str]
    """Real path of each walked folder -> the path by which it is shown."""
    tree: tuple[str, ...]
    """The real paths that nothing may lead out of."""
    problems: list[Diagnostic]


def find(paths: Iterable[str], is_terraform_file: Callable[[str], bool]) -> Found:
    """Walk the paths, each a folder or a file. Raises NoSuchPath."""
    paths = list(paths)
    found = Found([], [], {}, {}, _tree(paths), [])
    walk = _Walk(found, is_terraform_file)
    for path in paths:
        if not os.path.exists(path):
            raise NoSuchPath(f"{path}: there is no such file or folder")
        real = os.path.realpath(path)
        if os.path.isdir(real):
            walk.folder(shown(path), real)
        else:
            walk.file(shown(path), real, os.path.basename(path), named=True)
    return found


def shown(path: str) -> str:
    """A path as it is reported: relative to the current folder if it is below it, with `/`."""
    here = os.getcwd()
    full = os.path.abspath(path)
    if full == here:
        return "."
    if full.startswith(here.rstrip(os.sep) + os.sep):
        return full[len(here.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
    return os.path.normpath(path).replace(os.sep, "/")


def content_of(file: File) -> bytes | Diagnostic:
    """The bytes of a file, or why they are not read."""
    try:
        # A pipe or a device would block or never end; O_NONBLOCK lets the check below see it.
        descriptor = os.open(file.real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb", buffering=0) as opened:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return unreachable(file.path, "is no ordinary file", "put one in its place")
            if status.st_size > yaml.MAX_BYTES:
                return yaml.too_large(file.path)
            return opened.read(yaml.MAX_BYTES + 1) or b""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return unreachable(
            file.path, f"cannot be read: {reason}", "let everybody read it, or remove it"
        )


def inside(real: str, tree: tuple[str, ...]) -> bool:
    """Whether a real path is in the tree."""
    return any(real == top or real.startswith(top.rstrip(os.sep) + os.sep) for top in tree)


def unreachable(path: str, problem: str, help: str) -> Diagnostic:
    """A file that scan cannot follow."""
    return Diagnostic(UNREACHABLE, f"{path} {problem}", Place(Span(path)), help=help)


def is_manifest_name(name: str) -> bool:
    """Whether kubectl or kustomize would take a file of this name for a manifest."""
    return name.lower().endswith(_MANIFEST_ENDINGS)


def _tree(paths: list[str]) -> tuple[str, ...]:
    """What belongs together: the scanned paths, and the repositories that they are in."""
    tops: dict[str, None] = {}
    here = os.path.realpath(".")
    for path in paths:
        real = os.path.realpath(path)
        tops[real if os.path.isdir(real) else os.path.dirname(real)] = None
        if inside(real, (here,)):
            tops[here] = None
        above = real
        while above != os.path.dirname(above):
            above = os.path.dirname(above)
            if os.path.lexists(os.path.join(above, ".git")):
                tops[above] = None
                break
    return tuple(tops)


class _Walk:
    """The walk of all paths: each real folder and file is met once."""

    def __init__(self, found: Found, is_terraform_file: Callable[[str], bool]) -> None:
        self._found = found
        self._is_terraform_file = is_terraform_file
        self._files: set[str] = set()

    def folder(self, path: str, real: str) -> None:
        """Everything below a folder."""
        pending = [(path, real)]
        while pending:
            path, real = pending.pop()
            if real in self._found.folders:
                continue
            self._found.folders[real] = path
            try:
                with os.scandir(real) as scanned:
                    entries = sorted(scanned, key=lambda entry: entry.name)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                self._refuse(path, f"cannot be walked: {reason}", "let everybody read it")
                continue
            prefix = "" if path == "." else path.rstrip("/") + "/"
            chart = any(e.name == CHART for e in entries) and self._is_chart(prefix + CHART, real)
            below: list[tuple[str, str]] = []
            for entry in entries:
                name = entry.name
                # What a chart renders is scanned instead of its templates; a `.git` is git's own.
                if name == ".git" or (chart and name in ("templates", "charts", CHART)):
                    continue
                self._entry(entry, prefix + name, below)
            pending += reversed(below)

    def _entry(self, entry: os.DirEntry[str], path: str, below: list[tuple[str, str]]) -> None:
        name = entry.name
        if entry.is_symlink():
            self._link(path, entry.path, name, below)
        elif entry.is_dir(follow_symlinks=False):
            if self._is_relevant(name):
                self._refuse(path, "is a folder with the name of a file", "rename it")
            below.append((path, entry.path))
        elif entry.is_file(follow_symlinks=False):
            self.file(path, entry.path, name)
        elif self._is_relevant(name):
            self._refuse(path, "is no ordinary file", "put one in its place")

    def _link(self, path: str, full: str, name: str, below: list[tuple[str, str]]) -> None:
        try:
            status = os.stat(full)
        except OSError as error:
            if self._is_relevant(name):
                import errno

                loops = error.errno == errno.ELOOP
                what = "leads in a circle" if loops else "leads to nothing that can be read"
                self._refuse(path, f"is a link that {what}", "remove it, or put the file here")
            return
        real = os.path.realpath(full)
        folder = stat.S_ISDIR(status.st_mode)
        if not folder and not self._is_relevant(name):
            return
        if not inside(real, self._found.tree):
            self._refuse(
                path,
                "is a link that leads out of what is scanned",
                "put what it names here: what is applied must be what was reviewed",
            )
        elif ".git" in real.split(os.sep):
            self._refuse(path, "is a link into git's own files", "remove it")
        elif folder:
            below.append((path, real))
        elif name in KUSTOMIZATION_NAMES:
            # kustomize looks for what it refers to beside the link, people beside the file.
            self._refuse(path, "is a kustomization by way of a link", "put the file itself here")
        elif stat.S_ISREG(status.st_mode):
            self.file(path, real, name)
        else:
            self._refuse(path, "is no ordinary file", "put one in its place")

    def file(self, path: str, real: str, name: str, *, named: bool = False) -> None:
        """A file, by what its name says that it is; one that is named on the command line is read
        as a manifest if its name says nothing."""
        found = self._found
        file = File(path, real)
        if self._is_terraform_file(name):
            # What Terraform keeps for itself there, it does not read as configuration.
            if TERRAFORM_CACHE in path.split("/"):
                return
            files = found.terraform.setdefault(os.path.dirname(path) or ".", [])
            if file not in files:
                files.append(file)
        elif real in self._files:
            return
        elif name in KUSTOMIZATION_NAMES:
            self._files.add(real)
            found.kustomizations.append(file)
            found.folders.setdefault(os.path.dirname(real), os.path.dirname(path) or ".")
        elif named or is_manifest_name(name):
            self._files.add(real)
            found.manifests.append(file)

    def _is_chart(self, path: str, folder: str) -> bool:
        """Whether this is the Chart.yaml of a Helm chart; if so it is reported."""
        content = content_of(File(path, os.path.join(folder, CHART)))
        if isinstance(content, Diagnostic):
            return False
        reading = yaml.read(path, content)
        data = reading.documents[0].data if len(reading.documents) == 1 else {}
        if reading.problems or "apiVersion" not in data or "kind" in data:
            return False
        self._found.problems.append(
            yaml.problem(
                "this is a Helm chart, and what its templates render cannot be told",
                yaml.span(path, reading.text, reading.documents[0].number, ("apiVersion",)),
                "render it with `helm template` and the values that you use, and scan the output",
            )
        )
        return True

    def _is_relevant(self, name: str) -> bool:
        return (
            is_manifest_name(name) or name in KUSTOMIZATION_NAMES or self._is_terraform_file(name)
        )

    def _refuse(self, path: str, problem: str, help: str) -> None:
        self._found.problems.append(unreachable(path, problem, help))
