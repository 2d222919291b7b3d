"""What lies on disk now, and whether it is what an earlier run saw there.

A file whose stamp is that of an earlier run was not touched since. Any other file is read, and its
content counts. In the same way a folder with the same stamp has the same entries.
"""

import contextlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Any, NamedTuple, Protocol

from compiler.cache.aside import aside
from compiler.cache.digest import Digest, content_digest
from compiler.cache.stamps import UNSETTLED, Stamp, settled, stamp_of
from compiler.emit import tree
from compiler.source.limits import MAX_BYTES

_FIRST_READ = 64 * 1024
# A larger spec is refused, whatever else it holds.
_MOST_READ_OF_SPEC = MAX_BYTES + 1

# Of folders: to begin another process takes 2 ms, and to look at a thousand of them 3 ms.
_WORTH_ANOTHER_PROCESS = 2000


class Seen(NamedTuple):
    """What was found, by its path below the repository."""

    folders: dict[str, Stamp]
    files: dict[str, bytes]
    """The stamp, and after it the digest of the content: empty for what is no file that counts.

    In one value, because thousands of them are read in each run.
    """


NOTHING = Seen({}, {})


class Survey(NamedTuple):
    """What lies on disk, and whether its content is what an earlier run saw."""

    seen: Seen
    same: bool


def survey_sources(root: str, known: Seen = NOTHING) -> Survey:
    """The files of apps/, environments/ and policies/. Of `known`, what was not touched is kept.

    A file that cannot be read is none that counts here; it is refused where it is needed.
    """
    return _look(_Sources(_prefix(root)), known)


def survey_rendered(root: str, known: Seen = NOTHING, only: list[str] | None = None) -> Survey:
    """What is below `rendered/`, or in the folders of these environments.

    Of `known`, what was not touched is kept. Raises OSError where a file cannot be read.
    """
    return _look(_Rendered(_prefix(root), only), known)


def digests_of(files: Mapping[str, bytes]) -> dict[str, Digest]:
    """What `survey_sources` would find of these, path -> content, were they on disk.

    Each is an ordinary file of a size that is read.
    """
    digests: dict[str, Digest] = {}
    for path, content in files.items():
        folder, _, below = path.partition("/")
        name, _, deeper = below.partition("/")
        if folder in _Sources.roots and not _is_passed_over(folder, name):
            digests[f"{folder}/{name}"] = b"" if deeper else content_digest(content)
    return digests


def digest_in(record: bytes) -> Digest:
    """The digest of a file of which `Seen` has this."""
    return record[len(UNSETTLED) :]


def overwritten(seen: Seen, written: Mapping[str, Digest], removed: Collection[str] = ()) -> Seen:
    """What was seen, after this run has written and removed files there."""
    if not written and not removed:
        return seen
    folders = dict(seen.folders)
    files = {path: known for path, known in seen.files.items() if path not in removed}
    for path, digest in written.items():
        files[path] = UNSETTLED + digest
    for path in (*written, *removed):
        while "/" in path:
            path = path.rpartition("/")[0]
            folders[path] = UNSETTLED
    return Seen(folders, files)


def laid_out(rendered: Seen) -> tree.Tree:
    """What is whose below `rendered/`."""
    found = tree.Tree({}, set(), set())
    for path, record in rendered.files.items():
        digest = digest_in(record)
        name = path.rpartition("/")[2]
        if digest:
            found.ours[path] = digest
        elif not tree.is_temporary(name):
            found.foreign.add(path)
        elif tree.is_left_over(name):
            found.leftover.add(path)
    return found


def has_temporary(rendered: Seen) -> bool:
    """Whether a run is writing there, or was killed when it was."""
    others = (path for path, record in rendered.files.items() if not digest_in(record))
    return any(tree.is_temporary(path.rpartition("/")[2]) for path in others)


class _Kind(Protocol):
    """How one kind of tree is looked at. Paths are below the repository."""

    prefix: str
    roots: tuple[str, ...]

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """What counts of a folder, or of what stands in its place: path, is it a folder."""

    def content(self, path: str, status: os.stat_result) -> Digest: ...


class _Sources:
    """What stands in the folders of sources. A link counts as the file that is read through it."""

    roots: tuple[str, ...] = ("apps", "environments", "policies")

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        # Refused where a spec is read; nothing that was seen there before counts any more.
        if folder != "policies" and os.path.islink(self.prefix + folder):
            return
        try:
            with os.scandir(self.prefix + folder) as entries:
                found = [entry.name for entry in entries]
        except OSError:
            return
        for name in found:
            if not _is_passed_over(folder, name):
                # A folder in it counts for nothing but for being there, which is refused.
                yield f"{folder}/{name}", False

    def content(self, path: str, status: os.stat_result) -> Digest:
        full = self.prefix + path
        try:
            if S_ISLNK(status.st_mode):
                if not self._is_read_through(path):
                    return b""
                status = os.stat(full)
            # A FIFO would block, and a device never end.
            if not S_ISREG(status.st_mode):
                return b""
            with open(full, "rb", buffering=0) as file:
                return content_digest(file.read(-1 if _is_rule(path) else _MOST_READ_OF_SPEC))
        except OSError:
            return b""

    def _is_read_through(self, link: str) -> bool:
        """Whether a link is followed: that of a spec may not lead out of the repository."""
        root, leads_to = os.path.realpath(self.prefix), os.path.realpath(self.prefix + link)
        return _is_rule(link) or (link.endswith(".yaml") and leads_to.startswith(root + os.sep))


