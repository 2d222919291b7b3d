"""No false alarms: large sets of harmless files that nobody wrote for these tests.

The definitions of custom resources are found in the folder that PORTICO_CRDS names, or in
`shared/crds` beside the repository or its parent; they are no part of this repository.
"""

import contextlib
import importlib.util
import os
import re
from pathlib import Path

import pytest

from tests.repository import portico
from tests.scan.test_scan import CONTEXT

REPOSITORY = Path(__file__).parents[2]
GOLDEN = sorted((REPOSITORY / "tests" / "golden").iterdir())
ENVIRONMENTS = sorted(folder.name for folder in (REPOSITORY / "rendered").iterdir())


def objects(said: str) -> int:
    """How many objects a clean scan says that it looked at."""
    found = re.fullmatch(r"scanned (\d+) objects? .*: clean\n", said)
    assert found, said
    return int(found[1])


def definitions() -> Path | None:
    named = os.environ.get("PORTICO_CRDS")
    if named:
        return Path(named)
    beside = (above / "shared" / "crds" for above in (REPOSITORY, *REPOSITORY.parents[:2]))
    return next((folder for folder in beside if folder.is_dir()), None)


def test_definitions_of_custom_resources_raise_no_alarm(tmp_path: Path) -> None:
    folder = definitions()
    if folder is None:
        pytest.skip("no definitions here: PORTICO_CRDS is not set and there is no shared/crds")
    files = list(folder.rglob("*.yaml"))
    assert files, f"{folder} holds no definitions"
    code, out, err = portico(tmp_path, "scan", *CONTEXT, str(folder))
    assert (code, err) == (0, ""), out + err
    assert objects(out) >= len(files)


@pytest.mark.parametrize(
    "root", [REPOSITORY, *GOLDEN], ids=["this-repository", *(root.name for root in GOLDEN)]
)
def test_what_portico_compiled_raises_no_alarm(root: Path) -> None:
    with contextlib.chdir(root):
        code, out, err = portico(root, "scan", "rendered")
    assert (code, err) == (0, ""), out + err
    assert objects(out) > 50


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_portico_compiled_for_an_environment_raises_no_alarm(environment: str) -> None:
    with contextlib.chdir(REPOSITORY):
        code, out, err = portico(
            REPOSITORY, "scan", "--environment", environment, f"rendered/{environment}"
        )
    assert (code, err) == (0, ""), out + err
    assert objects(out) > 50


def test_yaml_that_holds_no_objects_raises_no_alarm_beside_one_that_does(tmp_path: Path) -> None:
    """The checks that Checkov brings along are YAML of its own: they speak of aws_lb, Service,
    0.0.0.0/0 and hostNetwork, and are nothing that kubectl, Flux or Terraform would read."""
    found = importlib.util.find_spec("checkov")
    if found is None or found.origin is None:
        pytest.skip("Checkov is not installed here")
    package = Path(found.origin).parent
    checks = [
        path
        for path in package.rglob("*.yaml")
        if "checks" in path.parts and "definition:" in path.read_text()
    ]
    assert len(checks) > 100
    for number, path in enumerate(checks):
        (tmp_path / f"check-{number}.yaml").write_bytes(path.read_bytes())
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n"
    (tmp_path / "settings.yaml").write_text(manifest)
    code, out, err = portico(tmp_path, "scan", *CONTEXT, str(tmp_path))
    assert (code, err) == (0, ""), out + err
    assert objects(out) == 1
