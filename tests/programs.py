"""Finds the real programs that tests drive, on any machine, and says why when one is missing.

A program named in an environment variable is used or reported, never silently replaced:

    PORTICO_TERRAFORM  PORTICO_KUBECTL                  a path, or a name on PATH
    PORTICO_GIT  PORTICO_JQ  PORTICO_NODE               the same
    PORTICO_PYTHONS                                     interpreters, separated as PATH is
    PORTICO_PROVIDER_MIRROR                             a folder that holds registry.terraform.io/
    PORTICO_REQUIRE_PROGRAMS=1                          a missing program fails its tests
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest

PYTHON_VERSIONS = ("3.11", "3.12", "3.13")

REGISTRY = "registry.terraform.io"

# Where a machine's owner puts a provider mirror that no configuration names.
SYSTEM_FOLDERS = ("/opt", "/usr/local", "/usr/share", "/var/lib", "/srv")
SEARCH_DEPTH = 4
SEARCH_SECONDS = 5.0


class Program(NamedTuple):
    """A program that was started once and answered; `version` is what it said."""

    name: str
    path: Path
    version: str


class Mirror(NamedTuple):
    """A folder laid out as `registry.terraform.io/hashicorp/aws/<version>/<os>_<arch>/`."""

    path: Path
    versions: tuple[str, ...]


class Absent(NamedTuple):
    """Something that this machine does not have, and why it was not found."""

    name: str
    reason: str


Found = TypeVar("Found", Program, Mirror)


def require(found: Found | Absent) -> Found:
    """What was found; without it the test is skipped, or failed under PORTICO_REQUIRE_PROGRAMS."""
    if not isinstance(found, Absent):
        return found
    reason = f"{found.name} is not available: {found.reason}"
    if os.environ.get("PORTICO_REQUIRE_PROGRAMS"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


# Programs with a name ------------------------------------------------------------------------


@cache
def terraform() -> Program | Absent:
    return _named(
        "terraform",
        "PORTICO_TERRAFORM",
        ("version", "-json"),
        lambda answer: str(json.loads(answer)["terraform_version"]),
    )


@cache
def kubectl() -> Program | Absent:
    return _named(
        "kubectl",
        "PORTICO_KUBECTL",
        ("version", "--client", "--output=json"),
        lambda answer: str(json.loads(answer)["clientVersion"]["gitVersion"]),
    )


@cache
def git() -> Program | Absent:
    return _named("git", "PORTICO_GIT", ("--version",), lambda answer: answer.split()[2])


@cache
def jq() -> Program | Absent:
    return _named("jq", "PORTICO_JQ", ("--version",), lambda answer: answer.strip())


@cache
def node() -> Program | Absent:
    return _named("node", "PORTICO_NODE", ("--version",), lambda answer: answer.strip())


@cache
def pre_commit() -> Program | Absent:
    """pre-commit, run by this Python as `PATH -m pre_commit`."""
    answer = _answer(sys.executable, "-P", "-m", "pre_commit", "--version")
    if isinstance(answer, Absent):
        return Absent("pre-commit", f"{answer.reason}; it is in requirements-dev.lock")
    return Program("pre-commit", Path(sys.executable), answer.split()[1])


def _named(
    name: str, variable: str, arguments: tuple[str, ...], version: Callable[[str], str]
) -> Program | Absent:
    wanted = os.environ.get(variable) or name
    path = shutil.which(wanted)
    if path is None:
        return Absent(name, f"`{wanted}` is no program here; put it on PATH or set {variable}")
    answer = _answer(path, *arguments)
    if isinstance(answer, Absent):
        return Absent(name, f"{path} does not run: {answer.reason}")
    return Program(name, Path(path), version(answer))


def _answer(*command: str) -> str | Absent:
    """The standard output of a program that is expected to answer at once."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env=terraform_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Absent(command[0], str(error))
    if done.returncode:
        return Absent(command[0], f"exit code {done.returncode}, {done.stderr.strip()[-300:]}")
    return done.stdout


# Other Python interpreters -------------------------------------------------------------------


@cache
def python(version: str) -> Program | Absent:
    """An interpreter of exactly this minor version, such as `3.12`."""
    for candidate in _python_candidates(version):
        # A pyenv shim exists for versions that are not active: only running it tells.
        answer = _answer(str(candidate), "-c", _WHO_ARE_YOU)
        if isinstance(answer, Absent):
            continue
        full, executable = answer.splitlines()
        if full.startswith(f"{version}."):
            return Program(f"python{version}", Path(executable), full)
    return Absent(
        f"python{version}",
        "no such interpreter runs; looked in PORTICO_PYTHONS, PATH, pyenv's versions, /usr, /opt",
    )


