"""Whatever happens between runs, a run leaves and says what it would if it knew nothing."""

import os
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.cache import aside, survey
from compiler.cache.memory import FOLDER
from compiler.pipeline import amending, judging, shares, waived
from tests.cache import steps
from tests.repository import Result, portico, snapshot

COMMANDS = (
    ("compile",),
    ("check",),
    ("check", "--format", "json"),
    ("check", "--format", "sarif"),
    ("check", "--strict"),
    ("compile", "--strict"),
)

# The clock of this machine is an hour behind that of the files, or is right, or it has seen them
# all settle.
CLOCKS = (-3600, 0, 3)


REAL_TIME_NS = time.time_ns


class Turn(NamedTuple):
    """What happens to the repository, and what is run then."""

    step: str
    number: int
    commands: tuple[tuple[str, ...], ...]
    clock: int
    """How far the clock is ahead, in seconds."""
    day: int
    """Of November 2026."""
    is_large: bool
    """Whether it is treated as a repository for which other processes are worth their time."""


TURNS = st.builds(
    Turn,
    st.sampled_from(sorted(steps.STEPS)),
    st.integers(0, 9999),
    st.sampled_from(
        [
            *((command,) for command in COMMANDS),
            (("compile",), ("check",)),
            (("check",), ("compile",)),
            (("compile",), ("compile",), ("check",), ("check",)),
        ]
    ),
    st.sampled_from(CLOCKS),
    st.sampled_from([25, 26]),
    st.booleans(),
)


def holds(known: Path, turns: list[Turn]) -> None:
    """Take the turns in a copy of the repository, and in another one that never knows anything."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        root, twin = Path(folder, "one", "estate"), Path(folder, "two", "estate")
        shutil.copytree(known, root, symlinks=True)
        shutil.copytree(known, twin, symlinks=True, ignore=shutil.ignore_patterns(FOLDER))
        for turn in turns:
            set_clock(patch, turn.clock * 10**9, f"2026-11-{turn.day}")
            set_size(patch, is_large=turn.is_large)
            take(turn, root, twin)
            for command in turn.commands:
                expected = portico(twin, *command, "--no-cache")
                result = portico(root, *command)
                assert named(result, root) == named(expected, twin), (turn, command)
                assert snapshot(root) == snapshot(twin), (turn, command)
        assert not (twin / FOLDER).exists()


def set_clock(patch: pytest.MonkeyPatch, ahead: int, day: str) -> None:
    """`ahead` is in nanoseconds."""
    patch.setattr(time, "time_ns", lambda: REAL_TIME_NS() + ahead)
    patch.setattr(time, "strftime", lambda *_: day)

    class Date(date):
        @classmethod
        def today(cls) -> "Date":
            return cls.fromisoformat(day)

    patch.setattr(judging, "date", Date)
    patch.setattr(waived, "date", Date)


def set_size(patch: pytest.MonkeyPatch, *, is_large: bool) -> None:
    patch.setattr(survey, "_WORTH_ANOTHER_PROCESS", 0 if is_large else 1000)
    patch.setattr(shares, "_MANY", 0 if is_large else 1000)
    patch.setattr(amending, "_MOST_UNJUDGED", 1 if is_large else 1000)
    patch.setattr(aside, "processors", lambda: 2)


def take(turn: Turn, root: Path, twin: Path) -> None:
    """The step, in both repositories alike."""
    step = steps.STEPS[turn.step]
    step(root, turn.number)
    if step in steps.REPEATABLE:
        step(twin, turn.number)
    else:
        shutil.rmtree(twin)
        shutil.copytree(root, twin, symlinks=True, ignore=shutil.ignore_patterns(FOLDER))


def named(result: Result, root: Path) -> Result:
    code, out, err = result
    return Result(code, out.replace(str(root), "ROOT"), err.replace(str(root), "ROOT"))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(TURNS, min_size=1, max_size=6))
def test_a_run_leaves_and_says_what_it_would_without(known: Path, turns: list[Turn]) -> None:
    holds(known, turns)


@pytest.mark.heavy
@settings(
    max_examples=int(os.environ.get("PORTICO_EXAMPLES", "1000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(TURNS, min_size=4, max_size=15))
def test_a_run_leaves_and_says_what_it_would_without_for_long(
    known: Path, turns: list[Turn]
) -> None:
    holds(known, turns)
