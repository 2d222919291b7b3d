"""The hooks of `.pre-commit-hooks.yaml`, run by the real pre-commit in real commits."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from packaging.utils import canonicalize_name

from tests import programs
from tests.git import ENVIRONMENT as GIT_ENVIRONMENT
from tests.git import committed, git, work_tree_committed
from tests.repository import APP, ENVIRONMENT, portico, repository, snapshot
from tests.test_docs import blocks, commands
from tests.test_packaging import lock_pins

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
PAGE = ROOT / "docs" / "pre-commit.md"
IDS = ["portico-fmt", "portico-compile", "portico-check"]

WORKER = "name: worker\nteam: sales\nimage: ghcr.io/acme/worker:1.0.0\n\nenvironments:\n  dev:\n"


class Ran(NamedTuple):
    code: int
    said: str
    """Standard output and standard error."""


class Clone:
    """A user's clone with the hooks installed."""

    def __init__(self, root: Path, home: Path, **environment: str) -> None:
        self.root = root
        self.environment = {
            **{name: value for name, value in GIT_ENVIRONMENT.items() if name != "SKIP"},
            "PRE_COMMIT_COLOR": "never",
            "PRE_COMMIT_HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            **environment,
        }

    def run(self, *command: str, given: str = "") -> Ran:
        run = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        return Ran(run.returncode, run.stdout)

    def pre_commit(self, *arguments: str) -> Ran:
        return self.run(sys.executable, "-P", "-m", "pre_commit", *arguments)

    def commit(self, *arguments: str) -> Ran:
        return self.run("git", "commit", "--message=change", *arguments)

    def write(self, files: dict[str, str]) -> None:
        repository(self.root, files)

    def committed(self) -> dict[str, bytes]:
        """The files of the last commit."""
        run = subprocess.run(
            ["git", "-C", str(self.root), "archive", "HEAD"],
            env=self.environment,
            capture_output=True,
            check=True,
        )
        with tarfile.open(fileobj=BytesIO(run.stdout)) as archive:
            files = {m.name: archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
            return {name: file.read() for name, file in files.items() if file is not None}


@pytest.fixture(scope="module")
def first_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the app `shop` and the hooks of `.pre-commit-hooks.yaml`.

    They are not installed: they run the code of this folder.
    """
    programs.require(programs.git())
    programs.require(programs.pre_commit())
    hooks = [
        {name: value for name, value in hook.items() if name != "additional_dependencies"}
        | {"language": "system"}
        for hook in HOOKS
        if hook["id"] in IDS
    ]
    config = yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})
    files = {".pre-commit-config.yaml": config}
    made = Clone(repository(tmp_path_factory.mktemp("first"), files), tmp_path_factory.mktemp("h"))
    assert portico(made.root, "compile", "--no-cache").code == 0
    committed(made.root, "first")
    types = ("--hook-type=pre-commit", "--hook-type=pre-merge-commit")
    assert made.pre_commit("install", *types).code == 0
    return made.root


@pytest.fixture
def clone(first_commit: Path, tmp_path: Path) -> Clone:
    """A clone of `first_commit`."""
    program = tmp_path / "bin" / "portico"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m compiler "$@"\n')
    program.chmod(0o755)
    shutil.copytree(first_commit, tmp_path / "clone")
    return Clone(
        tmp_path / "clone",
        tmp_path / "home",
        PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        PYTHONPATH=str(ROOT),
    )


@pytest.fixture
def compiling(clone: Clone) -> Clone:
    """A clone where only the hook that compiles runs; what it lets pass is checked afterwards."""
    clone.environment["SKIP"] = "portico-fmt,portico-check"
    return clone


def holds_together(clone: Clone, tmp_path: Path) -> bool:
    """Whether the last commit, alone, is what `portico check` accepts."""
    alone = tmp_path / "alone"
    for path, content in clone.committed().items():
        (alone / path).parent.mkdir(parents=True, exist_ok=True)
        (alone / path).write_bytes(content)
    return portico(alone, "check", "--no-cache").code == 0


def results(said: str) -> dict[str, str]:
    """Hook -> Passed, Failed or Skipped."""
    return dict(re.findall(r"^(portico \w+)\.+(?:\(.*\))?(Passed|Failed|Skipped)$", said, re.M))


def test_a_new_app_is_compiled_fails_once_and_passes_when_it_is_staged(
    clone: Clone, tmp_path: Path
) -> None:
    clone.write({"apps/worker.yaml": WORKER, "apps/cart.yaml": APP.replace("shop", "cart")})
    git(clone.root, "add", "apps")

    first = clone.commit()
    assert first.code == 1
    assert results(first.said) == {"portico fmt": "Passed", "portico compile": "Failed"}
    assert (
        "compiled files differ from what is staged: "
        "`git add rendered environments/dev.placement.yaml`, and commit again\n"
    ) in first.said

    git(clone.root, "add", "rendered", "environments/dev.placement.yaml")
    second = clone.commit()
    assert second.code == 0
    assert results(second.said) == dict.fromkeys(
        ("portico fmt", "portico compile", "portico check"), "Passed"
    )
    assert "rendered/dev/apps/worker/manifests.yaml" in clone.committed()
    assert holds_together(clone, tmp_path)


def test_new_files_of_rendered_are_not_forgotten(compiling: Clone) -> None:
    """pre-commit itself only looks at files that git knows."""
    compiling.write({"apps/worker.yaml": WORKER})
    assert portico(compiling.root, "compile").code == 0
    git(compiling.root, "add", "apps")
    git(compiling.root, "add", "--update")

    done = compiling.commit()

    assert done.code == 1
    assert "files were modified by this hook" not in done.said
    assert "2 compiled files differ from what is staged: `git add rendered`, " in done.said
    assert git(compiling.root, "log", "--format=%s") == "first"


def test_an_app_that_is_removed_takes_its_files_along(compiling: Clone, tmp_path: Path) -> None:
    compiling.write({"apps/worker.yaml": WORKER})
    git(compiling.root, "add", "apps")
    assert compiling.commit().code == 1
    git(compiling.root, "add", "rendered")
    assert compiling.commit().code == 0
    git(compiling.root, "rm", "--quiet", "apps/worker.yaml")

    assert compiling.commit().code == 1
    git(compiling.root, "add", "rendered")
    assert compiling.commit().code == 0

    assert "rendered/dev/apps/worker/manifests.yaml" not in compiling.committed()
    assert holds_together(compiling, tmp_path)


def test_commit_all_is_judged_by_what_it_would_commit(compiling: Clone, tmp_path: Path) -> None:
    """`git commit --all` has an index of its own while the hooks run."""
    compiling.write({"apps/shop.yaml": APP.replace("1.4.2", "1.4.3")})

    assert compiling.commit("--all").code == 1
    assert compiling.commit("--all").code == 0
    assert b"shop:1.4.3" in compiling.committed()["rendered/dev/apps/shop/manifests.yaml"]
    assert holds_together(compiling, tmp_path)


TWO_HUNKS = APP.replace("1.4.2", "1.4.3").replace("  dev:\n", "  dev:\n    replicas: 3\n")


def stage_first_hunk(clone: Clone) -> None:
    """`git add --patch`: split, yes to the image and no to the replicas."""
    added = clone.run("git", "add", "--patch", "apps/shop.yaml", given="s\ny\nn\n")
    assert "Split into 2 hunks" in added.said
    staged = git(clone.root, "show", ":apps/shop.yaml")
    assert ("shop:1.4.3" in staged, "replicas" in staged) == (True, False)


def test_a_commit_of_some_hunks_compiles_these_hunks(compiling: Clone, tmp_path: Path) -> None:
    compiling.write({"apps/shop.yaml": TWO_HUNKS})
    stage_first_hunk(compiling)

    first = compiling.commit()
    assert first.code == 1
    assert "Restored changes" in first.said
    assert (compiling.root / "apps/shop.yaml").read_text() == TWO_HUNKS
    git(compiling.root, "add", "rendered")
    assert compiling.commit().code == 0

    assert (compiling.root / "apps/shop.yaml").read_text() == TWO_HUNKS
    committed = compiling.committed()
    assert b"shop:1.4.3" in committed["rendered/dev/apps/shop/manifests.yaml"]
    assert b"replicas" not in committed["apps/shop.yaml"]
    assert holds_together(compiling, tmp_path)


def test_where_all_was_compiled_the_hook_is_rolled_back_nothing_is_lost_and_its_advice_is_right(
    compiling: Clone, tmp_path: Path
) -> None:
    compiling.write({"apps/shop.yaml": TWO_HUNKS})
    assert portico(compiling.root, "compile").code == 0
    stage_first_hunk(compiling)
    before = snapshot(compiling.root / "apps") | snapshot(compiling.root / "rendered")

    first = compiling.commit()
    assert first.code == 1
    assert "Rolling back fixes" in first.said
    assert snapshot(compiling.root / "apps") | snapshot(compiling.root / "rendered") == before
    assert "`git add rendered`, and commit again" in first.said

    git(compiling.root, "add", "rendered")
    assert compiling.commit().code == 1
    git(compiling.root, "add", "rendered")
    assert compiling.commit().code == 0
    assert (compiling.root / "apps/shop.yaml").read_text() == TWO_HUNKS
    assert holds_together(compiling, tmp_path)


def test_compile_staged_before_the_commit_makes_it_pass_at_once(
    clone: Clone, tmp_path: Path
) -> None:
    clone.write({"apps/shop.yaml": TWO_HUNKS})
    assert portico(clone.root, "compile").code == 0
    stage_first_hunk(clone)

    clone.run("portico", "compile", "--staged")
    git(clone.root, "add", "rendered")

    assert clone.commit().code == 0
    assert (clone.root / "apps/shop.yaml").read_text() == TWO_HUNKS
    assert holds_together(clone, tmp_path)


@pytest.mark.parametrize("text", [WORKER, "name: [not yet\n"], ids=["valid", "broken"])
def test_a_spec_that_git_does_not_know_is_left_out(
    text: str, compiling: Clone, tmp_path: Path
) -> None:
    compiling.write({"apps/worker.yaml": text, "apps/shop.yaml": APP.replace("1.4.2", "1.4.3")})
    git(compiling.root, "add", "apps/shop.yaml")

    first = compiling.commit()
    assert first.code == 1
    assert "what is not staged of apps/worker.yaml was left out\n" in first.said
    git(compiling.root, "add", "rendered")
    assert compiling.commit().code == 0

    assert (compiling.root / "apps/worker.yaml").read_text() == text
    assert not (compiling.root / "rendered/dev/apps/worker").exists()
    assert holds_together(compiling, tmp_path)


def test_a_mistake_is_shown_once_and_nothing_is_written(clone: Clone) -> None:
    clone.write({"apps/shop.yaml": APP.replace("port:", "prot:")})
    git(clone.root, "add", "apps")
    before = snapshot(clone.root / "rendered")

    done = clone.commit()

    assert done.code == 1
    assert done.said.count("error[PT101]") == 1
    assert " --> apps/shop.yaml:4:1\n" in done.said
    assert snapshot(clone.root / "rendered") == before


def test_fmt_lays_out_what_is_committed_and_nothing_else(clone: Clone) -> None:
    untidy = WORKER.replace("team: sales", "team:   'sales'")
    clone.write({"apps/worker.yaml": untidy, "apps/other.yaml": untidy.replace("worker", "other")})
    git(clone.root, "add", "apps/worker.yaml")
    assert portico(clone.root, "compile", "--staged").code == 1
    git(clone.root, "add", "rendered")

    first = clone.commit()
    assert results(first.said)["portico fmt"] == "Failed"
    assert (clone.root / "apps/worker.yaml").read_text() == WORKER
    assert (clone.root / "apps/other.yaml").read_text() == untidy.replace("worker", "other")

    git(clone.root, "add", "apps/worker.yaml")
    second = clone.commit()
    assert second.code == 0
    assert results(second.said)["portico fmt"] == "Passed"


def test_a_merge_that_git_is_content_with_is_compiled_before_it_is_committed(
    compiling: Clone, tmp_path: Path
) -> None:
    """One branch adds an app, the other changes what it would have been compiled to."""
    more = f"{ENVIRONMENT}defaults:\n  replicas: 5\n"
    edits = {"one": {"apps/worker.yaml": WORKER}, "two": {"environments/dev.yaml": more}}
    for branch, files in edits.items():
        git(compiling.root, "switch", "--quiet", "--create", branch, "main")
        compiling.write(files)
        assert portico(compiling.root, "compile").code == 0
        git(compiling.root, "add", ".")
        git(compiling.root, "commit", "--quiet", "--no-verify", "--message", branch)

    merge = compiling.run("git", "merge", "--no-edit", "one")
    assert merge.code == 1
    assert results(merge.said)["portico compile"] == "Failed"
    assert "CONFLICT" not in merge.said
    git(compiling.root, "add", "rendered")
    assert compiling.run("git", "commit", "--no-edit").code == 0

    assert git(compiling.root, "log", "-1", "--format=%p").count(" ") == 1
    assert holds_together(compiling, tmp_path)


def test_the_hooks_work_in_a_linked_work_tree(compiling: Clone, tmp_path: Path) -> None:
    """There git tells hooks where its folder is, and means the folder that they begin in."""
    git(compiling.root, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = Clone(tmp_path / "linked", tmp_path / "home", **compiling.environment)
    linked.write({"apps/cart.yaml": WORKER, "apps/worker.yaml": WORKER})
    git(linked.root, "add", "apps/worker.yaml")

    assert "was left out" in linked.commit().said
    git(linked.root, "add", "rendered")
    assert linked.commit().code == 0

    assert "rendered/dev/apps/worker/manifests.yaml" in linked.committed()
    assert holds_together(linked, tmp_path)


@pytest.fixture
def sample(clone: Clone) -> Clone:
    """A clone of this repository's own estate, with the same hooks."""
    git(clone.root, "rm", "-r", "--quiet", "apps", "environments", "rendered")
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, clone.root / folder)
    git(clone.root, "add", ".")
    git(clone.root, "commit", "--no-verify", "--quiet", "--message=The sample estate")
    return clone


