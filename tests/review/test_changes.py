"""What `portico diff` says of each kind of change: one text file for each in `cases/`.

The format is that of `tests/cases/`. Files are told as in `states`; the first state is committed to
main, the second is the work tree. A command must leave work tree and index as they were.

After a deliberate change of a text: `make cases`, then read the diff.
"""

import os
import re
from pathlib import Path

import pytest

from tests.git import git
from tests.repository import portico, snapshot
from tests.review.states import changed

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
_HEAD = re.compile(r"^-- (.+) --\n", re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    comment, *sections = _HEAD.split(case.read_text())
    pairs = list(zip(sections[::2], sections[1::2], strict=True))
    root = changed(tmp_path, {head: text for head, text in pairs if not head.startswith("$ ")})
    status, files = git(root, "status", "--porcelain"), snapshot(root)
    body = ""
    for head, text in pairs:
        if head.startswith("$ portico "):
            code, out, err = portico(root, *head.removeprefix("$ portico ").split())
            told = f"{out}{err}exit {code}\n"
            if "REGENERATE" not in os.environ:
                assert told == text
            text = told
        body += f"-- {head} --\n{text}"
    assert "$ portico" in body, "a case runs at least one command"
    assert (git(root, "status", "--porcelain"), snapshot(root)) == (status, files)
    if "REGENERATE" in os.environ:
        case.write_text(comment + body)


def test_every_case_says_what_it_protects() -> None:
    assert [case.name for case in CASES if not case.read_text().startswith("# ")] == []
    assert len(CASES) > 15
