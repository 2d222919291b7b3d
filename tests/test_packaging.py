"""What a fresh machine, another repository and CI get from the files at the top of this one."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]


def lock_entries(lock: str) -> list[str]:
    """Each requirement with its hashes, on one line, without comments."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    kept = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return kept.replace("\\\n", " ").split("\n")


def lock_pins(lock: str) -> dict[tuple[str, str], str]:
    """Version by (name, marker); a name stands more than once where Pythons need different ones."""
    pins: dict[tuple[str, str], str] = {}
    for entry in lock_entries(lock):
        if entry.strip():
            requirement = Requirement(entry.split("--hash")[0].strip())
            (pin,) = requirement.specifier
            assert pin.operator == "==", entry
            name = canonicalize_name(requirement.name)
            pins[name, str(requirement.marker or "")] = pin.version
    return pins


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_folder_of_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == [], "an option of pip"
    assert re.findall(r"(?i)\b[\w-]+\.(?:com|dev|internal|io|local|net|org)\b", text) == []
    assert re.findall(r"(?:^|[\s'\"=@])(?:[~.]{0,2}/|[A-Za-z]:\\)\S*", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_and_hashes_every_requirement(lock: str) -> None:
    entries = [entry for entry in lock_entries(lock) if entry.strip()]
    assert entries
    for entry in entries:
        name_and_marker = r"[a-z0-9-]+==\S+(?: ; .+?)?"
        hashes = r"(?:\s+--hash=sha256:[0-9a-f]{64})+\s*"
        assert re.fullmatch(name_and_marker + hashes, entry), entry


def test_core_pins_are_the_same_in_both_locks() -> None:
    core, dev = map(lock_pins, LOCKS)
    assert {key: dev.get(key) for key in core} == core


def test_core_lock_is_light() -> None:
    names = {name for name, _ in lock_pins("requirements.lock")}
    assert names & {"boto3", "botocore", "checkov", "moto", "mypy", "pytest", "rich"} == set()


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (
            "requirements.lock",
            PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"],
        ),
        (
            "requirements-dev.lock",
            [
                text
                for extra in EXTRAS.values()
                for text in extra
                if not text.startswith("portico[")
            ],
        ),
    ],
)
def test_lock_satisfies_pyproject(lock: str, wanted: list[str]) -> None:
    pins = lock_pins(lock)
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        versions = [version for (pinned, _), version in pins.items() if pinned == name]
        assert versions, f"{lock} lacks {name}; run `make lock`"
        assert all(map(requirement.specifier.contains, versions)), f"{name} {versions}; `make lock`"


