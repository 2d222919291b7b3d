"""Golden repositories: open a folder of `tests/golden/` and see specs in, rendered files out.

After a deliberate change of what is rendered: `make golden`, then read the diff as the reviewer of
a production change would.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.repository import portico, snapshot

GOLDEN = Path(__file__).parent / "golden"
REPOSITORIES = sorted(path.name for path in GOLDEN.iterdir())


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_golden_repository_compiles_to_its_committed_files(name: str, tmp_path: Path) -> None:
    committed = GOLDEN / name
    for folder in ("apps", "environments"):
        shutil.copytree(committed / folder, tmp_path / folder)
    for placement in (tmp_path / "environments").glob("*.placement.yaml"):
        placement.unlink()

    result = portico(tmp_path, "compile")

    assert result.code == 0, result.err
    if "REGENERATE" in os.environ:
        shutil.rmtree(committed, ignore_errors=True)
        shutil.copytree(tmp_path, committed)
    assert snapshot(tmp_path) == snapshot(committed)


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_golden_repository_is_clean(name: str) -> None:
    result = portico(GOLDEN / name, "check")

    assert result.code == 0, result.err


def test_this_repository_is_compiled_and_clean() -> None:
    result = portico(GOLDEN.parent.parent, "check")

    assert result.code == 0, result.err
