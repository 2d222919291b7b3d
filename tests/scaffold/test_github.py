"""The scripts of the GitHub workflows, run on scratch repositories with an event's variables."""

import json
import shutil
from pathlib import Path

import pytest

from tests.git import committed, git
from tests.repository import portico
from tests.scaffold.gh import Gh
from tests.scaffold.scratch import change_root, edit, merged, pushed_by_a_bot
from tests.scaffold.scripts import GitHub

MARK = "<!-- portico diff -->"
PLAN = "arn:aws:iam::111122223333:role/portico-plan"
APPLY = "arn:aws:iam::111122223333:role/portico-apply"


# check ---------------------------------------------------------------------------------------


def test_check_annotates_and_leaves_a_sarif_file(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "port:", "prot:")

    job = GitHub(tmp_path / "job", "portico", "check")
    ran = job.step("Check", estate)

    assert ran.code == 1
    assert "::error file=apps/shop.yaml,line=4,endLine=4,col=1" in ran.out
    sarif = json.loads((job.machine.temp / "check.sarif").read_text())
    assert [found["ruleId"] for found in sarif["runs"][0]["results"]][:1] == ["PT101"]


def test_check_passes_what_is_compiled(estate: Path, tmp_path: Path) -> None:
    job = GitHub(tmp_path / "job", "portico", "check")
    ran = job.step("Check", estate)

    assert (ran.code, ran.out) == (0, "")
    assert "clean" in ran.err


# diff ----------------------------------------------------------------------------------------


def compare(estate: Path, folder: Path) -> tuple[GitHub, int, str]:
    job = GitHub(folder, "portico", "diff", {"github.base_ref": "main"})
    ran = job.step("Compare", estate)
    return job, ran.code, ran.err


def test_the_diff_is_what_the_merge_adds_to_its_base(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "shop:1.4.2", "shop:1.5.0")
    merged(estate)

    job, code, err = compare(estate, tmp_path / "job")

    assert code == 0, err
    text = (job.machine.temp / "diff.md").read_text()
    assert text.startswith(f"{MARK}\n### Since main: 1 app changes in 2 environments\n")
    assert "`ghcr.io/acme/shop:1.4.2` → `ghcr.io/acme/shop:1.5.0`" in text
    assert job.summary.read_text() == text
    assert json.loads((job.machine.temp / "diff.json").read_text())["summary"]["changes"] == 1


def test_a_risk_fails_no_diff(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "  prod:\n", "")
    merged(estate)

    job, code, err = compare(estate, tmp_path / "job")

    assert code == 0, err
    assert "portico: " in err
    assert "PT153" in job.summary.read_text()


def test_a_spec_with_an_error_has_a_diff_that_says_so(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "port:", "prot:")
    merged(estate)

    job, code, err = compare(estate, tmp_path / "job")

    assert code == 0, err
    assert job.summary.read_text().startswith(f"{MARK}\n### the work tree does not compile")


def test_a_diff_that_compares_nothing_fails(estate: Path, tmp_path: Path) -> None:
    merged(estate)
    shutil.rmtree(estate / "apps")

    _, code, err = compare(estate, tmp_path / "job")

    assert code == 1
    assert "portico: " in err


# comment -------------------------------------------------------------------------------------


def comment(folder: Path, comments: list[dict[str, object]], text: str, changes: int) -> Gh:
    expressions = {"github.token": "token", "github.event.pull_request.number": "7"}
    job = GitHub(folder, "portico", "comment", expressions)
    gh = Gh(job.machine, {"7": comments})
    (job.machine.temp / "diff.md").write_text(text)
    summary = {"changes": changes, "errors": 0, "warnings": 0}
    (job.machine.temp / "diff.json").write_text(json.dumps({"summary": summary}))
    ran = job.step("Comment", folder)
    assert ran.code == 0, ran.err
    return gh


def by(login: str, id: int, body: str) -> dict[str, object]:
    return {"id": id, "user": {"login": login}, "body": body}


