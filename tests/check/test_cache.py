"""Results that are kept between runs: whole, ours and in use, or not there."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from compiler.check.cache import Cache


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return Cache(str(tmp_path), "kind")


def test_what_was_put_is_there_for_the_next_run(cache: Cache, tmp_path: Path) -> None:
    key = cache.key([b"a"])
    assert cache.get(key) is None

    cache.put(key, {"failed": [], "ä": 1})

    assert Cache(str(tmp_path), "kind").get(key) == {"failed": [], "ä": 1}
    assert Cache(str(tmp_path), "another").get(key) is None


def test_a_key_tells_where_one_part_ends(cache: Cache) -> None:
    assert cache.key([b"ab", b"c"]) != cache.key([b"a", b"bc"])
    assert cache.key([b"ab", b"c"]) == cache.key([b"ab", b"c"])


def test_an_entry_under_another_key_is_not_taken(cache: Cache, tmp_path: Path) -> None:
    mine, other = cache.key([b"mine"]), cache.key([b"other"])
    cache.put(mine, "clean")
    folder = tmp_path / ".portico-cache" / "kind-1"
    (folder / other).write_bytes((folder / mine).read_bytes())

    assert cache.get(other) is None


def test_the_key_that_seals_entries_is_readable_by_its_user_only(
    cache: Cache, tmp_path: Path
) -> None:
    assert (tmp_path / "home" / "portico" / "key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_keeps_nothing_and_stops_nothing(
    cache: Cache, tmp_path: Path
) -> None:
    (tmp_path / ".portico-cache").write_text("in the way")

    cache.put(cache.key([b"a"]), 1)
    cache.sweep()

    assert cache.get(cache.key([b"a"])) is None


def test_what_nobody_asked_for_in_a_month_is_removed(cache: Cache, tmp_path: Path) -> None:
    old, used, new = (cache.key([name]) for name in (b"old", b"used", b"new"))
    folder = tmp_path / ".portico-cache" / "kind-1"
    for key in (old, used, new):
        cache.put(key, 1)
    long_ago = time.time() - 40 * 24 * 3600
    for key in (old, used):
        os.utime(folder / key, (long_ago, long_ago))

    assert cache.get(used) == 1
    cache.sweep()

    assert {path.name for path in folder.iterdir()} == {used, new}


def test_runs_at_the_same_time_find_an_entry_whole_or_not_at_all(cache: Cache) -> None:
    key = cache.key([b"a"])
    value = ["x" * 1000] * 100

    def work(number: int) -> bool:
        if number % 2:
            cache.put(key, value)
        return cache.get(key) in (None, value)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert cache.get(key) == value
