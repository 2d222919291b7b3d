"""Programs that everybody knows, said in the language: what people run fits into it.

Each folder of `tests/workloads/` is a repository with two environments, made after what the
program's own people publish for Kubernetes. Of what it compiles to, the manifests of its apps are
committed beside it. After a deliberate change of what is rendered: `make golden`, then read the
diff as the reviewer of a production change would.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.repository import portico, snapshot

WORKLOADS = Path(__file__).parent / "workloads"
NAMES = sorted(path.name for path in WORKLOADS.iterdir())


def compiled(name: str, root: Path) -> Path:
    """A copy of the repository with all that it compiles to."""
    for folder in ("apps", "environments"):
        shutil.copytree(WORKLOADS / name / folder, root / folder)
    result = portico(root, "compile")
    assert result.code == 0, result.err
    return root


@pytest.mark.parametrize("name", NAMES)
def test_a_workload_compiles_to_its_committed_manifests(name: str, tmp_path: Path) -> None:
    root = compiled(name, tmp_path)
    apps = [path.relative_to(root) for path in root.glob("rendered/*/apps")]
    assert len(apps) == 2

    if "REGENERATE" in os.environ:
        shutil.rmtree(WORKLOADS / name / "rendered", ignore_errors=True)
        for folder in apps:
            shutil.copytree(root / folder, WORKLOADS / name / folder)
    for folder in apps:
        assert snapshot(root / folder) == snapshot(WORKLOADS / name / folder)


@pytest.mark.parametrize("name", NAMES)
def test_a_workload_is_clean_and_laid_out(name: str, tmp_path: Path) -> None:
    root = compiled(name, tmp_path)

    for command in (("check", "--strict"), ("fmt", "--check")):
        result = portico(root, *command)
        assert result.code == 0, result.err
