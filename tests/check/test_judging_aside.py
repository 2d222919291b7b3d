"""Two processes find what one finds, and know afterwards what it knows."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.estate import estate, write_estate
from compiler.cache import aside, stamps
from compiler.cache.memory import Facts, recall
from compiler.pipeline import judging_aside, shares
from tests.repository import Result, portico

RULE = '''\
"""PT900: a rule that finds something in every third app, to see that all are judged."""

ID = "PT900"
TITLE = "workload with a long name"
SEVERITY = "error"
RATIONALE = "Names are read aloud."
WHAT = "Refuses a Deployment whose name has a length that three divides."
FIX = "Take another name."
KINDS = ("Deployment",)
ONE_DOOR = False
FAILING = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: abc}
"""
PASSING = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: ab}
"""


def findings(obj, context):
    if len(obj["metadata"]["name"]) % 3 == 0:
        about = f"{obj['metadata'].get('namespace')}/{obj['metadata']['name']}"
        yield ("metadata", "name"), f"Deployment {about} has a bad length", "take another"
'''


class Checks(NamedTuple):
    """What the first check says, the one after it, and what is known then."""

    first: Result
    second: Result
    facts: Facts


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learned is kept at once, for a user of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("user")))
    monkeypatch.setattr(stamps, "_TICK", -1_000_000_000)


@pytest.fixture(params=["apps without findings", "apps with findings, one of them waived"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_estate(str(tmp_path), estate(12, 2))
    if request.param != "apps without findings":
        (tmp_path / "policies").mkdir()
        (tmp_path / "policies" / "lengths.py").write_text(RULE)
        assert portico(tmp_path, "compile").code == 0
        refused = portico(tmp_path, "check").err
        obj, path = re.findall(r": (Deployment \S+) has a.*\n +--> (rendered/[^:]+)", refused)[-1]
        (tmp_path / "policies" / "waivers.yaml").write_text(
            f"waivers:\n- rule: PT900\n  object: {obj}\n  path: {path}\n"
            "  owner: platform\n  reason: it is known to be so\n"
            f'  expires: "{date.today() + timedelta(days=30)}"\n'
        )
    assert portico(tmp_path, "compile").code == 0
    return tmp_path


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """The processes that were begun to judge, on a machine with two processors."""
    monkeypatch.setattr(aside, "processors", lambda: 2)
    begun: list[None] = []

    def begin(work: object) -> object:
        begun.append(None)
        return aside.aside(work)  # type: ignore[arg-type]

    monkeypatch.setattr(judging_aside, "aside", begin)
    return begun


def checks(root: Path) -> Checks:
    shutil.rmtree(root / ".portico-cache")
    return Checks(portico(root, "check"), portico(root, "check"), recall(str(root)).facts.read())


def test_it_makes_no_difference_by_how_many_processes_parts_are_judged(
    root: Path, begun: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = checks(root)
    assert begun == []
    # Whether a waiver was of use is known too.
    assert "PT24" not in alone.first.err

    monkeypatch.setattr(shares, "_MANY", 2)
    shared = checks(root)

    assert begun
    assert shared == alone
    assert shared.facts.environments
