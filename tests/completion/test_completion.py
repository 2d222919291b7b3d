"""`portico completion`: what real shells propose for what a person has typed so far."""

import shutil
import subprocess
from pathlib import Path

import pytest

from compiler.cli.completion import command
from compiler.cli.main import COMMANDS
from tests.author.layouts import estate
from tests.git import committed, git
from tests.repository import portico

SHELLS = ("bash", "zsh", "fish")
BASH = shutil.which("bash")

SPEC = "name: {}\nteam: sales\nimage: a:1\nenvironments: {{dev: }}\n"


def script(shell: str) -> str:
    result = portico(Path(), "completion", shell)
    assert (result.code, result.err) == (0, "")
    return result.out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    names = ("shop", "shop-admin", "cart")
    root = estate(tmp_path / "estate", "dev", "prod", **{n: SPEC.format(n) for n in names})
    (root / "environments/dev.placement.yaml").write_text("hosts: {}\n")
    (tmp_path / "completion.bash").write_text(script("bash"))
    return root


def proposed(root: Path, *typed: str, folder: Path | None = None) -> list[str]:
    """What bash proposes for the last of these words, typed after `portico` in a folder."""
    assert BASH is not None
    program = (
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _portico\n'
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    run = subprocess.run(
        [BASH, "--norc", "-c", program, "bash", root.parent / "completion.bash", "portico", *typed],
        cwd=folder or root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
    return run.stdout.split()


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("comp", ["compile", "completion"]),
        ("--v", ["--version"]),
        ("list |", ["apps", "images", "hosts", "environments"]),
        ("list ho", ["hosts"]),
        ("list --j", ["--json"]),
        ("show sho", ["shop", "shop-admin"]),
        ("show shop --environment |", ["dev", "prod"]),
        ("show shop --format |", ["text", "json"]),
        ("list apps --team sales --environment |", ["dev", "prod"]),
        # bash takes an equals sign for a word of its own.
        ("check --environment = p", ["prod"]),
        ("check --environment =", ["dev", "prod"]),
        ("set |", ["image"]),
        ("set image sho", ["shop", "shop-admin"]),
        ("set image --environment dev |", ["cart", "shop", "shop-admin"]),
        ("set image --environment = dev c", ["cart"]),
        ("set image shop |", []),
        ("promote shop --from dev --to p", ["prod"]),
        ("promote shop --with re", ["readOnlyRootFilesystem", "replicas", "resources"]),
        ("diff --format m", ["markdown"]),
        ("check --format s", ["sarif"]),
        ("new app --team |", []),
        ("schema |", ["app", "environment"]),
        ("compile --root a", ["apps"]),
        ("fmt apps/c", ["apps/cart.yaml"]),
    ],
)
def test_bash_proposes(typed: str, expected: list[str], root: Path) -> None:
    words = ["" if word == "|" else word for word in typed.split()]
    # readline sorts what it shows.
    assert sorted(proposed(root, *words)) == sorted(expected)


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_bash_looks_into_the_repository_that_is_named(root: Path, tmp_path: Path) -> None:
    for option in (("--root", str(root)), ("--root", "=", str(root))):
        assert proposed(root, "set", *option, "image", "c", folder=tmp_path) == ["cart"]
        assert proposed(root, "list", *option, "--environment", "", folder=tmp_path) == [
            "dev",
            "prod",
        ]
    assert proposed(root, "set", "image", "", folder=tmp_path) == []


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_bash_proposes_what_git_has(root: Path) -> None:
    committed(root)
    git(root, "branch", "another")
    assert proposed(root, "diff", "") == ["another", "main"]


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_bash_leaves_names_with_spaces_whole(root: Path) -> None:
    (root / "a b").mkdir()
    assert proposed(root, "compile", "--root", "a") == ["a", "b", "apps"]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_option_is_in_each_script(shell: str) -> None:
    text = script(shell)
    for name in COMMANDS:
        for option in command(name).options:
            spelled = option.name.lstrip("-") if shell == "fish" else option.name
            assert spelled in text, f"{name} {option.name}"
        assert (f"--arguments {name} " if shell == "fish" else f"{name})") in text


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_reads_its_script(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    path = tmp_path / "completion"
    path.write_text(script(shell))
    run = subprocess.run([program, "-n", path], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
def test_fish_proposes(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "completion.fish"
    path.write_text(script("fish"))
    for typed, expected in (
        ("portico list ", ["apps", "environments", "hosts", "images"]),
        ("portico set image c", ["cart"]),
        (f"portico promote --root {root} --to ", ["dev", "prod"]),
    ):
        run = subprocess.run(
            ["fish", "--no-config", "-c", f'source {path}; complete -C "{typed}"'],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        assert [line.split("\t")[0] for line in run.stdout.splitlines()] == expected


def test_another_shell_is_wrong_usage() -> None:
    code, out, err = portico(Path(), "completion", "tcsh")
    assert (code, out) == (2, "")
    assert "invalid choice: 'tcsh'" in err