def test_extras_cover_each_optional_feature() -> None:
    assert {"aws", "checkov", "dev", "rehearse", "test"} <= EXTRAS.keys()


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: ([a-z].*)$", makefile, re.MULTILINE)
    printed = subprocess.run(
        ["make", "--silent"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^make ([\w-]+) +\S", printed, re.MULTILINE) == phony.split()


def test_ci_runs_the_tests_and_then_compiles() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text("utf-8").splitlines()
    assert "set -euo pipefail" in lines
    assert lines.index("make test") < lines.index("make compile")
    assert "git status --porcelain" in "\n".join(lines[lines.index("make compile") :])


def hooks() -> dict[str, dict[str, Any]]:
    read = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return {hook["id"]: hook for hook in read}


def test_other_repositories_get_hooks_that_run_portico() -> None:
    assert {name: hook["entry"] for name, hook in hooks().items()} == {
        "portico-fmt": "portico fmt",
        "portico-compile": "portico compile --staged",
        "portico-check": "portico check --staged",
        "portico-scan": "portico scan",
    }
    for name, hook in hooks().items():
        assert hook["language"] == "python"
        if name != "portico-fmt":
            assert hook["pass_filenames"] is False
            assert hook["always_run"] is True, "without it a commit that only deletes is skipped"


def test_hooks_run_where_something_is_committed_and_where_a_person_asks() -> None:
    """Of all kinds of hooks that are installed: always_run would have them run in each."""
    for hook in hooks().values():
        assert {"pre-commit", "pre-merge-commit", "manual"} <= set(hook["stages"])
        assert set(hook["stages"]) <= {"pre-commit", "pre-merge-commit", "pre-push", "manual"}
        assert hook["minimum_pre_commit_version"] == "3.2.0", "the first with these names"


@pytest.mark.parametrize(
    ("path", "is_formatted"),
    [
        ("apps/shop.yaml", True),
        ("environments/dev.yaml", True),
        ("apps/.shop.yaml", False),
        ("apps/README.md", False),
        ("clusters/apps/shop.yaml", False),
        ("rendered/dev/apps/shop/manifests.yaml", False),
    ],
)
def test_the_hook_that_formats_gets_specs(path: str, is_formatted: bool) -> None:
    assert (re.search(hooks()["portico-fmt"]["files"], path) is not None) is is_formatted


def test_hooks_install_the_locked_versions() -> None:
    for hook in hooks().values():
        assert hook["additional_dependencies"] == ["--constraint=constraints.txt"]
    entries = [entry for entry in lock_entries("requirements.lock") if entry.strip()]
    pins = [entry.split("--hash")[0].strip() for entry in entries]
    assert (ROOT / "constraints.txt").read_text("utf-8").splitlines() == pins, "run `make lock`"


def test_own_hooks_go_through_make() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    (local,) = config["repos"]
    targets = [re.findall(r"make --silent (\w+)", hook["entry"]) for hook in local["hooks"]]
    assert targets == [["lint"], ["types"], ["fmt"], ["compile"], ["check"]]


def built(kind: str, source: Path, destination: Path) -> Path:
    """The one file that hatchling makes of `source`; needs no network."""
    run = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", destination],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (made,) = destination.iterdir()
    return made


def packaged(folder: str) -> dict[str, bytes]:
    """Content by path below `folder`, of the files that belong in a wheel."""
    return {
        path.relative_to(ROOT / folder).as_posix(): path.read_bytes()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in {".py", ".json", ".yaml"}
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Content by path of everything in the wheel."""
    with zipfile.ZipFile(built("wheel", ROOT, tmp_path_factory.mktemp("wheel"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_wheel_holds_the_compiler_and_the_rules(wheel: dict[str, bytes]) -> None:
    expected = {f"compiler/{path}": content for path, content in packaged("compiler").items()}
    for path, content in packaged("policies").items():
        expected[f"compiler/_builtin_policies/{path}"] = content
    assert "compiler/__init__.py" in expected
    assert any(path.startswith("compiler/_builtin_policies/") for path in expected)
    assert {path: wheel.get(path) for path in expected} == expected


def test_wheel_holds_nothing_else(wheel: dict[str, bytes]) -> None:
    tops = {path.split("/")[0] for path in wheel}
    assert tops == {"compiler", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [path for path in wheel if "__pycache__" in path or path.endswith(".pyc")]


def test_wheel_says_what_it_is(wheel: dict[str, bytes]) -> None:
    files = {path.split("/", 1)[1]: text for path, text in wheel.items() if ".dist-info/" in path}
    assert b"portico = compiler.cli.main:run" in files["entry_points.txt"]
    assert files["licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    metadata = message_from_bytes(files["METADATA"])
    assert metadata["Name"] == "portico"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) == EXTRAS.keys()
    init = (ROOT / "compiler" / "__init__.py").read_text("utf-8")
    assert f'__version__ = "{metadata["Version"]}"' in init


def test_source_distribution_builds_the_same_wheel(wheel: dict[str, bytes], tmp_path: Path) -> None:
    with tarfile.open(built("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    with zipfile.ZipFile(built("wheel", source, tmp_path / "wheel")) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == wheel
