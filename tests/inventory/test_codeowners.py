"""`portico codeowners`: a team approves its own specs, the platform's team all the rest."""

import fnmatch
from pathlib import Path

import pytest

from tests.author.layouts import estate
from tests.repository import Result, portico

ROOT = Path(__file__).parents[2]

SPEC = "name: {}\nteam: {}\nimage: a:1\nenvironments: {{dev: , prod: }}\n"
EXPECTED = """\
# Made by `portico codeowners --organisation acme`; make it anew when an app is added or changes its team.
# The last line that fits a file decides.
*                         @acme/platform
/apps/cart.yaml           @acme/sales
/rendered/*/apps/cart/    @acme/sales
/apps/pricing.yaml        @acme/finance
/rendered/*/apps/pricing/ @acme/finance
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    apps = {"cart": SPEC.format("cart", "sales"), "pricing": SPEC.format("pricing", "finance")}
    return estate(tmp_path, "dev", "prod", **apps)


def made(root: Path, *arguments: str) -> Result:
    return portico(root, "codeowners", "--organisation", "acme", *arguments)


def test_each_team_has_its_specs_and_what_they_compile_to(root: Path) -> None:
    assert made(root) == Result(0, EXPECTED, "")


def test_every_file_has_one_owner(root: Path) -> None:
    assert portico(root, "compile").code == 0
    lines = [line.split() for line in made(root, "--platform", "edge").out.splitlines()[2:]]

    def owner(path: str) -> str:
        [*_, (_, last)] = [
            line
            for line in lines
            if fnmatch.fnmatch(f"/{path}", line[0] + "*" * line[0].endswith("/"))
        ]
        return last

    for path, expected in {
        "apps/cart.yaml": "@acme/sales",
        "rendered/prod/apps/cart/manifests.yaml": "@acme/sales",
        "rendered/dev/apps/pricing/kustomization.yaml": "@acme/finance",
        "rendered/dev/namespaces/sales.yaml": "@acme/edge",
        "rendered/prod/terraform/waf.tf.json": "@acme/edge",
        "environments/prod.yaml": "@acme/edge",
        "policies/waivers.yaml": "@acme/edge",
        "apps/not-there-yet.yaml": "@acme/edge",
    }.items():
        assert owner(path) == expected, path


def test_a_file_that_is_out_of_date_fails_and_says_how_to_make_it(root: Path) -> None:
    path = root / "CODEOWNERS"
    stale = f"{path} names other owners: `portico codeowners --organisation acme > {path}`\n"

    assert made(root, "--check", str(path)) == Result(1, stale, "")
    path.write_text(EXPECTED)
    assert made(root, "--check", str(path)) == Result(
        0, f"{path} names the owners that there are\n", ""
    )
    path.write_text(EXPECTED.replace("sales", "finance"))
    assert made(root, "--check", str(path)) == Result(1, stale, "")


def test_a_repository_with_errors_has_no_owners_in_part(root: Path) -> None:
    (root / "apps/cart.yaml").write_text("name: cart\n")

    code, out, err = made(root)

    assert (code, out) == (1, "")
    assert "error[PT103]" in err


def test_what_is_no_name_is_wrong_usage(root: Path) -> None:
    code, _, err = portico(root, "codeowners", "--organisation", "@acme")
    assert code == 2
    assert '"@acme" is no name that can stand after an @' in err


def test_this_repository_names_its_owners() -> None:
    """Here GitHub looks for them; the command that makes them anew is in the first line."""
    committed = ROOT / ".github" / "CODEOWNERS"

    found = portico(ROOT, "codeowners", "--organisation=meridian-books", f"--check={committed}")

    assert found.code == 0, found.out
