"""What lies on disk now, and whether it is what an earlier run saw there.

A file whose stamp is that of an earlier run was not touched since. Any other file is read, and its
content counts. In the same way a folder with the same stamp has the same entries.
"""

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from stat import S_ISDIR, S_ISREG
from typing import Any, NamedTuple, Protocol

from compiler.cache.digest import Digest, content_digest, digest_of
from compiler.cache.stamps import UNSETTLED, Stamp, settled, settled_time, stamp_of
from compiler.emit import tree

_FIRST_READ = 64 * 1024


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


class _Kind(Protocol):
    """How one kind of tree is looked at. Paths are below the repository."""

    prefix: str
    roots: tuple[str, ...]

    def stat(self, path: str) -> os.stat_result: ...

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """What counts of a folder, or of what stands in its place: path, is it a folder."""

    def content(self, path: str, status: os.stat_result) -> Digest: ...


class _Sources:
    """The files of the folders of sources. A link counts as what it leads to."""

    roots: tuple[str, ...] = ("apps", "environments", "policies")

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    stat = staticmethod(os.stat)

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        # Refused where a spec is read; nothing that was seen there before counts any more.
        if folder != "policies" and os.path.islink(self.prefix + folder):
            return
        try:
            found = os.listdir(self.prefix + folder)
        except OSError:
            return
        for name in found:
            # What editors, git and Python keep there is no source. A folder is none either, but it
            # is refused; and what a killed run left is removed.
            is_kept = name.startswith(".") or name.endswith("~") or name == "__pycache__"
            if not is_kept or tree.is_temporary(name):
                yield f"{folder}/{name}", False

    def content(self, path: str, status: os.stat_result) -> Digest:
        # A FIFO would block, and a device never end.
        if not S_ISREG(status.st_mode):
            return b""
        try:
            with open(self.prefix + path, "rb", buffering=0) as file:
                content = file.read()
        except OSError:
            return b""
        # The same text behind a link out of the repository is refused.
        if os.path.islink(self.prefix + path) and not self._is_inside(path):
            return digest_of("outside", content)
        return content_digest(content)

    def _is_inside(self, link: str) -> bool:
        root = os.path.realpath(self.prefix or ".")
        return os.path.realpath(self.prefix + link).startswith(root + os.sep)


class _Rendered:
    """What is below `rendered/`. Nothing leads out of it: a link is a file that is not ours."""

    def __init__(self, prefix: str, only: list[str] | None) -> None:
        self.prefix = prefix
        self.roots = (
            (tree.RENDERED,) if only is None else tuple(f"{tree.RENDERED}/{e}" for e in only)
        )

    stat = staticmethod(os.lstat)

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        return tree.entries(self.prefix, folder)

    def content(self, path: str, status: os.stat_result) -> Digest:
        if not S_ISREG(status.st_mode):
            return b""
        with open(self.prefix + path, "rb", buffering=0) as file:
            content = file.read(_FIRST_READ)
            # What is not ours may be of any size.
            return content_digest(content + file.read()) if tree.is_marked(content) else b""


def _look(kind: _Kind, known: Seen) -> Survey:
    """What is there now, and whether its content is what is known of it."""
    before = settled_time()
    folders, paths = _listed(kind, known, before)
    # Most often nothing was touched: what is the same is not even copied.
    touched: dict[str, bytes] = {}
    same = True
    stat, prefix, files = kind.stat, kind.prefix, known.files
    for path, record in files.items() if paths is files else _records(paths, files):
        try:
            status = stat(prefix + path)
        except OSError:
            same = False
            touched[path] = UNSETTLED
            continue
        if not record.startswith(stamp_of(status)):
            if tree.is_temporary(path.rpartition("/")[2]):
                # It is left over as soon as the run ends that writes it.
                same = False
                touched[path] = UNSETTLED
                continue
            digest = kind.content(path, status)
            same &= digest == digest_in(record)
            touched[path] = settled(status, before) + digest
    if folders is known.folders and not touched:
        return Survey(known, True)
    if paths is files:
        return Survey(Seen(folders, {**files, **touched}), same)
    same &= paths.keys() == files.keys()
    seen = Seen(folders, {path: touched.get(path) or files[path] for path in paths})
    return Survey(seen, same)


def _records(paths: Iterable[str], files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    return ((path, files.get(path, UNSETTLED)) for path in paths)


def _listed(kind: _Kind, known: Seen, before: int) -> tuple[dict[str, Stamp], Mapping[str, Any]]:
    """The folders and the paths of all files; those that are known if no folder was touched."""
    lstat, prefix = os.lstat, kind.prefix
    same = True
    try:
        for path, stamp in known.folders.items():
            if stamp_of(lstat(prefix + path)) != stamp:
                same = False
                break
    except OSError:
        # A folder is gone.
        same = False
    new = (path for path in kind.roots if path not in known.folders)
    if same and not any(os.path.lexists(prefix + path) for path in new):
        return known.folders, known.files
    return _walked(kind, known, before)


def _walked(kind: _Kind, known: Seen, before: int) -> tuple[dict[str, Stamp], dict[str, None]]:
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
                folders[folder] = settled(status, before)
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
