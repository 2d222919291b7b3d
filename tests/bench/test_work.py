"""What a run may import, read, write and compute: counted, because seconds depend on the machine.

The numbers are exact or upper bounds as of today. A change that does less work lowers them in the
same commit; one that has to raise a number says why in its message.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bench.estate import estate, write_estate
from tests.bench.counted import Work, counted
from tests.git import committed
from tests.repository import portico

APPS, UNITS = 12, 21

READING = {"yaml"}
MODELS = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}

# Command -> the packages that it may import, and how many modules of the compiler at most.
IMPORTS: dict[tuple[str, ...], tuple[set[str], int]] = {
    ("--version",): (set(), 3),
    ("--help",): (set(), 3),
    ("schema", "app"): ({*MODELS, *READING}, 44),
    ("compile", "--no-cache"): ({*MODELS, *READING}, 183),
    ("check", "--no-cache"): ({*MODELS, *READING, "jsonschema_rs"}, 188),
    ("scan", "rendered"): ({*MODELS, *READING, "jsonschema_rs"}, 151),
}

# All that a run may load in which nothing changed since the last one, but for the command's own.
ANSWERING = {
    "compiler",
    "compiler.cache",
    "compiler.cache.answer",
    "compiler.cache.aside",
    "compiler.cache.digest",
    "compiler.cache.memory",
    "compiler.cache.program",
    "compiler.cache.seal",
    "compiler.cache.stamps",
    "compiler.cache.survey",
    "compiler.cli",
    "compiler.cli.main",
    "compiler.cli.output",
    "compiler.cli.report",
    "compiler.cli.repository",
    "compiler.diagnostics",
    "compiler.diagnostics.model",
    "compiler.diagnostics.stopped",
    "compiler.diagnostics.visible",
    "compiler.emit",
    "compiler.emit.tree",
    "compiler.results",
    "compiler.source",
    "compiler.source.limits",
    "compiler.source.spans",
}

# What a run keeps for the next one.
MEMORY = ".portico-cache"


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """Twelve apps in two environments, compiled."""
    write_estate(str(tmp_path), estate(APPS, 2))
    assert portico(tmp_path, "compile", "--no-cache").code == 0
    return tmp_path


@pytest.fixture
def known(compiled: Path) -> Path:
    """The same, after runs that learned all there is to learn."""
    for command in ("compile", "check"):
        assert counted(compiled, command).code == 0
    return compiled


@pytest.mark.parametrize("command", IMPORTS, ids=" ".join)
def test_a_run_imports_no_more_than_it_may(command: tuple[str, ...], compiled: Path) -> None:
    work = counted(compiled, *command)

    packages, modules = IMPORTS[command]
    assert work.code == 0, work.said
    assert set(work.packages) <= packages
    assert len(work.modules) <= modules, work.modules


def test_only_a_placeholder_loads_what_refuses_it(compiled: Path) -> None:
    assert "compiler.source.placeholder" not in counted(compiled, "check", "--no-cache").modules

    spec = compiled / "apps/catalog-web.yaml"
    spec.write_text(spec.read_text() + "command: [CHANGE-ME]\n")
    work = counted(compiled, "check", "--no-cache")
    assert (work.code, "compiler.source.placeholder" in work.modules) == (1, True), work.said


def test_only_what_may_be_a_credential_is_looked_at(compiled: Path) -> None:
    looks = {"compiler.credentials.found", "compiler.credentials.detector"}
    work = counted(compiled, "compile", "--no-cache")
    assert ({*work.modules} & looks, "detect_secrets" in work.packages) == (set(), False)

    spec = compiled / "apps/catalog-web.yaml"
    spec.write_text(spec.read_text().replace("env:\n", "env:\n  TOKEN_URL: http://tokens/a\n", 1))
    work = counted(compiled, "compile", "--no-cache")
    assert {*work.modules} & looks == {"compiler.credentials.found"}

    spec.write_text(spec.read_text().replace("TOKEN_URL: http://tokens/", "TOKEN: "))
    work = counted(compiled, "compile", "--no-cache")
    assert (work.code, {*work.modules} & looks) == (1, looks)


def test_a_version_touches_no_file_of_the_repository(compiled: Path) -> None:
    work = counted(compiled, "--version")

    assert (work.read, work.written, work.listed, work.stats) == ([], [], [], 0)


def test_a_first_compile_writes_each_file_once(tmp_path: Path) -> None:
    write_estate(str(tmp_path), estate(APPS, 2))

    work = counted(tmp_path, "compile")

    assert work.code == 0, work.said
    # To know what is there, and to compile it; the placements, to know what was written.
    assert times_read(work, "apps") == {2}
    assert times_read(work, "environments") == {1, 2}
    written = in_repository(work.written)
    assert all(path.endswith(".tmp") for path in written)
    # The first file of a folder is opened once more, when the folder is made.
    folders = {path.rpartition("/")[0] for path in written}
    assert len(set(written)) == number(work, "files written")
    assert len(written) <= len(set(written)) + len(folders)
    assert work.steps["parsed"] == APPS + 2
    assert work.steps["judged"] == 0


def test_a_compile_that_knows_nothing_and_changes_nothing_writes_nothing(compiled: Path) -> None:
    work = counted(compiled, "compile", "--no-cache")

    assert work.code == 0, work.said
    assert work.written == []
    assert times_read(work, "apps", "environments") == {2}
    assert times_read(work, "rendered") == {1}
    assert work.steps["parsed"] == APPS + 4
    # Each app alone, and again where an environment changes something.
    assert work.steps["validated"] <= 2 + APPS + UNITS
    assert work.steps["lowered"] == UNITS
    assert work.steps["emitted"] == manifests(compiled)
    assert work.steps["judged"] == work.steps["scanned"] == 0
    assert work.objects == objects_of_apps(compiled)


def test_a_check_that_knows_nothing_parses_nothing_that_was_rendered(compiled: Path) -> None:
    work = counted(compiled, "check", "--no-cache")

    assert work.code == 0, work.said
    assert work.written == []
    assert times_read(work, "apps", "environments") == {2}
    assert times_read(work, "rendered") == {1}
    assert work.steps["parsed"] == APPS + 4
    assert work.steps["emitted"] == manifests(compiled)
    assert work.steps["scanned"] == 0
    # A rule meets only objects of kinds that concern it.
    assert work.steps["judged"] <= 4 * number(work, "objects")


@pytest.mark.parametrize("command", ["compile", "check"])
def test_a_run_after_nothing_changed_looks_and_does_nothing_else(command: str, known: Path) -> None:
    work = counted(known, command)

    assert work.code == 0, work.said
    assert work.packages == []
    assert set(work.modules) - ANSWERING <= {f"compiler.cli.{command}", "compiler.cli.progress"}
    assert (in_repository(work.read), work.written) == ([], [])
    assert set(work.steps.values()) == {0}
    files, folders = below(known, "rendered")
    # Each file and folder once; a few more to find the specs, the waivers and the memory.
    assert work.stats <= files + folders + APPS + 4 + 3
    # What a killed run left among the specs is told by its name.
    assert work.listed == ["apps", "environments"]


def test_files_that_were_touched_are_read_once_more_and_then_known(known: Path) -> None:
    for path in (known / "rendered").rglob("*.yaml"):
        path.touch()

    touched, after = counted(known, "compile"), counted(known, "compile")

    assert times_read(touched, "rendered") == {1}
    assert set(touched.steps.values()) == {0}
    assert in_repository(after.read) == after.written == []


def test_one_changed_app_is_all_that_is_compiled(known: Path) -> None:
    app, units = change_an_app(known)

    work = counted(known, "compile")

    assert work.code == 0, work.said
    assert number(work, "files? written") == units
    assert in_repository(work.read, "rendered") == []
    assert in_repository(work.read, "apps") == [f"apps/{app}.yaml"] * 2
    assert {path.split("/")[3] for path in in_repository(work.written)} == {app}
    assert len(in_repository(work.written)) == units
    # The environments it is in, and itself.
    assert work.steps["parsed"] == 2 + 1
    assert work.steps["lowered"] == units
    # Two files for each.
    assert work.steps["emitted"] == 2 * units
    assert work.steps["judged"] == 0
    assert not {"jsonschema_rs"} & set(work.packages)


def test_a_check_after_it_judges_only_its_objects(known: Path) -> None:
    app, units = change_an_app(known)
    compiled = counted(known, "compile")

    work = counted(known, "check")

    assert work.code == 0, work.said
    # What was just written, to know its stamp.
    assert {path.split("/")[3] for path in in_repository(work.read)} == {app}
    assert len(in_repository(work.read)) == units
    assert work.packages == ["jsonschema_rs"]
    assert work.steps["parsed"] == work.steps["lowered"] == work.steps["emitted"] == 0
    assert 0 < work.steps["judged"] <= 5 * compiled.objects
    assert counted(known, "check").steps["judged"] == 0


def test_a_check_before_it_judges_only_its_objects(known: Path) -> None:
    _, units = change_an_app(known)

    work = counted(known, "check")

    assert work.code == 1, work.said
    assert in_repository(work.read, "rendered") == []
    # Also the placements: what judges its objects must know all hosts of the environment.
    assert work.steps["parsed"] == 2 + 1 + 2
    assert work.steps["lowered"] == units
    assert work.steps["emitted"] == 2 * units
    assert 0 < work.steps["judged"] <= 5 * work.objects


def test_a_call_that_is_added_changes_only_who_calls_and_who_is_called(known: Path) -> None:
    caller = known / "apps" / "catalog-worker.yaml"
    assert "calls" not in caller.read_text()
    caller.write_text(
        caller.read_text().replace("environments:\n", "calls: [catalog-search]\nenvironments:\n")
    )

    work = counted(known, "compile")

    assert work.code == 0, work.said
    changed = {path.split("/")[3] for path in in_repository(work.written)}
    assert changed == {"catalog-worker", "catalog-search"}
    assert work.steps["lowered"] == 2 * len(changed)


def test_a_diff_reads_only_what_differs(known: Path) -> None:
    committed(known)
    app, units = change_an_app(known)

    work = counted(known, "diff", "HEAD", "--format", "json")

    assert work.code == 0, work.said
    changes = json.JSONDecoder().raw_decode(work.said)[0]["changes"]
    assert {change["app"] for change in changes} == {app}
    assert in_repository(work.read, "rendered") == []
    # Both specs, and the two environments and two placements that they have in common.
    assert work.steps["parsed"] == 2 + 2 + 2
    assert work.steps["lowered"] == 2 * units
    assert work.steps["emitted"] == work.steps["judged"] == 0
    assert in_repository(work.written) == []


def test_a_scan_reads_each_file_once(compiled: Path) -> None:
    work = counted(compiled, "scan", "rendered")

    assert work.code == 0, work.said
    assert work.written == []
    assert times_read(work, "rendered") == {1}
    assert work.steps["scanned"] == manifests(compiled)
    assert work.steps["judged"] <= 7 * number(work, "objects")


def change_an_app(root: Path) -> tuple[str, int]:
    """Another image for an app that is in both environments; and how many units that are."""
    spec = next(p for p in sorted((root / "apps").iterdir()) if "  dev:\n" in p.read_text())
    text = spec.read_text()
    spec.write_text(re.sub(r"(?m)^(image: .*|    image: .*)$", r"\g<1>1", text))
    return spec.stem, 1 + ("  prod:\n" in text)


def in_repository(paths: list[str], *folders: str) -> list[str]:
    """Those that are not what a run keeps for the next one, below these folders or any."""
    return [p for p in paths if not p.startswith(MEMORY) and p.startswith(folders or "")]


def below(root: Path, folder: str) -> tuple[int, int]:
    """How many files and how many folders there are."""
    found = [root / folder, *(root / folder).rglob("*")]
    return sum(path.is_file() for path in found), sum(path.is_dir() for path in found)


def specs(root: Path) -> list[str]:
    folders = ("apps", "environments")
    return [str(p.relative_to(root)) for folder in folders for p in (root / folder).iterdir()]


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
