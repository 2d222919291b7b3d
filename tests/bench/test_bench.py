"""The benchmark itself: it measures work that was done, and says what it could not measure."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench import profile
from bench.__main__ import PEERS, main
from bench.floors import PARTS, WHOLE
from bench.measure import Measured, Table
from bench.peer import Absent, Compared, Setting
from bench.peers.helm import helm
from bench.peers.kapitan import kapitan
from bench.peers.kubeconform import kubeconform
from bench.peers.kustomize import kustomize
from bench.peers.template import templates
from bench.process import Failed, Run
from bench.rows import ROWS
from bench.work import Size, Work, prepare
from tests.repository import portico


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    """Ten apps in one environment, compiled."""
    command = (sys.executable, "-m", "compiler")
    return prepare(Size(10, 1), str(tmp_path_factory.mktemp("bench")), command)


@pytest.fixture
def setting(work: Work, tmp_path: Path) -> Setting:
    """As if every row and floor had taken a second."""
    second = Run(1.0, 1.0, 1, "")
    rows = [Measured(row, row.seconds, [second], [0.5]) for row in ROWS]
    table = Table(work, rows, {name: [1.0] for name in (*PARTS, *WHOLE)})
    return Setting(table, 100, str(tmp_path / "peers"), install=False, rounds=1)


def test_every_row_and_floor_is_measured_and_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "bench.json"

    code = main(
        ["--size", "3x1", "--rounds", "1", "--json", str(written), "--scratch", str(tmp_path)]
    )

    printed = capsys.readouterr().out
    (estate,) = json.loads(written.read_text())["estates"]
    assert code == 0
    assert [row["name"] for row in estate["rows"]] == [row.name for row in ROWS]
    assert all(row["seconds"] > 0 and row["peak"] > 1e6 for row in estate["rows"])
    assert set(estate["floors"]) == {*PARTS, *WHOLE}
    assert all(floor in estate["floors"] for row in ROWS for floor in row.floor)
    assert all(row.name in printed for row in ROWS)
    assert printed.startswith("3 apps × 1 environments\n")


def test_a_program_that_fails_is_no_measurement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--size", "3x1", "--portico", "false", "--scratch", str(tmp_path)]) == 1
    assert "bench: false compile: exit code 1" in capsys.readouterr().err


def test_a_run_that_did_something_else_is_no_measurement(work: Work) -> None:
    check = next(row for row in ROWS if row.command == ("check",))
    other = work._replace(portico=("echo",))

    with pytest.raises(Failed, match="full check from cold: expected"):
        check.run(other)


def test_targets_grow_with_the_estate_but_for_what_does_not_read_it(work: Work) -> None:
    larger = work._replace(size=Size(10_000, 4))
    targets = {row.name: (row.target(work), row.target(larger)) for row in ROWS}

    assert targets["full compile into an empty tree"] == (1.5, 15.0)
    assert targets["portico --version"] == (0.06, 0.06)


def test_a_process_is_measured_with_the_memory_that_it_had(work: Work) -> None:
    # In a small process, as the benchmark is: a child is never seen with less than its parent had.
    peaks = """
import os, sys
from bench.process import run
for code in ("pass", "b'x' * 300_000_000"):
    print(run([sys.executable, "-c", code], ".", os.environ).peak)
"""

    small, large = map(int, work.run(sys.executable, "-c", peaks).output.split())

    assert small < 50_000_000
    assert large - small > 250_000_000


def test_one_changed_app_is_another_version_of_it(work: Work) -> None:
    changed = next(row for row in ROWS if row.name == "compile, one app changed")

    changed.prepare(work)

    assert "1 file written" in portico(Path(work.root), "compile").out


def test_a_profile_names_imports_functions_and_counts_of_calls(work: Work) -> None:
    found = profile.profile(work, "check", "--no-cache")

    assert found.modules > 100
    assert any(name.startswith("compiler.") for name, _ in found.imports)
    assert any("compiler/pipeline/" in name for name, _ in found.within)
    assert sum(share for _, share in found.own) <= 1.001
    assert any("list" in name for name, _ in found.calls)
    assert "portico check --no-cache\n" in profile.text([found])


def test_a_peer_that_is_not_here_is_skipped_with_the_reason(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    found = [*helm(setting), *kustomize(setting), *kubeconform(setting), *kapitan(setting)]

    assert found == [
        Absent("helm", "it is not on PATH"),
        Absent("kubectl", "it is not on PATH"),
        Absent("kubeconform", "it is not on PATH"),
        Absent("kapitan", "it is not installed; `--install-peers` fetches it from PyPI"),
    ]


@pytest.mark.parametrize(
    ("peer", "name", "says", "objects"),
    [
        (helm, "helm", "kind: A\nkind: B\n", 20),
        (kustomize, "kubectl", "kind: A\nkind: B\n", 2),
        (kubeconform, "kubeconform", "Summary: 42 resources found\n", 42),
    ],
)
def test_a_peer_is_compared_for_each_object(
    peer: Callable[[Setting], Iterator[Compared | Absent]],
    name: str,
    says: str,
    objects: int,
    setting: Setting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = tmp_path / "bin" / name
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nprintf "v1.2.3\\n{says}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.executable", "/nowhere/python")

    (found,) = peer(setting)

    assert isinstance(found, Compared), found
    assert found.version == "v1.2.3"
    assert found.objects == objects
    assert found.faster == pytest.approx(100 * found.seconds / objects)
    assert (tmp_path / "asked").read_text().splitlines()[1:]


def test_helm_and_kapitan_fill_templates_of_porticos_own_manifests(
    setting: Setting, tmp_path: Path
) -> None:
    mark = {name: f"<{name}>" for name in ("name", "team", "image", "environment")}
    made = templates(setting.table.work, mark)

    assert set(made) == {"web", "api", "service", "worker", "job"}
    assert "  name: <name>\n  namespace: <team>\n" in made["service"]
    assert "        image: <image>\n" in made["service"]


def test_every_peer_has_a_module_of_its_own_name() -> None:
    assert {peer.__name__ for peer in PEERS} == {
        path.stem for path in (Path(__file__).parents[2] / "bench" / "peers").glob("[a-z]*.py")
    } - {"template"}
