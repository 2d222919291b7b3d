"""What is kept between runs is believed if this user's runs of this program have made it."""

import builtins
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.cache import memory
from compiler.cache.answer import stored_checked
from compiler.cache.memory import FOLDER, Memory
from compiler.cache.program import Program, this_program
from compiler.cache.seal import SEAL_BYTES
from compiler.cache.stamps import UNSETTLED, settled
from compiler.cache.survey import survey_rendered, survey_sources
from compiler.results import Checked
from tests.cache.twin import same_as_without_cache, settle
from tests.git import committed, git
from tests.repository import portico, repository

pytestmark = pytest.mark.usefixtures("short_tick")

CLEAN = "checked 0 objects in 0 files of 0 environments: clean\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that was compiled, and in which a compiled file was edited then."""
    root = repository(tmp_path / "estate")
    assert portico(root, "compile", "--no-cache").code == 0
    manifests = root / "rendered" / "dev" / "apps" / "shop" / "manifests.yaml"
    manifests.write_text(manifests.read_text().replace("1.4.2", "6.6.6"))
    settle()
    return root


def forge(root: Path, made_by: Program | None = None) -> None:
    """Keep a memory of the repository as it is, with which nothing is said to be wrong."""
    answers = {"check": stored_checked(Checked([], 0, 0, 0), "")}
    sources, rendered = survey_sources(str(root)).seen, survey_rendered(str(root)).seen
    known = Memory(made_by or this_program(), sources, rendered, answers, memory.NO_FACTS)
    memory.keep(str(root), known)
    assert list((root / FOLDER).glob("memory-*"))


def test_a_memory_of_ones_own_is_believed(root: Path) -> None:
    # Without this, the tests below would prove nothing.
    forge(root)

    assert portico(root, "check") == (0, CLEAN, "")


def test_a_memory_that_somebody_else_sealed_is_not_believed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "somebody-else"))
        forge(root)

    assert "PT402" in same_as_without_cache(root, "check").err


