"""A diff says what it would if it knew nothing of what was compiled before."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.review.comparison import Comparison, compare
from tests.cache import steps
from tests.git import git
from tests.repository import portico


class Turn(NamedTuple):
    """What happens to the repository, and what is done then before the next one."""

    step: str
    number: int
    then: str


TURNS = st.builds(
    Turn,
    st.sampled_from(sorted(steps.STEPS)),
    st.integers(0, 9999),
    st.sampled_from(["commit", "compile", "compile and commit", "nothing"]),
)


@pytest.fixture(scope="module")
def known(known: Path) -> Path:
    """The same, committed."""
    git(known, "init", "--quiet", "--initial-branch=main")
    commit(known)
    return known


def commit(root: Path) -> None:
    """All but what is kept for the next run, which git ignores."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=change")


def holds(known: Path, turns: list[Turn]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "estate")
        shutil.copytree(known, root, symlinks=True)
        for turn in turns:
            steps.STEPS[turn.step](root, turn.number)
            if "compile" in turn.then:
                portico(root, "compile")
            if "commit" in turn.then:
                commit(root)
        first = git(root, "rev-list", "--max-parents=0", "HEAD")
        for command in (
            ("diff", "HEAD"),
            ("diff", first, "--format", "json"),
            ("diff", "HEAD", first, "--format", "markdown"),
            ("diff", first, "HEAD", "--environment", "test"),
            ("diff", "--from", str(known)),
        ):
            assert portico(root, *command) == portico(root, *command, "--no-cache"), command


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(TURNS, min_size=1, max_size=5))
def test_a_diff_says_what_it_would_without(known: Path, turns: list[Turn]) -> None:
    holds(known, turns)


@pytest.mark.heavy
@settings(
    max_examples=int(os.environ.get("PORTICO_EXAMPLES", "1000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(turns=st.lists(TURNS, min_size=3, max_size=10))
def test_a_diff_says_what_it_would_without_for_long(known: Path, turns: list[Turn]) -> None:
    holds(known, turns)


def test_a_spec_that_changes_during_the_run_is_said(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another app calls is read when it is known that it changed, and is another one then."""
    root = tmp_path / "estate"
    shutil.copytree(known, root)
    # Its patch holds the cart to its team.
    (root / "apps" / "gift.yaml").unlink()
    cart = root / "apps" / "cart.yaml"
    cart.write_text(cart.read_text().replace("team: sales", "team: goods"))
    assert portico(root, "compile").code == 0

    def meanwhile(*sides: Any) -> Comparison:
        cart.write_text(cart.read_text() + "# changed\n")
        return compare(*sides)

    monkeypatch.setattr("compiler.cli.diff.compare", meanwhile)
    result = portico(root, "diff", "HEAD")

    assert result.code == 2
    assert "apps/cart.yaml was changed during the run: run it again" in result.err
