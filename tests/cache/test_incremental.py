"""A run that remembers earlier ones leaves, says and exits what one that knows nothing does."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cache.starting import STARTING
from tests.cache.steps import SECOND, STEPS, Place
from tests.repository import Result, portico, repository

# `PORTICO_CACHE_EXAMPLES=500` looks longer.
EXAMPLES = int(os.environ.get("PORTICO_CACHE_EXAMPLES", "15"))
COMMANDS = (
    ("compile",),
    ("check",),
    ("compile", "--strict"),
    ("check", "--format", "json"),
    ("check", "--environment", "dev"),
    ("compile", "--environment", "prod"),
)

steps = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.integers(0, 9999),
        st.lists(st.sampled_from(COMMANDS), max_size=2),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck], print_blob=True
)
@given(steps)
def test_what_an_earlier_run_learned_changes_nothing(
    taken: list[tuple[object, int, list[tuple[str, ...]]]],
) -> None:
    with TemporaryDirectory() as folder:
        place = Place(repository(Path(folder, "used", "estate"), STARTING), Path(folder, "outside"))
        place.outside.mkdir()
        with _world(place, Path(folder, "keys")):
            assert portico(place.root, "compile").code == 0
            assert portico(place.root, "check").code == 0
            for step, number, commands in taken:
                step(place, number)
                for command in commands or (("check",), ("compile",)):
                    _compare(place.root, command)


def _compare(root: Path, command: tuple[str, ...]) -> None:
    """Run the command with what is known, and in a copy without it."""
    copy = root.parent.parent / "fresh" / root.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(
        root, copy, symlinks=True, ignore=shutil.ignore_patterns(".portico-cache", "__pycache__")
    )
    remembering = portico(root, *command)
    fresh = portico(copy, *command, "--no-cache")
    # Python names some files by their whole path.
    out, err = (text.replace(str(copy), str(root)) for text in (fresh.out, fresh.err))
    assert remembering == Result(fresh.code, out, err)
    assert _tree(root) == _tree(copy)


def _tree(root: Path) -> dict[str, bytes]:
    """Everything below apps/, environments/ and rendered/."""
    found: dict[str, bytes] = {}
    for top in ("apps", "environments", "rendered"):
        for folder, folders, files in os.walk(root / top):
            for name in (*folders, *files):
                path = Path(folder, name)
                content = b"folder"
                if path.is_symlink():
                    content = os.readlink(path).encode()
                elif path.is_file():
                    content = path.read_bytes()
                found[str(path.relative_to(root))] = content
    return found


@contextmanager
def _world(place: Place, keys: Path) -> Iterator[None]:
    """The clock, the day and the user's key are those of the place."""

    # As if the clock of the file system ticked every 30 ms, so that stamps settle between steps.
    ahead = 2 * SECOND - 30_000_000

    def now() -> int:
        return time.time_ns() + ahead + place.clock

    class Today(date):
        @classmethod
        def today(cls) -> "Today":
            return cls.fromisoformat(place.day)

    with (
        mock.patch("compiler.cache.stamps.time", SimpleNamespace(time_ns=now)),
        mock.patch("compiler.cache.answer.today", lambda: place.day),
        mock.patch("compiler.judging.today", lambda: place.day),
        mock.patch("compiler.judging.date", Today),
        mock.patch.dict(os.environ, XDG_CACHE_HOME=str(keys)),
        mock.patch("sys.dont_write_bytecode", True),
    ):
        yield
