"""Generated estates: the same every time, like what a company has, and valid."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bench.estate import environment_names, estate, write_estate
from tests.repository import portico


def test_an_estate_is_the_same_every_time() -> None:
    assert estate(30, 3) == estate(30, 3)
    assert estate(30, 3, seed=1) != estate(30, 3, seed=2)


def test_a_larger_estate_has_the_apps_of_a_smaller_one() -> None:
    assert estate(25, 2).items() <= estate(150, 2).items()


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, ("prod",)),
        (2, ("dev", "prod")),
        (4, ("dev", "test", "acceptance", "prod")),
        (6, ("dev", "test", "acceptance", "prod", "prod-2", "prod-3")),
    ],
)
def test_environments_are_in_the_order_of_promotion(number: int, names: tuple[str, ...]) -> None:
    assert environment_names(number) == names


@pytest.mark.parametrize(("apps", "environments"), [(1, 1), (120, 4), (7, 6)])
def test_an_estate_compiles_and_is_clean(apps: int, environments: int, tmp_path: Path) -> None:
    write_estate(str(tmp_path), estate(apps, environments))

    compiled = portico(tmp_path, "compile")
    checked = portico(tmp_path, "check", "--strict")

    assert compiled.code == 0, compiled.err
    assert checked.code == 0, checked.err
    assert "clean" in checked.out


def test_an_estate_has_all_sorts_of_apps() -> None:
    texts = [text for path, text in estate(1000, 4).items() if path.startswith("apps/")]

    def share(pattern: str) -> float:
        return sum(re.search(pattern, text, re.M) is not None for text in texts) / len(texts)

    assert len(texts) == 1000
    assert 0.2 < share(r"^expose:$") < 0.4
    assert 0.02 < share(r"^  cache: origin$") < 0.1
    assert 0.05 < share(r"^schedule:") < 0.15
    assert 0.6 < share(r"^port:") < 0.8
    assert 0.5 < share(r"secret: ") < 1
    assert 0.4 < share(r"^calls:") < 0.8
    assert 0.2 < share(r"-rc\.1$") < 0.5
    assert 0.2 < share(r"^    replicas: ") < 0.5
    assert 0.8 < share(r"^  dev:$[^?]*^  prod:$") < 0.95
    teams = Counter(re.search(r"^team: (.*)", text, re.M)[1] for text in texts)  # type: ignore[index]
    assert len(teams) == 100
    assert 20 < sum(text.count("\n") for text in texts) / len(texts) < 30
