"""The CI files of this repository and of any other: one text, two ways to install Portico."""

import difflib
import re
from pathlib import Path

import pytest

from compiler.scaffold.ci import workflows
from tests.git import committed, git
from tests.scaffold.scripts import Machine, workflow_of

ROOT = Path(__file__).parent.parent.parent
PATHS = (
    ".github/workflows/portico-render.yml",
    ".github/workflows/portico.yml",
    ".gitlab-ci.yml",
    ".gitlab/terraform.yml",
)


def test_there_are_files_for_github_and_gitlab() -> None:
    assert tuple(sorted(workflows())) == tuple(sorted(workflows("v0.1.0"))) == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_the_files_of_this_repository_are_written_by_make(path: str) -> None:
    assert (ROOT / path).read_text() == workflows()[path], "run `make workflows`"


@pytest.mark.parametrize("path", PATHS)
def test_another_repository_differs_in_where_portico_comes_from(path: str) -> None:
    here, there = workflows()[path].splitlines(), workflows("v0.1.0")[path].splitlines()
    differ = [line[2:].strip() for line in difflib.ndiff(here, there) if line[0] in "-+"]

    other = [line for line in differ if not line.startswith(("#", "git ", "pip install --quiet "))]
    assert other == []
    comments = [line for line in differ if line.startswith("#")]
    assert [line.split(" from ")[0].split(",")[0] for line in comments] == [
        "# Written by `make workflows`",
        "# Written by `portico init`",
    ]


def installed(folder: Path, revision: str) -> tuple[Machine, list[str]]:
    """Run `Install Portico` with a pip that writes down what it was asked. The lines it wrote."""
    machine = Machine(folder)
    machine.put("pip", f'echo "$@" >> {folder}/asked; test ! -f "$4" || cat "$4" >> {folder}/lock')
    steps = workflow_of(".github/workflows/portico.yml", revision)["jobs"]["check"]["steps"]
    [script] = [step["run"] for step in steps if step.get("name") == "Install Portico"]
    # GitHub is not to be reached: the repository of Portico is one beside the work tree.
    (machine.temp / "gitconfig").write_text(
        f'[url "{folder}/acme/"]\n\tinsteadOf = https://github.com/acme/\n'
    )
    work = folder / "work"
    work.mkdir()
    ran = machine.run(["bash", "-eo", "pipefail", "-c", script], work, {"RUNNER_TEMP": f"{folder}"})
    assert ran.code == 0, ran.err
    return machine, (folder / "asked").read_text().splitlines()


def test_this_repository_installs_its_own_lock_and_code(tmp_path: Path) -> None:
    _, asked = installed(tmp_path, "")

    assert asked == [
        "install --quiet --require-hashes --requirement requirements.lock",
        "install --quiet --no-deps --no-build-isolation .",
    ]


@pytest.mark.parametrize("kind", ["tag", "commit"])
def test_another_repository_installs_the_lock_and_code_of_one_revision(
    kind: str, tmp_path: Path
) -> None:
    portico = tmp_path / "acme" / "portico"
    portico.mkdir(parents=True)
    (portico / "requirements.lock").write_text("released\n")
    commit = committed(portico)
    git(portico, "tag", "v0.1.0")
    git(portico, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub does
    (portico / "requirements.lock").write_text("later\n")
    committed(portico)

    _, asked = installed(tmp_path, "v0.1.0" if kind == "tag" else commit)

    folder = tmp_path / "portico"
    assert asked == [
        f"install --quiet --require-hashes --requirement {folder}/requirements.lock",
        f"install --quiet --no-deps --no-build-isolation {folder}",
    ]
    assert (folder / "requirements.lock").read_text() == "released\n"
    assert git(folder, "rev-parse", "HEAD") == commit


# What nobody may lose on the way ----------------------------------------------------------------


WRITES = {
    "code-scanning": {"security-events"},
    "comment": {"pull-requests"},
    "plan": {"id-token"},
    "apply": {"id-token"},
    "commit": {"contents", "statuses"},
}


def uses(text: str) -> list[str]:
    return re.findall(r"- uses: (.*)", text)


@pytest.mark.parametrize("path", [path for path in PATHS if "github" in path])
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(path: str) -> None:
    pins = uses(workflows()[path])
    assert pins
    assert [p for p in pins if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", p)] == []
    versions = {pin.split("@")[0]: pin for text in workflows().values() for pin in uses(text)}
    assert set(pins) <= set(versions.values()), "one action stands at two versions"


@pytest.mark.parametrize("path", [path for path in PATHS if "github" in path])
def test_no_expression_stands_in_a_script(path: str) -> None:
    scripts = [
        step["run"]
        for job in workflow_of(path)["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("path", [path for path in PATHS if "github" in path])
def test_no_job_has_more_permissions_than_it_says(path: str) -> None:
    workflow = workflow_of(path)

    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        installs = any(step.get("name") == "Install Portico" for step in job["steps"])
        if installs:  # and so runs what the branch holds
            assert job["permissions"] == {"contents": "read"}, name
        writes = {scope for scope, level in job["permissions"].items() if level == "write"}
        assert writes == WRITES.get(name, set()), name
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is ("contents" in writes), name


def test_no_file_asks_for_a_secret() -> None:
    assert [path for path, text in workflows().items() if "secrets." in text] == []


def test_every_job_ends_by_itself() -> None:
    for path in PATHS[:2]:
        for name, job in workflow_of(path)["jobs"].items():
            assert 0 < job["timeout-minutes"] <= 120, name
    pipeline = workflow_of(".gitlab-ci.yml")
    for name in ("check", "diff", "note", "render", "roots"):
        job = pipeline[name]
        assert job.get("timeout") or pipeline[job["extends"]]["timeout"], name


def test_apply_is_never_cancelled_and_waits_for_an_approval() -> None:
    workflow = workflow_of(".github/workflows/portico.yml")
    apply = workflow["jobs"]["apply"]

    assert apply["environment"] == "${{ matrix.environment }}"
    assert apply["if"].startswith("github.ref == 'refs/heads/main' && ")
    assert apply["concurrency"]["cancel-in-progress"] is False
    # Only runs of the same pull request share a group, and no pull request applies.
    assert workflow["concurrency"]["group"] == (
        "portico-${{ github.event.pull_request.number || github.run_id }}"
    )
    child = workflow_of(".gitlab/terraform.yml")
    assert child[".apply"]["rules"] == [{"when": "manual", "allow_failure": True}]
    assert child[".apply"]["interruptible"] is False


def test_a_merge_queue_is_checked() -> None:
    assert "merge_group" in workflow_of(".github/workflows/portico.yml")[True]


def test_the_bots_whose_branches_are_rendered_are_the_same_on_both_hosts() -> None:
    github = workflow_of(".github/workflows/portico-render.yml")[True]["push"]["branches"]
    [gitlab] = re.findall(
        r"/\^\((\S+)\)", workflow_of(".gitlab-ci.yml")["render"]["rules"][0]["if"]
    )
    assert [branch.removesuffix("/**") for branch in github] == gitlab.split("|")
