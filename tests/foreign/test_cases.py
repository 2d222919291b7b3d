"""The verdicts of a folder of cases that is kept outside of this repository.

Each case is a folder with the files to judge and a file `EXPECT` that begins with `accept` or
`reject`; `INDEX.tsv` lists them. The folder is named in PORTICO_CASES, or lies in `shared/cases`
beside this repository.
"""

import csv
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.repository import portico

FOLDER = Path(
    os.environ.get("PORTICO_CASES") or Path(__file__).resolve().parents[3] / "shared" / "cases"
)
ENTRANCE = (
    *("--shared", "ingress-system/ingress-nginx-controller"),
    *("--ingress-class", "shared"),
    *("--domain", "example.com"),
)


class Case(NamedTuple):
    """A line of the index."""

    name: str
    expected: str


def cases() -> list[Case]:
    """Every case that is files to scan; an app's spec is compiled, not scanned."""
    index = FOLDER / "INDEX.tsv"
    if not index.is_file():
        return []
    with index.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Case(f"{row['id']}-{row['name']}", row["expected"])
        for row in rows
        if row["category"] != "app-spec"
    ]


CASES = cases()


def test_the_cases_are_here() -> None:
    if not CASES:
        pytest.skip(f"there is no {FOLDER}/INDEX.tsv; PORTICO_CASES names another folder")
    assert [case.name for case in CASES if not (FOLDER / case.name / "EXPECT").is_file()] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_has_its_verdict(case: Case) -> None:
    folder = FOLDER / case.name
    verdict = (folder / "EXPECT").read_text().partition(":")[0]
    code, out, err = portico(folder, "scan", *ENTRANCE, str(folder))
    assert (verdict, code) == (case.expected, {"accept": 0, "reject": 1}[case.expected]), out + err
