"""A bar for people who wait, and nothing for pipes and CI."""

import io
import sys
import time
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

from compiler.cli.progress import Progress
from compiler.watch import T
from tests.git import committed
from tests.repository import APP, ENVIRONMENT, portico, repository


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test sets."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def shown(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> str:
    """What is seen of ten pieces of work of 0.4 s each."""
    monkeypatch.setattr(sys, "stderr", stream)
    for _ in Progress().watch("compiling", range(10)):
        clock[0] += 0.4
    return stream.getvalue()


def bar(done: int) -> str:
    return f"\rcompiling [{'#' * 3 * done}{'.' * 3 * (10 - done)}] {done}/10\x1b[K"


def test_on_a_terminal_the_bar_grows_after_a_second_and_goes_away(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    grown = "".join(bar(done) for done in range(3, 10))

    assert shown(Terminal(), monkeypatch, clock) == f"{grown}\r\x1b[K"


def test_what_takes_less_than_a_second_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    for _ in Progress().watch("compiling", range(1000)):
        clock[0] += 0.0009

    assert stream.getvalue() == ""


def test_a_bar_is_drawn_ten_times_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    for _ in Progress().watch("compiling", range(3000)):
        clock[0] += 0.001

    assert 15 <= stream.getvalue().count("compiling") <= 20


def test_the_second_counts_from_the_start_of_the_command(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress()
    for what in ("reading specs", "checking specs", "compiling"):
        for _ in progress.watch(what, range(7)):
            clock[0] += 0.1

    assert "reading" not in stream.getvalue()
    assert "checking specs" in stream.getvalue()


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_ci_and_dumb_terminals_see_nothing(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    monkeypatch.setenv(name, value)

    assert shown(Terminal(), monkeypatch, clock) == ""


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> None:
    assert shown(io.StringIO(), monkeypatch, clock) == ""


def test_a_bar_that_is_interrupted_is_cleared(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    def work() -> None:
        for done in Progress().watch("compiling", range(10)):
            clock[0] += 0.4
            if done == 5:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()

    assert stream.getvalue().endswith("\r\x1b[K")


COMMANDS = {
    "compile": (("compile", "--no-cache"), {"reading specs", "checking specs", "compiling"}),
    "check": (("check", "--no-cache"), {"reading specs", "checking specs", "checking"}),
    "diff": (("diff", "HEAD"), {"reading specs", "checking specs"}),
    "scan": (("scan", "rendered"), {"reading files", "checking objects"}),
    "list": (("list", "apps"), {"reading specs", "checking specs"}),
    "codeowners": (("codeowners", "--organisation=acme"), {"reading specs", "checking specs"}),
    "fmt": (("fmt", "--check"), {"formatting"}),
    "set": (
        ("set", "image", "shop", "ghcr.io/acme/shop:2.0.0"),
        {"reading specs", "checking specs"},
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_may_take_long_tells_of_it(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository(tmp_path, {"apps/shop.yaml": APP, "environments/dev.yaml": ENVIRONMENT})
    committed(tmp_path)
    assert portico(tmp_path, "compile").code == 0
    arguments, expected = COMMANDS[command]
    told: set[str] = set()

    def watched(what: str, items: Collection[T], /) -> Iterable[T]:
        told.add(what)
        return items

    monkeypatch.setattr(Progress, "watch", property(lambda _: watched))
    portico(tmp_path, *arguments)

    assert expected <= told