@pytest.mark.parametrize(
    "session", blocks(PAGE, "shellsession"), ids=lambda session: session.splitlines()[0]
)
def test_a_session_of_the_documentation_is_what_happens(session: str, sample: Clone) -> None:
    for command, shown in commands(session):
        said = sample.run("sh", "-c", command).said
        assert re.sub(r"/\S+/patch[0-9-]+", "PATCH", said) == shown, command


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as others get it, with one hook before the one that compiles: it lists what
    is installed."""
    programs.require(programs.git())
    programs.require(programs.pre_commit())
    origin = tmp_path_factory.mktemp("portico")
    work_tree_committed(ROOT, origin)
    [compiles] = [hook for hook in HOOKS if hook["id"] == "portico-compile"]
    lists = compiles | {"id": "a-list", "name": "list", "entry": "pip freeze", "verbose": True}
    (origin / ".pre-commit-hooks.yaml").write_text(yaml.safe_dump([lists, compiles]))
    committed(origin, "one more hook")
    return origin


def test_try_repo_installs_the_locked_versions_and_compiles(published: Path, sample: Clone) -> None:
    local = dict(sample.environment)
    [first, _] = blocks(PAGE, "shellsession")
    for command, _ in commands(first)[:2]:
        assert sample.run("sh", "-c", command).code == 0
    sample.environment |= {"PATH": os.environ["PATH"], "PYTHONPATH": ""}

    tried = sample.pre_commit("try-repo", str(published))

    if re.search("No matching distribution|Could not find a version", tried.said):
        pytest.skip(f"no package registry can be reached: {tried.said[-300:]}")
    [shown] = blocks(PAGE, "text")
    assert tried.code == 1
    assert tried.said.partition("portico compile.")[2].rstrip() == shown[16:].rstrip()
    found = re.findall(r"^([\w.-]+)==(\S+)$", tried.said, re.M)
    installed = {(str(canonicalize_name(name)), version) for name, version in found}
    assert {name for name, _ in installed} >= {"pydantic", "kubernetes-validate"}
    assert installed <= {(name, pin) for (name, _), pin in lock_pins("requirements.lock").items()}
    git(sample.root, "add", "rendered")
    sample.environment = local
    assert sample.commit().code == 0
