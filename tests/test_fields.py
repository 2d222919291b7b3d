"""Every field of a spec, alone: what it becomes, and what is refused.

One text file for each field in `tests/fields/`, named after its path: `env.NAME.secret.txt`. It
begins with a comment that says what the field promises. Then `-- path --` lines begin the files of
a repository that uses it in `apps/shop.yaml`, and `-- becomes --` what that changes of everything
that is rendered for dev: the difference to the same repository without the field, or, where it
cannot be left out, without what it is a part of. Files below `without/` say what is there instead
where taking the field out is not enough; an empty one is not there at all. Files below `refused/` replace those of the same name with a mistake in the
field; `-- refused --` is the exact text that a user sees.

After a deliberate change: `make cases`, then read the diff as the reviewer of a production change.
"""

import difflib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.source.yaml import read
from compiler.spec.app import App
from compiler.spec.kinds import fields
from compiler.spec.reference import sections_of
from tests.repository import portico, repository

FIELDS = Path(__file__).parent / "fields"
CASES = sorted(FIELDS.glob("*.txt"))
SPEC = "apps/shop.yaml"
_HEAD = re.compile(r"^-- (.+) --\n", re.MULTILINE)
# What is held against other specs, and of which nothing is made.
_ONLY_CHECKED = {"callers"}
_TOLD = ("becomes", "refused")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_field(case: Path, tmp_path: Path) -> None:
    comment, *sections = _HEAD.split(case.read_text())
    pairs = dict(zip(sections[::2], sections[1::2], strict=True))
    files = {path: text for path, text in pairs.items() if path not in _TOLD}
    wrong, other = _taken(files, "refused/"), _taken(files, "without/")
    assert comment.startswith("# "), "it says what it promises"

    told = {
        "becomes": _difference(tmp_path, case.stem, files, other),
        "refused": _refused(tmp_path / "refused", {**files, **wrong}),
    }

    if "REGENERATE" in os.environ:
        body = {head: told.get(head, text) for head, text in {**pairs, **told}.items()}
        case.write_text(comment + "".join(f"-- {head} --\n{text}" for head, text in body.items()))
        return
    assert {head: pairs.get(head) for head in _TOLD} == told
    changes = bool(told["becomes"])
    assert changes != (case.stem in _ONLY_CHECKED), "a field that changes nothing is none"
    assert SPEC in told["refused"], "a mistake has its place in the spec"


def test_every_field_has_a_file_of_its_own() -> None:
    have = {case.stem for case in CASES}

    assert sorted(f"one of {names}" for names in _names() if have.isdisjoint(names)) == []
    assert have <= {name for names in _names() for name in names}


def _names() -> Iterator[tuple[str, ...]]:
    """For each field the files that it may have: a part of several fields has one for any."""
    yield ("environments",)
    for section in sections_of(App).values():
        for key, _ in fields(section.model):
            yield tuple(_file_name(path, key) for path in section.paths)


def _file_name(path: str, key: str) -> str:
    return (f"{path}.{key}" if path else key).replace("<name>", "NAME").replace("[]", ".ITEM")


def _taken(files: dict[str, str], prefix: str) -> dict[str, str]:
    """Those below a folder, which are no files of the repository itself."""
    return {path.removeprefix(prefix): files.pop(path) for path in [*files] if prefix in path}


def _difference(folder: Path, name: str, files: dict[str, str], other: dict[str, str]) -> str:
    """What the field makes of what is rendered without it."""
    after = _rendered(folder / "with", files)
    assert after is not None, portico(folder / "with", "compile").err
    assert portico(folder / "with", "check").code == 0, portico(folder / "with", "check").err
    if other:
        present = {path: text for path, text in {**files, **other}.items() if text}
        before = _rendered(folder / "without", present)
        assert before is not None, portico(folder / "without", "compile").err
    else:
        tried = (
            _rendered(folder / str(index), {**files, SPEC: spec})
            for index, spec in enumerate(_without(files[SPEC], name.split(".")))
        )
        before = next((rendered for rendered in tried if rendered is not None), None)
        assert before is not None, "no spec without it compiles: say below without/ what is there"
    lines: list[str] = []
    for path in sorted(before.keys() | after.keys()):
        one, two = (side.get(path, "").splitlines(keepends=True) for side in (before, after))
        lines += difflib.unified_diff(one, two, f"without {path}", f"with {path}")
    return "".join(lines)


def _without(text: str, path: list[str]) -> Iterator[str]:
    """The spec without the field, without what holds the field, and so on."""
    for length in range(len(path), 0, -1):
        data = read(SPEC, text.encode()).data
        _remove(data, path[:length])
        yield json.dumps(data) + "\n"


def _remove(data: Any, path: list[str]) -> None:
    step, *below = path
    for key in [*data] if step == "NAME" else range(len(data)) if step == "ITEM" else [step]:
        if not below:
            del data[key]
            return
        if isinstance(data[key], dict | list):
            _remove(data[key], below)
            return


def _rendered(root: Path, files: dict[str, str]) -> dict[str, str] | None:
    """Path below rendered/dev/ -> text, if the repository compiles."""
    repository(root, files)
    if portico(root, "compile", "--no-cache").code != 0:
        return None
    folder = root / "rendered" / "dev"
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def _refused(root: Path, files: dict[str, str]) -> str:
    result = portico(repository(root, files), "compile")
    return f"{result.out}{result.err}exit {result.code}\n"