def test_the_first_diff_is_a_new_comment(tmp_path: Path) -> None:
    text = f'{MARK}\n### Since main: `$(id)` "quoted" ${{{{ github.token }}}}\n'

    gh = comment(tmp_path / "job", [by("ada", 1, "Nice!")], text, changes=1)

    assert gh.bodies("7") == ["Nice!", text]


def test_the_next_diff_is_written_into_the_same_comment(tmp_path: Path) -> None:
    comments = [by("github-actions[bot]", 3, f"{MARK}\nold"), by("ada", 4, "Nice!")]

    gh = comment(tmp_path / "job", comments, f"{MARK}\nnew", changes=1)

    assert gh.bodies("7") == [f"{MARK}\nnew", "Nice!"]


def test_a_comment_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    comments = [
        by("mallory", 3, f"{MARK}\nmine"),
        by("github-actions[bot]", 4, "coverage: 97%"),
    ]

    gh = comment(tmp_path / "job", comments, f"{MARK}\nnew", changes=1)

    assert gh.bodies("7") == [f"{MARK}\nmine", "coverage: 97%", f"{MARK}\nnew"]


def test_nothing_is_posted_where_nothing_changes(tmp_path: Path) -> None:
    gh = comment(tmp_path / "job", [], f"{MARK}\nnothing changes", changes=0)

    assert gh.bodies("7") == []


def test_a_comment_says_that_nothing_changes_any_more(tmp_path: Path) -> None:
    comments = [by("github-actions[bot]", 3, f"{MARK}\nold")]

    gh = comment(tmp_path / "job", comments, f"{MARK}\nnothing changes", changes=0)

    assert gh.bodies("7") == [f"{MARK}\nnothing changes"]


# roots ---------------------------------------------------------------------------------------

_BASE = "github.event_name == 'pull_request' && 'HEAD^1' || github.event.before"


def roots(folder: Path, base: str, plan: str | None = None, apply: str = "") -> GitHub:
    everywhere = json.dumps({"dev": PLAN, "prod": PLAN})
    expressions = {
        _BASE: base,
        "github.token": "token",
        "vars.PORTICO_PLAN_ROLES": everywhere if plan is None else plan,
        "vars.PORTICO_APPLY_ROLES": apply,
    }
    return GitHub(folder, "portico", "roots", expressions)


def found(job: GitHub, estate: Path) -> str:
    """Run the job; returns the log of the step that looks for roots."""
    ran = job.step("Find the Terraform roots that changed", estate)
    assert ran.code == 0, ran.err
    handed = job.step("Hand them on", estate)
    assert handed.code == 0, handed.err
    return ran.out


def planned(job: GitHub) -> list[str]:
    return [root["environment"] for root in json.loads(job.outputs()["plan"])]


@pytest.mark.parametrize("changed", [(), ("dev",), ("dev", "prod")])
def test_a_pull_request_plans_the_roots_that_it_changes(
    changed: tuple[str, ...], estate: Path, tmp_path: Path
) -> None:
    change_root(estate, *changed)
    edit(estate, "rendered/dev/apps/shop/manifests.yaml", "shop:1.4.2", "shop:1.5.0")
    merged(estate)

    job = roots(tmp_path / "job", "HEAD^1")
    found(job, estate)

    region = {"environment": "dev", "region": "eu-west-1", "role": PLAN}
    assert json.loads(job.outputs()["plan"])[:1] == ([region] if changed else [])
    assert planned(job) == list(changed)
    assert job.outputs()["apply"] == "[]"


def test_a_push_of_several_commits_plans_what_any_of_them_changes(
    estate: Path, tmp_path: Path
) -> None:
    before = git(estate, "rev-parse", "HEAD")
    change_root(estate, "prod")
    committed(estate)
    edit(estate, "apps/shop.yaml", "shop:1.4.2", "shop:1.5.0")
    committed(estate)

    job = roots(tmp_path / "job", before, apply=json.dumps({"prod": APPLY}))
    found(job, estate)

    assert planned(job) == ["prod"]
    assert json.loads(job.outputs()["apply"]) == [
        {"environment": "prod", "region": "eu-west-1", "role": APPLY}
    ]


