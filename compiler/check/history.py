"""What earlier states of the repository said, as git keeps them."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from compiler import git
from compiler.link.promotion import Ahead, images_in
from compiler.source.limits import MAX_BYTES
from compiler.source.yaml import examine

if TYPE_CHECKING:
    from subprocess import Popen

_LOG = (
    *("log", "--format=", "--raw", "-z", "--no-abbrev", "--no-renames", "--relative"),
    # A state that a merge overruled was one all the same; of a merge, what differs from each side.
    # The whole folder: to match a thousand paths, git takes a hundred times as long as to list it.
    *("--full-history", "-m", "HEAD", "--", "apps"),
)
_SETTINGS = ("-c", "log.showRoot=true", "-c", "log.follow=false", "-c", "log.showSignature=false")
_FILES = (b"100644", b"100755")


class Seen(NamedTuple):
    """What git shows."""

    found: set[Ahead]
    """Those whose image was in the environment before, at some time."""
    unseen: str
    """Why more could not be seen; empty if all was, or nothing more was asked for."""


def seen(root: str, wanted: Iterable[Ahead]) -> Seen:
    """Look for the images in the history of the specs, newest first, until all are found.

    However many specs there are, it takes two processes, and a third where something is missing.
    """
    missing: dict[str, set[Ahead]] = {}
    for one in wanted:
        missing.setdefault(one.spec, set()).add(one)
    found: set[Ahead] = set()
    if not missing:
        return Seen(found, "")
    try:
        with _git(root, *_LOG) as log, _git(root, "cat-file", "--batch") as store:
            lacking = False
            for spec, content in _versions(log, store, missing):
                lacking |= content is None
                for one in [one for one in missing.get(spec, ()) if _has(one, content)]:
                    found.add(one)
                    missing[spec].remove(one)
                if not any(missing.values()):
                    log.kill()
                    return Seen(found, "")
            said = log.stderr.read() if log.stderr is not None else b""
            failed = log.wait() != 0
    except FileNotFoundError:
        return Seen(found, "there is no git on the PATH")
    if failed:
        return Seen(found, _complaint(said))
    if lacking:
        return Seen(found, "this clone lacks files of earlier commits")
    with _git(root, "rev-parse", "--is-shallow-repository") as asked:
        is_shallow = asked.communicate()[0].strip() == b"true"
    return Seen(found, "this clone is shallow" if is_shallow else "")


def _versions(
    log: "Popen[bytes]", store: "Popen[bytes]", specs: Mapping[str, Collection[Ahead]]
) -> Iterator[tuple[str, bytes | None]]:
    """Each version of a spec of which there is something to look for; None for one that is lost."""
    known: set[tuple[bytes, bytes]] = set()
    entries = _entries(log)
    for about in entries:
        path = next(entries)
        _, mode, _, id, _ = about.split()
        spec = os.fsdecode(path)
        if mode not in _FILES or not specs.get(spec) or (id, path) in known:
            continue
        known.add((id, path))
        yield spec, _content(store, id)


def _entries(log: "Popen[bytes]") -> Iterator[bytes]:
    """What stands between the null bytes of the log."""
    assert log.stdout is not None
    rest = b""
    while piece := os.read(log.stdout.fileno(), 1 << 16):
        *whole, rest = (rest + piece).split(b"\0")
        yield from (entry for entry in whole if entry.strip())


def _content(store: "Popen[bytes]", id: bytes) -> bytes | None:
    assert store.stdin is not None
    assert store.stdout is not None
    try:
        os.write(store.stdin.fileno(), id + b"\n")
    except BrokenPipeError:  # it ends where it cannot fetch what a clone with a filter lacks
        return None
    head = store.stdout.readline().split()
    if len(head) != 3 or not head[2].isdigit():
        return None
    content = store.stdout.read(int(head[2]) + 1)
    return content[:-1]


def _has(one: Ahead, content: bytes | None) -> bool:
    """Whether a version of a spec gives the app this image in the environment before."""
    if content is None or len(content) > MAX_BYTES or one.image.encode() not in content:
        return False
    document = examine(one.spec, content).document
    return document is not None and one.image in images_in(document.data, one.source).values()


def _complaint(said: bytes) -> str:
    """Why git shows nothing, from what it says."""
    text = said.decode(errors="replace").strip()
    if "not a git repository" in text.lower():
        return "this folder is in no git repository"
    if "any commits" in text or "'HEAD'" in text:
        return "there is no commit yet"
    return f"git says: {text.splitlines()[0].removeprefix('fatal: ')}" if text else "git failed"


def _git(root: str, *arguments: str) -> "Popen[bytes]":
    from subprocess import PIPE, Popen

    return Popen(
        git.command(root, "--literal-pathspecs", *_SETTINGS, *arguments),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**git.environment(), "GIT_NO_LAZY_FETCH": "1"},
    )
