"""The scripts of the CI files that run Terraform, with the real Terraform."""

import json
import shutil
from pathlib import Path

from tests import programs
from tests.scaffold.scripts import GitHub, GitLab, Ran, workflow_of


def write_root(folder: Path, text: str) -> Path:
    """A repository whose Terraform root of dev makes nothing anywhere, with state in a file."""
    root = folder / "rendered" / "dev" / "terraform"
    root.mkdir(parents=True, exist_ok=True)
    content = {
        "terraform": {"backend": {"local": {"path": str(folder / "state")}}},
        "resource": {"terraform_data": {"one": {"input": text}}},
    }
    (root / "main.tf.json").write_text(json.dumps(content))
    return folder


class Workflow:
    """The jobs `plan` and `apply` of one run of the workflow."""

    def __init__(self, folder: Path, repository: Path) -> None:
        terraform = programs.require(programs.terraform())
        self.root = repository / "rendered" / "dev" / "terraform"
        expressions = {"matrix.environment": "dev"}
        self.plan_job = GitHub(folder / "plan", "portico", "plan", expressions)
        self.apply_job = GitHub(folder / "apply", "portico", "apply", expressions)
        for job in (self.plan_job, self.apply_job):
            job.machine.put("terraform", f'exec {terraform.path} "$@"')

    def plan(self) -> Ran:
        return self.plan_job.step("Plan", self.root)

    def apply(self) -> Ran:
        # What upload-artifact and download-artifact carry.
        saved = self.plan_job.machine.temp / "terraform.plan"
        shutil.copyfile(saved, self.apply_job.machine.temp / saved.name)
        return self.apply_job.step("Apply", self.root)


def test_the_plan_is_shown_on_the_page_of_the_run(tmp_path: Path) -> None:
    run = Workflow(tmp_path / "run", write_root(tmp_path, "```\n# title"))
    ran = run.plan()

    assert ran.code == 0, ran.err
    summary = run.plan_job.summary.read_text()
    assert summary.startswith("### Terraform plan of dev\n\n    \n    Terraform used the selected")
    assert "      # terraform_data.one will be created" in summary
    assert [x for x in summary.splitlines()[1:] if x and not x.startswith("    ")] == []


def test_a_plan_that_is_too_long_for_the_page_is_in_the_log(tmp_path: Path) -> None:
    run = Workflow(tmp_path / "run", write_root(tmp_path, "x" * 1_000_000))
    ran = run.plan()

    assert ran.code == 0, ran.err
    assert run.plan_job.summary.read_text() == (
        "### Terraform plan of dev\n\nIt is too long for this page: the log has it.\n"
    )
    assert "x" * 1_000_000 in ran.out


def test_what_was_planned_is_applied(tmp_path: Path) -> None:
    run = Workflow(tmp_path / "run", write_root(tmp_path, "first"))
    assert run.plan().code == 0
    write_root(tmp_path, "second")

    ran = run.apply()

    assert ran.code == 0, ran.err
    assert "1 added, 0 changed, 0 destroyed" in ran.out
    assert '"first"' in (tmp_path / "state").read_text()


def test_a_plan_that_something_else_overtook_is_refused(tmp_path: Path) -> None:
    waiting = Workflow(tmp_path / "waiting", write_root(tmp_path, "first"))
    assert waiting.plan().code == 0
    later = Workflow(tmp_path / "later", write_root(tmp_path, "second"))
    assert later.plan().code == 0
    assert later.apply().code == 0

    ran = waiting.apply()

    assert ran.code == 1
    assert "Saved plan is stale" in ran.err
    assert '"second"' in (tmp_path / "state").read_text()


def test_gitlab_applies_what_was_planned(tmp_path: Path) -> None:
    terraform = programs.require(programs.terraform())
    child = workflow_of(".gitlab/terraform.yml")
    repository = write_root(tmp_path / "repository", "first")
    given = child[".terraform"]["variables"]
    token = tmp_path / "aws-token"

    def run(job: str) -> Ran:
        runner = GitLab(tmp_path / job)
        runner.machine.put("terraform", f'exec {terraform.path} "$@"')
        script = [*child[".terraform"]["before_script"], *child[job]["script"]]
        variables = {**given, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_TOKEN": "ey.J.wt"}
        return runner.script({"script": script}, repository, ENVIRONMENT="dev", **variables)

    planned = run(".plan")
    write_root(repository, "second")
    applied = run(".apply")

    assert planned.code == 0, planned.err
    assert applied.code == 0, applied.err
    assert '"first"' in (repository / "state").read_text()
    assert child[".plan"]["artifacts"]["paths"] == ["terraform.plan"]
    assert (repository / "terraform.plan").exists()
    assert token.read_text() == "ey.J.wt"
