"""`--format`, `--output` and `--strict`: who gets what, and what must not be written."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from compiler.cli import output
from tests.repository import APP, ENVIRONMENT, Result, portico, repository, snapshot

ROOT = Path(__file__).parents[2]
MACHINE = ["json", "sarif", "junit", "github", "gitlab"]
BROKEN = APP.replace("port:", "prot:")
OLD_ROUTER = {"environments/dev.yaml": f"{ENVIRONMENT}router: ingress-nginx\n"}


def read(format: str, document: str) -> object:
    """What a program reads; fails when it cannot."""
    if format == "junit":
        return ET.fromstring(document.encode())
    if format == "github":
        assert all(line.startswith("::") for line in document.splitlines())
        return document
    return json.loads(document)


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program itself, as its own process."""
    return subprocess.run(
        [sys.executable, "-m", "compiler", *arguments, "--root", str(root)],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("format", MACHINE)
def test_a_document_is_all_there_is_on_standard_output(format: str, tmp_path: Path) -> None:
    root = repository(tmp_path)

    compiled = portico(root, "compile", "--format", format)
    checked = portico(root, "check", "--format", format)

    assert (compiled.code, checked.code) == (0, 0)
    read(format, compiled.out)
    read(format, checked.out)
    assert compiled.err.startswith("compiled 1 app in 1 environment: ")
    assert checked.err.startswith("checked ")
    assert checked.err.count("\n") == 1


@pytest.mark.parametrize("command", ["compile", "check"])
@pytest.mark.parametrize("format", MACHINE)
def test_findings_are_in_the_document_and_counted_beside_it(
    format: str, command: str, tmp_path: Path
) -> None:
    result = portico(repository(tmp_path, {"apps/shop.yaml": BROKEN}), command, "--format", format)

    assert result.code == 1
    read(format, result.out)
    assert "PT101" in result.out
    assert result.err == "portico: 1 error\n"


@pytest.mark.parametrize("format", MACHINE)
def test_what_could_not_be_examined_does_not_look_clean(format: str, tmp_path: Path) -> None:
    clean = portico(repository(tmp_path / "clean"), "compile", "--format", format)
    (tmp_path / "empty").mkdir()

    result = portico(tmp_path / "empty", "compile", "--format", format)

    assert result.code == 2
    read(format, result.out)
    assert "there is no apps/ here" in result.out
    assert result.out != clean.out
    assert result.err.startswith("portico: there is no apps/ here")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("format", MACHINE)
def test_a_disk_that_fails_does_not_look_clean(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr(os, "replace", full)
    result = portico(repository(tmp_path), "compile", "--format", format)

    assert result.code == 2
    read(format, result.out)
    assert "No space left on device" in result.out


def test_several_files_in_one_run_whether_it_fails_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    root = repository(tmp_path / "repository", {"apps/shop.yaml": BROKEN})
    files = {"text": "check.txt", **{format: f"check.{format}" for format in MACHINE}}
    asked = [f"--output={format}={file}" for format, file in files.items()]
    before = snapshot(root)

    failing = portico(root, "check", *asked)
    told = {format: (tmp_path / file).read_text() for format, file in files.items()}
    (root / "apps" / "shop.yaml").write_text(APP)
    portico(root, "compile")
    clean = portico(root, "check", *asked)

    assert (failing.code, clean.code) == (1, 0)
    assert failing.err == told["text"] + "portico: 1 error\n"
    for format, file in files.items():
        assert "PT101" in told[format]
        assert "PT101" not in (tmp_path / file).read_text()
        if format != "text":
            read(format, told[format])
            assert portico(root, "check", "--format", format).out == (tmp_path / file).read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*files.values(), "repository"]
    )
    assert before.keys() <= snapshot(root).keys()


def test_a_broken_repository_is_told_in_the_files_too(tmp_path: Path) -> None:
    target = tmp_path / "check.json"
    target.write_text('{"version": 1, "diagnostics": []}')

    result = portico(tmp_path, "check", f"--output=json={target}", f"--output=text={tmp_path}/t")

    assert result.code == 2
    assert "there is no apps/ here" in json.loads(target.read_text())["error"]
    assert (tmp_path / "t").read_text() == result.err


def refused(root: Path, *targets: str) -> str:
    """The one line that is said about targets, of which none is written."""
    before = snapshot(root.parent)
    result = portico(root, "check", *(f"--output={target}" for target in targets))
    assert (result.code, result.out) == (2, "")
    assert snapshot(root.parent) == before
    return result.err.removeprefix("portico: ")


