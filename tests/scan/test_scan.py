"""`portico scan` against people who want a second public entrance, and beside those who do not.

A case is one text file, `cases/<category>/<name>.txt`. It begins with comments:

    # reject: why, and how a program reads it        or        # accept: why
    # class: what the case is one of
    # confirmed: the real programs that read it so (optional)
    # scan: the folder that is scanned, if not the whole case (optional)
    # anything else that a reviewer should know (optional)

Then its files begin with lines of their own: `-- path --`, `-- path (escaped) --` for a text with
Python's escapes that stand for bytes, or `-- path -> target --` for a symbolic link.
"""

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.repository import portico

CASES = sorted((Path(__file__).parent / "cases").glob("*/*.txt"))

# What every verdict assumes; public hosts live in example.com, and the apps are shop and blog.
CONTEXT = (
    *("--shared", "ingress-system/ingress-nginx-controller"),
    *("--ingress-class", "shared"),
    *("--domain", "example.com"),
)

_HEAD = re.compile(r"^-- (.+) --\n", re.MULTILINE)
_ESCAPED = " (escaped)"


class Case(NamedTuple):
    """A case as its file says it."""

    says: dict[str, str]
    """`reject` or `accept`, `class`, `confirmed`, `scan` -> the rest of the comment's line."""
    files: list[tuple[str, str]]
    """Head of a section, without its dashes -> text."""


def read(path: Path) -> Case:
    comments, *sections = _HEAD.split(path.read_bytes().decode())
    says = {}
    for line in comments.splitlines():
        assert line.startswith("# "), f"{path}: a comment or a file is expected, not {line!r}"
        word, colon, text = line.removeprefix("# ").partition(": ")
        if colon and word in {"reject", "accept", "class", "confirmed", "scan"}:
            assert word not in says, f"{path}: says {word!r} twice"
            says[word] = text
    return Case(says, list(zip(sections[::2], sections[1::2], strict=True)))


def write(case: Case, folder: Path) -> None:
    for head, text in case.files:
        name, arrow, target = head.partition(" -> ")
        path = folder / name.removesuffix(_ESCAPED)
        path.parent.mkdir(parents=True, exist_ok=True)
        if arrow:
            path.symlink_to(target)
        elif name.endswith(_ESCAPED):
            path.write_bytes(
                text.removesuffix("\n").encode().decode("unicode_escape").encode("latin-1")
            )
        else:
            path.write_bytes(text.encode())


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_verdict(path: Path, tmp_path: Path) -> None:
    case = read(path)
    write(case, tmp_path)
    with contextlib.chdir(tmp_path):
        code, out, err = portico(tmp_path, "scan", *CONTEXT, case.says.get("scan", "."))
    verdict = {0: "accept", 1: "reject"}.get(code, f"exit {code}")
    assert verdict in case.says, f"{verdict}ed, but: {path.read_text()}\n{out}{err}"


def test_cases_are_many_and_a_third_of_them_is_harmless() -> None:
    verdicts = ["accept" in read(path).says for path in CASES]
    assert len(verdicts) >= 120
    assert sum(verdicts) * 3 >= len(verdicts)


def test_every_case_has_one_verdict_a_class_and_files() -> None:
    for path in CASES:
        case = read(path)
        assert ("accept" in case.says) != ("reject" in case.says), path
        assert case.says.get("class"), path
        assert case.files, path
