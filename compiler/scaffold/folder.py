"""Where a new repository is to be: what may be there already, and writing all of it or nothing."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping

from compiler.diagnostics.stopped import Stopped

# What GitHub, GitLab and others put into a repository when they make it.
_OF_HOSTERS = re.compile(
    r"\.git|\.gitignore|\.gitattributes|(?:readme|licen[cs]e|copying)(?:\.\w+)?", re.IGNORECASE
)


class Occupied(Stopped):
    """The folder is not one for a new repository; the message says why."""


def names_in(folder: str) -> frozenset[str]:
    """What is in the folder already, or would be in the way. Raises Occupied and OSError."""
    if not os.path.lexists(folder):
        names = frozenset[str]()
    elif os.path.isdir(folder):
        names = frozenset(os.listdir(folder))
    else:
        raise Occupied(f"{folder} is no folder")
    others = sorted(name for name in names if not _OF_HOSTERS.fullmatch(name))
    if others:
        raise Occupied(
            f"{folder} holds {others[0]} already: a new repository needs a folder that is not "
            "there yet or is empty, or a git repository with a README, a licence and a .gitignore "
            "at most"
        )
    around = None if ".git" in names else _git_repository_around(folder)
    if around is not None:
        # `path: ./rendered/...` of a Flux Kustomization counts from the top of its GitRepository.
        raise Occupied(
            f"{folder} is inside the git repository {around}, and Flux reads rendered/ from the "
            "top of a repository: choose a folder outside, or run `git init` in this one first"
        )
    return names


def place(folder: str, files: Mapping[str, str]) -> None:
    """Write the files, path -> text, below a folder that has none of them: all or, if anything
    goes wrong, none. Raises OSError."""
    target = os.path.abspath(folder)
    is_there = os.path.isdir(target)
    missing = list(_missing_above(target))
    nearest = target if is_there else os.path.dirname(missing[-1] if missing else target)
    staged = os.path.join(nearest, f".portico-init-{os.getpid()}")
    placed: list[str] = []
    made: list[str] = []
    try:
        os.mkdir(staged)
        for path, text in files.items():
            _write(os.path.join(staged, path), text)
        for above in reversed(missing):
            made.append(above)
            os.mkdir(above)
        if is_there:
            for name in os.listdir(staged):
                placed.append(os.path.join(target, name))
                try:
                    _move(os.path.join(staged, name), placed[-1])
                except OSError:
                    placed.pop()  # whatever stands there is not ours
                    raise
            os.rmdir(staged)
        else:
            os.rename(staged, target)
    except BaseException as failure:
        for path in (*placed, staged):
            _remove(path)
        for above in reversed(made):
            with contextlib.suppress(OSError):
                os.rmdir(above)
        if isinstance(failure, OSError):
            raise OSError(failure.errno, failure.strerror, folder) from None
        raise


def _missing_above(target: str) -> Iterator[str]:
    """The folders that are not there, from the innermost outwards; the target itself is none."""
    above = os.path.dirname(target)
    while not os.path.lexists(above):
        yield above
        above = os.path.dirname(above)


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as file:
        file.write(text.encode())


def _move(path: str, to: str) -> None:
    if os.path.isdir(path):
        os.rename(path, to)
    else:
        # Unlike a rename, a link never takes the place of a file.
        os.link(path, to)
        os.unlink(path)


def _remove(path: str) -> None:
    import shutil

    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)


def _git_repository_around(folder: str) -> str | None:
    above = os.path.dirname(os.path.realpath(folder))
    while True:
        if os.path.lexists(os.path.join(above, ".git")):
            return above
        if above == os.path.dirname(above):
            return None
        above = os.path.dirname(above)