def test_a_report_never_lands_in_the_folders_of_the_repository(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    (root / "rendered" / "dev").mkdir(parents=True)
    (tmp_path / "link").symlink_to(root / "apps")

    for folder in ("apps", "environments", "rendered", "rendered/dev"):
        for file in ("new.json", "shop.yaml"):
            target = f"json={root}/{folder}/{file}"
            assert refused(root, target) == (
                f"--output {target}: {folder.split('/')[0]}/ is no place for reports\n"
            )
    assert refused(root, f"json={tmp_path}/link/shop.yaml").endswith(
        ": apps/ is no place for reports\n"
    )


def test_a_report_replaces_nothing_but_a_plain_file(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    for name in ("folder", "link"):
        said = refused(root, f"json={tmp_path}/{name}")
        assert said.endswith(f": {tmp_path}/{name} is there and is not a plain file\n")
    assert "is there and is not a plain file" in refused(root, "json=/dev/null")


def test_a_report_does_not_take_the_place_of_a_folder_that_is_missing(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    assert refused(root, f"json={root}/rendered").endswith(": rendered/ is no place for reports\n")


def test_a_folder_is_not_made_for_a_report(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")

    assert refused(root, f"json={tmp_path}/no/such.json") == (
        f"--output json={tmp_path}/no/such.json: there is no folder {tmp_path}/no\n"
    )


def test_two_reports_never_go_to_one_file(tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")

    said = refused(root, f"json={tmp_path}/a", f"sarif={tmp_path}/./a")

    assert said == f"--output sarif={tmp_path}/./a: two reports cannot go to one file\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format=xml"], '--format: "xml" is not a format; there are text, json, sarif'),
        (["--output=xml=a"], '--output: "xml" is not a format; there are text, json, sarif'),
        (["--output=a.json"], '--output: "a.json" is not FORMAT=FILE; write for example sarif='),
        (["--output=json="], '--output: "json=" is not FORMAT=FILE; write for example sarif='),
    ],
)
def test_wrong_usage_says_what_is_right(arguments: list[str], said: str, tmp_path: Path) -> None:
    result = portico(repository(tmp_path), "check", *arguments)

    assert result.code == 2
    assert f"error: argument {said}" in result.err


def test_a_report_that_cannot_be_written_hides_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device", source)

    root = repository(tmp_path, {"apps/shop.yaml": BROKEN})
    monkeypatch.setattr(os, "replace", full)
    result = portico(root, "check", f"--output=json={tmp_path}/a.json")

    assert result.code == 2
    assert result.err.startswith('error[PT101]: unknown field "prot"')
    assert result.err.endswith(
        f"portico: 1 error\nportico: {tmp_path}/a.json cannot be written: No space left on device\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["apps", "environments"]


def warned(root: Path, *arguments: str) -> Result:
    return portico(repository(root, OLD_ROUTER), *arguments)


def test_a_warning_fails_a_strict_run_and_the_last_line_says_so(tmp_path: Path) -> None:
    assert warned(tmp_path, "compile").code == 0
    assert warned(tmp_path, "check").code == 0

    result = warned(tmp_path, "check", "--strict")

    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == "portico: 1 warning, and --strict refuses warnings"


def test_a_strict_compile_with_a_warning_writes_nothing(tmp_path: Path) -> None:
    result = warned(tmp_path, "compile", "--strict")

    assert (result.code, result.out) == (1, "")
    assert not (tmp_path / "rendered").exists()


def test_a_strict_junit_report_fails_as_the_run_does(tmp_path: Path) -> None:
    assert "<failure" not in warned(tmp_path, "compile", "--format=junit").out
    assert "<failure" in warned(tmp_path, "check", "--format=junit", "--strict").out


def test_strict_is_of_no_consequence_where_nothing_was_found(tmp_path: Path) -> None:
    root = repository(tmp_path)
    assert portico(root, "compile", "--strict").code == 0
    assert portico(root, "check", "--strict").out.endswith(": clean\n")


def test_documents_are_utf8_whatever_the_terminal_is(tmp_path: Path) -> None:
    root = repository(tmp_path, {"apps/shop.yaml": APP.replace("port:", "pört→:")})
    for format in MACHINE:
        result = run(root, "check", f"--format={format}", PYTHONIOENCODING="ascii")
        assert result.returncode == 1
        assert "pört→" in result.stdout.decode()
        assert b"Traceback" not in result.stderr


def test_a_file_name_that_is_not_utf8_stops_no_format(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / os.fsdecode(b"apps/\xff.yaml")).write_text("a: [\n")
    for format in ("text", *MACHINE):
        result = run(root, "check", f"--format={format}", f"--output={format}={tmp_path}/out")
        assert result.returncode == 1, result.stderr
        read(format, result.stdout.decode()) if format != "text" else None
        assert (tmp_path / "out").read_text()


@pytest.mark.parametrize(
    ("environment", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_for_terminals_and_for_those_who_ask(
    environment: dict[str, str],
    terminal: bool,
    coloured: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    root = repository(tmp_path, {"apps/shop.yaml": BROKEN})
    asked = ["check", "--root", str(root), f"--output=text={root}/check.txt"]
    seen, stderr = pty.openpty() if terminal else os.pipe()

    subprocess.run(
        [sys.executable, "-m", "compiler", *asked],
        cwd=ROOT,
        stderr=stderr,
        env={**os.environ, "TERM": "xterm", **environment},
    )

    assert (b"\x1b[" in os.read(seen, 10_000)) is coloured
    assert "\x1b" not in (root / "check.txt").read_text()
    os.close(seen)
    os.close(stderr)


PAGE = (ROOT / "docs" / "reports.md").read_text()


def test_every_format_has_its_documentation() -> None:
    for format in output.FORMATS:
        assert f"\n## {format}\n" in PAGE
        assert f"\n| `{format}` | " in PAGE


def test_the_documentation_shows_the_results_of_sarif(tmp_path: Path) -> None:
    spec, shown = (re.search(pattern, PAGE, re.DOTALL) for pattern in (
        r"\$ cat apps/shop\.yaml\n(.*?)\$", r"```json\n(.*?)```"))  # fmt: skip
    assert spec is not None
    assert shown is not None
    root = repository(tmp_path, {"apps/shop.yaml": spec[1]})

    [run] = json.loads(portico(root, "check", "--format", "sarif").out)["runs"]

    assert json.loads(shown[1]) == run["results"]