@pytest.mark.parametrize("before", ["", "0" * 40, "1234567890" * 4])
def test_without_a_commit_to_compare_with_every_root_is_planned(
    before: str, estate: Path, tmp_path: Path
) -> None:
    job = roots(tmp_path / "job", before)
    found(job, estate)

    assert planned(job) == ["dev", "prod"]


def test_a_root_that_is_gone_is_told_and_not_planned(estate: Path, tmp_path: Path) -> None:
    shutil.rmtree(estate / "rendered" / "dev")
    change_root(estate, "prod")
    merged(estate)

    job = roots(tmp_path / "job", "HEAD^1")
    log = found(job, estate)

    assert planned(job) == ["prod"]
    assert "::warning::rendered/dev/terraform is gone. Terraform destroys nothing by itself" in log


def test_an_environment_without_a_role_is_told_and_not_planned(
    estate: Path, tmp_path: Path
) -> None:
    change_root(estate, "dev", "prod")
    merged(estate)

    job = roots(tmp_path / "job", "HEAD^1", plan=json.dumps({"dev": PLAN}))
    log = found(job, estate)

    assert planned(job) == ["dev"]
    assert "::warning::rendered/prod/terraform changed and is not planned" in log


@pytest.mark.parametrize("given", [PLAN, f'"{PLAN}"', '{"dev": '])
def test_a_variable_that_is_no_json_object_is_told(
    given: str, estate: Path, tmp_path: Path
) -> None:
    job = roots(tmp_path / "job", "", plan=given)
    ran = job.step("Find the Terraform roots that changed", estate)

    assert ran.code == 1
    assert ran.err.startswith('PORTICO_PLAN_ROLES is not JSON such as {"prod": "arn:aws:iam::')


def test_a_folder_with_a_name_of_its_own_starts_no_program(estate: Path, tmp_path: Path) -> None:
    for name in ("$(touch owned)", "a b", "`id`;", "ünïcode", '"quoted"'):
        (estate / "rendered" / name / "terraform").mkdir(parents=True)
        (estate / "rendered" / name / "terraform" / "x.tf.json").write_text("{}")
    merged(estate)

    job = roots(tmp_path / "job", "HEAD^1")
    log = found(job, estate)

    assert planned(job) == []
    assert log.count("::warning::") == 5
    assert not list(estate.rglob("owned"))


@pytest.mark.parametrize(
    ("protected", "code"),
    [
        ({"dev": ["required_reviewers"], "prod": ["branch_policy", "required_reviewers"]}, 0),
        ({"dev": ["required_reviewers"], "prod": ["branch_policy"]}, 1),
        ({"dev": ["required_reviewers"], "prod": []}, 1),
        ({"dev": ["required_reviewers"]}, 1),
    ],
)
def test_nothing_is_applied_where_nobody_has_to_approve(
    protected: dict[str, list[str]], code: int, estate: Path, tmp_path: Path
) -> None:
    job = roots(tmp_path / "job", "", apply=json.dumps({"dev": APPLY, "prod": APPLY}))
    Gh(job.machine, environments=protected)
    found(job, estate)

    ran = job.step("Refuse to apply what nobody approves", estate)

    assert ran.code == code
    assert ("::error::the GitHub environment prod has no required reviewers" in ran.out) == code


# render --------------------------------------------------------------------------------------


@pytest.fixture
def origin(estate: Path, tmp_path: Path) -> Path:
    pushed_by_a_bot(estate, tmp_path / "origin.git")
    return tmp_path / "origin.git"


def compile_job(estate: Path, folder: Path) -> GitHub:
    job = GitHub(folder, "portico-render", "compile")
    ran = job.step("Compile", estate)
    assert ran.code == 0, ran.err
    return job


def commit_job(
    origin: Path, folder: Path, patch: Path, check: str = "success"
) -> tuple[GitHub, Gh, Path]:
    expressions = {
        "github.repository": "acme/estate",
        "github.run_id": "99",
        "github.server_url": "https://github.com",
        "github.token": "token",
        "needs.compile.outputs.check": check,
    }
    job = GitHub(folder, "portico-render", "commit", expressions)
    gh = Gh(job.machine)
    shutil.copyfile(patch, job.machine.temp / "rendered.patch")
    clone = folder / "clone"
    git(origin, "clone", "--quiet", "--branch=flux/images", str(origin), str(clone))
    return job, gh, clone


