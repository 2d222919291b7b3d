"""End to end, as a user sees it: one text file for each case in `tests/cases/`.

A case begins with a comment that says what it protects. Then `-- path --` lines begin the files of
a repository, `-- $ portico ARGUMENTS --` lines a command with the exact text that it prints and,
last, its exit code as `exit N`. A repository without environments gets `cases/environment.yaml`.
An error must leave the repository as it was; this is checked for every case.

After a deliberate change of a text: `make cases`, then read the diff.
"""

import os
import re
from pathlib import Path

import pytest

from tests.repository import portico, repository, snapshot

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
_HEAD = re.compile(r"^-- (.+) --\n", re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    comment, *sections = _HEAD.split(case.read_text())
    pairs = list(zip(sections[::2], sections[1::2], strict=True))
    files = {head: text for head, text in pairs if not head.startswith("$ ")}
    repository(tmp_path, files)
    printed = []
    for head, expected in pairs:
        if not head.startswith("$ portico "):
            continue
        before = snapshot(tmp_path)
        code, out, err = portico(tmp_path, *head.removeprefix("$ portico ").split())
        text = f"{out}{err}exit {code}\n"
        printed.append((head, text))
        if "REGENERATE" not in os.environ:
            assert text == expected
        if code != 0:
            assert snapshot(tmp_path) == before
    assert printed, "a case runs at least one command"
    if "REGENERATE" in os.environ:
        told = iter(printed)
        body = "".join(
            f"-- {head} --\n{next(told)[1] if head.startswith('$ ') else text}"
            for head, text in pairs
        )
        case.write_text(comment + body)


def test_every_case_says_what_it_protects() -> None:
    assert [case.name for case in CASES if not case.read_text().startswith("# ")] == []
    assert len(CASES) > 20
