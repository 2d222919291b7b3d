"""Two processes write what one writes, whatever becomes of the other one."""

import errno
import os
import shutil
import signal
from pathlib import Path

import pytest

from bench.estate import estate, write_estate
from compiler.cache import aside, stamps
from compiler.cache.memory import Facts, recall
from compiler.emit import tree
from compiler.pipeline import shares, writing_aside
from compiler.pipeline.plan import Piece
from tests.repository import Result, portico, snapshot

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that fork")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that nobody compiled, on a machine with two processors; runs learn at once."""
    monkeypatch.setattr(stamps, "_TICK", -1_000_000_000)
    monkeypatch.setattr(aside, "processors", lambda: 2)
    write_estate(str(tmp_path / "estate"), estate(12, 2))
    return tmp_path / "estate"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Those that were begun."""
    begun: list[int] = []
    fork = os.fork

    def noted() -> int:
        process = fork()
        if process:
            begun.append(process)
        return process

    monkeypatch.setattr(os, "fork", noted)
    return begun


def compiled(root: Path) -> tuple[Result, dict[str, bytes], Facts]:
    """What compile says into an empty tree, what it leaves, and what is known then."""
    for folder in ("rendered", ".portico-cache"):
        shutil.rmtree(root / folder, ignore_errors=True)
    for placement in (root / "environments").glob("*.placement.yaml"):
        placement.unlink()
    result = portico(root, "compile")
    return result, snapshot(root), recall(str(root)).facts.read()


def test_it_makes_no_difference_by_how_many_processes_parts_are_written(
    root: Path, processes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = compiled(root)
    begun = len(processes)

    monkeypatch.setattr(shares, "_MANY", 2)
    shared = compiled(root)

    assert alone[0].code == 0
    assert len(processes) > 2 * begun
    assert shared == alone
    assert portico(root, "check").code == 0


def test_of_what_is_there_only_what_differs_is_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "_MANY", 2)
    compiled(root)
    before = snapshot(root)
    spoiled = sorted((root / "rendered").rglob("manifests.yaml"))[::5]
    for path in spoiled:
        path.write_text(path.read_text() + "# by hand\n")

    result = portico(root, "compile", "--no-cache")

    assert f": {len(spoiled)} files written, 0 removed," in result.out
    assert snapshot(root) == before


def test_what_a_process_that_is_killed_leaves_undone_is_done_here(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = compiled(root)
    monkeypatch.setattr(shares, "_MANY", 2)
    write_bytes, here = tree.write_bytes, os.getpid()
    left = iter(range(5))

    def dies(path: str, content: bytes) -> None:
        if os.getpid() != here and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        write_bytes(path, content)

    monkeypatch.setattr(tree, "write_bytes", dies)

    assert compiled(root) == alone


def test_what_cannot_be_written_there_is_said_here(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "_MANY", 2)
    write_bytes, here = tree.write_bytes, os.getpid()
    full = root / "full"

    def fails(path: str, content: bytes) -> None:
        if os.getpid() != here:
            full.touch()
        if full.exists() and path.endswith("manifests.yaml"):
            raise OSError(errno.ENOSPC, "No space left on device", path)
        write_bytes(path, content)

    monkeypatch.setattr(tree, "write_bytes", fails)
    result = portico(root, "compile")

    assert result.code == 2
    assert result.out == ""
    assert "manifests.yaml: No space left on device" in result.err


def test_a_process_whose_run_was_killed_writes_nothing_more(root: Path) -> None:
    """It would write what the specs said then over what a new run makes of them."""
    piece = Unwritten(str(root / "rendered/dev/apps/shop/manifests.yaml"))

    with pytest.raises(InterruptedError):
        writing_aside._written(str(root), [piece], {}, process=1 << 22)

    assert not (root / "rendered").exists()


class Unwritten(Piece):
    """A piece with one file that differs."""

    def __init__(self, path: str) -> None:
        self._path = path

    def differing(self, there: object) -> list[tuple[str, bytes, bytes]]:  # type: ignore[override]
        return [(self._path, b"", b"kind: ConfigMap\n")]
