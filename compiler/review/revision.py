"""A state of the repository that git keeps, read without checking it out.

Plumbing only: neither the user's files nor the index is touched, and no hook runs.
"""

import os
import posixpath
import subprocess
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import NamedTuple

from compiler import git
from compiler.cache.digest import Digest
from compiler.cache.survey import digests_of
from compiler.diagnostics.stopped import Stopped
from compiler.source.limits import MAX_BYTES
from compiler.spec.parse import did_you_mean

MAIN = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
"""Where the main branch is looked for; the first that is there counts."""

# What compiling reads: specs, environments with their placements, and rules of the repository.
_FOLDERS = ("apps", "environments", "policies")
_RULES = "policies/"
_MOST_BYTES_OF_A_RULE = 1 << 20

_LINK, _SUBMODULE = "120000", "160000"
# As many as Linux follows in one path.
_MOST_LINKS = 40

_INSTEAD = "compare with a folder instead: `portico diff --from DIR`"


class UnusableRevision(Stopped):
    """There is no git, no such revision, or not all of it; the message says what to do."""


class Revision(NamedTuple):
    """A commit, and how the user named it."""

    name: str
    commit: str


class _Entry(NamedTuple):
    mode: str
    id: str
    size: int


def revision(root: str, name: str) -> Revision:
    """The commit that a user means. Raises UnusableRevision."""
    _inside(root)
    if ".." in name:
        one, _, other = name.partition("...") if "..." in name else name.partition("..")
        raise UnusableRevision(
            f'"{name}" is a range: write two revisions, `portico diff {one or "HEAD"} '
            f"{other or 'HEAD'}`"
        )
    commit = _commit(root, name)
    if commit is not None:
        return Revision(name, commit)
    if _commit(root, "HEAD") is None:
        raise UnusableRevision(f"there is no commit yet to compare with: {_INSTEAD}")
    if _is_shallow(root):
        raise UnusableRevision(
            f'there is no revision "{name}" in this clone, which is shallow: fetch the rest with '
            "`git fetch --unshallow`, in GitHub Actions with `fetch-depth: 0`"
        )
    near = get_close_matches(name, _branches(root), n=1)
    hint = did_you_mean(name, near) if near else "`git branch --all` and `git tag` list names"
    raise UnusableRevision(f'there is no revision "{name}" in this git repository: {hint}')


def merge_base(root: str) -> Revision:
    """Where the checked-out branch left the main branch. Raises UnusableRevision."""
    _inside(root)
    if _commit(root, "HEAD") is None:
        raise UnusableRevision(f"there is no commit yet to compare with: {_INSTEAD}")
    main = next((name for name in MAIN if _commit(root, name) is not None), None)
    if main is None:
        tried = ", ".join(_short(name) for name in MAIN)
        raise UnusableRevision(
            f"there is no main branch to compare with (looked for {tried}): "
            "name a revision, `portico diff REVISION`"
        )
    target = _git(root, "symbolic-ref", "--quiet", main).stdout.decode().strip()
    main = target or main
    run = _git(root, "merge-base", "HEAD", main)
    base = run.stdout.decode().strip()
    if run.returncode == 0 and base:
        return Revision(_short(main), base)
    if _is_shallow(root):
        raise UnusableRevision(
            f"this clone is shallow and does not hold the commit where HEAD left {_short(main)}: "
            "fetch the rest with `git fetch --unshallow`, in GitHub Actions with `fetch-depth: 0`"
        )
    raise UnusableRevision(
        f"HEAD and {_short(main)} have no commit in common: name a revision, "
        "`portico diff REVISION`"
    )


