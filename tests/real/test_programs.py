"""Programs are found by asking, and one that is missing is missing for a reason that is told."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import programs
from tests.programs import Absent, Mirror, Program

FINDERS = (
    programs.terraform,
    programs.kubectl,
    programs.git,
    programs.python,
    programs.provider_mirror,
)


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    for finder in FINDERS:
        finder.cache_clear()
    yield
    for finder in FINDERS:
        finder.cache_clear()


def test_a_program_that_is_named_is_used_or_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = _script(tmp_path / "terraform", "echo no shared library >&2; exit 127")
    monkeypatch.setenv("PORTICO_TERRAFORM", str(broken))
    monkeypatch.delenv("PORTICO_REQUIRE_PROGRAMS", raising=False)

    assert programs.terraform() == Absent(
        "terraform", f"{broken} does not run: exit code 127, no shared library"
    )
    with pytest.raises(pytest.skip.Exception, match=r"terraform is not available: .* does not run"):
        programs.require(programs.terraform())


def test_a_program_that_is_required_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("PORTICO_KUBECTL", raising=False)
    monkeypatch.setenv("PORTICO_REQUIRE_PROGRAMS", "1")

    with pytest.raises(pytest.fail.Exception, match="put it on PATH or set PORTICO_KUBECTL"):
        programs.require(programs.kubectl())


def test_a_shim_that_does_not_run_is_no_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = "{}.{}".format(*sys.version_info[:2])
    _script(tmp_path / f"python{version}", "echo 'pyenv: command not found' >&2; exit 127")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PORTICO_PYTHONS", sys.executable)

    found = programs.python(version)

    assert isinstance(found, Program)
    assert found.path == Path(sys.executable)
    assert isinstance(programs.python("3.0"), Absent)


def test_a_mirror_is_found_where_terraform_is_told_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tmp_path / "mirror"
    binary = mirror / "registry.terraform.io/hashicorp/aws/5.100.0" / programs._machine()
    binary.mkdir(parents=True)
    (binary / "terraform-provider-aws_v5.100.0_x5").touch()
    settings = tmp_path / "terraform.rc"
    settings.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    monkeypatch.delenv("PORTICO_PROVIDER_MIRROR", raising=False)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(settings))

    assert programs.provider_mirror() == Mirror(mirror, ("5.100.0",))


def test_a_mirror_that_is_named_must_hold_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTICO_PROVIDER_MIRROR", str(tmp_path))

    found = programs.provider_mirror()

    assert isinstance(found, Absent)
    assert found.reason.startswith(f"PORTICO_PROVIDER_MIRROR={tmp_path} does not hold")


def test_settings_that_are_no_file_are_not_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "terraform.rc"
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(settings))

    assert "TF_CLI_CONFIG_FILE" not in programs.terraform_environment()
    settings.touch()
    assert programs.terraform_environment()["TF_CLI_CONFIG_FILE"] == str(settings)


def test_a_search_goes_no_deeper_and_takes_no_longer_than_it_may(tmp_path: Path) -> None:
    (tmp_path / "one/two/three").mkdir(parents=True)

    assert list(programs._folders(str(tmp_path), depth=2)) == [
        tmp_path / "one",
        tmp_path / "one/two",
    ]
    assert list(programs._folders(str(tmp_path), depth=2, seconds=-1)) == []


def _script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path
