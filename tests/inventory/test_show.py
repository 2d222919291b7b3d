"""`portico show`: what holds for an app in an environment, and who said so.

What it prints is in tests/cases/show-*.txt.
"""

import shutil
from pathlib import Path

import pytest

from compiler.inventory.one_app import one_app
from compiler.inventory.origin import Value, leaves, origins
from tests.author.layouts import estate
from tests.repository import portico, snapshot

ROOT = Path(__file__).parents[2]

SHOP = """\
name: shop
team: sales
description: Baskets, checkout and what people say about both
image: ghcr.io/acme/shop:1.4.2
port: 8080
command: [python, -m, shop]
args:
- --verbose
- "--motto=two
  lines"
env:
  LEVEL: info
  TOKEN: {secret: shop/token}
  MOTD: |
    hello
      world
health: {path: /healthz, port: 8081}
replicas: {min: 3, max: 9}
expose:
  host: shop
  cache: origin
egress:
- {cidr: 10.20.0.0/16, port: 5432}
environments:
  dev:
    env: {LEVEL: null, MOTD: null, TOKEN: null}
    health: null
    replicas: null
    expose: {cache: null}
    egress: null
    port: 9090
  prod:
    args: [--quiet]
    replicas: {max: null}
    resources: {limits: {memory: 1Gi}}
"""
JOB = """\
name: report
team: sales
image: ghcr.io/acme/report:1
schedule: "30 2 * * *"
environments:
  prod:
"""
DEFAULTS = """\
defaults:
  replicas: {min: 2, max: 4}
  resources:
    requests: {memory: 512Mi}
  runAsUser: 1000
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = estate(tmp_path, "dev", "test", "prod", shop=SHOP, report=JOB)
    prod = root / "environments" / "prod.yaml"
    prod.write_text(prod.read_text().partition("defaults:")[0] + DEFAULTS)
    return root


def shown(root: Path, *arguments: str) -> str:
    before = snapshot(root)
    result = portico(root, "show", *arguments)
    assert (result.code, result.err) == (0, "")
    assert snapshot(root) == before
    return result.out


def refused(root: Path, *arguments: str) -> str:
    before = snapshot(root)
    result = portico(root, "show", *arguments)
    assert (result.code, result.out) == (2, "")
    assert snapshot(root) == before
    return result.err


def test_the_environment_need_not_be_named_where_there_is_one(root: Path) -> None:
    assert shown(root, "report") == shown(root, "report", "--environment", "prod")


def test_what_an_environment_says_and_the_spec_removes_is_removed_again(root: Path) -> None:
    """Where the language has nothing in its place, or it would come back by the layers."""
    spec = root / "apps" / "report.yaml"
    spec.write_text(spec.read_text() + "    resources: null\n    runAsUser: null\n")

    whole = origins(one_app(str(root), "report", "prod"), {})

    [memory] = [leaf for leaf in leaves(whole) if leaf.path[0] == "resources"]
    assert isinstance(memory, Value)
    assert (memory.path[1:], memory.value) == (("requests", "memory"), None)


def test_no_repository(tmp_path: Path) -> None:
    assert "there is no apps/ here" in refused(tmp_path, "shop")


@pytest.mark.parametrize(
    "mistake",
    [
        ("apps/shop.yaml", "port: 8080", "port: 80808"),
        ("apps/shop.yaml", "{cache: null}", "{cache: of}"),
        ("apps/shop.yaml", "env:", "\tenv:"),
        ("apps/shop.yaml", "environments:", "environment:"),
        ("environments/prod.yaml", "runAsUser: 1000", "runAsUser: 0"),
        ("environments/prod.yaml", "runAsUser: 1000", "runAsUsr: 1000"),
    ],
)
def test_errors_are_those_of_compile(root: Path, mistake: tuple[str, str, str]) -> None:
    """Of the spec, in all its environments, and of the one that was asked for."""
    path, right, wrong = mistake
    file = root / path
    file.write_text(file.read_text().replace(right, wrong))
    before = snapshot(root)

    result = portico(root, "show", "shop", "--environment", "prod")

    assert result == portico(root, "compile")
    assert result.code == 1
    assert snapshot(root) == before


def test_mistakes_of_others_do_not_matter(root: Path) -> None:
    before = shown(root, "shop", "--environment", "prod")
    (root / "apps" / "report.yaml").write_text("name: [")
    (root / "apps" / "cart.yml").write_text("")
    dev = root / "environments" / "dev.yaml"
    dev.write_text(dev.read_text().replace("eu-west-1", "eu-west-1a"))

    assert shown(root, "shop", "--environment", "prod") == before


@pytest.mark.parametrize(
    ("app", "environment"),
    sorted((p.parts[-2], p.parts[-4]) for p in ROOT.glob("rendered/*/apps/*/manifests.yaml")),
)
def test_what_is_printed_of_this_repository_compiles_to_the_same_bytes(
    app: str, environment: str, tmp_path: Path
) -> None:
    for folder in ("apps", "environments", "rendered"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "apps" / f"{app}.yaml").write_text(
        shown(tmp_path, app, "--environment", environment)
    )
    rendered = snapshot(tmp_path / "rendered" / environment)

    result = portico(tmp_path, "compile", "--environment", environment)

    assert (result.code, snapshot(tmp_path / "rendered" / environment)) == (0, rendered), result.err