class Kept(NamedTuple):
    """What compiling reads of a commit."""

    entries: dict[str, _Entry]
    contents: dict[str, bytes]
    """Path -> content, but for submodules and for files that are too large for a spec."""

    def specs(self) -> dict[str, bytes] | None:
        """The contents of apps/ and environments/, if all in there are ordinary files."""
        for path, entry in self.entries.items():
            if not path.startswith(_RULES) and (
                entry.mode == _LINK or path not in self.contents or path.count("/") != 1
            ):
                return None
        return {p: text for p, text in self.contents.items() if not p.startswith(_RULES)}

    def digests(self) -> dict[str, Digest] | None:
        """What `survey_sources` would find of it, if all in there are ordinary files."""
        if any(e.mode == _LINK or p not in self.contents for p, e in self.entries.items()):
            return None
        return digests_of(self.contents)

    def rules(self) -> "Kept":
        """Only the rules, which can be loaded from a folder alone."""
        return self.only({path for path in self.entries if path.startswith(_RULES)})

    def only(self, paths: Collection[str]) -> "Kept":
        """The same with these paths alone."""
        return self._replace(entries={p: e for p, e in self.entries.items() if p in paths})

    def write(self, folder: str) -> None:
        """Write it below a folder. Raises UnusableRevision.

        A link stays one, with what it points at if that is in the commit; a submodule is an empty
        folder, as it is in a fresh clone; of a file that is too large only the size is written, by
        which it is refused.
        """
        links = _links(self.entries, self.contents)
        try:
            # Links come last: nothing is ever written through one.
            for path, entry in self.entries.items():
                full = os.path.join(folder, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                if entry.mode == _SUBMODULE:
                    os.makedirs(full, exist_ok=True)
                elif path not in links:
                    with open(full, "wb") as file:
                        file.write(self.contents.get(path, b""))
                        if path not in self.contents:
                            file.truncate(MAX_BYTES + 1)
            for path in links:
                os.symlink(self.contents[path], os.fsencode(os.path.join(folder, path)))
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            where = os.path.relpath(os.fsdecode(error.filename), folder)
            raise UnusableRevision(f"{where} stands in this revision twice") from None


def kept(root: str, commit: str) -> Kept | None:
    """What git keeps of a commit, as far as compiling reads it. Raises UnusableRevision.

    None if the commit has nothing of a repository that Portico compiles.
    """
    run = _git(root, "rev-parse", "--show-prefix")
    tree = f"{commit}:{os.fsdecode(run.stdout).rstrip(chr(10)).rstrip('/')}"
    if _git(root, "cat-file", "-e", tree).returncode:
        return None
    entries = _listed(root, tree, _FOLDERS)
    if not any(path.split("/")[0] in _FOLDERS[:2] for path in entries):
        return None
    contents = _contents(root, entries)
    for _ in range(_MOST_LINKS):
        targets = {_target(path, contents[path]) for path in _links(entries, contents)}
        missing = [t for t in targets if t and t not in entries]
        more = {p: e for p, e in _listed(root, tree, missing).items() if p not in entries}
        if not more:
            break
        entries |= more
        contents |= _contents(root, more)
    return Kept(entries, contents)


def _listed(root: str, tree: str, paths: Iterable[str]) -> dict[str, _Entry]:
    """The files of a tree at or below these paths."""
    wanted = list(paths)
    if not wanted:
        return {}
    run = _git(root, "ls-tree", "-r", "-z", "-l", "--full-tree", tree, "--", *wanted)
    if run.returncode:
        raise UnusableRevision(_said(run))
    entries: dict[str, _Entry] = {}
    for line in run.stdout.split(b"\0"):
        if not line:
            continue
        about, _, path = line.partition(b"\t")
        mode, _, id, size = about.decode().split()
        # git itself would refuse to check such a path out.
        if any(part in (b"", b".", b"..", b".git") for part in path.split(b"/")):
            raise UnusableRevision(f"{os.fsdecode(path)} is no path that can be checked out")
        entries[os.fsdecode(path)] = _Entry(mode, id, int(size) if size.isdigit() else 0)
    return entries


def _contents(root: str, entries: dict[str, _Entry]) -> dict[str, bytes]:
    """What these files hold, but for submodules and files that are too large."""
    wanted = {path: entry.id for path, entry in entries.items() if _is_read(path, entry)}
    ids = list(dict.fromkeys(wanted.values()))
    run = _git(root, "cat-file", "--batch", input="".join(f"{id}\n" for id in ids).encode())
    if run.returncode:
        raise UnusableRevision(_said(run))
    by_id: dict[str, bytes] = {}
    at = 0
    for id in ids:
        end = run.stdout.index(b"\n", at)
        head = run.stdout[at:end].split()
        if len(head) != 3 or not head[2].isdigit():
            raise UnusableRevision(
                f"the clone lacks the object {id}: fetch it, or clone without a filter"
            )
        size = int(head[2])
        by_id[id] = run.stdout[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return {path: by_id[id] for path, id in wanted.items()}


def _is_read(path: str, entry: _Entry) -> bool:
    most = _MOST_BYTES_OF_A_RULE if path.startswith(_RULES) else MAX_BYTES
    return entry.mode != _SUBMODULE and entry.size <= most


def _links(entries: dict[str, _Entry], contents: dict[str, bytes]) -> list[str]:
    return [p for p, entry in entries.items() if entry.mode == _LINK and p in contents]


def _target(path: str, content: bytes) -> str:
    """The path in the repository that a link points at, or nothing if it points out of it."""
    target = os.fsdecode(content)
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return "" if joined.startswith(("/", "..")) or joined == "." else joined


def _commit(root: str, name: str) -> str | None:
    if name.startswith("-") or not name:
        return None
    run = _git(root, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}")
    return run.stdout.decode().strip() or None


def _branches(root: str) -> list[str]:
    run = _git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
    return run.stdout.decode(errors="replace").split()


def _is_shallow(root: str) -> bool:
    return _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"


def _inside(root: str) -> None:
    run = _git(root, "rev-parse", "--git-dir")
    if run.returncode and b"not a git repository" in run.stderr.lower():
        raise UnusableRevision(f"this folder is in no git repository: {_INSTEAD}")
    if run.returncode:
        raise UnusableRevision(_said(run))


def _short(name: str) -> str:
    return name.removeprefix("refs/").removeprefix("remotes/").removeprefix("heads/")


def _said(run: "subprocess.CompletedProcess[bytes]") -> str:
    """What git complained of, on one line."""
    lines = run.stderr.decode(errors="replace").strip().splitlines()
    return f"git: {lines[0].removeprefix('fatal: ') if lines else f'exit code {run.returncode}'}"


def _git(root: str, *arguments: str, input: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(
            git.command(root, *arguments),
            input=input,
            capture_output=True,
            check=False,
            env=git.environment(),
        )
    except FileNotFoundError:
        raise UnusableRevision(f"there is no git on the PATH: {_INSTEAD}") from None
    except ValueError:  # a null byte
        raise UnusableRevision("a revision holds no null byte") from None
