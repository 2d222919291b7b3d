"""The help of every command shows an example, and the example works."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from compiler.cli.main import COMMANDS
from tests.git import ENVIRONMENT as GIT_SETTINGS
from tests.git import committed
from tests.repository import ENVIRONMENT, portico, repository

SPEC = """\
name: shop
team: shop
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose:
  host: shop
environments:
  dev:
  test:
    env:
      LOG_LEVEL: debug
    resources:
      requests: {memory: 256Mi}
  acceptance:
  prod:
"""
CLUSTERS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled repository of an app in four environments, and foreign manifests beside it."""
    files = {
        f"environments/{name}.yaml": ENVIRONMENT.replace("dev", name)
        .replace("acme-edge", f"acme-edge-{name}")
        .replace("0000000PUBLIC", f"0000000PUB{name.upper()[:3]}")
        for name in ("dev", "test", "acceptance", "prod")
    }
    files |= {"apps/shop.yaml": SPEC, "clusters/settings.yaml": CLUSTERS, ".github/keep": ""}
    root = repository(tmp_path_factory.mktemp("compiled"), {**files, ".portico/keep": ""})
    assert portico(root, "compile").code == 0
    committed(root)
    return root


@pytest.fixture
def estate(compiled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(compiled, tmp_path / "estate")


def examples() -> Iterator[tuple[str, str]]:
    for command in COMMANDS:
        yield command, import_module(f"compiler.cli.{command}").EXAMPLE


@pytest.mark.parametrize(("command", "example"), list(examples()))
def test_the_example_of_a_command_works(command: str, example: str, estate: Path) -> None:
    """In a shell, as a person who reads the help would try it."""
    home = estate.parent / "home"
    (home / ".local/share/bash-completion/completions").mkdir(parents=True)
    program = f'portico() {{ "{sys.executable}" -P -m compiler "$@"; }}\n'
    run = subprocess.run(
        ["bash", "-c", f"set -eu\n{program}{example}"],
        # A new repository is not made inside another one.
        cwd=home if command == "init" else estate,
        env={
            **GIT_SETTINGS,
            "HOME": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert f"example:\n  {example}\n" in help_of(command)


def help_of(command: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "compiler", command, "--help"],
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout
