"""What a run may import, read, write and compute: counted, because seconds depend on the machine.

The numbers are exact or upper bounds as of today. A change that does less work lowers them in the
same commit; one that has to raise a number says why in its message.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.estate import estate, write_estate
from tests.bench.counted import Work, counted
from tests.repository import portico

APPS, UNITS = 12, 21

READING = {"yaml"}
MODELS = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}

# Command -> the packages that it may import, and how many modules of the compiler at most.
IMPORTS: dict[tuple[str, ...], tuple[set[str], int]] = {
    ("--version",): (set(), 3),
    ("--help",): (set(), 3),
    ("schema", "app"): ({*MODELS, *READING}, 12),
    ("compile",): ({*MODELS, *READING}, 117),
    ("check",): ({*MODELS, *READING, "jsonschema_rs"}, 118),
    ("scan", "rendered"): ({*MODELS, *READING, "jsonschema_rs"}, 125),
}


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """Twelve apps in two environments, compiled."""
    write_estate(str(tmp_path), estate(APPS, 2))
    assert portico(tmp_path, "compile").code == 0
    return tmp_path


@pytest.mark.parametrize("command", IMPORTS, ids=" ".join)
def test_a_run_imports_no_more_than_it_may(command: tuple[str, ...], compiled: Path) -> None:
    work = counted(compiled, *command)

    packages, modules = IMPORTS[command]
    assert work.code == 0, work.said
    assert set(work.packages) <= packages
    assert len(work.modules) <= modules, work.modules


def test_a_version_touches_no_file_of_the_repository(compiled: Path) -> None:
    work = counted(compiled, "--version")

    assert (work.read, work.written, work.listed, work.stats) == ([], [], [], 0)


def test_a_first_compile_reads_each_spec_once_and_writes_each_file_once(tmp_path: Path) -> None:
    write_estate(str(tmp_path), estate(APPS, 2))

    work = counted(tmp_path, "compile")

    assert work.code == 0, work.said
    assert sorted(work.read) == sorted(specs(tmp_path, placements=False))
    assert all(path.endswith(".tmp") for path in work.written)
    # The first file of a folder is opened once more, when the folder is made.
    folders = {path.rpartition("/")[0] for path in work.written}
    assert len(set(work.written)) == number(work, "files written")
    assert len(work.written) <= len(set(work.written)) + len(folders)
    assert work.steps["parsed"] == APPS + 2
    assert work.steps["judged"] == 0


def test_a_compile_with_nothing_to_do_writes_nothing(compiled: Path) -> None:
    work = counted(compiled, "compile")

    assert work.code == 0, work.said
    assert work.written == []
    assert times_read(work, "apps", "environments") == {1}
    # Once to see whose it is and once to compare.
    assert times_read(work, "rendered") == {2}
    assert work.steps["parsed"] == APPS + 4
    # Each app alone, and again where an environment changes something.
    assert work.steps["validated"] <= 2 + APPS + UNITS
    assert work.steps["lowered"] == UNITS
    assert work.steps["emitted"] == manifests(compiled)
    assert work.steps["judged"] == work.steps["scanned"] == 0
    assert work.objects == objects_of_apps(compiled)


def test_one_changed_app_writes_only_its_own_files(compiled: Path) -> None:
    spec = min((compiled / "apps").iterdir())
    spec.write_text(re.sub(r"(?m)^(image: .*)$", r"\g<1>1", spec.read_text()))

    work = counted(compiled, "compile")

    assert work.code == 0, work.said
    assert {path.split("/")[3] for path in work.written} == {spec.stem}
    assert len(work.written) == number(work, "files? written")
    assert work.steps["parsed"] == APPS + 4
    assert work.steps["lowered"] == UNITS
    assert work.steps["emitted"] == manifests(compiled)


def test_a_check_reads_what_a_compile_reads_and_parses_nothing_that_was_rendered(
    compiled: Path,
) -> None:
    work = counted(compiled, "check")

    assert work.code == 0, work.said
    assert work.written == []
    assert times_read(work, "apps", "environments") == {1}
    assert times_read(work, "rendered") == {2}
    assert work.steps["parsed"] == APPS + 4
    assert work.steps["emitted"] == manifests(compiled)
    assert work.steps["scanned"] == 0
    # A rule meets only objects of its kinds.
    assert work.steps["judged"] <= 7 * number(work, "objects")


def test_a_scan_reads_each_file_once(compiled: Path) -> None:
    work = counted(compiled, "scan", "rendered")

    assert work.code == 0, work.said
    assert work.written == []
    assert times_read(work, "rendered") == {1}
    assert work.steps["scanned"] == manifests(compiled)
    assert work.steps["judged"] <= 7 * number(work, "objects")


def specs(root: Path, *, placements: bool = True) -> list[str]:
    return [
        str(path.relative_to(root))
        for folder in ("apps", "environments")
        for path in (root / folder).iterdir()
        if placements or not path.name.endswith(".placement.yaml")
    ]


def manifests(root: Path) -> int:
    return sum(1 for _ in (root / "rendered").rglob("*.yaml"))


def objects_of_apps(root: Path) -> int:
    files = (root / "rendered").glob("*/apps/*/manifests.yaml")
    return sum(file.read_text().count("\nkind: ") for file in files)


def times_read(work: Work, *folders: str) -> set[int]:
    """How often the files below these folders were opened."""
    counts = Counter(path for path in work.read if path.startswith(folders))
    return set(counts.values())


def number(work: Work, what: str) -> int:
    """The number before these words in what the command said."""
    found = re.search(rf"([0-9]+) {what}", work.said)
    assert found is not None, work.said
    return int(found[1])
