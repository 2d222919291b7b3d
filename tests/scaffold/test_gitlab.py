"""The scripts of the GitLab pipeline, run on scratch repositories with a pipeline's variables."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.git import committed, git
from tests.repository import portico
from tests.scaffold.gitlab_stand_in import BOT, GitLabApi, gitlab_api
from tests.scaffold.scratch import change_root, edit, merged, pushed_by_a_bot
from tests.scaffold.scripts import ROOT, GitLab, Ran, workflow_of

MARK = "<!-- portico diff -->"
PLAN = "arn:aws:iam::111122223333:role/portico-plan"
APPLY = "arn:aws:iam::111122223333:role/portico-apply"
PIPELINE = workflow_of(".gitlab-ci.yml")


def run(job: str, folder: Path, cwd: Path, **variables: str) -> Ran:
    return GitLab(folder).script(PIPELINE[job], cwd, **variables)


def merge_request(base: str, kind: str = "detached") -> dict[str, str]:
    """The variables of a merge request of the branch `change`."""
    return {
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_EVENT_TYPE": kind,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_COMMIT_BEFORE_SHA": "0" * 40,
    }


def branched(estate: Path) -> str:
    """Commit the work tree to a branch and check that out. Where it left main."""
    base = git(estate, "rev-parse", "HEAD")
    git(estate, "checkout", "--quiet", "-b", "change")
    committed(estate)
    git(estate, "checkout", "--quiet", "--detach")
    git(estate, "branch", "--delete", "--force", "main", "change")
    return base


# check and diff ------------------------------------------------------------------------------


def test_check_leaves_both_reports_and_fails(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "port:", "prot:")

    ran = run("check", tmp_path / "job", estate)

    assert ran.code == 1
    assert 'error[PT101]: unknown field "prot"' in ran.err
    reports = PIPELINE["check"]["artifacts"]["reports"]
    [quality, *_] = json.loads((estate / reports["codequality"]).read_text())
    assert (quality["check_name"], quality["location"]["path"]) == ("PT101", "apps/shop.yaml")
    assert 'type="PT101"' in (estate / reports["junit"]).read_text()


@pytest.mark.parametrize("kind", ["detached", "merged_result"])
def test_the_diff_is_what_the_branch_changes(kind: str, estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "shop:1.4.2", "shop:1.5.0")
    if kind == "detached":
        base = branched(estate)
    else:
        base = git(estate, "rev-parse", "HEAD")
        merged(estate)

    ran = run("diff", tmp_path / "job", estate, **merge_request(base, kind))

    assert ran.code == 0, ran.err
    text = (estate / "diff.md").read_text()
    assert text.startswith(f"{MARK}\n### Since main: 1 app changes in 2 environments\n")
    assert ran.out == text
    assert json.loads((estate / "diff.json").read_text())["summary"]["changes"] == 1


def test_a_risk_fails_no_diff(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "  prod:\n", "")

    ran = run("diff", tmp_path / "job", estate, **merge_request(branched(estate)))

    assert ran.code == 0, ran.err
    assert "PT153" in ran.out


def test_a_diff_that_compares_nothing_fails(estate: Path, tmp_path: Path) -> None:
    base = branched(estate)
    shutil.rmtree(estate / "apps")

    assert run("diff", tmp_path / "job", estate, **merge_request(base)).code == 1


# note ----------------------------------------------------------------------------------------


def write_note(
    folder: Path, notes: list[dict[str, Any]], text: str, changes: int, token: str = "glpat-note"
) -> tuple[GitLabApi, Ran]:
    job = folder / "work"
    job.mkdir(parents=True)
    (job / "diff.md").write_text(text)
    summary = {"changes": changes, "errors": 0, "warnings": 0}
    (job / "diff.json").write_text(json.dumps({"summary": summary}))
    with gitlab_api(notes) as api:
        ran = run(
            "note",
            folder / "job",
            job,
            CI_API_V4_URL=api.url,
            CI_PROJECT_ID="12",
            CI_MERGE_REQUEST_IID="7",
            PORTICO_NOTE_TOKEN=token,
        )
    return api, ran


def note(author: int, id: int, body: str) -> dict[str, Any]:
    return {"id": id, "author": {"id": author}, "body": body}


def test_the_first_diff_is_a_new_note(tmp_path: Path) -> None:
    text = f'{MARK}\n### Since main: `$(id)` "quoted" ü → x\n'

    api, ran = write_note(tmp_path, [note(3, 1, f"{MARK}\nnot ours")], text, changes=1)

    assert ran.code == 0, ran.err
    assert [n["body"] for n in api.notes] == [f"{MARK}\nnot ours", text]


def test_the_next_diff_is_written_into_the_same_note_however_many_there_are(
    tmp_path: Path,
) -> None:
    others = [note(3, id, "Nice!") for id in range(1, 131)]

    api, ran = write_note(
        tmp_path, [*others, note(BOT, 500, f"{MARK}\nold")], f"{MARK}\nnothing changes", changes=0
    )

    assert ran.code == 0, ran.err
    assert [n["body"] for n in api.notes if n["id"] == 500] == [f"{MARK}\nnothing changes"]
    assert len(api.notes) == 131


def test_nothing_is_posted_where_nothing_changes(tmp_path: Path) -> None:
    api, ran = write_note(tmp_path, [], f"{MARK}\nnothing changes", changes=0)

    assert ran.code == 0, ran.err
    assert api.notes == []


def test_a_token_that_gitlab_refuses_fails_the_job(tmp_path: Path) -> None:
    api, ran = write_note(tmp_path, [], f"{MARK}\nnew", changes=1, token="glpat-old")

    assert ran.code == 1
    assert "HTTP Error 401" in ran.err
    assert api.notes == []


# render --------------------------------------------------------------------------------------


def render(estate: Path, origin: Path, folder: Path) -> tuple[GitLabApi, Ran]:
    with gitlab_api([]) as api:
        ran = run(
            "render",
            folder,
            estate,
            CI_API_V4_URL=api.url,
            CI_COMMIT_BRANCH="flux/images",
            CI_JOB_TOKEN="glcbt-job",
            CI_PROJECT_ID="12",
            CI_REPOSITORY_URL=str(origin),
            CI_SERVER_HOST="gitlab.example",
        )
    return api, ran


def test_what_a_bot_changed_is_compiled_committed_and_checked(estate: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    pushed_by_a_bot(estate, origin)
    (estate / "left.txt").write_text("by a rule of the branch\n")

    api, ran = render(estate, origin, tmp_path / "job")

    assert ran.code == 0, ran.err
    changed = git(origin, "diff", "--name-only", "flux/images~1", "flux/images").splitlines()
    assert changed == [
        "rendered/dev/apps/shop/manifests.yaml",
        "rendered/prod/apps/shop/manifests.yaml",
    ]
    [asked] = api.pipelines
    assert 'name="token"\r\n\r\nglcbt-job\r\n' in asked
    assert 'name="ref"\r\n\r\nflux/images\r\n' in asked
    assert portico(estate, "check").code == 0


def test_what_is_compiled_is_not_committed_again(estate: Path, tmp_path: Path) -> None:
    origin = tmp_path / "origin.git"
    pushed_by_a_bot(estate, origin)
    render(estate, origin, tmp_path / "first")
    rendered = git(origin, "rev-parse", "flux/images")

    api, ran = render(estate, origin, tmp_path / "second")

    assert ran.code == 0, ran.err
    assert git(origin, "rev-parse", "flux/images") == rendered
    assert api.pipelines == []


# roots ---------------------------------------------------------------------------------------


def child(estate: Path, folder: Path, **variables: str) -> tuple[dict[str, Any], Ran]:
    """The child pipeline that the job makes, held against GitLab's schema."""
    shutil.copytree(ROOT / ".gitlab", estate / ".gitlab")
    given = {"PORTICO_PLAN_ROLES": json.dumps({"dev": PLAN, "prod": PLAN}), **variables}
    ran = run("roots", folder, estate, **given)
    assert ran.code == 0, ran.err
    file = estate / "terraform.yml"
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    said = subprocess.run([*check, file], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    pipeline: dict[str, Any] = yaml.safe_load(file.read_text())
    return {name: job for name, job in pipeline.items() if " " in name}, ran


@pytest.mark.parametrize("changed", [(), ("dev",), ("dev", "prod")])
def test_a_merge_request_plans_the_roots_that_it_changes(
    changed: tuple[str, ...], estate: Path, tmp_path: Path
) -> None:
    change_root(estate, *changed)
    edit(estate, "apps/shop.yaml", "shop:1.4.2", "shop:1.5.0")
    base = branched(estate)

    roles = json.dumps({"dev": APPLY, "prod": APPLY})
    jobs, _ = child(estate, tmp_path / "job", PORTICO_APPLY_ROLES=roles, **merge_request(base))

    assert list(jobs) == ([f"plan {name}" for name in changed] or ["nothing to plan"])
    if changed:
        assert jobs["plan dev"] == {
            "extends": ".plan",
            "variables": {
                "ENVIRONMENT": "dev",
                "AWS_REGION": "eu-west-1",
                "AWS_ROLE_ARN": PLAN,
            },
        }


def test_main_applies_each_root_in_its_environment_one_at_a_time(
    estate: Path, tmp_path: Path
) -> None:
    before = git(estate, "rev-parse", "HEAD")
    change_root(estate, "dev", "prod")
    committed(estate)

    jobs, _ = child(
        estate,
        tmp_path / "job",
        CI_COMMIT_BRANCH="main",
        CI_COMMIT_BEFORE_SHA=before,
        PORTICO_APPLY_ROLES=json.dumps({"prod": APPLY}),
    )

    assert list(jobs) == ["plan dev", "plan prod", "apply prod"]
    assert jobs["apply prod"] == {
        "extends": ".apply",
        "variables": {"ENVIRONMENT": "prod", "AWS_REGION": "eu-west-1", "AWS_ROLE_ARN": APPLY},
        "needs": ["plan prod"],
        "environment": {"name": "prod"},
        "resource_group": "prod",
    }


def test_a_pipeline_started_by_hand_plans_every_root(estate: Path, tmp_path: Path) -> None:
    jobs, _ = child(
        estate, tmp_path / "job", CI_COMMIT_BRANCH="main", CI_COMMIT_BEFORE_SHA="0" * 40
    )

    assert list(jobs) == ["plan dev", "plan prod"]


def test_a_root_that_is_gone_is_told_and_not_planned(estate: Path, tmp_path: Path) -> None:
    shutil.rmtree(estate / "rendered" / "dev")
    base = branched(estate)

    jobs, ran = child(estate, tmp_path / "job", **merge_request(base))

    assert list(jobs) == ["nothing to plan"]
    assert "warning: rendered/dev/terraform is gone. Terraform destroys nothing" in ran.out
