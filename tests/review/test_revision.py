"""Revisions, read by real git: what is compared, and what is said where that cannot be."""

import os
from pathlib import Path

import pytest

from compiler.review.revision import UnusableRevision, kept, merge_base
from tests.git import committed, git
from tests.repository import APP, ENVIRONMENT, portico, repository, snapshot

BUMPED = APP.replace("1.4.2", "1.5.0")
IMAGE = "containers[shop].image: ghcr.io/acme/shop:1.4.2 -> ghcr.io/acme/shop:1.5.0"


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program runs git as well, and must not read a person's settings in these tests."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit on main."""
    root = repository(tmp_path / "estate")
    committed(root)
    return root


def bump(root: Path) -> None:
    (root / "apps" / "shop.yaml").write_text(BUMPED)


def test_what_is_not_committed_counts(root: Path) -> None:
    bump(root)
    (root / "apps" / "new.yaml").write_text(APP.replace("shop", "new"))  # not even added
    status, before = git(root, "status", "--porcelain"), snapshot(root)

    code, out, err = portico(root, "diff")

    assert (code, err) == (0, "")
    assert IMAGE in out
    assert "+ app: team sales, image ghcr.io/acme/new:1.4.2" in out
    assert snapshot(root) == before
    assert git(root, "status", "--porcelain") == status


def test_the_default_is_where_the_branch_left_the_main_branch(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "feature")
    bump(root)
    committed(root)
    git(root, "checkout", "--quiet", "main")
    (root / "apps" / "other.yaml").write_text(APP.replace("shop", "other"))
    committed(root)
    git(root, "checkout", "--quiet", "feature")

    since_it_left = portico(root, "diff").out
    with_the_tip = portico(root, "diff", "main").out

    assert IMAGE in since_it_left
    assert "other" not in since_it_left
    assert "- host other.dev.acme.example" in with_the_tip


def test_the_main_branch_of_the_remote_goes_first(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(root), "clone")
    clone = tmp_path / "clone"
    bump(clone)
    committed(clone)  # on the local main, which is ahead

    _, out, _ = portico(clone, "diff")

    assert out.startswith("Since origin/main: 1 app changes in 1 environment\n")


def test_two_revisions(root: Path) -> None:
    git(root, "tag", "v1")
    bump(root)
    committed(root)
    (root / "apps" / "shop.yaml").write_text("broken: [")

    assert IMAGE in portico(root, "diff", "v1", "HEAD").out
    assert portico(root, "diff", "HEAD", "v1").out.startswith("From HEAD to v1: 1 app changes")
    assert portico(root, "diff", "v1", "v1").out == (
        "From v1 to v1: nothing changes in what is compiled\n"
    )


def test_risks_of_a_revision_show_its_lines(root: Path) -> None:
    (root / "environments" / "dev.yaml").write_text(
        f"{ENVIRONMENT}edge:\n  waf:\n    rateLimit: 9000\n"
    )
    committed(root)
    (root / "environments" / "dev.yaml").write_text(ENVIRONMENT)

    code, out, _ = portico(root, "diff", "HEAD~1", "HEAD")

    assert code == 1
    assert "24 |     rateLimit: 9000\n" in out


def test_a_folder_is_compared_without_git(tmp_path: Path) -> None:
    before, after = repository(tmp_path / "one"), repository(tmp_path / "two")
    bump(after)

    code, out, err = portico(after, "diff", "--from", str(before))

    assert (code, err) == (0, "")
    assert IMAGE in out


def test_a_repository_in_a_folder_of_a_larger_one(tmp_path: Path) -> None:
    root = repository(tmp_path / "deploy" / "estate")
    committed(tmp_path)
    bump(root)

    assert IMAGE in portico(root, "diff").out


def test_a_revision_from_before_portico_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Nothing yet.\n")
    committed(tmp_path)
    repository(tmp_path)

    code, out, _ = portico(tmp_path, "diff")

    assert code == 0
    assert out.startswith(
        "Since main, which had no apps/ and environments/: 1 app and the platform"
    )
    assert "+ host shop.dev.acme.example" in out


def test_links_inside_the_repository_are_followed(root: Path) -> None:
    (root / "shared").mkdir()
    (root / "shared" / "cart.yaml").write_text(APP.replace("shop", "cart"))
    (root / "apps" / "cart.yaml").symlink_to("../shared/cart.yaml")
    committed(root)

    assert portico(root, "diff", "HEAD").out == (
        "Since HEAD: nothing changes in what is compiled\n"
    )


def test_links_out_of_the_repository_are_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "cart.yaml").write_text(APP.replace("shop", "cart"))
    (root / "apps" / "cart.yaml").symlink_to(tmp_path / "cart.yaml")
    committed(root)
    (root / "apps" / "cart.yaml").unlink()

    code, out, _ = portico(root, "diff", "HEAD")

    assert code == 1
    assert (
        "error[PT001]: apps/cart.yaml is a link to a file outside the repository (in HEAD)" in out
    )


