"""Text -> rendered/: write what differs, prune what is ours and gone, touch nothing else.

A file is ours when it begins with our mark. Every write goes to a temporary file that replaces the
old one in one step, so a run killed at any moment leaves whole files and the next run completes it.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from compiler.diagnostics.stopped import Stopped

RENDERED = "rendered"

MARK = "Compiled by portico from "
_YAML_MARK = f"# {MARK}".encode()
_JSON_MARK = f'{{\n  "//": "{MARK}'.encode()
_TEMPORARY = re.compile(r"\.portico-(?P<process>[0-9]+)-.+\.tmp")

# Others write these below an environment's folder, and it is right that they do: `flux bootstrap`
# keeps Flux itself in flux/flux-system/, and Terraform its providers and their hashes.
_OF_OTHERS = ("flux/flux-system", "terraform/.terraform", "terraform/.terraform.lock.hcl")
_OTHERS = tuple(path.rpartition("/")[2] for path in _OF_OTHERS)


class Unwritable(Stopped):
    """The tree cannot be written as it stands on disk; the message says where and why."""


class Tree(NamedTuple):
    """What lies below `rendered/`, as paths relative to the repository."""

    ours: dict[str, bytes]
    """Path -> the digest of its content."""
    foreign: set[str]
    leftover: set[str]
    """Temporary files of a run that was killed."""


class Difference(NamedTuple):
    """What would have to happen for the tree to be what was compiled. All lists are sorted."""

    missing: list[str]
    differing: list[str]
    stale: list[str]
    foreign: list[str]
    leftover: list[str]


def compare(desired: Mapping[str, bytes | None], tree: Tree) -> Difference:
    """Hold what is compiled, path -> digest of its text, against what lies on disk.

    A text that was not made yet, whose digest is None, does not differ.
    """
    return Difference(
        missing=sorted(p for p in desired if p not in tree.ours and p not in tree.foreign),
        differing=sorted(
            p for p, digest in desired.items() if digest and tree.ours.get(p, digest) != digest
        ),
        stale=sorted(tree.ours.keys() - desired.keys()),
        foreign=sorted(tree.foreign),
        leftover=sorted(tree.leftover),
    )


def refuse_obstacles(root: str, desired: Collection[str], difference: Difference) -> None:
    """Raises Unwritable when a foreign file stands where a compiled one has to."""
    foreign = set(difference.foreign)
    in_the_way = sorted(foreign.intersection(desired))
    for path in difference.missing:
        in_the_way += [parent for parent in _parents(path) if parent in foreign]
        if os.path.isdir(os.path.join(root, path)):
            in_the_way += [f for f in difference.foreign if f.startswith(f"{path}/")]
    if in_the_way:
        raise Unwritable(
            f"{in_the_way[0]} was not written by portico and stands where a compiled file has "
            "to: move it away, then compile again"
        )


def make_room(root: str, difference: Difference) -> None:
    """Remove what is gone and what was left over; foreign files stay as they are.

    Obstacles were refused before. Raises OSError as the file system does.
    """
    # One of these files may stand where a folder has to be.
    for path in (*difference.stale, *difference.leftover):
        _remove(os.path.join(root, path))
        _remove_empty_folders(root, path)
    for path in difference.missing:
        _remove_empty_tree(os.path.join(root, path))


def write(path: str, text: str) -> None:
    """Write a file in one step: whoever reads it finds the old text or the new, never a part.

    Raises OSError, which names `path` and not the temporary file.
    """
    write_bytes(path, text.encode())


def write_bytes(path: str, content: bytes) -> None:
    """`write`, for what is not text."""
    folder, slash, name = path.rpartition("/")
    temporary = f"{folder}{slash}.portico-{os.getpid()}-{name}.tmp"
    try:
        try:
            _create(temporary, content)
        except FileNotFoundError:
            # Asked for only when it is missing: 32,000 calls of the system for 8,100 files.
            os.makedirs(folder, exist_ok=True)
            _create(temporary, content)
        os.replace(temporary, path)
    except BaseException as failure:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        if isinstance(failure, OSError):
            raise OSError(failure.errno, failure.strerror, path) from None
        raise


def _create(path: str, content: bytes) -> None:
    # A file object asks the system three times as much as a descriptor: 25 % of a file's time.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    finally:
        os.close(descriptor)


def leftovers(root: str, folder: str) -> list[str]:
    """The temporary files that killed runs left in a folder, as paths below `root`."""
    try:
        names = os.listdir(os.path.join(root, folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [f"{folder}/{name}" for name in names if is_left_over(name)]


def entries(prefix: str, folder: str) -> Iterator[tuple[str, bool]]:
    """The entries of a folder below `rendered/`: the path of each, and whether it is a folder.

    What others keep there is left out. Links are not followed: where one stands in place of the
    folder itself, or a file does, that is the only entry. `prefix` stands before each path.
    """
    if os.path.islink(prefix + folder):
        yield folder, False
        return
    try:
        with os.scandir(prefix + folder) as found:
            named = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    except FileNotFoundError:
        return
    except NotADirectoryError:
        yield folder, False
        return
    for name, is_folder in named:
        path = f"{folder}/{name}"
        if name not in _OTHERS or _below(path) not in _OF_OTHERS:
            yield path, is_folder


def is_of_others(path: str) -> bool:
    """Whether a path below the repository lies in what others keep below `rendered/`."""
    below = f"{_below(path)}/"
    return any(below.startswith(f"{theirs}/") for theirs in _OF_OTHERS)


def _below(path: str) -> str:
    """`flux/estate` of `rendered/dev/flux/estate`."""
    return path.partition("/")[2].partition("/")[2]


def is_marked(content: bytes) -> bool:
    """Whether a content that begins like this is one that Portico wrote.

    Where two branches added the same file, git's mark of a conflict may stand above ours.
    """
    if content.startswith(b"<<<<<<< "):
        content = content.partition(b"\n")[2]
    return content.startswith((_YAML_MARK, _JSON_MARK))


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that a run is writing, or was killed writing."""
    return _TEMPORARY.fullmatch(name) is not None


def is_left_over(name: str) -> bool:
    """Whether a file of this name was left by a run that was killed."""
    temporary = _TEMPORARY.fullmatch(name)
    return temporary is not None and not _is_running(int(temporary["process"]))


def _is_running(process: int) -> bool:
    """Another run may be writing this very moment; its temporary file is no leftover."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return process != os.getpid()


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rsplit("/", 1)[0]
        yield path


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        # Another run has removed it already.
        return


def _remove_empty_tree(path: str) -> None:
    """Removes a folder that holds nothing but folders."""
    if os.path.islink(path) or not os.path.isdir(path):
        return
    for folder, _, _ in os.walk(path, topdown=False):
        os.rmdir(folder)


def _remove_empty_folders(root: str, path: str) -> None:
    folder = path.rsplit("/", 1)[0]
    while folder != RENDERED:
        try:
            os.rmdir(os.path.join(root, folder))
        except OSError:
            return
        folder = folder.rsplit("/", 1)[0]
