"""`--staged`: what git's index holds is compiled and checked, whatever else lies on disk."""

import os
from pathlib import Path

import pytest

from tests import programs
from tests.git import committed, git
from tests.repository import APP, portico, repository, snapshot

WORKER = "name: worker\nteam: sales\nimage: ghcr.io/acme/worker:1.0.0\n\nenvironments:\n  dev:\n"
ADD = "`git add rendered`, and commit again\n"


@pytest.fixture(autouse=True)
def no_git_of_this_run(monkeypatch: pytest.MonkeyPatch) -> None:
    programs.require(programs.git())
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A compiled and committed repository."""
    return compiled(tmp_path / "estate")


def compiled(root: Path, files: dict[str, str] | None = None) -> Path:
    repository(root, files)
    assert portico(root, "compile").code == 0
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=first")
    return root


def test_where_everything_is_staged_it_is_the_usual_answer(root: Path) -> None:
    assert portico(root, "compile", "--staged") == portico(root, "compile")
    assert portico(root, "check", "--staged") == portico(root, "check")


def test_it_compiles_what_is_staged_and_not_what_lies_beside_it(root: Path) -> None:
    repository(root, {"apps/shop.yaml": APP.replace("1.4.2", "1.4.3"), "apps/worker.yaml": WORKER})
    git(root, "add", "apps/shop.yaml")
    repository(root, {"apps/shop.yaml": APP.replace("1.4.2", "1.4.4")})

    result = portico(root, "compile", "--staged")

    assert result.code == 1
    assert (
        result.out == "compiled 1 app in 1 environment: 1 file written, 0 removed, 24 unchanged\n"
    )
    assert result.err == (
        "portico: what is not staged of apps/shop.yaml was left out\n"
        "portico: what is not staged of apps/worker.yaml was left out\n"
        f"portico: 1 compiled file differs from what is staged: {ADD}"
    )
    assert "shop:1.4.3" in (root / "rendered/dev/apps/shop/manifests.yaml").read_text()
    git(root, "add", "rendered")
    assert portico(root, "compile", "--staged").code == 0
    assert portico(root, "check", "--staged").code == 0
    assert portico(root, "check").code == 1


def test_a_file_that_is_only_intended_to_be_added_is_not_staged(root: Path) -> None:
    repository(root, {"apps/worker.yaml": WORKER})
    git(root, "add", "--intent-to-add", "apps/worker.yaml")

    assert portico(root, "compile", "--staged").code == 0
    assert not (root / "rendered/dev/apps/worker").exists()


def test_the_placement_is_named_when_it_is_not_staged(root: Path) -> None:
    repository(root, {"apps/cart.yaml": APP.replace("shop", "cart")})
    git(root, "add", "apps")

    for _ in range(2):
        result = portico(root, "compile", "--staged")
        assert result.code == 1
        assert "`git add rendered environments/dev.placement.yaml`, " in result.err
    git(root, "add", "rendered", "environments/dev.placement.yaml")
    assert portico(root, "compile", "--staged").err == ""


def test_a_host_that_is_not_staged_stays_in_the_placement_on_disk(root: Path) -> None:
    repository(root, {"apps/cart.yaml": APP.replace("shop", "cart")})
    assert portico(root, "compile").code == 0

    assert portico(root, "compile", "--staged").code == 0

    assert "cart" in (root / "environments/dev.placement.yaml").read_text()


def test_a_rendered_file_that_git_ignores_is_named(root: Path) -> None:
    repository(
        root, {".gitignore": "build/\n", "apps/build.yaml": WORKER.replace("worker", "build")}
    )
    git(root, "add", "apps")
    assert portico(root, "compile", "--staged").code == 1
    git(root, "add", "rendered")

    result = portico(root, "compile", "--staged")

    assert result.code == 1
    assert result.err.startswith(
        "portico: rendered/dev/apps/build/kustomization.yaml is ignored by git and would never be "
        "committed: change .gitignore\n"
    )


def test_what_terraform_and_others_keep_in_rendered_is_nobodys_business(root: Path) -> None:
    repository(
        root,
        {
            "rendered/dev/terraform/.terraform/providers/big": "binary",
            "rendered/dev/terraform/.terraform.lock.hcl": "# hashes",
            "rendered/dev/notes.txt": "by hand",
        },
    )

    result = portico(root, "compile", "--staged")

    assert (result.code, result.err) == (
        0,
        "portico: rendered/dev/notes.txt was not written by portico and stays as it is\n",
    )
    assert portico(root, "check", "--staged").code == 0


def test_check_finds_what_is_missing_in_the_commit_though_it_lies_on_disk(root: Path) -> None:
    repository(root, {"apps/worker.yaml": WORKER})
    assert portico(root, "compile").code == 0
    git(root, "add", "apps")
    before = snapshot(root)

    assert portico(root, "check").code == 0
    result = portico(root, "check", "--staged")

    assert result.code == 1
    assert "error[PT401]: rendered/dev/apps/worker/manifests.yaml is missing\n" in result.err
    assert snapshot(root) == before


def test_a_mistake_is_shown_as_it_is_staged(root: Path) -> None:
    repository(root, {"apps/shop.yaml": APP.replace("port:", "prot:")})
    git(root, "add", "apps")
    repository(root, {"apps/shop.yaml": APP})

    for command in ("compile", "check"):
        result = portico(root, command, "--staged")
        assert result.code == 1
        assert " --> apps/shop.yaml:4:1\n  |\n4 | prot: 8080\n" in result.err


def test_a_link_to_another_file_of_the_repository_is_followed(tmp_path: Path) -> None:
    root = repository(tmp_path / "estate", {"specs/shop.yaml": APP, "apps/worker.yaml": WORKER})
    (root / "apps/shop.yaml").symlink_to("../specs/shop.yaml")
    assert portico(root, "compile").code == 0
    committed(root)
    repository(root, {"apps/other.yaml": WORKER.replace("worker", "other")})

    assert portico(root, "compile", "--staged").code == 0
    assert portico(root, "check", "--staged").code == 0


def test_a_repository_may_be_a_folder_of_a_larger_one(tmp_path: Path) -> None:
    root = repository(tmp_path / "all" / "estate")
    assert portico(root, "compile").code == 0
    committed(tmp_path / "all")
    repository(root, {"apps/shop.yaml": APP.replace("1.4.2", "1.4.3"), "apps/worker.yaml": WORKER})
    git(root, "add", "apps/shop.yaml")

    assert portico(root, "compile", "--staged").err == (
        "portico: what is not staged of apps/worker.yaml was left out\n"
        f"portico: 1 compiled file differs from what is staged: {ADD}"
    )
    git(root, "add", "rendered")
    assert portico(root, "check", "--staged").code == 0


def test_the_history_of_promotions_is_that_of_the_repository(tmp_path: Path) -> None:
    """prod may have what test had at some time, although only git knows it."""
    environment = (Path(__file__).parents[1] / "cases" / "environment.yaml").read_text()
    prod = environment.replace("dev", "prod").replace("Z0000000", "Z0000001")
    prod = prod.replace("acme-edge.example", "acme-edge-prod.example")
    both = f"{WORKER}  prod:\n    image: ghcr.io/acme/worker:1.0.0\n"
    root = compiled(
        tmp_path / "estate",
        {
            "environments/dev.yaml": environment,
            "environments/prod.yaml": f"{prod}promotesFrom: dev\n",
            "apps/worker.yaml": both,
        },
    )
    moved = both.replace(
        "image: ghcr.io/acme/worker:1.0.0\n\n", "image: ghcr.io/acme/worker:2.0.0\n\n"
    )
    repository(root, {"apps/worker.yaml": moved})
    git(root, "add", "apps")
    assert portico(root, "compile", "--staged").code == 1
    git(root, "add", "rendered")
    repository(root, {"apps/other.yaml": WORKER})

    result = portico(root, "check", "--staged")

    assert (result.code, result.err) == (
        0,
        "portico: what is not staged of apps/other.yaml was left out\n",
    )


def test_one_environment_is_judged_alone(root: Path) -> None:
    repository(root, {"apps/shop.yaml": APP.replace("1.4.2", "1.4.3")})
    git(root, "add", "apps")

    assert portico(root, "compile", "--staged", "--environment", "dev").code == 1
    git(root, "add", "rendered")
    assert portico(root, "compile", "--staged", "--environment", "dev").code == 0


def test_a_conflict_in_a_spec_is_named_as_that(root: Path) -> None:
    for branch, version in (("one", "1.4.3"), ("two", "1.4.4")):
        git(root, "switch", "--quiet", "--create", branch, "main")
        repository(root, {"apps/shop.yaml": APP.replace("1.4.2", version)})
        git(root, "commit", "--all", "--quiet", "--message", branch)
    with pytest.raises(AssertionError):
        git(root, "merge", "one")

    for command in ("compile", "check"):
        result = portico(root, command, "--staged")
        assert (result.code, result.err) == (
            2,
            "portico: some files are still in conflict: resolve them, `portico compile`, then "
            "`git add` them\n",
        )


def test_outside_of_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for command in ("compile", "check"):
        assert portico(root, command, "--staged") == (
            2,
            "",
            "portico: this folder is in no git repository, so nothing is staged\n",
        )

    monkeypatch.setenv("PATH", str(tmp_path))
    assert portico(root, "compile", "--staged").err == (
        "portico: there is no git on the PATH, so nothing is staged\n"
    )


def test_with_strict_a_warning_writes_nothing(root: Path) -> None:
    old = (root / "environments/dev.yaml").read_text() + "router: ingress-nginx\n"
    repository(root, {"environments/dev.yaml": old, "apps/worker.yaml": WORKER})
    git(root, "add", "environments")
    before = snapshot(root)

    assert portico(root, "compile", "--staged", "--strict").code == 1
    assert snapshot(root) == before
