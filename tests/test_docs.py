"""What the README and docs/ show is what happens: each command block is run, its output compared.

A `shellsession` block needs more than Portico and a repository, and is run by a test of its own in
tests/real/. A `console` block is a session: `$ ` begins a command, what follows is its output. `$ cat FILE` shows
a file that a command before it made, or else one that the reader has, so the test writes it;
`$ cat > FILE` is followed by what the reader writes. Before a session about what git keeps,
everything is committed to the branch main.
"""

import contextlib
import re
import shutil
from pathlib import Path

import pytest
import yaml

from compiler.spec.reference import pages
from tests.git import committed, git
from tests.repository import ENVIRONMENT, portico, repository

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: Path, language: str) -> list[str]:
    return [text for kind, text in _BLOCK.findall(document.read_text()) if kind == language]


def sessions() -> list[tuple[str, str]]:
    return [(d.name, text) for d in DOCUMENTS for text in blocks(d, "console")]


def commands(session: str) -> list[tuple[str, str]]:
    """The commands of a session and the output that is shown for each."""
    parts = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)
    assert parts[0] == "", "a session begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this repository, as a reader has it after the first two commands."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize(("document", "session"), sessions())
def test_a_session_prints_what_is_shown(document: str, session: str, estate: Path) -> None:
    if any(word in session for word in ("$ portico diff", "$ git", "PT118")):
        committed(estate)
    readers = {path for path in estate.rglob("*") if path.is_file()}
    for command, shown in commands(session):
        program, *arguments = command.split()
        if program == "cd":
            assert shown == ""
            estate /= arguments[0]
        elif program == "cat" and arguments[0] == ">":
            (estate / arguments[1]).write_text(shown)
        elif program == "cat" and (made := estate / arguments[0]).exists() and made not in readers:
            assert made.read_text() == shown
        elif program == "cat":
            readers.add(estate / arguments[0])
            (estate / arguments[0]).parent.mkdir(exist_ok=True)
            (estate / arguments[0]).write_text(shown)
        elif command == "make test":
            assert shown == "", "it is what runs this test"
        elif program == "git":
            assert f"{git(estate, *arguments)}\n" == shown
        else:
            # `make compile` itself is run by tests/real/test_fresh_clone.py.
            assert program in ("portico", "make")
            target = arguments[arguments.index(">") + 1] if ">" in arguments else ""
            with contextlib.chdir(estate):
                result = portico(estate, *arguments[: -2 if target else None])
            if target:
                (estate / target).parent.mkdir(exist_ok=True)
                (estate / target).write_text(result.out)
                result = result._replace(out="")
            assert result.out + result.err == shown


def test_every_document_with_commands_is_covered() -> None:
    assert [name for name, _ in sessions()].count("README.md") >= 2


def test_the_spec_in_the_readme_compiles(estate: Path) -> None:
    [spec] = [text for text in blocks(ROOT / "README.md", "yaml") if text.startswith("# apps/")]
    (estate / "apps" / "debug.yaml").write_text(spec)

    assert portico(estate, "compile").code == 0
    assert len(spec.splitlines()) <= 12


def test_the_specs_of_the_language_compile_and_are_clean(tmp_path: Path) -> None:
    specs = blocks(ROOT / "docs" / "language.md", "yaml")
    files = {re.findall(r"^# (apps/\S+)\n", spec)[0]: spec for spec in specs}
    files["environments/dev.yaml"] = ENVIRONMENT + (
        "secretStores: {secretsManager: aws-secrets}\n"
        "metrics: {kind: serviceMonitor, namespace: monitoring}\n"
    )
    repository(tmp_path, files)

    compiled = portico(tmp_path, "compile")
    checked = portico(tmp_path, "check")

    assert (compiled.code, compiled.err) == (0, "")
    assert (checked.code, checked.err) == (0, "")
    assert len(specs) == 7


def test_the_hooks_in_the_readme_exist() -> None:
    [shown] = [text for text in blocks(ROOT / "README.md", "yaml") if text.startswith("repos:")]
    [repository] = yaml.safe_load(shown)["repos"]
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in offered]


def test_paths_and_links_in_the_documents_exist() -> None:
    for document in DOCUMENTS:
        text = document.read_text()
        linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
        named = re.findall(r"`((?:rendered|docs|tests|compiler)/[\w./-]+)`", text)
        shell = re.findall(r"(?:--path=|^cd )(\S+)", text, re.MULTILINE)
        for path in linked:
            assert (document.parent / path).exists(), f"{document.name}: {path}"
        for path in (*named, *shell):
            if "flux-system" not in path:  # written by `flux bootstrap`
                assert (ROOT / path).exists(), f"{document.name}: {path}"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_reference_is_what_the_models_say(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == pages()[name], "run `make docs`"