def _is_passed_over(folder: str, name: str) -> bool:
    """Whether it is what Python keeps beside the rules, or editors and git beside the specs."""
    if folder == "policies":
        return name == "__pycache__"
    return name.startswith(".") or name.endswith("~")


def _is_rule(path: str) -> bool:
    return path.endswith(".py")


class _Rendered:
    """What is below `rendered/`. Nothing leads out of it: a link is a file that is not ours."""

    def __init__(self, prefix: str, only: list[str] | None) -> None:
        self.prefix = prefix
        self.roots = (
            (tree.RENDERED,) if only is None else tuple(f"{tree.RENDERED}/{e}" for e in only)
        )

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        return tree.entries(self.prefix, folder)

    def content(self, path: str, status: os.stat_result) -> Digest:
        if not S_ISREG(status.st_mode):
            return b""
        # Without a file object: 2 µs less for each of 8,000 files, and 1 µs without a second read.
        descriptor = os.open(self.prefix + path, os.O_RDONLY)
        try:
            # What is not ours may be of any size.
            content = os.read(descriptor, _FIRST_READ)
            if not tree.is_marked(content):
                return b""
            if len(content) != status.st_size:
                with open(descriptor, "rb", buffering=0, closefd=False) as file:
                    content += file.read()
            return content_digest(content)
        finally:
            os.close(descriptor)


def _look(kind: _Kind, known: Seen) -> Survey:
    """What is there now, and whether its content is what is known of it."""
    now = time.time_ns()
    if len(known.folders) < _WORTH_ANOTHER_PROCESS:
        folders, paths = _listed(kind, known, now)
        touched = _touched(kind, known.files, now)
    else:
        is_untouched = aside(lambda: _listed(kind, known, now) == (known.folders, known.files))
        touched = _touched(kind, known.files, now)
        folders, paths = known if is_untouched() else _listed(kind, known, now)
    if folders is known.folders and paths is known.files and not touched:
        # Most often: what is the same is not even copied.
        return Survey(known, True)
    new = {path: UNSETTLED for path in paths if path not in known.files}
    touched |= _touched(kind, new, now)
    files = {path: touched.get(path) or known.files.get(path, UNSETTLED) for path in paths}
    same = files.keys() == known.files.keys() and all(
        digest_in(record) == digest_in(known.files[path]) for path, record in touched.items()
    )
    return Survey(Seen(folders, files), same)


def _touched(kind: _Kind, files: Mapping[str, bytes], now: int) -> dict[str, bytes]:
    """What there is to know now of each of these files, where it is something else."""
    lstat, prefix = os.lstat, kind.prefix
    touched: dict[str, bytes] = {}
    for path, record in files.items():
        try:
            status = lstat(prefix + path)
        except OSError:
            touched[path] = UNSETTLED
            continue
        if not record.startswith(stamp_of(status)):
            # The stamp of a link says nothing of what it leads to.
            stamp = UNSETTLED if S_ISLNK(status.st_mode) else settled(status, now)
            found = stamp + kind.content(path, status)
            if found != record:
                touched[path] = found
    return touched


def _listed(kind: _Kind, known: Seen, now: int) -> tuple[dict[str, Stamp], Mapping[str, Any]]:
    """The folders and the paths of all files; those that are known where they are the same."""
    lstat, prefix = os.lstat, kind.prefix
    touched: dict[str, Stamp] = {}
    try:
        for path, stamp in known.folders.items():
            status = lstat(prefix + path)
            if stamp_of(status) != stamp:
                if not S_ISDIR(status.st_mode):
                    return _walked(kind, known, now)
                touched[path] = settled(status, now)
    except OSError:
        # A folder is gone.
        return _walked(kind, known, now)
    new = (path for path in kind.roots if path not in known.folders)
    if any(os.path.lexists(prefix + path) for path in new):
        return _walked(kind, known, now)
    if touched and not _has_same_entries(kind, known, touched):
        return _walked(kind, known, now)
    if all(known.folders[path] == stamp for path, stamp in touched.items()):
        return known.folders, known.files
    return {**known.folders, **touched}, known.files


def _has_same_entries(kind: _Kind, known: Seen, folders: Iterable[str]) -> bool:
    entries: dict[str, set[tuple[str, bool]]] = {folder: set() for folder in folders}
    for paths, are_folders in ((known.folders, True), (known.files, False)):
        for path in paths:
            folder = path.rpartition("/")[0]
            if folder in entries:
                entries[folder].add((path, are_folders))
    return all(set(kind.entries(folder)) == found for folder, found in entries.items())


def _walked(kind: _Kind, known: Seen, now: int) -> tuple[dict[str, Stamp], dict[str, None]]:
    children: dict[str, list[tuple[str, bool]]] = {}
    for paths, are_folders in ((known.folders, True), (known.files, False)):
        for path in paths:
            children.setdefault(path.rpartition("/")[0], []).append((path, are_folders))
    folders: dict[str, Stamp] = {}
    files: dict[str, None] = {}
    pending = list(kind.roots)
    while pending:
        folder = pending.pop()
        found: Iterable[tuple[str, bool]] | None = None
        with contextlib.suppress(OSError):
            status = os.lstat(kind.prefix + folder)
            if S_ISDIR(status.st_mode):
                folders[folder] = settled(status, now)
            if known.folders.get(folder) == stamp_of(status):
                found = children.get(folder, ())
        for path, is_folder in kind.entries(folder) if found is None else found:
            if is_folder:
                pending.append(path)
            else:
                files[path] = None
    return folders, files


def _prefix(root: str) -> str:
    return "" if root in ("", ".") else f"{root.rstrip('/')}/"
