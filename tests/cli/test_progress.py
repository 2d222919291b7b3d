"""A bar for people who wait, and nothing for pipes and CI."""

import io
import sys

import pytest

from compiler.cli.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def shown(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    bar = Bar("Checkov")
    for done in (0, 5, 10):
        bar.show(done, 10)
    return stream.getvalue()


def test_on_a_terminal_the_bar_grows_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(Terminal(), monkeypatch) == (
        f"\rCheckov [{'.' * 30}] 0/10\x1b[K\rCheckov [{'#' * 15}{'.' * 15}] 5/10\x1b[K\r\x1b[K"
    )


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_ci_and_dumb_terminals_see_nothing(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    assert shown(Terminal(), monkeypatch) == ""


def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(io.StringIO(), monkeypatch) == ""


def test_a_bar_that_is_interrupted_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    bar = Bar("Checkov")
    bar.show(1, 10)
    bar.clear()

    assert stream.getvalue().endswith("\r\x1b[K")
