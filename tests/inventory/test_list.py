"""`portico list`: what there is, for people at any terminal and for programs."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from bench.environment import environment
from compiler.inventory.listing import Listing
from compiler.inventory.table import table
from tests.author.layouts import estate
from tests.repository import Result, portico

ROOT = Path(__file__).parents[2]

SHOP = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
expose: {host: shop}
calls: [pricing]
environments:
  dev: {image: "ghcr.io/acme/shop:1.5.0-rc.1"}
  prod: {replicas: {min: 3, max: 9}, expose: {host: "@"}}
"""
CART = """\
name: cart
team: sales
image: ghcr.io/acme/cart:2
port: 8080
expose: {host: shop, path: /cart, cache: origin}
environments: {prod: }
"""
PRICING = f"""\
name: pricing
team: finance
image: ghcr.io/acme/pricing@sha256:{"0123456789abcdef" * 4}
port: 9000
environments: {{dev: , prod: }}
"""
REPORT = """\
name: report
team: finance
image: ghcr.io/acme/report:0.9
environments:
  dev:
  prod: {schedule: "30 2 * * *"}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return estate(tmp_path, "dev", "prod", shop=SHOP, cart=CART, pricing=PRICING, report=REPORT)


def listed(root: Path, *arguments: str) -> str:
    result = portico(root, "list", *arguments)
    assert (result.code, result.err) == (0, "")
    return result.out


def test_apps_with_the_version_in_each_environment(root: Path) -> None:
    assert (
        listed(root, "apps")
        == """\
app      team     kind         dev                  prod                 host
cart     sales    service      -                    2                    shop/cart
pricing  finance  service      sha256:0123456789ab  sha256:0123456789ab  -
report   finance  worker, job  0.9                  0.9                  -
shop     sales    service      1.5.0-rc.1           1.4.2                shop, @
"""
    )


PARTS = {
    "desk": """\
name: desk
team: sales
image: ghcr.io/acme/desk:1
port: 8080
init: {migrate: {args: [migrate]}, wait: {image: "ghcr.io/acme/wait:2"}}
sidecars: {proxy: {image: "ghcr.io/acme/proxy:3"}}
workers: {mailer: {}, indexer: {image: "ghcr.io/acme/indexer:4"}}
jobs: {report: {schedule: "@daily"}}
environments:
  dev:
  prod: {workers: {mailer: null}}
""",
    "batch": """\
name: batch
team: data
image: ghcr.io/acme/batch:1
workers: {queue: {replicas: {min: 1, max: 5}}}
jobs: {import: {once: {}}, report: {schedule: "@daily"}}
environments: {dev: }
""",
    "imports": """\
name: imports
team: data
image: ghcr.io/acme/batch:1
jobs: {import: {once: {}}}
environments: {dev: }
""",
    "db": """\
name: db
team: data
image: postgres:17.2
port: 5432
volumes: {data: {mountPath: /var/lib/postgresql/data, claim: 10Gi}}
environments: {dev: }
""",
}


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    return estate(tmp_path, "dev", "prod", **PARTS)


def test_an_app_is_told_by_itself_or_by_its_parts_alone(parts: Path) -> None:
    assert (
        listed(parts, "apps")
        == """\
app      team   kind         dev   prod  host
batch    data   worker, job  1     -     -
db       data   stateful     17.2  -     -
desk     sales  service      1     1     -
imports  data   job          1     -     -
"""
    )


def test_every_workload_of_an_app_is_listed_for_programs(parts: Path) -> None:
    batch, db, desk, imports = json.loads(listed(parts, "apps", "--json"))["apps"]

    def workloads(app: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [tuple(one.values()) for one in app["environments"][0]["workloads"]]

    image = "ghcr.io/acme/desk:1"
    assert workloads(desk) == [
        ("desk", "service", image, {"min": 1, "max": None}),
        ("desk-mailer", "worker", image, {"min": 1, "max": None}),
        ("desk-indexer", "worker", "ghcr.io/acme/indexer:4", {"min": 1, "max": None}),
        ("desk-report", "job", image, None),
    ]
    assert [one["name"] for one in desk["environments"][1]["workloads"]] == [
        "desk",
        "desk-indexer",
        "desk-report",
    ]
    assert [(of["kind"], of["replicas"]) for of in batch["environments"]] == [("worker, job", None)]
    assert workloads(batch)[0][3] == {"min": 1, "max": 5}
    assert workloads(db) == [("db", "stateful", "postgres:17.2", {"min": 1, "max": None})]
    assert imports["environments"][0]["replicas"] is None


def test_images_of_all_containers_with_where_they_run(parts: Path) -> None:
    assert (
        listed(parts, "images")
        == """\
