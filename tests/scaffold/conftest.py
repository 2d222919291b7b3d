"""The repository that the scripts of CI files run on."""

import shutil
from pathlib import Path

import pytest

from tests.scaffold.scratch import compiled


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("compiled") / "estate")


@pytest.fixture
def estate(_compiled: Path, tmp_path: Path) -> Path:
    """A compiled repository with the app `shop` in `dev` and `prod`, committed to main."""
    return Path(shutil.copytree(_compiled, tmp_path / "estate"))
