"""What all tests of the cache run with."""

from collections.abc import Iterator

import pytest

from compiler.cache import stamps
from tests.cache.twin import TICK


@pytest.fixture(scope="module", autouse=True)
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Another key than the user's, who shall not find what tests have kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("user")))
        yield


@pytest.fixture
def short_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are told by their stamps soon after they were written, and not only 2 s later."""
    monkeypatch.setattr(stamps, "_TICK", TICK)
