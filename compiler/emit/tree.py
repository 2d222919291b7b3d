"""Text -> rendered/: write what differs, prune what is ours and gone, touch nothing else.

A file is ours when it begins with our mark. Every write goes to a temporary file that replaces the
old one in one step, so a run killed at any moment leaves whole files and the next run completes it.
"""

import os
from collections.abc import Iterator
from typing import NamedTuple

RENDERED = "rendered"

MARK = "Compiled by portico from "
_YAML_MARK = f"# {MARK}".encode()
_JSON_MARK = f'{{\n  "//": "{MARK}'.encode()
_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = ".portico-", ".tmp"

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
    for folder in folders:
        full = os.path.join(root, folder)
        if os.path.islink(full) or (os.path.lexists(full) and not os.path.isdir(full)):
            tree.foreign.add(folder)
            continue
        for path in _files(root, folder):
            name = path.rsplit("/", 1)[1]
            if name.startswith(_TEMPORARY_PREFIX) and name.endswith(_TEMPORARY_SUFFIX):
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


def apply(root: str, desired: dict[str, str], difference: Difference) -> None:
    """Make the tree what was compiled. Foreign files stay as they are.

    Raises Unwritable, before anything is written, when a foreign file stands where one of ours
    has to; and OSError as the file system raises it.
    """
    in_the_way = [path for path in difference.foreign if path in desired]
    for path in difference.missing:
        in_the_way += [f for f in difference.foreign if path.startswith(f + "/")]
        if os.path.isdir(os.path.join(root, path)):
            in_the_way.append(path)
    if in_the_way:
        raise Unwritable(
            f"{in_the_way[0]} was not written by portico and stands where a compiled file has "
            "to: move it away, then compile again"
        )
    for path in (*difference.missing, *difference.differing):
        write(os.path.join(root, path), desired[path])
    for path in (*difference.stale, *difference.leftover):
        os.unlink(os.path.join(root, path))
        _remove_empty_folders(root, path)


def write(path: str, text: str) -> None:
    """Write a file in one step: whoever reads it finds the old text or the new, never a part."""
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f"{_TEMPORARY_PREFIX}{os.getpid()}-{name}{_TEMPORARY_SUFFIX}")
    try:
        with open(temporary, "wb") as file:
            file.write(text.encode())
        os.replace(temporary, path)
    except BaseException:
        if os.path.lexists(temporary):
            os.unlink(temporary)
        raise


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