image                   app      team   containers                               environments
ghcr.io/acme/batch:1    batch    data   batch-queue, batch-import, batch-report  dev
ghcr.io/acme/batch:1    imports  data   imports-import                           dev
ghcr.io/acme/desk:1     desk     sales  desk, migrate, desk-mailer, desk-report  dev
ghcr.io/acme/desk:1     desk     sales  desk, migrate, desk-report               prod
ghcr.io/acme/indexer:4  desk     sales  desk-indexer                             dev, prod
ghcr.io/acme/proxy:3    desk     sales  proxy                                    dev, prod
ghcr.io/acme/wait:2     desk     sales  wait                                     dev, prod
postgres:17.2           db       data   db                                       dev
"""
    )
    assert listed(parts, "images", "--team=sales", "--environment=prod").splitlines()[1].split()[
        :3
    ] == ["ghcr.io/acme/desk:1", "desk", "sales"]
    images = json.loads(listed(parts, "images", "--json"))["images"]
    assert images[-1] == {
        "image": "postgres:17.2",
        "app": "db",
        "team": "data",
        "environments": [{"name": "dev", "containers": ["db"]}],
    }


def test_hosts_with_who_answers_and_what_stands_in_front(root: Path) -> None:
    assert (
        listed(root, "hosts")
        == """\
host                       path   app   team   environment  distribution
shop.dev.meridian.example  /      shop  sales  dev          standard-1
meridian.example           /      shop  sales  prod         standard-1
shop.meridian.example      /cart  cart  sales  prod         caching-1
"""
    )


def test_environments_with_how_much_is_in_them(root: Path) -> None:
    assert (
        listed(root, "environments")
        == """\
environment  promotes from  cluster        kubernetes  account       region     router  domains               apps  hosts
dev          -              meridian-dev   1.35        111122223333  eu-west-1  nginx   dev.meridian.example  3     1
prod         -              meridian-prod  1.34        111122223336  eu-west-1  nginx   meridian.example      4     2
"""
    )


def test_environments_are_in_the_order_of_promotion(root: Path) -> None:
    for name, before in (("dev", "prod"), ("prod", "test")):
        path = root / "environments" / f"{name}.yaml"
        path.write_text(f"{path.read_text()}promotesFrom: {before}\n")
    (root / "environments/test.yaml").write_text(environment("test", 1))

    first = [line.split()[:2] for line in listed(root, "environments").splitlines()[1:]]
    assert first == [["test", "-"], ["prod", "test"], ["dev", "prod"]]
    assert listed(root, "apps").split("\n")[0].split()[3:-1] == ["test", "prod", "dev"]
    [_, prod, _] = json.loads(listed(root, "environments", "--json"))["environments"]
    assert prod["promotesFrom"] == "test"


def test_only_one_environment_or_one_team(root: Path) -> None:
    assert (
        listed(root, "apps", "--environment", "dev", "--team", "finance")
        == """\
