"""What a run learned of a repository, for the next one: a sealed file in `.portico-cache/`.

Everything in it is a fact that stays true, whatever other runs do: this file with this stamp had
this content, a spec of this content has this interface, what is made of these inputs has this
digest. It holds for one version of the program only.
"""

import contextlib
import marshal
import os
from typing import Any, NamedTuple

from compiler.cache.digest import Digest
from compiler.cache.program import Program, is_this_program
from compiler.cache.seal import SEAL_BYTES, is_sealed, seal_key, sealed
from compiler.cache.survey import NOTHING, Seen
from compiler.emit import tree

FOLDER = ".portico-cache"
_NAME = "memory-1"
_LENGTH_BYTES = 8

Answer = tuple[Any, ...]
"""What a command said, in plain data; see `compiler.cache.answer`."""


class PartFacts(NamedTuple):
    """Files that are made together, and what they were made of."""

    key: Digest
    """Of all that they are made of."""
    files: tuple[tuple[str, Digest, int], ...]
    """Path below the repository, digest of the text, number of objects."""
    judged: Digest
    """Of what they were held against when nothing was found; empty if they were not."""
    asked: tuple[tuple[str, Any], ...]
    """The public hosts that were asked for then, and what was known of each."""


class AppFacts(NamedTuple):
    """What a spec that nothing is wrong with says to others."""

    key: Digest
    """Of the spec and of the environments that it was resolved in."""
    interfaces: dict[str, tuple[Any, ...]]
    """Environment -> the app's interface there."""


class EnvironmentFacts(NamedTuple):
    """What an environment came to."""

    linked: Digest
    """Of all that was linked; empty if there was something to say about it."""
    placement: Digest
    """Of the committed placement that was linked."""
    neighbours: dict[str, tuple[Any, ...]]
    """App -> its neighbours."""
    parts: dict[str, tuple[Any, ...]]
    """Name -> `PartFacts`."""


NO_ENVIRONMENT_FACTS = EnvironmentFacts(b"", b"", {}, {})


class Facts(NamedTuple):
    """What is worth knowing when something has changed. Inside it is plain data."""

    policies: Digest
    """Of the repository's policies/, with whose rules nothing is wrong."""
    apps: dict[str, tuple[Any, ...]]
    """Name -> `AppFacts`."""
    environments: dict[str, tuple[Any, ...]]
    """Name -> `EnvironmentFacts`."""


NO_FACTS = Facts(b"", {}, {})


class Memory(NamedTuple):
    """What an earlier run saw and learned."""

    program: Program
    sources: Seen
    rendered: Seen
    answers: dict[str, Answer]
    """Command -> what it said of this state of the repository."""
    facts: bytes
    """`Facts`, not read yet."""


EMPTY = Memory(("", "", {}), NOTHING, NOTHING, {}, b"")


def recall(root: str) -> Memory:
    """What an earlier run of this program learned of the repository; EMPTY if nothing is known.

    A file that is not whole, or that somebody else made, is not there.
    """
    key = seal_key()
    if key is None:
        return EMPTY
    try:
        with open(_path(root), "rb") as file:
            content = file.read()
    except OSError:
        return EMPTY
    first_seal, rest = content[:SEAL_BYTES], content[SEAL_BYTES:]
    second_seal, rest = rest[:SEAL_BYTES], rest[SEAL_BYTES:]
    length = int.from_bytes(rest[:_LENGTH_BYTES], "big")
    first = rest[_LENGTH_BYTES : _LENGTH_BYTES + length]
    facts = rest[_LENGTH_BYTES + length :]
    if not is_sealed(key, first, first_seal) or not is_sealed(key, first_seal + facts, second_seal):
        return EMPTY
    program, sources, rendered, answers = marshal.loads(first)
    if not is_this_program(program):
        return EMPTY
    return Memory(program, Seen(*sources), Seen(*rendered), answers, facts)


def keep(root: str, memory: Memory) -> None:
    """Remember this in place of what was known. What cannot be kept is learned anew."""
    key = seal_key()
    if key is None or None in memory.program[2].values():
        return
    first = marshal.dumps(
        (memory.program, tuple(memory.sources), tuple(memory.rendered), memory.answers)
    )
    first_seal = sealed(key, first)
    second_seal = sealed(key, first_seal + memory.facts)
    length = len(first).to_bytes(_LENGTH_BYTES, "big")
    with contextlib.suppress(OSError):
        make_folder(root)
        tree.write_bytes(
            _path(root), b"".join((first_seal, second_seal, length, first, memory.facts))
        )


def facts_of(memory: Memory) -> Facts:
    return Facts(*marshal.loads(memory.facts)) if memory.facts else NO_FACTS


def stored(facts: Facts) -> bytes:
    return marshal.dumps(tuple(facts))


def make_folder(root: str) -> None:
    """The folder of everything that is kept; git does not see it."""
    folder = os.path.join(root, FOLDER)
    os.makedirs(folder, exist_ok=True)
    ignored = os.path.join(folder, ".gitignore")
    if not os.path.lexists(ignored):
        tree.write(ignored, "*\n")


def _path(root: str) -> str:
    return os.path.join(root, FOLDER, _NAME)
