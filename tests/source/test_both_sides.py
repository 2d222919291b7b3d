"""A placement that git could not merge, as git writes it: the hosts of both sides are there."""

import random
import subprocess
from pathlib import Path

import pytest

from compiler.source.both_sides import both_sides
from compiler.source.yaml import examine
from tests import programs

PATH = "environments/dev.placement.yaml"
PLACES = ("standard-1", "standard-2", "caching-1")


def text(hosts: dict[str, str]) -> str:
    lines = "".join(f"  {name}.acme.example: {hosts[name]}\n" for name in sorted(hosts))
    return f"# Written by portico.\nhosts:\n{lines}" if hosts else "hosts: {}\n"


def merged(folder: Path, style: str, *sides: dict[str, str]) -> bytes:
    """What git makes of ours, base and theirs."""
    names = ("ours", "base", "theirs")
    for name, hosts in zip(names, sides, strict=True):
        (folder / name).write_text(text(hosts))
    program = programs.require(programs.git()).path
    command = [str(program), "merge-file", "--stdout", "--quiet", *style.split(), *names]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout


def changed(choose: random.Random, hosts: dict[str, str]) -> dict[str, str]:
    kept = {name: place for name, place in hosts.items() if choose.random() < 0.8}
    added = choose.sample("abcdefghijklm", choose.randrange(4))
    return {**{name: choose.choice(PLACES) for name in added}, **kept}


@pytest.mark.parametrize("style", ["", "--diff3"])
def test_no_host_of_either_side_is_lost_and_none_moves(style: str, tmp_path: Path) -> None:
    choose = random.Random(20261125)
    conflicts = twice = 0
    for _ in range(150):
        base = changed(choose, {})
        ours, theirs = changed(choose, base), changed(choose, base)
        content = merged(tmp_path, style, ours, base, theirs)
        conflicts += b"<<<<<<<" in content

        document, problems = examine(PATH, content)

        if problems:
            twice += 1
            assert {problem.rule.id for problem in problems} == {"PT004"}
            assert any(ours[name] != theirs[name] for name in ours.keys() & theirs.keys())
            continue
        assert document is not None
        found = {name.split(".")[0]: place for name, place in document.data["hosts"].items()}
        new = {name for name in ours.keys() | theirs.keys() if name not in base}
        assert found.keys() >= (ours.keys() & theirs.keys()) | new
        for name, place in found.items():
            assert place in (ours.get(name), theirs.get(name))
    assert conflicts > 50
    assert 0 < twice < conflicts


def test_lines_keep_their_numbers() -> None:
    content = (
        b"hosts:\n<<<<<<< HEAD\n  a.x: direct\n=======\n  a.x: direct\n  b.x: direct\n>>>>>>> b\n"
    )

    found = both_sides(content).splitlines()

    assert len(found) == len(content.splitlines())
    assert (found[2], found[5]) == (b"  a.x: direct", b"  b.x: direct")
    assert [line for line in found if line.startswith(b"  ")] == [
        b"  a.x: direct",
        b"  b.x: direct",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"hosts:\n  a.x: direct\n=======\n  b.x: direct\n>>>>>>> b\n",
        b"hosts:\n<<<<<<< HEAD\n  a.x: direct\n=======\n  b.x: direct\n",
        b"hosts:\n<<<<<<< HEAD\n<<<<<<< HEAD\n=======\n>>>>>>> b\n",
        b"hosts:\n<<<<<<< HEAD\n  a.x: direct\n>>>>>>> b\n",
        b"hosts:\n  a.x: direct\n",
    ],
)
def test_where_marks_are_missing_nothing_is_guessed(content: bytes) -> None:
    assert both_sides(content) == content


def test_windows_line_ends_are_understood() -> None:
    content = (
        b"hosts:\r\n<<<<<<< HEAD\r\n  a.x: direct\r\n=======\r\n  b.x: direct\r\n>>>>>>> b\r\n"
    )

    document, problems = examine(PATH, content)

    assert problems == []
    assert document is not None
    assert document.data == {"hosts": {"a.x": "direct", "b.x": "direct"}}


def test_in_other_files_a_conflict_is_left_to_a_person() -> None:
    content = b"name: x\n<<<<<<< HEAD\nteam: a\n=======\nteam: b\n>>>>>>> b\n"

    [problem] = examine("apps/x.yaml", content).problems

    assert problem.message == "here is a merge conflict that git left to you"
