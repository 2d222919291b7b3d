"""`portico init`: a repository in which only values are missing, and each of them is pointed at."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from compiler import __version__
from compiler.cli.main import COMMANDS
from tests.git import committed, git
from tests.repository import Result, portico, snapshot
from tests.terminal import answered

ROOT = Path(__file__).parents[2]

# What a person writes in place of each placeholder; {} is the environment.
VALUES = {
    "aws.account": '"111122223333"',
    "aws.region": "eu-west-1",
    "cluster.name": "acme-{}",
    "cluster.kubernetes": '"1.34"',
    "cluster.vpcCidrs[0]": "10.0.0.0/16",
    "domains[0].name": "{}.acme.example",
    "domains[0].hostedZoneId": "Z00PUBLIC{}",
    "loadBalancer.dnsName": "lb.{}.acme-edge.example",
    "loadBalancer.hostedZone.name": "{}.acme-edge.example",
    "loadBalancer.hostedZone.hostedZoneId": "Z00EDGE{}",
    "loadBalancer.access.cloudfrontSecurityGroups[0]": "sg-0123456789abcdef0",
    "terraform.stateBucket": "acme-terraform",
    "terraform.stateRegion": "eu-west-1",
}
# Those that nobody can know before they are looked up in AWS.
LOOKED_UP = [
    "cluster.name",
    "cluster.vpcCidrs[0]",
    "domains[0].hostedZoneId",
    "loadBalancer.hostedZone.hostedZoneId",
    "loadBalancer.access.cloudfrontSecurityGroups[0]",
]
KNOWN = [
    *("--account=111122223333", "--region=eu-west-1", "--kubernetes=1.34"),
    *("--domain=acme.example", "--edge-domain=acme-edge.example"),
    *("--state-bucket=acme-terraform", "--organisation=acme"),
]

_POINTED_AT = re.compile(
    r'^error\[PT015\]: "(\S+)" is still to be filled in\n'
    r" +--> (environments/(\w+)\.yaml):(\d+):(\d+)\n"
    r" +\|\n *\d+ \| (.*)\n +\| ( *\^+)\n"
    r" +help: what belongs here: (.+)\n",
    re.MULTILINE,
)


def init(folder: Path, *arguments: str) -> Result:
    return portico(Path(), "init", str(folder), *arguments)


def pointed_at(err: str) -> list[tuple[str, ...]]:
    """Of each placeholder in what a person sees: field, path, environment, line, column, ..."""
    return _POINTED_AT.findall(err)


def fill_in(root: Path, found: tuple[str, ...]) -> None:
    """Write what belongs there, as a person who goes to the line and column does."""
    field, path, environment, line, column, *_ = found
    value = VALUES[field].format(
        environment.upper() if VALUES[field].startswith("Z") else environment
    )
    lines = (root / path).read_text().split("\n")
    before = lines[int(line) - 1][: int(column) - 1]
    assert lines[int(line) - 1].removeprefix(before).startswith('"CHANGE-ME: ')
    lines[int(line) - 1] = before + value
    (root / path).write_text("\n".join(lines))


def fill_in_all(root: Path) -> None:
    for found in pointed_at(portico(root, "check").err):
        fill_in(root, found)


def test_each_placeholder_is_pointed_at_until_all_are_filled_in(tmp_path: Path) -> None:
    root = tmp_path / "estate"

    assert init(root) == (
        0,
        f"""\
{root}: a repository for 4 environments; 52 values are still open
next, as README.md explains:
  cd {root}
  git init
  portico check          # points at each value that is still open
  portico compile        # once nothing is open
  portico new app NAME
