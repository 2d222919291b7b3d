"""What a run learned of a repository, for the next one: a sealed file in `.portico-cache/`.

Everything in it is a fact that stays true, whatever other runs do: this file with this stamp had
this content, a spec of this content has this interface, what is made of these inputs has this
digest. It holds for one version of the program only.
"""

import contextlib
import marshal
import os
from functools import cached_property
from typing import Any, BinaryIO, NamedTuple

from compiler.cache.digest import Digest
from compiler.cache.program import Program, is_this_program, this_program
from compiler.cache.seal import SEAL_BYTES, is_sealed, seal_key, sealed
from compiler.cache.stamps import UNSETTLED
from compiler.cache.survey import NOTHING, Seen, has_temporary, survey_sources
from compiler.emit import tree

FOLDER = ".portico-cache"
_NAME = "memory-2"
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
    """The public hosts that the rules asked for when they judged it last, or judged what it was
    before, and what they were told of each."""


class AppFacts(NamedTuple):
    """What a spec that nothing is wrong with says to others."""

    spec: Digest
    resolution: Digest
    """Of all else that it may depend on whether something is wrong with it."""
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
    contexts: dict[str, tuple[Any, ...]]
    """Environment -> what its files are held against but for its hosts: digest, version of
    Kubernetes, context."""
    unjudged: dict[str, dict[str, Any]]
    """Environment -> part -> its objects, if they were made and not judged yet."""
    schemas: dict[str, dict[str, str]]
    """Version of Kubernetes -> apiVersion and kind -> schema, of the kinds that were judged."""
    asks_history: bool
    """Whether a check depends on more than the files: on what git says that there was."""

    def read(self) -> "Facts":
        return self


NO_FACTS = Facts(b"", {}, {}, {}, {}, {}, asks_history=False)


class StoredFacts:
    """Facts that were not read yet: a run that has nothing to do needs none of them."""

    def __init__(self, file: BinaryIO, seal: bytes, key: bytes) -> None:
        self._file = file
        self._seal = seal
        self._key = key

    @cached_property
    def content(self) -> bytes:
        """As they are stored; empty if they are not whole."""
        with self._file:
            content = self._file.read()
        return content if is_sealed(self._key, content, self._seal) else b""

    def read(self) -> Facts:
        return Facts(*marshal.loads(self.content)) if self.content else NO_FACTS


class Memory(NamedTuple):
    """What an earlier run saw and learned."""

    program: Program
    sources: Seen
    rendered: Seen
    answers: dict[str, Answer]
    """Command -> what it said of this state of the repository."""
    facts: Facts | StoredFacts


def recall(root: str) -> Memory:
    """What an earlier run of this program learned of the repository.

    That is nothing if the file is not whole, or if somebody else made it.
    """
    return _stored(root) or Memory(this_program(), NOTHING, NOTHING, {}, NO_FACTS)


def _stored(root: str) -> Memory | None:
    key = seal_key()
    if key is None:
        return None
    try:
        # Closed when the facts are read, or with the process.
        file = open(_path(root), "rb", opener=_at_once)  # noqa: SIM115
        seal, length = file.read(SEAL_BYTES), int.from_bytes(file.read(_LENGTH_BYTES), "big")
        first = file.read(min(length, os.fstat(file.fileno()).st_size))
    except OSError:
        return None
    if not is_sealed(key, first, seal):
        return None
    program, learned = marshal.loads(first)
    if not is_this_program(program):
        # What it learned may have any shape.
        return None
    sources, rendered, answers, facts_seal = learned
    facts = StoredFacts(file, facts_seal, key)
    return Memory(program, Seen(*sources), Seen(*rendered), answers, facts)


def keep(root: str, memory: Memory) -> None:
    """Remember this in place of what was known. What cannot be kept is learned anew."""
    key = seal_key()
    if key is None or UNSETTLED in memory.program[1].values():
        return
    facts = memory.facts
    content = facts.content if isinstance(facts, StoredFacts) else marshal.dumps(tuple(facts))
    facts_seal = sealed(key, content)
    learned = (tuple(memory.sources), tuple(memory.rendered), memory.answers, facts_seal)
    first = marshal.dumps((memory.program, learned))
    length = len(first).to_bytes(_LENGTH_BYTES, "big")
    with contextlib.suppress(OSError):
        make_folder(root)
        for leftover in tree.leftovers(root, FOLDER):
            os.unlink(os.path.join(root, leftover))
        tree.write_bytes(_path(root), b"".join((sealed(key, first), length, first, content)))


def remember(root: str, memory: Memory) -> None:
    """Keep it, if the sources are still what it is about."""
    sources = survey_sources(root, memory.sources)
    # Otherwise somebody wrote in them meanwhile, and it is not known what was made of what.
    if sources.same:
        # A file that another run is writing is gone the next moment, or was left by it.
        answers = {} if has_temporary(memory.rendered) else memory.answers
        keep(root, memory._replace(sources=sources.seen, answers=answers))


def make_folder(root: str) -> None:
    """The folder of everything that is kept; git does not see it. Raises OSError."""
    folder = os.path.join(root, FOLDER)
    if os.path.islink(folder):
        # It may have been committed, and lead anywhere.
        raise NotADirectoryError(folder)
    os.makedirs(folder, exist_ok=True)
    ignored = os.path.join(folder, ".gitignore")
    if not os.path.lexists(ignored):
        tree.write(ignored, "*\n")


def _at_once(path: str, flags: int) -> int:
    """An opener that does not wait until somebody writes, as that of a FIFO does."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _path(root: str) -> str:
    return os.path.join(root, FOLDER, _NAME)