def pythons() -> list[Program]:
    """The interpreters of PYTHON_VERSIONS that run here, oldest first."""
    return [found for found in map(python, PYTHON_VERSIONS) if isinstance(found, Program)]


_WHO_ARE_YOU = "import platform, sys; print(platform.python_version()); print(sys.executable)"


def _python_candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    for named in os.environ.get("PORTICO_PYTHONS", "").split(os.pathsep):
        if path := named and shutil.which(named):
            yield Path(path)
    on_path = [Path(folder) for folder in os.get_exec_path()]
    yield from _having(name, on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((pyenv / "versions").glob(f"{version}.*/bin/{name}"), reverse=True)
    yield from _having(name, [Path("/usr/bin"), Path("/usr/local/bin")])
    # /opt/<product>/bin up to the tool cache of hosted CI: /opt/<cache>/Python/3.12.1/x64/bin.
    yield from _having(f"bin/{name}", _folders("/opt", depth=5))


def _having(name: str, folders: Iterable[Path]) -> Iterator[Path]:
    return (folder / name for folder in folders if (folder / name).is_file())


# A mirror of the AWS provider ----------------------------------------------------------------


@cache
def provider_mirror() -> Mirror | Absent:
    """A mirror that has the AWS provider for this machine; without one Terraform downloads it."""
    layout = f"{REGISTRY}/hashicorp/aws/<version>/{_machine()}"
    if named := os.environ.get("PORTICO_PROVIDER_MIRROR"):
        return _mirror(Path(named)) or Absent(
            "provider mirror", f"PORTICO_PROVIDER_MIRROR={named} does not hold {layout}"
        )
    for folder in (*_configured_mirrors(), *_implied_mirrors()):
        if mirror := _mirror(folder):
            return mirror
    for folder in _folders(*SYSTEM_FOLDERS, depth=SEARCH_DEPTH):
        if folder.name == REGISTRY and (mirror := _mirror(folder.parent)):
            return mirror
    return Absent(
        "provider mirror",
        f"no {layout} in Terraform's own folders or under {', '.join(SYSTEM_FOLDERS)}",
    )


def terraform_environment() -> dict[str, str]:
    """The environment less a TF_CLI_CONFIG_FILE without a file: Terraform warns on every run."""
    named = os.environ.get("TF_CLI_CONFIG_FILE")
    if named and not Path(named).is_file():
        return {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    return dict(os.environ)


def _mirror(folder: Path) -> Mirror | None:
    versions = sorted(
        binary.parent.parent.name
        for binary in (folder / REGISTRY / "hashicorp" / "aws").glob(
            f"*/{_machine()}/terraform-provider-aws_*"
        )
    )
    return Mirror(folder.absolute(), tuple(versions)) if versions else None


def _configured_mirrors() -> Iterator[Path]:
    """The paths of `provider_installation { filesystem_mirror { path } }`, and the plugin cache."""
    named = os.environ.get("TF_CLI_CONFIG_FILE")
    for file in (Path(named) if named else None, Path.home() / ".terraformrc"):
        if file and file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            for block in re.findall(r"\bfilesystem_mirror\b[^{]*{(.*?)}", text, re.DOTALL):
                for path in re.findall(r"\bpath\b\"?\s*[=:]\s*\"([^\"]+)\"", block):
                    yield Path(path).expanduser()
    if plugin_cache := os.environ.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(plugin_cache).expanduser()


def _implied_mirrors() -> Iterator[Path]:
    """https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories"""
    yield Path.home() / ".terraform.d" / "plugins"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    yield Path(data) / "terraform" / "plugins"
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for folder in shared.split(os.pathsep):
        yield Path(folder) / "terraform" / "plugins"


def _machine() -> str:
    """`linux_amd64`, in Go's words."""
    machine = platform.machine().lower()
    known = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386"}
    return f"{platform.system().lower()}_{known.get(machine, machine)}"


def _folders(*tops: str, depth: int, seconds: float = SEARCH_SECONDS) -> Iterator[Path]:
    """The folders under `tops`, nearest first, no links followed, until the time is up."""
    deadline = time.monotonic() + seconds
    level = [Path(top) for top in tops]
    for _ in range(depth):
        below: list[Path] = []
        for folder in level:
            if time.monotonic() > deadline:
                return
            try:
                with os.scandir(folder) as entries:
                    found = [Path(e.path) for e in entries if e.is_dir(follow_symlinks=False)]
            except OSError:
                continue
            yield from found
            below += found
        level = below