""",
        "",
    )
    assert portico(root, "fmt", "--check").code == 0
    for still_open in range(52, 0, -1):
        code, out, err = portico(root, "check")
        found = pointed_at(err)
        assert (code, out) == (1, "")
        assert err.endswith(f"\nportico: {still_open} error{'s' * (still_open > 1)}\n")
        assert len(found) == still_open
        for _, _, _, _, _, shown, carets, help in found:
            assert shown[carets.index("^") : len(carets)] == f'"CHANGE-ME: {help}"'
        fill_in(root, found[0])

    assert portico(root, "check", "--environment=dev").err.startswith(
        "error[PT401]: rendered/dev is missing: nothing was compiled for this environment\n"
    )
    assert portico(root, "compile") == (
        0,
        "compiled 0 apps in 4 environments: 72 files written, 0 removed, 0 unchanged\n",
        "",
    )
    assert portico(root, "check") == (
        0,
        "checked 184 objects in 72 files of 4 environments: clean\n",
        "",
    )
    assert portico(root, "fmt", "--check").code == 0


def test_what_is_known_is_no_placeholder(tmp_path: Path) -> None:
    result = init(tmp_path / "estate", *KNOWN, "--environment=dev", "--environment=prod")

    assert "a repository for 2 environments; 10 values are still open\n" in result.out
    assert (
        (tmp_path / "estate/environments/prod.yaml").read_text()
        == """\
# yaml-language-server: $schema=../.portico/environment.schema.json
# What the platform owns in prod. All that can be said here, and the defaults:
# https://github.com/acme/portico/blob/v0.1.0/docs/environment.md
name: prod
promotesFrom: dev
aws:
  account: "111122223333"
  region: eu-west-1
cluster:
  name: "CHANGE-ME: the name of the EKS cluster: aws eks list-clusters"
  kubernetes: "1.34"
  vpcCidrs:
  - "CHANGE-ME: the address range of its VPC, such as 10.0.0.0/16: aws ec2 describe-vpcs"
domains:
- name: acme.example
  hostedZoneId: "CHANGE-ME: the id of the public hosted zone of acme.example, Z...: aws route53 list-hosted-zones"
loadBalancer:
  dnsName: lb.prod.acme-edge.example
  hostedZone:                      # external-dns in the cluster may write it, and no other
    name: prod.acme-edge.example
    hostedZoneId: "CHANGE-ME: the id of the public hosted zone of prod.acme-edge.example, Z...: aws route53 list-hosted-zones"
  access:
    cloudfrontSecurityGroups:
    - "CHANGE-ME: the security group that admits CloudFront and nobody else, sg-...: aws ec2 describe-security-groups"
terraform:
  stateBucket: acme-terraform
  stateRegion: eu-west-1
