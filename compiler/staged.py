"""What is staged in git: the files of the next commit, whatever else lies on disk."""

import os
from collections.abc import Iterable
from typing import NamedTuple

from compiler import git
from compiler.diagnostics.stopped import Stopped
from compiler.emit import tree
from compiler.source.repository import PLACEMENT_SUFFIX

# `--checkov` is configured at the top.
_SOURCES = ("apps", "environments", "policies", ".checkov.yaml")
_LINK, _MERGED = "120000 ", " 0"
_MARKED_BYTES = 1024


class NotStaged(Stopped):
    """What is staged cannot be told; the message says why."""


class Unstaged(NamedTuple):
    """What compiling wrote or removed, and the next commit does not. Paths are sorted."""

    paths: list[str]
    ignored: list[str]
    """Those that git ignores: nobody would notice that they are missing."""

    def to_add(self) -> str:
        """What to hand to `git add`, in few words."""
        placements = [path for path in self.paths if not _is_rendered(path)]
        rendered = [tree.RENDERED] if len(placements) < len(self.paths) else []
        return " ".join(rendered + placements)


def left_out(root: str, *folders: str) -> list[str]:
    """The sources that are not on disk as they are staged: changed, removed, or unknown to git.

    `folders` are looked at too. Raises NotStaged.
    """
    return _listed(root, [*_SOURCES, *folders])


def check_out(root: str, folder: str, *folders: str) -> str:
    """Write the staged sources below a folder, as git would; where the repository stands there.

    `folders` are written too, and git knows the history of the repository there. Raises NotStaged.
    """
    entries = _entries(root, *_SOURCES, *folders)
    if any(entry.startswith(_LINK) for entry in entries.values()):
        # It may point at any file of the repository.
        entries = _entries(root)
    paths = os.fsencode("\0".join(entries))
    target = f"--prefix={os.path.abspath(folder)}/"
    _git(root, "checkout-index", "--quiet", target, "-z", "--stdin", given=paths)
    where = _git(root, "rev-parse", "--absolute-git-dir", "--show-prefix")
    git_folder, _, prefix = os.fsdecode(where).partition("\n")
    with open(os.path.join(folder, ".git"), "w", encoding="utf-8") as link:
        link.write(f"gitdir: {git_folder}\n")
    below = os.path.join(folder, prefix.strip("\n"))
    os.makedirs(below, exist_ok=True)
    return below


def unstaged(root: str, only: Iterable[str] | None, written: Iterable[str]) -> Unstaged:
    """What is compiled for these environments, or all, and not staged. Raises NotStaged.

    `written` is what was, just now; of placements nothing else is looked at.
    """
    folders = [tree.RENDERED] if only is None else [f"{tree.RENDERED}/{name}" for name in only]
    found = [path for path in _listed(root, folders) if _is_compiled(root, path)]
    asked = os.fsencode("\0".join(found))
    said = _git(root, "check-ignore", "-z", "--stdin", given=asked, fine=(0, 1)) if found else b""
    placements = [path for path in written if not _is_rendered(path)]
    return Unstaged(sorted(found + placements), _split(said))


def _entries(root: str, *paths: str) -> dict[str, str]:
    """What is staged below these paths, or everywhere: path -> mode and id. Raises NotStaged."""
    listed = [
        e.partition("\t") for e in _split(_git(root, "ls-files", "--stage", "-z", "--", *paths))
    ]
    if any(not about.endswith(_MERGED) for about, _, _ in listed):
        raise NotStaged(
            "some files are still in conflict: resolve them, `portico compile`, then `git add` them"
        )
    # Files that are only intended to be added: what they hold is not staged.
    said = _git(root, "diff-files", "-z", "--name-only", "--relative", "--diff-filter=A")
    intended = set(_split(said))
    return {path: about for about, _, path in listed if path not in intended}


def notes(left_out: list[str]) -> tuple[str, ...]:
    """What a person is told of what is not on disk as it is staged."""
    specs = [p for p in left_out if not (p.endswith(PLACEMENT_SUFFIX) or _is_rendered(p))]
    return tuple(f"what is not staged of {path} was left out" for path in specs)


def _is_rendered(path: str) -> bool:
    return path.startswith(f"{tree.RENDERED}/")


def _is_compiled(root: str, path: str) -> bool:
    """Whether a file is one that compiling writes; one that is gone was, as far as can be told."""
    try:
        with open(os.path.join(root, path), "rb") as file:
            return tree.is_marked(file.read(_MARKED_BYTES))
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _listed(root: str, paths: Iterable[str]) -> list[str]:
    """The files below these paths that are not on disk as they are staged, sorted."""
    kinds = ("--others", "--modified", "--deleted")
    found = set(_split(_git(root, "ls-files", "-z", *kinds, "--", *paths)))
    return sorted(path for path in found if not _is_of_others(path))


def _is_of_others(path: str) -> bool:
    """Whether Python, Flux or Terraform keeps a file there that compiling never looks at."""
    return "/__pycache__/" in path or (_is_rendered(path) and tree.is_of_others(path))


def _split(said: bytes) -> list[str]:
    return [os.fsdecode(path) for path in said.split(b"\0") if path]


def _git(root: str, *arguments: str, given: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
    import subprocess

    try:
        run = subprocess.run(
            git.command(root, *arguments),
            input=given,
            capture_output=True,
            check=False,
            env=git.environment(),
        )
    except FileNotFoundError:
        raise NotStaged("there is no git on the PATH, so nothing is staged") from None
    if run.returncode in fine:
        return run.stdout
    said = run.stderr.decode(errors="replace")
    if "not a git repository" in said.lower():
        raise NotStaged("this folder is in no git repository, so nothing is staged")
    raise NotStaged(f"git: {said.strip().splitlines()[0] if said.strip() else run.returncode}")
