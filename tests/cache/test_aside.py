"""What another process does meanwhile is done, whatever becomes of that process."""

import os
import signal
import time

import pytest

from compiler.cache import aside

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "processors", lambda: 2)


def test_it_is_done_by_another_process_and_waited_for_once() -> None:
    result = aside.aside(os.getpid)

    assert result() != os.getpid()
    assert result() == result()


def test_what_it_raises_is_raised_here() -> None:
    def fail() -> None:
        raise PermissionError(13, "Permission denied", "rendered/dev/x.yaml")

    with pytest.raises(PermissionError, match=r"rendered/dev/x\.yaml"):
        aside.aside(fail)()


def test_of_a_process_that_is_killed_while_it_answers_nothing_is_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    processes: list[int] = []
    fork = os.fork

    def noted() -> int:
        processes.append(fork())
        return processes[-1]

    monkeypatch.setattr(os, "fork", noted)
    # More than a pipe holds: the other process has said a part when it is killed.
    answer = list(range(1_000_000))

    result = aside.aside(lambda: answer)
    time.sleep(0.5)
    os.kill(processes[0], signal.SIGKILL)

    assert result() == answer


def test_with_one_processor_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "processors", lambda: 1)

    assert aside.aside(os.getpid)() == os.getpid()
