"""What known programs compile to, in the hands of kubectl and of Checkov's own catalogue."""

import shutil
from pathlib import Path

import pytest

from tests.kubectl import kustomize
from tests.real.test_checkov import CONFIGURATION, checkov
from tests.real.test_kustomize import identity, rendered_in
from tests.test_workloads import NAMES, compiled


@pytest.mark.parametrize("name", NAMES)
def test_kubectl_builds_what_was_rendered(name: str, tmp_path: Path) -> None:
    root = compiled(name, tmp_path)
    folders = [path.parent for path in root.rglob("rendered/**/kustomization.yaml")]
    assert folders

    for folder in folders:
        assert {identity(obj): obj for obj in kustomize(folder)} == rendered_in(folder)


@pytest.mark.parametrize("name", NAMES)
def test_checkovs_catalogue_finds_nothing(name: str, tmp_path: Path) -> None:
    """With what .checkov.yaml leaves out for every repository of Portico."""
    root = compiled(name, tmp_path)
    shutil.copy(CONFIGURATION, root)

    code, reports = checkov(root)

    by_framework = {report["check_type"]: report for report in reports}
    found = [
        (check["check_id"], check["resource"])
        for report in reports
        for check in report["results"]["failed_checks"]
    ]
    assert found == []
    assert code == 0
    assert by_framework["kubernetes"]["summary"]["passed"] > 500
