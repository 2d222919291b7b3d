"""docs/patches.md, held to the compiler: its examples compile, and its tables are whole."""

import re
from pathlib import Path

import pytest

from compiler.kubernetes.patching.strategic_merge import ByKey, fields_of
from compiler.link.manifests import ALLOWED
from tests.repository import ENVIRONMENT, portico, repository

PAGE = (Path(__file__).parent.parent / "docs" / "patches.md").read_text()
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROD = (
    ENVIRONMENT.replace("name: dev\n", "name: prod\n", 1)
    .replace("111122223333", "444455556666")
    .replace("acme-dev", "acme-prod")
    .replace("acme", "example")
    .replace("Z0000000", "Z0000001")
)


@pytest.mark.parametrize("spec", EXAMPLES)
def test_an_example_compiles_and_is_clean(spec: str, tmp_path: Path) -> None:
    files = {"apps/shop.yaml": spec, "environments/dev.yaml": ENVIRONMENT}
    repository(tmp_path, {**files, "environments/prod.yaml": PROD})

    assert portico(tmp_path, "compile").err == ""
    assert portico(tmp_path, "check").err == ""


def test_there_are_examples_of_both() -> None:
    assert sum("patches:" in spec for spec in EXAMPLES) >= 3
    assert sum("manifests:" in spec for spec in EXAMPLES) >= 1


def test_the_kinds_are_those_that_an_app_may_have() -> None:
    rows = re.findall(r"^\| (\w+) \| `([\w./-]+)` \|", PAGE, re.MULTILINE)

    assert dict(rows) == ALLOWED


def test_the_keys_are_those_that_lists_are_merged_by() -> None:
    table = PAGE[PAGE.index("| list |") : PAGE.index("Every other list")]
    fields: dict[str, ByKey] = {}
    for kind in ("Deployment", "Service"):
        spec = fields_of({"apiVersion": "apps/v1", "kind": kind})["spec"]
        assert isinstance(spec, dict)
        below = spec["template"]["spec"] if kind == "Deployment" else spec
        fields |= {name: how for name, how in below.items() if isinstance(how, ByKey)}
    containers = fields["containers"].fields
    for name, how in [*fields.items(), *containers.items()]:
        assert isinstance(how, ByKey)
        assert f"`{name}`" in table
        assert f"`{how.key}`" in table