def test_a_submodule_is_no_spec(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    committed(other)
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "apps/sub")
    committed(root)
    git(root, "rm", "--quiet", "apps/sub")

    code, out, _ = portico(root, "diff", "HEAD")

    assert code == 1
    assert "error[PT013]: apps/sub is a folder, and apps/ holds specs only (in HEAD)" in out


def test_a_file_that_is_too_large_is_not_even_read(root: Path, tmp_path: Path) -> None:
    (root / "apps" / "huge.yaml").write_bytes(b"#" * (64 << 20))
    commit = committed(root)
    found = kept(str(root), commit)
    assert found is not None
    (tmp_path / "out").mkdir()

    found.write(str(tmp_path / "out"))

    assert "apps/huge.yaml" not in found.contents
    assert (tmp_path / "out" / "apps" / "huge.yaml").stat().st_size < 1 << 20
    (root / "apps" / "huge.yaml").unlink()
    _, out, _ = portico(root, "diff", "HEAD")
    assert "error[PT012]: the file is larger than 256 KiB (in HEAD)" in out


def test_names_with_anything_in_them(root: Path) -> None:
    (root / "apps" / 'sh\top "é".yaml').write_text(APP)
    committed(root)

    code, out, _ = portico(root, "diff", "HEAD")

    assert code == 1  # it is no name of an app, on both sides
    assert "Traceback" not in out


def test_hooks_filters_and_the_index_are_left_alone(root: Path) -> None:
    (root / ".gitattributes").write_text("*.yaml filter=boom\n")
    git(root, "config", "filter.boom.smudge", "touch SMUDGED")
    git(root, "config", "core.fsmonitor", "touch MONITORED")
    hook = root / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\ntouch HOOKED\n")
    hook.chmod(0o755)
    index = (root / ".git" / "index").read_bytes()
    os.utime(root / "apps" / "shop.yaml")

    assert portico(root, "diff", "HEAD").code == 0

    assert (root / ".git" / "index").read_bytes() == index
    assert sorted(p.name for p in root.iterdir() if p.name.isupper()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mian"], 'there is no revision "mian" in this git repository: did you mean main?'),
        (["v1..v2"], '"v1..v2" is a range: write two revisions, `portico diff v1 v2`'),
        (["main..."], '"main..." is a range: write two revisions, `portico diff main HEAD`'),
        (["a", "b", "c"], "give one revision, two, or --from DIR alone"),
        (["main", "--from", "x"], "give one revision, two, or --from DIR alone"),
        (["--from", "nowhere"], 'nowhere: "nowhere" is not a folder'),
        (["--format", "junit"], '"junit" is not a format; there are text, markdown, json, sarif'),
    ],
)
def test_wrong_usage(root: Path, arguments: list[str], said: str) -> None:
    code, out, err = portico(root, "diff", *arguments)

    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_without_a_git_repository(tmp_path: Path) -> None:
    code, _, err = portico(repository(tmp_path), "diff")

    assert code == 2
    assert err == (
        "portico: this folder is in no git repository: compare with a folder instead: "
        "`portico diff --from DIR`\n"
    )


def test_without_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))

    code, _, err = portico(root, "diff")

    assert code == 2
    assert err.startswith("portico: there is no git on the PATH: compare with a folder instead")


def test_before_the_first_commit(tmp_path: Path) -> None:
    git(repository(tmp_path), "init", "--quiet")

    code, _, err = portico(tmp_path, "diff")

    assert code == 2
    assert err.startswith("portico: there is no commit yet to compare with")


def test_without_a_main_branch(root: Path) -> None:
    git(root, "branch", "--move", "trunk")

    code, _, err = portico(root, "diff")

    assert code == 2
    assert err == (
        "portico: there is no main branch to compare with (looked for origin/HEAD, origin/main, "
        "origin/master, main, master): name a revision, `portico diff REVISION`\n"
    )


def test_in_a_shallow_clone(root: Path, tmp_path: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "feature")
    bump(root)
    committed(root)
    git(root, "checkout", "--quiet", "main")
    (root / "README.md").write_text("One commit more.\n")
    committed(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{root}", "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "--quiet", "feature")

    code, _, err = portico(clone, "diff")

    assert code == 2
    assert err == (
        "portico: this clone is shallow and does not hold the commit where HEAD left origin/main: "
        "fetch the rest with `git fetch --unshallow`, in GitHub Actions with `fetch-depth: 0`\n"
    )
    _, _, err = portico(clone, "diff", "HEAD~1")
    assert 'there is no revision "HEAD~1" in this clone, which is shallow' in err


def test_histories_without_a_common_commit(root: Path) -> None:
    git(root, "checkout", "--quiet", "--orphan", "other")
    committed(root, "another beginning")

    with pytest.raises(UnusableRevision, match="HEAD and main have no commit in common"):
        merge_base(str(root))


@pytest.mark.parametrize("format", ["markdown", "json", "sarif"])
def test_a_document_says_why_nothing_was_compared(root: Path, format: str) -> None:
    code, out, err = portico(root, "diff", "mian", "--format", format)

    assert code == 2
    assert "there is no revision" in out
    assert err.startswith("portico: there is no revision")
