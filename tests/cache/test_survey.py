"""What lies below `rendered/` is told by all of its content."""

import os
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

import pytest

from compiler.cache import survey
from compiler.cache.digest import content_digest
from compiler.cache.stamps import UNSETTLED, settled, stamp_of
from compiler.emit.tree import MARK

OURS = f"# {MARK}apps/shop.yaml".encode()


def digests(root: Path) -> dict[str, bytes]:
    found = survey.survey_rendered(str(root)).seen.files
    return {path: survey.digest_in(record) for path, record in found.items()}


@pytest.mark.parametrize("size", [100, 64 * 1024, 64 * 1024 + 1, 200 * 1024])
def test_a_file_counts_to_its_last_byte(tmp_path: Path, size: int) -> None:
    (tmp_path / "rendered").mkdir()
    file = tmp_path / "rendered" / "a.yaml"
    for last in (b"1", b"2"):
        file.write_bytes(OURS.ljust(size - 1, b"x") + last)

        assert digests(tmp_path) == {"rendered/a.yaml": content_digest(file.read_bytes())}


def test_a_file_that_grew_since_it_was_stamped_counts_as_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rendered").mkdir()
    file = tmp_path / "rendered" / "a.yaml"
    file.write_bytes(OURS)
    grown = OURS.ljust(100 * 1024, b"x")

    def stamped_before_it_grew(status: os.stat_result) -> bytes:
        if S_ISREG(status.st_mode):
            file.write_bytes(grown)
        return stamp_of(status)

    monkeypatch.setattr(survey, "stamp_of", stamped_before_it_grew)

    assert digests(tmp_path) == {"rendered/a.yaml": content_digest(grown)}


class Status(NamedTuple):
    """What the system says of a file."""

    st_ctime_ns: int
    st_mtime_ns: int = 0
    st_ino: int = 1
    st_size: int = 1


SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("changed", "looked_at", "tells"),
    [
        # A file system that counts in parts of a second.
        (5 * SECOND + 1_000, 5 * SECOND + 50_000_000, False),
        (5 * SECOND + 1_000, 5 * SECOND + 150_000_000, True),
        # One that counts in seconds, or FAT, which counts in two.
        (5 * SECOND, 6 * SECOND, False),
        (4 * SECOND, 6 * SECOND - 1, False),
        (4 * SECOND, 6 * SECOND + 1, True),
        # A clock that is behind that of the file system.
        (5 * SECOND + 1_000, 3 * SECOND, False),
    ],
)
def test_a_stamp_counts_when_a_later_change_must_leave_another_one(
    changed: int, looked_at: int, tells: bool
) -> None:
    status: Any = Status(changed)

    assert (settled(status, looked_at) != UNSETTLED) == tells