"""
    )
    dev = (tmp_path / "estate/environments/dev.yaml").read_text()
    assert "\n- name: dev.acme.example\n" in dev
    assert "promotesFrom" not in dev
    assert portico(tmp_path / "estate", "fmt", "--check").code == 0


def test_an_environment_can_have_an_account_of_its_own(tmp_path: Path) -> None:
    given = ["--account=prod=444455556666", "--account=111122223333"]

    assert init(tmp_path / "estate", *given).code == 0

    accounts = {
        path.stem: yaml.safe_load(path.read_text())["aws"]["account"]
        for path in (tmp_path / "estate/environments").iterdir()
    }
    assert accounts == dict.fromkeys(("dev", "test", "acceptance"), "111122223333") | {
        "prod": "444455556666"
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["--environment=no", "--environment=y", "--environment=production"],
        ["--environment=staging"],
        [*KNOWN, "--account=dev=444455556666", "--portico=https://git.acme.example/x/portico.git"],
        ["--domain=edge.acme.example", "--edge-domain=acme.example"],
    ],
)
def test_whatever_is_said_only_placeholders_are_wrong(arguments: list[str], tmp_path: Path) -> None:
    assert init(tmp_path / "estate", *arguments).code == 0

    _, _, err = portico(tmp_path / "estate", "check")

    assert set(re.findall(r"^(?:error|warning)\[(\w+)\]", err, re.MULTILINE)) == {"PT015"}
    assert portico(tmp_path / "estate", "fmt", "--check").code == 0


def test_the_first_app_finds_the_schema_and_is_compiled(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    init(root, *KNOWN, "--environment=dev")
    app = ("new", "app", "hello", "--team=platform", "--image=a:1", "--environment=dev")

    too_early = portico(root, *app)
    assert too_early.code == 1
    assert [field for field, *_ in pointed_at(too_early.err)] == LOOKED_UP
    assert too_early.err.endswith("portico: apps/hello.yaml was not written\n")

    fill_in_all(root)
    assert portico(root, *app).code == 0
    spec = (root / "apps/hello.yaml").read_text()
    assert spec.startswith(
        "# yaml-language-server: $schema=../.portico/app.schema.json\nname: hello"
    )
    assert portico(root, "check").out.endswith(": clean\n")


def test_the_app_that_the_readme_shows_compiles(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    init(root, *KNOWN)
    fill_in_all(root)

    [spec] = re.findall(r"```yaml\n(.*?)```", (root / "apps/README.md").read_text(), re.DOTALL)
    (root / "apps/hello.yaml").write_text(spec)

    assert portico(root, "compile").err == ""
    assert "hello" in portico(root, "list", "apps").out


def test_the_readme_names_commands_that_there_are(tmp_path: Path) -> None:
    init(tmp_path / "estate", *KNOWN)
    text = (tmp_path / "estate/README.md").read_text()

    commands = set(re.findall(r"(?:^ *|`)portico ([a-z]+)", text, re.MULTILINE))
    assert {"check", "codeowners", "compile", "diff", "new"} < commands <= set(COMMANDS)
    for page in re.findall(r"/blob/v[\d.]+/(\S+?)(?:#\S+)?$", text, re.MULTILINE):
        assert (ROOT / page).exists()
    assert f'"portico @ git+https://github.com/acme/portico@v{__version__}"' in text


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ((), {"portico.yml", "portico-render.yml", ".gitlab-ci.yml", "terraform.yml"}),
        (("--ci", "github"), {"portico.yml", "portico-render.yml"}),
        (("--ci", "gitlab"), {".gitlab-ci.yml", "terraform.yml"}),
        (("--ci", "none"), set()),
    ],
)
def test_ci_installs_the_portico_that_made_the_repository(
    options: tuple[str, ...], files: set[str], tmp_path: Path
) -> None:
    address = "https://git.acme.example/platform/portico"
    made = init(tmp_path / "estate", "--portico", address, *options)

    assert made.code == 0, made.err
    found = [
        *(tmp_path / "estate" / ".github").rglob("*.yml"),
        *(tmp_path / "estate").glob(".gitlab*.yml"),
        *(tmp_path / "estate" / ".gitlab").rglob("*.yml"),
    ]
    assert {path.name for path in found} == files
    for path in found:
        text = path.read_text()
        assert f"fetch --quiet --depth 1 {address} v{__version__}\n" in text or (
            "pip install" not in text and f"{address}/blob/v{__version__}/docs/ci.md" in text
        )
    assert ("[Tell it][ci]" in (tmp_path / "estate" / "README.md").read_text()) == bool(files)


def test_editors_get_the_schemas_of_this_portico(tmp_path: Path) -> None:
    init(tmp_path / "estate")

    for kind in ("app", "environment"):
        schema = (tmp_path / f"estate/.portico/{kind}.schema.json").read_text()
        assert schema == portico(tmp_path, "schema", kind).out


def test_the_owners_are_those_of_portico_codeowners(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    init(root, *KNOWN, "--platform=edge-team")
    fill_in_all(root)
    owners = root / "CODEOWNERS"
    assert owners.read_text().endswith("* @acme/edge-team\n")

    given = ["--organisation=acme", "--platform=edge-team", f"--check={owners}"]
    assert portico(root, "codeowners", *given).code == 0


def test_pre_commit_takes_the_hooks(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    init(tmp_path / "estate", "--portico=https://git.acme.example/platform/portico")
    config = tmp_path / "estate/.pre-commit-config.yaml"

    run = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    [source] = yaml.safe_load(config.read_text())["repos"]
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    hooks = [hook["id"] for hook in source.pop("hooks")]
    assert hooks == [hook["id"] for hook in offered if hook["id"] != "portico-scan"]
    assert source == {
        "repo": "https://git.acme.example/platform/portico",
        "rev": f"v{__version__}",
    }


def test_git_takes_what_belongs_in_a_commit_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    init(root, *KNOWN, "--environment=dev")
    fill_in_all(root)
    portico(root, "compile")
    (root / "rendered/dev/terraform/.terraform").mkdir()
    (root / "rendered/dev/terraform/.terraform/provider").touch()
    (root / "rendered/dev/terraform/.terraform.lock.hcl").touch()
    (root / "rendered/dev/terraform/terraform.tfstate").touch()

    git(root, "init", "--quiet")
    git(root, "add", "--all")

    taken = set(git(root, "ls-files").splitlines())
    there = {path for path in snapshot(root) if not path.startswith(".git/")}
    assert there - taken == {
        "rendered/dev/terraform/.terraform/provider",
        "rendered/dev/terraform/terraform.tfstate",
    }
    assert {"apps/README.md", "rendered/dev/terraform/.terraform.lock.hcl"} < taken


def test_git_folds_away_what_is_compiled_as_it_does_in_this_repository(tmp_path: Path) -> None:
    init(tmp_path / "estate")

    lines = (tmp_path / "estate/.gitattributes").read_text().splitlines()
    assert set(lines) <= set((ROOT / ".gitattributes").read_text().splitlines())


# Where -----------------------------------------------------------------------------------------


def test_an_empty_folder_stays_the_same_folder(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    root.mkdir()
    before = root.stat().st_ino

    with contextlib.chdir(root):
        result = portico(Path(), "init", ".", "--environment=dev")

    assert result.out.startswith(
        "estate: a repository for 1 environment; 13 values are still open\n"
        "next, as README.md explains:\n"
        "  git init\n"
    )
    assert root.stat().st_ino == before
    assert (root / "README.md").read_text().startswith("# estate\n")


def test_what_a_hoster_put_there_stays(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    for name in ("README.md", "LICENSE", ".gitignore"):
        root.mkdir(exist_ok=True)
        (root / name).write_text(f"the hoster's {name}\n")
    head = committed(root)

    result = init(root, "--environment=dev")

    assert result.code == 0
    assert result.err == (
        "portico: the README that is there stays as it is; the new one is PORTICO.md\n"
        "portico: .gitignore is there already, and stays as it is; add to it: .portico-cache/, "
        ".portico-*.tmp, .terraform/, *.tfstate, *.tfstate.*, __pycache__/, .venv/\n"
    )
    assert "next, as PORTICO.md explains:\n" in result.out
    assert "git init" not in result.out
    assert git(root, "diff", "--stat", head) == ""
    assert (root / "PORTICO.md").read_text().startswith("# estate\n")


def test_folders_above_are_made(tmp_path: Path) -> None:
    assert init(tmp_path / "a/b/estate").code == 0
    assert (tmp_path / "a/b/estate/apps/README.md").exists()


def a_file(root: Path) -> str:
    root.write_text("")
    return "is no folder"


def a_repository(root: Path) -> str:
    init(root)
    return "holds ."


def other_code(root: Path) -> str:
    (root / "src").mkdir(parents=True)
    return "holds src already: a new repository needs a folder that is not there yet or is empty"


def a_dangling_link(root: Path) -> str:
    root.symlink_to("nowhere")
    return "is no folder"


def inside_git(root: Path) -> str:
    git(root.parent, "init", "--quiet")
    return (
        f"is inside the git repository {root.parent}, and Flux reads rendered/ from the top of a "
        "repository: choose a folder outside, or run `git init` in this one first\n"
    )


@pytest.mark.parametrize("make", [a_file, a_repository, other_code, a_dangling_link, inside_git])
def test_a_folder_that_is_taken_stays_as_it_is(make: Callable[[Path], str], tmp_path: Path) -> None:
    root = tmp_path / "estate"
    said = make(root)
    before = snapshot(tmp_path)

    code, out, err = init(root)

    assert (code, out) == (2, "")
    assert err.startswith(f"portico: {root} {said}")
    assert snapshot(tmp_path) == before


def test_inside_a_git_repository_it_is_one_of_its_own(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "init", "--quiet", "estate")

    assert init(tmp_path / "estate").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--domain=Acme.example"], '--domain: "Acme.example" is not a domain: write it in'),
        (["--edge-domain=acme"], '--edge-domain: "acme" is not a domain'),
        (["--region=ireland"], '--region: "ireland" is not an AWS region: it looks like this'),
        (["--state-bucket=A"], '--state-bucket: "A" is not an S3 bucket name'),
        (["--account=1111"], '--account: "1111" is not an AWS account id'),
        (["--account=prd=111122223333"], 'there is no environment "prd": did you mean prod?'),
        (["--environment=Dev"], '--environment: "Dev" is not a usable name'),
        (
            ["--domain=acme.example", "--edge-domain=acme.example"],
            "--edge-domain: acme.example is the domain of public hosts, which external-dns in the "
            "cluster must not reach: take another one, such as edge.acme.example\n",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str, tmp_path: Path) -> None:
    code, out, err = init(tmp_path / "estate", *arguments)

    assert (code, out) == (2, "")
    assert err.startswith(f"portico: {said}")
    assert list(tmp_path.iterdir()) == []


# All or nothing --------------------------------------------------------------------------------


@pytest.mark.parametrize("existing", [False, True])
def test_a_disk_that_is_full_leaves_nothing_behind(existing: bool, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    root = tmp_path / "above" / "estate"
    if existing:
        root.mkdir(parents=True)
        (root / "LICENSE").touch()
    before = snapshot(tmp_path)

    # The schemas of editors are larger than this, and the last files to be written.
    run = subprocess.run(
        [sys.executable, "-m", "compiler", "init", str(root)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)),
    )

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"portico: {root}: File too large\n"
    assert snapshot(tmp_path) == before
    assert (tmp_path / "above").exists() == existing


def test_a_file_that_somebody_else_puts_there_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "estate"
    root.mkdir()
    real = os.link

    def too_late(path: str, to: str) -> None:
        Path(to).write_text("mine\n")
        monkeypatch.undo()
        real(path, to)

    monkeypatch.setattr(os, "link", too_late)
    code, out, err = init(root)

    assert (code, out, err) == (2, "", f"portico: {root}: File exists\n")
    assert [path.read_text() for path in root.iterdir()] == ["mine\n"]


@pytest.mark.parametrize("step", ["mkdir", "rename", "link"])
def test_control_c_leaves_nothing_behind(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "estate"
    root.mkdir()
    (root / "LICENSE").touch()
    before = snapshot(tmp_path)
    real, times = getattr(os, step), iter(range(9))

    def interrupted(*arguments: str, **more: int) -> None:
        if next(times) == 2:
            raise KeyboardInterrupt
        real(*arguments, **more)

    monkeypatch.setattr(os, step, interrupted)
    code, out, err = init(root)

    assert (code, out) == (130, "")
    assert err == "portico: interrupted; run it again to finish\n"
    assert snapshot(tmp_path) == before
    assert [path.name for path in root.iterdir()] == ["LICENSE"]


# At a terminal ---------------------------------------------------------------------------------


def test_at_a_terminal_what_is_not_given_is_asked_for_and_can_wait(tmp_path: Path) -> None:
    root = tmp_path / "estate"
    answers = ["Acme.example\n", "acme.example\n", "\n", "eu-west-1\n", "acme-state\n", "acme\n"]

    code, seen = answered("init", str(root), "--environment=dev", answers=answers)

    assert code == 0, seen
    assert seen.startswith(
        """\
Domain of public hosts: prod has the domain itself, dev has dev.DOMAIN [later]: Acme.example
  "Acme.example" is not a domain: write it in lowercase, without a final dot, in 64 characters: example.com
Domain of public hosts: prod has the domain itself, dev has dev.DOMAIN [later]: acme.example
Another domain, for the names of the load balancers [later]: \n\
AWS region [later]: eu-west-1
S3 bucket of Terraform's state [later]: acme-state
Organisation whose teams approve changes [later]: acme
"""
    )
    assert "a repository for 1 environment; 9 values are still open\n" in seen
    assert (root / "CODEOWNERS").exists()


def test_at_a_terminal_the_end_of_the_answers_writes_nothing(tmp_path: Path) -> None:
    code, seen = answered("init", str(tmp_path / "estate"), answers=["acme.example\n", "\x04"])

    assert code == 2
    assert seen.endswith("portico: the answers ended early, and nothing was written\n")
    assert list(tmp_path.iterdir()) == []
