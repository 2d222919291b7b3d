"""The files of a repository: which ones are specs, and reading them all."""

import os
import stat
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rejected, Rule, Span
from compiler.diagnostics.stopped import Stopped
from compiler.source.limits import MAX_BYTES
from compiler.source.yaml import Document, Reader, examine, read
from compiler.watch import Watch, unwatched

UNREADABLE = Rule(
    "PT001",
    "file that cannot be read",
    "A spec that cannot be read would silently be missing from what is compiled.",
    what="Refuses a file in apps/ or environments/ that cannot be read: nobody may open it, it is "
    "a folder or a device, or it is a link to something outside the repository.",
    fix="Commit the spec itself, as an ordinary file that everybody may read. Put the content in "
    "place of a link to it.",
    failing="""\
-- apps/cart.yaml/notes.txt --
Here apps/cart.yaml is a folder.
""",
    passing="""\
-- apps/cart.yaml --
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
environments:
  dev:
""",
)
MISPLACED = Rule(
    "PT013",
    "file that is not a spec",
    "Every file in apps/ and environments/ is compiled; one that is passed over would be a spec "
    "that somebody believes in and nobody runs.",
    what="Refuses whatever lies in apps/ or environments/ and is not a spec: folders, hidden files "
    "and files with another ending than .yaml. README.md, .gitignore and .gitkeep may be there.",
    fix="Name a spec `apps/<name>.yaml` or `environments/<name>.yaml`. Move everything else to "
    "another folder.",
    failing="""\
-- apps/cart.yml --
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
environments:
  dev:
""",
    passing="""\
-- apps/cart.yaml --
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
environments:
  dev:
""",
)
NAME_COLLISION = Rule(
    "PT014",
    "names that differ only in case",
    "On a file system that ignores case one of the two files would replace the other.",
    what="Refuses two files of one folder whose names differ only in upper and lower case.",
    fix="Rename one of them, or remove the one that was left behind by a change of its name. "
    "Names are lowercase.",
    failing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
-- apps/Shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.1
environments:
  dev:
""",
    passing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
-- apps/shop-admin.yaml --
name: shop-admin
team: sales
image: ghcr.io/acme/shop:1.4.1
environments:
  dev:
""",
)
PLACEMENT_SUFFIX = ".placement.yaml"

_TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotARepository(Stopped):
    """The folder does not have the shape of a repository that Portico compiles."""


class Sources(NamedTuple):
    """What was read. Names are file names without `.yaml`, also of files that were refused.

    Documents that were refused for what stands in single places of them are there too, so that
    everything else that is wrong with them can be reported at once.
    """

    apps: dict[str, Document]
    environments: dict[str, Document]
    placements: dict[str, Document]
    unread: frozenset[str]
    """The paths of files that are there and did not have to be read."""
    app_names: tuple[str, ...]
    environment_names: tuple[str, ...]
    diagnostics: list[Diagnostic]


def load(
    root: str,
    reader: Reader = examine,
    files: Mapping[str, bytes] | None = None,
    known: Collection[str] = (),
    watch: Watch = unwatched,
) -> Sources:
    """Read every spec below `root`; what cannot be read is in the diagnostics.

    `files` are the contents of all files in apps/ and environments/, by path, where they are not
    on disk; each is an ordinary file of a size that is read. `known` are the paths of files that
    need not be read. There may be no app yet. Raises NotARepository when there is no `apps/`, or
    nothing in it that git would keep, and when there is no environment.
    """
    if not os.path.isdir(root):
        raise NotARepository(f'"{root}" is not a folder')
    diagnostics: list[Diagnostic] = []
    app_entries = _entries(root, "apps", files)
    if not app_entries:
        raise NotARepository(
            "apps/ is empty, and git keeps no empty folder: add a spec, apps/<name>.yaml, or, "
            "where there is no app yet, a README.md"
        )
    app_files = _spec_files(app_entries, "apps", diagnostics)
    environment_files = _spec_files(
        _entries(root, "environments", files), "environments", diagnostics
    )
    placement_files = [f for f in environment_files if f.endswith(PLACEMENT_SUFFIX)]
    environment_files = [f for f in environment_files if not f.endswith(PLACEMENT_SUFFIX)]
    if not diagnostics and not environment_files:
        raise NotARepository("environments/ has no environment: add one, environments/<name>.yaml")

    unread = {f"apps/{f}" for f in app_files} | {f"environments/{f}" for f in placement_files}
    unread &= set(known)

    def documents(folder: str, names: list[str], suffix: str) -> dict[str, Document]:
        wanted = [name for name in names if f"{folder}/{name}" not in unread]
        watched = watch("reading specs", wanted)
        return _read_all(root, folder, watched, suffix, diagnostics, reader, files)

    return Sources(
        apps=documents("apps", app_files, ".yaml"),
        environments=documents("environments", environment_files, ".yaml"),
        placements=documents("environments", placement_files, PLACEMENT_SUFFIX),
        unread=frozenset(unread),
        app_names=tuple(f.removesuffix(".yaml") for f in app_files),
        environment_names=tuple(f.removesuffix(".yaml") for f in environment_files),
        diagnostics=diagnostics,
    )


