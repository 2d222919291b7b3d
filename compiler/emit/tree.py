"""Text -> rendered/: write what differs, prune what is ours and gone, touch nothing else.

A file is ours when it begins with our mark. Every write goes to a temporary file that replaces the
old one in one step, so a run killed at any moment leaves whole files and the next run completes it.
"""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

RENDERED = "rendered"

MARK = "Compiled by portico from "
_YAML_MARK = f"# {MARK}".encode()
_JSON_MARK = f'{{\n  "//": "{MARK}'.encode()
_TEMPORARY = re.compile(r"\.portico-(?P<process>[0-9]+)-.+\.tmp")

# Others write these below an environment's folder, and it is right that they do: `flux bootstrap`
# keeps Flux itself in flux/flux-system/, and Terraform its providers and their hashes.
_FLUX_FOLDER = ("flux", "flux-system")
_TERRAFORM_FOLDER = ("terraform", ".terraform")
_TERRAFORM_LOCK = ("terraform", ".terraform.lock.hcl")


class Unwritable(Exception):
    """The tree cannot be written as it stands on disk; the message says where and why."""


class Tree(NamedTuple):
    """What lies below `rendered/`, as paths relative to the repository."""

    ours: set[str]
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


def scan(root: str, environments: list[str] | None = None) -> Tree:
    """Find every file below `rendered/`, or below these environments' folders only."""
    tree = Tree(set(), set(), set())
    folders = [RENDERED] if environments is None else [f"{RENDERED}/{e}" for e in environments]
    if not _usable(os.path.join(root, RENDERED)):
        tree.foreign.add(RENDERED)
        return tree
    for folder in folders:
        if not _usable(os.path.join(root, folder)):
            tree.foreign.add(folder)
            continue
        for path in _files(root, folder):
            name = path.rsplit("/", 1)[1]
            temporary = _TEMPORARY.fullmatch(name)
            if temporary is not None:
                if not _is_running(int(temporary["process"])):
                    tree.leftover.add(path)
            elif _is_ours(os.path.join(root, path)):
                tree.ours.add(path)
            else:
                tree.foreign.add(path)
    return tree


def compare(root: str, desired: dict[str, str], tree: Tree) -> Difference:
    """Hold what was compiled, path -> text, against what lies on disk."""
    missing: list[str] = []
    differing: list[str] = []
    for path, text in desired.items():
        if path in tree.ours:
            if _read(os.path.join(root, path)) != text.encode():
                differing.append(path)
        elif path not in tree.foreign:
            missing.append(path)
    return Difference(
        missing=sorted(missing),
        differing=sorted(differing),
        stale=sorted(tree.ours - desired.keys()),
        foreign=sorted(tree.foreign),
        leftover=sorted(tree.leftover),
    )


def refuse_obstacles(root: str, desired: dict[str, str], difference: Difference) -> None:
    """Raises Unwritable when a foreign file stands where a compiled one has to."""
    foreign = set(difference.foreign)
    in_the_way = sorted(foreign & desired.keys())
    for path in difference.missing:
        in_the_way += [parent for parent in _parents(path) if parent in foreign]
        if os.path.isdir(os.path.join(root, path)):
            in_the_way += [f for f in difference.foreign if f.startswith(f"{path}/")]
    if in_the_way:
        raise Unwritable(
            f"{in_the_way[0]} was not written by portico and stands where a compiled file has "
            "to: move it away, then compile again"
        )


def apply(root: str, desired: dict[str, str], difference: Difference) -> None:
    """Make the tree what was compiled; foreign files stay as they are.

    Obstacles were refused before. Raises OSError as the file system does.
    """
    # First what is gone: one of those files may stand where a folder has to be.
    for path in (*difference.stale, *difference.leftover):
        _remove(os.path.join(root, path))
        _remove_empty_folders(root, path)
    for path in difference.missing:
        _remove_empty_tree(os.path.join(root, path))
    for path in (*difference.missing, *difference.differing):
        write(os.path.join(root, path), desired[path])


def write(path: str, text: str) -> None:
    """Write a file in one step: whoever reads it finds the old text or the new, never a part.

    Raises OSError, which names `path` and not the temporary file.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".portico-{os.getpid()}-{name}.tmp")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(text.encode())
        os.replace(temporary, path)
    except BaseException as failure:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        if isinstance(failure, OSError):
            raise OSError(failure.errno, failure.strerror, path) from None
        raise


def leftovers(root: str, folder: str) -> list[str]:
    """The temporary files that killed runs left in a folder, as paths below `root`."""
    found = [(name, _TEMPORARY.fullmatch(name)) for name in os.listdir(os.path.join(root, folder))]
    return [
        f"{folder}/{name}"
        for name, match in found
        if match is not None and not _is_running(int(match["process"]))
    ]


def is_temporary(name: str) -> bool:
    """Whether a file of this name is one that a run is writing, or was killed writing."""
    return _TEMPORARY.fullmatch(name) is not None


def _usable(folder: str) -> bool:
    """Whether a folder can be written below: it is one and no link, or there is nothing yet."""
    return not os.path.islink(folder) and (os.path.isdir(folder) or not os.path.lexists(folder))


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


def _files(root: str, folder: str) -> Iterator[str]:
    """Every file below a folder but those that others keep there. Links are not followed."""
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = list(os.scandir(os.path.join(root, current)))
        except FileNotFoundError:
            continue
        for entry in entries:
            path = f"{current}/{entry.name}"
            below_environment = tuple(path.split("/")[2:])
            if below_environment in (_FLUX_FOLDER, _TERRAFORM_FOLDER, _TERRAFORM_LOCK):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                yield path


def _is_ours(path: str) -> bool:
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        head = file.read(max(len(_YAML_MARK), len(_JSON_MARK)))
    return head.startswith((_YAML_MARK, _JSON_MARK))


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _remove_empty_folders(root: str, path: str) -> None:
    folder = path.rsplit("/", 1)[0]
    while folder != RENDERED:
        try:
            os.rmdir(os.path.join(root, folder))
        except OSError:
            return
        folder = folder.rsplit("/", 1)[0]