@pytest.mark.parametrize("check", ["success", "failure"])
def test_what_a_bot_changed_is_compiled_committed_and_reported(
    check: str, estate: Path, origin: Path, tmp_path: Path
) -> None:
    compiled = compile_job(estate, tmp_path / "compile")
    assert compiled.outputs() == {"changed": "true"}

    patch = compiled.machine.temp / "rendered.patch"
    job, gh, clone = commit_job(origin, tmp_path / "commit", patch, check)
    ran = job.step("Commit", clone, GITHUB_REF_NAME="flux/images")

    assert ran.code == 0, ran.err
    changed = git(origin, "diff", "--name-only", "flux/images~1", "flux/images").splitlines()
    assert changed == [
        "rendered/dev/apps/shop/manifests.yaml",
        "rendered/prod/apps/shop/manifests.yaml",
    ]
    about = git(origin, "log", "-1", "--format=%an%n%B", "flux/images").splitlines()
    assert about == ["github-actions[bot]", "portico compile", "", "[dependabot skip]"]
    head = git(origin, "rev-parse", "flux/images")
    assert gh.statuses() == {head: {"check": check, "planned": "success"}}
    assert portico(clone, "check").code == 0


def test_what_is_checked_is_what_will_be_committed(estate: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "shop:1.4.2", "shop:1.5.0")
    committed(estate)
    job = GitHub(tmp_path / "compile", "portico-render", "compile")
    assert job.step("Check", estate).code == 1

    assert job.step("Compile", estate).code == 0

    assert job.step("Check", estate).code == 0


def test_a_root_that_changes_has_to_be_planned(estate: Path, origin: Path, tmp_path: Path) -> None:
    edit(estate, "apps/shop.yaml", "host: shop", "host: store")
    compiled = compile_job(estate, tmp_path / "compile")

    patch = compiled.machine.temp / "rendered.patch"
    job, gh, clone = commit_job(origin, tmp_path / "commit", patch)
    ran = job.step("Commit", clone, GITHUB_REF_NAME="flux/images")

    assert ran.code == 0, ran.err
    assert list(gh.statuses().values()) == [{"check": "success"}]


def test_what_is_compiled_is_not_committed_again(estate: Path, tmp_path: Path) -> None:
    assert compile_job(estate, tmp_path / "compile").outputs() == {}


def test_a_branch_can_change_nothing_but_what_is_compiled(
    estate: Path, origin: Path, tmp_path: Path
) -> None:
    for path in ("rendered/dev/x.yaml", "environments/dev.yaml", ".github/workflows/x.yml"):
        (estate / path).parent.mkdir(parents=True, exist_ok=True)
        (estate / path).write_text("changed by a rule of the branch\n")
    git(estate, "add", "--all")
    patch = tmp_path / "patch"
    patch.write_text(git(estate, "diff", "--cached") + "\n")

    job, _, clone = commit_job(origin, tmp_path / "commit", patch)
    ran = job.step("Commit", clone, GITHUB_REF_NAME="flux/images")

    assert ran.code == 0, ran.err
    changed = git(origin, "diff", "--name-only", "flux/images~1", "flux/images")
    assert changed == "rendered/dev/x.yaml"


def test_a_branch_that_moved_on_is_not_overwritten(
    estate: Path, origin: Path, tmp_path: Path
) -> None:
    compiled = compile_job(estate, tmp_path / "compile")
    patch = compiled.machine.temp / "rendered.patch"
    job, gh, clone = commit_job(origin, tmp_path / "commit", patch)
    git(estate, "reset", "--quiet", "--hard")
    (estate / "NEWS").write_text("later\n")
    later = committed(estate)
    git(estate, "push", "--quiet", "origin", "flux/images")

    ran = job.step("Commit", clone, GITHUB_REF_NAME="flux/images")

    assert ran.code == 1
    assert "rejected" in ran.err
    assert gh.statuses() == {}
    assert git(origin, "rev-parse", "flux/images") == later