def test_a_memory_that_was_changed_is_not_believed(root: Path) -> None:
    forge(root)
    file = next((root / FOLDER).glob("memory-*"))
    whole = file.read_bytes()
    # A seal, a length, and that much of what was seen and said.
    begin = SEAL_BYTES + 8
    length = begin + int.from_bytes(whole[SEAL_BYTES:begin], "big")
    for place in (0, SEAL_BYTES - 1, *range(SEAL_BYTES, begin), *range(begin, length, length // 9)):
        file.write_bytes(whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :])
        assert portico(root, "check", "--format", "json").code == 1, place
    file.write_bytes(whole[: length - 1])
    assert portico(root, "check").code == 1


def _other_version(identity: tuple[str, ...]) -> tuple[str, ...]:
    return ("0.0.1", *identity[1:])


def _other_python(identity: tuple[str, ...]) -> tuple[str, ...]:
    return (identity[0], "2.7.18", *identity[2:])


def _other_checkout(identity: tuple[str, ...]) -> tuple[str, ...]:
    return (*identity[:2], "/elsewhere/compiler", *identity[3:])


def _other_libraries(identity: tuple[str, ...]) -> tuple[str, ...]:
    return (*identity, "/elsewhere/site-packages")


@pytest.mark.parametrize(
    "other", [_other_version, _other_python, _other_checkout, _other_libraries]
)
def test_a_memory_of_another_program_is_not_believed(
    other: Callable[[tuple[str, ...]], tuple[str, ...]], root: Path
) -> None:
    identity, stamps = this_program()
    forge(root, (other(identity), stamps))

    assert "PT402" in same_as_without_cache(root, "check").err


@pytest.mark.parametrize("file", ["compiler/pipeline/whole.py", "policies/host_names.py"])
def test_a_memory_of_the_program_before_a_file_of_it_was_changed_is_not_believed(
    file: str, root: Path
) -> None:
    identity, stamps = this_program()
    (changed,) = (path for path in stamps if path.endswith(f"/{file}"))
    before = bytes(byte ^ 1 for byte in stamps[changed])
    forge(root, (identity, {**stamps, changed: before}))

    assert "PT402" in same_as_without_cache(root, "check").err


def test_a_memory_of_the_program_with_a_file_that_is_gone_is_not_believed(root: Path) -> None:
    identity, stamps = this_program()
    forge(root, (identity, {**stamps, str(root / "gone.py"): stamps[next(iter(stamps))]}))

    assert "PT402" in same_as_without_cache(root, "check").err


def test_a_program_that_was_changed_just_now_keeps_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path(memory.__file__).stat()

    def just_now(status: os.stat_result, now: int) -> bytes:
        return UNSETTLED if status.st_ino == own.st_ino else settled(status, now)

    monkeypatch.setattr("compiler.cache.program.settled", just_now)

    assert portico(root, "compile").code == 0
    assert not (root / FOLDER).exists()


def test_git_does_not_see_what_is_kept(root: Path) -> None:
    committed(root)
    # The compiled file that was edited is as it was compiled again.
    assert portico(root, "compile").code == 0
    assert list((root / FOLDER).glob("memory-*"))

    seen = git(root, "status", "--porcelain").splitlines()
    assert [line.split()[1] for line in seen] == ["rendered/dev/apps/shop/manifests.yaml"]


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with the time at which it was changed last."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


@pytest.mark.parametrize("command", ["compile", "check"])
@pytest.mark.parametrize("is_known", [True, False])
def test_without_the_cache_nothing_is_kept_or_touched(
    command: str, is_known: bool, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portico(root, "compile", *(() if is_known else ("--no-cache",)))
    # Where no key is yet, none is made.
    user = tmp_path / "user"
    monkeypatch.setenv("XDG_CACHE_HOME", str(user))
    before = everything(root)

    assert portico(root, command, "--no-cache").code == 0
    assert everything(root) == before
    assert (root / FOLDER).exists() == is_known
    assert not user.exists()


@pytest.mark.parametrize("is_known", [True, False])
def test_a_repository_that_cannot_be_written_is_checked(
    is_known: bool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portico(root, "compile", *(() if is_known else ("--no-cache",)))
    (root / "apps" / "shop.yaml").touch()
    before = everything(root)
    expected = portico(root, "check", "--no-cache")

    with monkeypatch.context() as patch:
        _read_only(root, patch)
        assert portico(root, "check") == expected
        assert portico(root, "compile").code == 0

    assert everything(root) == before


def _read_only(root: Path, patch: pytest.MonkeyPatch) -> None:
    """As if the file system were mounted so; permissions do not stop every user."""

    def refusing(function: Callable[..., Any], writes: Callable[..., bool]) -> Callable[..., Any]:
        def replaced(path: Any, *arguments: Any, **options: Any) -> Any:
            if str(path).startswith(str(root)) and writes(*arguments):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return function(path, *arguments, **options)

        return replaced

    for name in ("mkdir", "unlink", "replace", "rmdir"):
        patch.setattr(os, name, refusing(getattr(os, name), lambda *_: True))
    patch.setattr(os, "open", refusing(os.open, lambda flags, *_: flags & os.O_ACCMODE))
    patch.setattr(builtins, "open", refusing(open, lambda mode="r", *_: "w" in mode))


@pytest.mark.parametrize("stands_there", ["file", "link"])
def test_a_repository_in_which_nothing_can_be_kept_is_compiled(
    stands_there: str, root: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if stands_there == "file":
        (root / FOLDER).write_text("mine\n")
    else:
        (root / FOLDER).symlink_to(elsewhere)

    for command in ("compile", "check", "compile"):
        assert portico(root, command).code == 0
    assert list(elsewhere.iterdir()) == []
    assert stands_there == "link" or (root / FOLDER).read_text() == "mine\n"


def test_a_user_who_can_keep_no_key_keeps_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("a file\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))

    for command in ("compile", "check", "compile"):
        assert portico(root, command).code == 0
    assert not (root / FOLDER).exists()


def test_a_key_that_is_not_whole_is_made_anew(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "user" / "portico" / "key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"short")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))

    assert portico(root, "compile").code == 0
    assert len(key.read_bytes()) == 32
    assert list(key.parent.iterdir()) == [key]
    assert list((root / FOLDER).glob("memory-*"))