def load_file(root: str, path: str) -> Document:
    """One more file of the repository, by the same reader. Raises Rejected."""
    document = read(path, content_of(root, path))
    found = _placeholders(document)
    if found:
        raise Rejected(found)
    return document


class _Entry(NamedTuple):
    """What stands in a folder; a link is neither a file nor a folder."""

    name: str
    is_file: bool
    is_folder: bool


def _entries(root: str, folder: str, files: Mapping[str, bytes] | None) -> list[_Entry]:
    """Everything in a folder, sorted. Raises NotARepository."""
    if files is not None:
        inside = sorted(path for path in files if path.startswith(f"{folder}/"))
        if not inside:
            raise _no_folder(folder)
        return [_Entry(path.partition("/")[2], True, False) for path in inside]
    if os.path.islink(os.path.join(root, folder)):
        raise NotARepository(f"{folder} is a link, and must be a folder of the repository itself")
    try:
        with os.scandir(os.path.join(root, folder)) as found:
            return sorted(
                _Entry(
                    entry.name,
                    entry.is_file(follow_symlinks=False),
                    entry.is_dir(follow_symlinks=False),
                )
                for entry in found
            )
    except FileNotFoundError:
        raise _no_folder(folder) from None
    except NotADirectoryError:
        raise NotARepository(f"{folder} is a file, and must be a folder of specs") from None
    except OSError as error:
        raise NotARepository(f"{folder}/ cannot be read: {error.strerror}") from None


def _no_folder(folder: str) -> NotARepository:
    return NotARepository(
        f"there is no {folder}/ here: run portico where apps/ and environments/ are, "
        "or name that folder with --root"
    )


def _spec_files(entries: list[_Entry], folder: str, diagnostics: list[Diagnostic]) -> list[str]:
    """The names of the spec files of a folder; anything else in it is a diagnostic."""
    files: list[str] = []
    by_folded_name: dict[str, str] = {}
    for entry in entries:
        path = f"{folder}/{entry.name}"
        # Hidden files and backups are those of editors and of git.
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        if entry.name == "README.md" and entry.is_file:
            continue
        if not entry.name.endswith(".yaml"):
            what = "a folder" if entry.is_folder else "not a .yaml file"
            diagnostics.append(
                Diagnostic(
                    MISPLACED,
                    f"{path} is {what}, and {folder}/ holds specs only",
                    Place(Span(path)),
                    help=f"rename it to {path.removesuffix('.yml')}.yaml"
                    if path.endswith(".yml")
                    else f"move it elsewhere; a spec is a file {folder}/<name>.yaml",
                )
            )
            continue
        twin = by_folded_name.setdefault(entry.name.casefold(), entry.name)
        if twin != entry.name:
            diagnostics.append(
                Diagnostic(
                    NAME_COLLISION,
                    f"{path} and {folder}/{twin} differ only in case",
                    Place(Span(path)),
                    (Place(Span(f"{folder}/{twin}")),),
                    help="rename one of them; names are lowercase",
                )
            )
        files.append(entry.name)
    return files


def _read_all(
    root: str,
    folder: str,
    files: Iterable[str],
    suffix: str,
    diagnostics: list[Diagnostic],
    reader: Reader,
    given: Mapping[str, bytes] | None,
) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for file in files:
        path = f"{folder}/{file}"
        try:
            document, problems = reader(
                path, content_of(root, path) if given is None else given[path]
            )
        except Rejected as rejected:
            document, problems = None, rejected.diagnostics
        diagnostics.extend(problems)
        if document is not None:
            documents[file.removesuffix(suffix)] = document
            diagnostics.extend(_placeholders(document))
    return documents


def _placeholders(document: Document) -> list[Diagnostic]:
    # Almost no file has one, and to look for the word costs 0.1 µs.
    if "CHANGE-ME" not in document.text:
        return []
    from compiler.source.placeholder import placeholders

    return placeholders(document)


def content_of(root: str, path: str) -> bytes:
    """The bytes of a file, at most one more than a spec may have. Never follows a link out."""
    full = os.path.join(root, path)
    try:
        if os.path.islink(full) and not _inside(root, full):
            raise Rejected(
                [
                    _unreadable(
                        path,
                        "is a link to a file outside the repository",
                        "commit the file itself: what is compiled must be what was reviewed",
                    )
                ]
            )
        # A FIFO or a device would block or never end; O_NONBLOCK lets the check below see it.
        descriptor = os.open(full, _TO_READ)
        try:
            status = os.fstat(descriptor)
            # A folder is refused below, in the system's words.
            if stat.S_IFMT(status.st_mode) not in (stat.S_IFREG, stat.S_IFDIR):
                raise Rejected([_unreadable(path, "is not a regular file", "make it one")])
            # Not MAX_BYTES for each: making room for so many takes Python 15 µs.
            return os.read(descriptor, min(status.st_size, MAX_BYTES) + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Rejected(
            [_unreadable(path, f"cannot be read: {reason}", "check that it is a readable file")]
        ) from None


def _inside(root: str, link: str) -> bool:
    real_root = os.path.realpath(root)
    return os.path.realpath(link).startswith(real_root + os.sep)


def _unreadable(path: str, problem: str, help: str) -> Diagnostic:
    return Diagnostic(UNREADABLE, f"{path} {problem}", Place(Span(path)), help=help)