app      team     kind     dev                  host
pricing  finance  service  sha256:0123456789ab  -
report   finance  worker   0.9                  -
"""
    )
    assert [
        row.split()[-2:] for row in listed(root, "environments", "--team=sales").splitlines()
    ] == [
        ["apps", "hosts"],
        ["1", "1"],
        ["2", "2"],
    ]
    assert listed(root, "hosts", "--team", "finance") == (
        "host  path  app  team  environment  distribution\n"
    )


def test_programs_get_the_same_and_more(root: Path) -> None:
    apps = json.loads(listed(root, "apps", "--json", "--team=sales"))
    assert apps["version"] == 1
    assert [app["name"] for app in apps["apps"]] == ["cart", "shop"]
    assert apps["apps"][1] == {
        "name": "shop",
        "team": "sales",
        "spec": "apps/shop.yaml",
        "environments": [
            {
                "name": "dev",
                "kind": "service",
                "image": "ghcr.io/acme/shop:1.5.0-rc.1",
                "replicas": {"min": 1, "max": None},
                "host": "shop.dev.meridian.example",
                "path": "/",
                "expose": [
                    {
                        "hosts": ["shop.dev.meridian.example"],
                        "paths": [{"path": "/", "exact": False}],
                        "redirects": [],
                    }
                ],
                "calls": ["pricing"],
                "role": None,
                "workloads": [
                    {
                        "name": "shop",
                        "kind": "service",
                        "image": "ghcr.io/acme/shop:1.5.0-rc.1",
                        "replicas": {"min": 1, "max": None},
                    }
                ],
            },
            {
                "name": "prod",
                "kind": "service",
                "image": "ghcr.io/acme/shop:1.4.2",
                "replicas": {"min": 3, "max": 9},
                "host": "meridian.example",
                "path": "/",
                "expose": [
                    {
                        "hosts": ["meridian.example"],
                        "paths": [{"path": "/", "exact": False}],
                        "redirects": [],
                    }
                ],
                "calls": ["pricing"],
                "role": None,
                "workloads": [
                    {
                        "name": "shop",
                        "kind": "service",
                        "image": "ghcr.io/acme/shop:1.4.2",
                        "replicas": {"min": 3, "max": 9},
                    }
                ],
            },
        ],
    }
    report = json.loads(listed(root, "apps", "--json"))["apps"][2]
    assert [of["replicas"] for of in report["environments"]] == [{"min": 1, "max": None}, None]

    assert json.loads(listed(root, "hosts", "--json", "--environment=prod")) == {
        "version": 1,
        "hosts": [
            {
                "name": name,
                "environment": "prod",
                "team": "sales",
                "domain": "meridian.example",
                "edge": "cloudfront",
                "cache": cache,
                "distribution": place,
                "routes": [{"path": path, "exact": False, "app": app}],
                "redirectsTo": None,
            }
            for name, cache, place, path, app in (
                ("meridian.example", "none", "standard-1", "/", "shop"),
                ("shop.meridian.example", "origin", "caching-1", "/cart", "cart"),
            )
        ],
    }
    [dev, prod] = json.loads(listed(root, "environments", "--json"))["environments"]
    assert (dev["file"], dev["apps"], prod["hosts"]) == ("environments/dev.yaml", 3, 2)
    assert dev["loadBalancer"]["kind"] in ("classic", "network")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["apps", "--team=salse"], 'no app is of a team "salse": did you mean sales?'),
        (["hosts", "--team=x"], 'no app is of a team "x": known here: finance, sales'),
        (["apps", "--environment=prd"], 'there is no environment "prd": did you mean prod?'),
    ],
)
def test_what_is_not_there_is_said(arguments: list[str], said: str, root: Path) -> None:
    assert portico(root, "list", *arguments) == Result(2, "", f"portico: {said}\n")


def test_a_repository_with_errors_is_not_listed_in_part(root: Path) -> None:
    (root / "apps/cart.yaml").write_text(CART.replace("port:", "prot:"))

    code, out, err = portico(root, "list", "apps")

    assert (code, out) == (1, "")
    assert err.startswith('error[PT101]: unknown field "prot"')


def at_terminal(root: Path, columns: int) -> str:
    """What a person sees at a terminal of this width."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "compiler", "list", "apps", "--root", str(root)],
        cwd=ROOT,
        stdout=terminal,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            seen += os.read(controller, 4096)
        except OSError:
            break
    assert process.wait(timeout=30) == 0
    os.close(controller)
    return seen.decode().replace("\r\n", "\n")


def test_a_narrow_terminal_sees_the_beginning_of_long_cells(root: Path) -> None:
    assert at_terminal(root, 200) == listed(root, "apps")
    assert (
        at_terminal(root, 62)
        == """\
app      team     kind       dev         prod        host
cart     sales    service    -           2           shop/cart
pricing  finance  service    sha256:01…  sha256:01…  -
report   finance  worker, …  0.9         0.9         -
shop     sales    service    1.5.0-rc.1  1.4.2       shop, @
"""
    )


def test_a_very_narrow_terminal_sees_one_thing_on_each_line(root: Path) -> None:
    assert at_terminal(root, 30).startswith(
        """\
cart
  team  sales
  kind  service
  dev   -
  prod  2
  host  shop/cart
pricing
"""
    )


def test_what_hides_or_is_wide_keeps_the_columns() -> None:
    listing = Listing(("a", "b"), [("日本", "x"), ("a\x1b[2J", "y"), ("", "z")], [])
    assert table(listing, None).splitlines() == [
        "a             b",
        "日本          x",
        "a<U+001B>[2J  y",
        "-             z",
    ]
    assert table(Listing(("a",), [("日本日本日本",)], []), 10).splitlines()[1] == "日本日本…"
