"""What all tests of the cache run with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.cache import stamps
from tests.cache import steps
from tests.cache.twin import TICK
from tests.repository import ENVIRONMENT, portico, repository


@pytest.fixture(scope="module", autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Another key than the user's, who shall not find what tests have kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("user")))
        yield


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository after runs that learned all there is to learn."""
    root = tmp_path_factory.mktemp("known") / "estate"
    files = {f"apps/{name}.yaml": steps.spec(name, fields) for name, fields in steps.APPS.items()}
    files["environments/dev.yaml"] = ENVIRONMENT
    files["environments/test.yaml"] = steps.second_environment()
    repository(root, files)
    for command in ("compile", "check"):
        result = portico(root, command)
        assert result.code == 0, result.err
    return root


@pytest.fixture
def short_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are told by their stamps soon after they were written, and not only 2 s later."""
    monkeypatch.setattr(stamps, "_TICK", TICK)
