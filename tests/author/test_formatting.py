"""`portico fmt`: which files it lays out, what it says, and when it fails."""

import subprocess
from pathlib import Path

import pytest

from tests.author.layouts import MARKER
from tests.git import committed, git
from tests.repository import APP, ENVIRONMENT, Result, portico, repository, snapshot

ROOT = Path(__file__).parents[2]
UNTIDY = f"# head\nteam: 'sales'\nname: shop\nimage: a:1   {MARKER}\nenvironments: {{dev: }}\n"
TIDY = f"# head\nname: shop\nteam: sales\nimage: a:1   {MARKER}\nenvironments:\n  dev:\n"
PLACEMENT = "hosts: { }\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "apps/shop.yaml": UNTIDY,
        "apps/cart.yaml": APP.replace("shop", "cart"),
        "environments/dev.yaml": ENVIRONMENT,
        "environments/dev.placement.yaml": PLACEMENT,
    }
    return repository(tmp_path, files)


def test_files_are_laid_out_and_named(root: Path) -> None:
    before = snapshot(root)

    assert portico(root, "fmt") == Result(0, "apps/shop.yaml\n1 of 3 files formatted\n", "")
    assert snapshot(root) == {**before, "apps/shop.yaml": TIDY.encode()}
    assert portico(root, "fmt") == Result(0, "3 files are formatted already\n", "")


def test_a_check_writes_nothing_and_fails(root: Path) -> None:
    before = snapshot(root)

    assert portico(root, "fmt", "--check") == Result(
        1, "apps/shop.yaml\n1 of 3 files would be formatted by `portico fmt`\n", ""
    )
    assert snapshot(root) == before
    portico(root, "fmt")
    assert portico(root, "fmt", "--check").code == 0


def test_a_diff_is_one_that_git_applies(root: Path) -> None:
    (root / "apps/shop.yaml").write_text(UNTIDY.rstrip("\n"))
    committed(root)

    code, out, err = portico(root, "fmt", "--diff")

    assert (code, err) == (1, "")
    assert git(root, "status", "--porcelain") == ""
    patch, last = out.rsplit("\n", 2)[:2]
    assert last == "1 of 3 files would be formatted by `portico fmt`"
    subprocess.run(["git", "-C", root, "apply"], input=f"{patch}\n".encode(), check=True)
    assert (root / "apps/shop.yaml").read_text() == TIDY


def test_only_what_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "apps")
    for paths, number in (
        (["cart.yaml"], "1 file is"),
        (["../environments"], "1 file is"),
        (["../environments/dev.yaml", "../environments/dev.placement.yaml"], "1 file is"),
        ([str(root / "environments" / "dev.yaml"), "cart.yaml", "cart.yaml"], "2 files are"),
    ):
        assert portico(root, "fmt", *paths) == Result(0, f"{number} formatted already\n", "")
    for paths in (["."], [".."], ["shop.yaml"], [str(root)]):
        (root / "apps/shop.yaml").write_text(UNTIDY)
        assert portico(root, "fmt", *paths).code == 0
        assert (root / "apps/shop.yaml").read_text() == TIDY


def test_what_is_no_spec_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    (root / "README.md").write_text("# x\n")

    for path, said in (
        ("apps/nix.yaml", "there is no apps/nix.yaml"),
        ("README.md", "README.md is no spec: that is a file apps/<name>.yaml or"),
        ("/", "/ is no spec: that is"),
    ):
        code, out, err = portico(root, "fmt", path)
        assert (code, out) == (2, "")
        assert err.startswith(f"portico: {said}")


def test_what_is_no_yaml_is_told_as_the_reader_tells_it_and_nothing_is_written(root: Path) -> None:
    (root / "apps/broken.yaml").write_text("name: [\n")
    before = snapshot(root)

    code, out, err = portico(root, "fmt")

    assert (code, out) == (1, "")
    assert err.startswith("error[PT003]: a value is missing here\n --> apps/broken.yaml:2:1\n")
    assert snapshot(root) == before
    assert portico(root, "fmt", str(root / "apps/shop.yaml")).code == 0


def test_a_spec_that_is_not_valid_is_laid_out_all_the_same(root: Path) -> None:
    (root / "apps/shop.yaml").write_text(UNTIDY.replace("image:", "imgae:"))

    assert portico(root, "fmt").code == 0
    assert "imgae: a:1   #" in (root / "apps/shop.yaml").read_text()


def test_what_is_compiled_does_not_change(tmp_path: Path) -> None:
    files = {
        "apps/shop.yaml": UNTIDY.replace("{dev: }", "{dev: {env: {Z: 'a', A: 'no', M: null}}}")
        + "env: {L: '1', M: x}\ncalls: []\nport: 80\n"
    }
    assert portico(repository(tmp_path, files), "compile").code == 0
    before = snapshot(tmp_path)

    assert portico(tmp_path, "fmt").code == 0

    after = snapshot(tmp_path)
    assert before.pop("apps/shop.yaml") != after.pop("apps/shop.yaml")
    assert portico(tmp_path, "compile").out.startswith("compiled 1 app in 1 environment: 0 files")
    assert snapshot(tmp_path).items() >= after.items() == before.items()


def test_the_specs_of_this_repository_are_formatted() -> None:
    assert portico(ROOT, "fmt", "--check").out == "13 files are formatted already\n"


def test_a_new_spec_is_formatted(tmp_path: Path) -> None:
    root = repository(tmp_path)
    given = ["--team=sales", "--image=a:1", "--environment=dev", "--no-compile"]
    for name, more in (("a", []), ("b", ["--port=80", "--host=b", "--path=/x"]), ("c", ["--schedule=1 1 * * *"])):  # fmt: skip
        assert portico(root, "new", "app", name, *given, *more).code == 0

    assert portico(root, "fmt", "--check").code == 0
