"""With what an earlier run learned, a run leaves and says what it would without."""

import os
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
from tests.cache.steps import STEPS, Place, Step
from tests.cache.twin import TICK, same_as_without_cache
from tests.repository import portico, repository

# More examples than `make test` has the time for: PORTICO_EXAMPLES=1000.
EXAMPLES = int(os.environ.get("PORTICO_EXAMPLES", "20"))
COMMANDS = (
    ("compile",),
    ("check",),
    ("compile", "--strict"),
    ("check", "--format", "json"),
    ("check", "--environment", "dev"),
    ("compile", "--environment", "prod"),
)

Taken = tuple[Step, int, list[tuple[str, ...]]]
"""A step, which of its kind, and the commands that are run after it."""

commands = st.one_of(
    st.sampled_from(([("compile",)], [("check",)], [("check",), ("compile",)])),
    st.lists(st.sampled_from(COMMANDS), max_size=3),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 9999), commands), min_size=1, max_size=8
    )
)
def test_a_run_leaves_and_says_what_it_would_without(taken: list[Taken]) -> None:
    with TemporaryDirectory() as folder:
        outside = Path(folder, "outside")
        outside.mkdir()
        place = Place(repository(Path(folder, "estate"), STARTING), outside)
        with in_its_world(place):
            assert portico(place.root, "compile").code == 0
            for step, number, then in taken:
                step(place, number)
                for command in then:
                    same_as_without_cache(place.root, *command)


@contextmanager
def in_its_world(place: Place) -> Iterator[None]:
    """The clock, the day and the user's key are those of the place."""

    def now() -> int:
        return time.time_ns() + place.clock

    def today() -> str:
        return place.day

    def key() -> bytes:
        return place.key

    class Today(date):
        @classmethod
        def today(cls) -> "Today":
            return cls.fromisoformat(place.day)

    with (
        mock.patch("compiler.cache.stamps._TICK", TICK),
        mock.patch("compiler.cache.stamps.time", SimpleNamespace(time_ns=now)),
        mock.patch("compiler.cache.answer.today", today),
        mock.patch("compiler.pipeline.judging.today", today),
        mock.patch("compiler.pipeline.judging.date", Today),
        mock.patch("compiler.cache.memory.seal_key", key),
    ):
        yield
