"""`portico show`: what holds for an app in an environment, and who said so."""

import json
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
    args: []
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


def test_every_value_with_where_it_came_from(root: Path) -> None:
    assert (
        shown(root, "shop", "--environment", "prod")
        == """\
name: shop                                    # apps/shop.yaml:1
team: sales                                   # apps/shop.yaml:2
description: "Baskets, checkout and what people say about both"  # apps/shop.yaml:3
image: ghcr.io/acme/shop:1.4.2                # apps/shop.yaml:4
command: [python, -m, shop]                   # apps/shop.yaml:6
args: []                                      # apps/shop.yaml:33
port: 8080                                    # apps/shop.yaml:5
env:
  LEVEL: info                                 # apps/shop.yaml:12
  TOKEN: {secret: shop/token}                 # apps/shop.yaml:13
  MOTD: |                                     # apps/shop.yaml:14
    hello
      world
health: {path: /healthz, port: 8081}          # apps/shop.yaml:17
# replicas.max: removed in apps/shop.yaml:34
replicas: 3                                   # apps/shop.yaml:18
resources:
  requests:
    cpu: 100m                                 # default
    memory: 512Mi                             # environments/prod.yaml:35
    ephemeral-storage: 128Mi                  # default
  limits:
    cpu: "1"                                  # default
    memory: 1Gi                               # apps/shop.yaml:35
    ephemeral-storage: 1Gi                    # default
runAsUser: 1000                               # environments/prod.yaml:36
expose:
  host: shop                                  # apps/shop.yaml:20
  path: /                                     # default
  cache: origin                               # apps/shop.yaml:21
  edge: cloudfront                            # default
egress:
- {cidr: 10.20.0.0/16, port: 5432}            # apps/shop.yaml:23
environments:
  prod:                                       # apps/shop.yaml:32
"""
    )


def test_what_an_environment_removes_is_told(root: Path) -> None:
    assert (
        shown(root, "shop", "--environment", "dev")
        == """\
name: shop                                 # apps/shop.yaml:1
team: sales                                # apps/shop.yaml:2
description: "Baskets, checkout and what people say about both"  # apps/shop.yaml:3
image: ghcr.io/acme/shop:1.4.2             # apps/shop.yaml:4
command: [python, -m, shop]                # apps/shop.yaml:6
args:
- --verbose                                # apps/shop.yaml:8
- "--motto=two lines"                      # apps/shop.yaml:9
port: 9090                                 # apps/shop.yaml:31
# env.LEVEL: removed in apps/shop.yaml:26
# env.TOKEN: removed in apps/shop.yaml:26
# env.MOTD: removed in apps/shop.yaml:26
env: {}                                    # apps/shop.yaml:26
# health: removed in apps/shop.yaml:27
replicas: 2                                # default (removed in apps/shop.yaml:28)
resources:
  requests: {cpu: 100m, memory: 128Mi, ephemeral-storage: 128Mi}  # default
  limits: {cpu: "1", memory: 256Mi, ephemeral-storage: 1Gi}  # default
runAsUser: 10001                           # default
expose:
  host: shop                               # apps/shop.yaml:20
  path: /                                  # default
  cache: none                              # default (removed in apps/shop.yaml:29)
  edge: cloudfront                         # default
# egress: removed in apps/shop.yaml:30
environments:
  dev:                                     # apps/shop.yaml:25
"""
    )


def test_what_a_job_cannot_say_is_left_out(root: Path) -> None:
    assert (
        shown(root, "report")
        == """\
name: report                  # apps/report.yaml:1
team: sales                   # apps/report.yaml:2
image: ghcr.io/acme/report:1  # apps/report.yaml:3
schedule: "30 2 * * *"        # apps/report.yaml:4
resources:
  requests:
    cpu: 100m                 # default
    memory: 512Mi             # environments/prod.yaml:35
    ephemeral-storage: 128Mi  # default
  limits: {cpu: "1", memory: 512Mi, ephemeral-storage: 1Gi}  # default
runAsUser: 1000               # environments/prod.yaml:36
environments:
  prod:                       # apps/report.yaml:6
"""
    )


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


def test_for_programs(root: Path) -> None:
    document = json.loads(shown(root, "shop", "--environment", "dev", "--format", "json"))
    values = {".".join(map(str, value.pop("path"))): value for value in document["values"]}

    assert (document["version"], document["app"], document["environment"]) == (1, "shop", "dev")
    assert document["spec"]["expose"] == {
        "host": "shop",
        "path": "/",
        "cache": "none",
        "edge": "cloudfront",
    }
    assert document["spec"]["environments"] == {"dev": None}
    assert {path: values[path] for path in ("args.0", "port", "expose.cache", "env.LEVEL")} == {
        "args.0": {
            "value": "--verbose",
            "source": {"file": "apps/shop.yaml", "line": 8},
            "removed": None,
        },
        "port": {
            "value": 9090,
            "source": {"file": "apps/shop.yaml", "line": 31},
            "removed": None,
        },
        "expose.cache": {
            "value": "none",
            "source": None,
            "removed": {"file": "apps/shop.yaml", "line": 29},
        },
        "env.LEVEL": {
            "value": None,
            "source": None,
            "removed": {"file": "apps/shop.yaml", "line": 26},
        },
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shpo",), 'there is no app "shpo": did you mean shop?'),
        (("shop",), '"shop" is in dev and prod: say which with --environment'),
        (("shop", "--environment", "test"), '"shop" is not in test, but in dev and prod'),
        (
            ("shop", "--environment", "production"),
            'there is no environment "production": did you mean prod?',
        ),
    ],
)
def test_what_cannot_be_meant(root: Path, arguments: tuple[str, ...], said: str) -> None:
    assert refused(root, *arguments) == f"portico: {said}\n"


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
