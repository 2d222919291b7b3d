"""`portico new app`: a spec that compiles, or nothing."""

from pathlib import Path

import pytest

from bench.environment import environment
from tests.repository import ENVIRONMENT, Result, portico, repository, snapshot
from tests.terminal import answered


def new(root: Path, *arguments: str) -> Result:
    return portico(root, "new", "app", *arguments)


def test_a_new_spec_is_small_and_compiles(tmp_path: Path) -> None:
    root = repository(tmp_path)

    result = new(
        root,
        *("cart", "--team=sales", "--image=ghcr.io/acme/cart:1.0.0", "--port=8080", "--host=cart"),
        *("--environment=dev", "--description=Keeps: what people want"),
    )

    assert result.err == ""
    assert result.out.splitlines()[0] == "apps/cart.yaml: written; change it as you need it"
    assert result.out.splitlines()[1].startswith("compiled 2 apps in 1 environment: ")
    assert (
        (root / "apps/cart.yaml").read_text()
        == """\
name: cart
team: sales                      # who answers for it; also its namespace
description: "Keeps: what people want"
image: ghcr.io/acme/cart:1.0.0   # a tag or a digest, never latest
port: 8080                       # where it listens for HTTP
# env: {LOG_LEVEL: info, DATABASE_PASSWORD: {secret: cart/password}}
# health: /healthz               # a path that answers 2xx when it takes requests
expose:
  host: cart                     # cart.<the environment's domain>
# calls: [other-app]             # the apps that it sends requests to
# egress: [{cidr: 10.0.0.0/8, port: 5432}]
environments:
  dev:
"""
    )
    assert portico(root, "check").out.endswith(": clean\n")


def test_what_the_comments_propose_compiles_too(tmp_path: Path) -> None:
    root = repository(tmp_path)
    new(root, "cart", "--team=sales", "--image=a:1", "--port=80", "--environment=dev")
    path = root / "apps/cart.yaml"
    text = path.read_text().replace("other-app", "shop")
    path.write_text("".join(line.removeprefix("# ") for line in text.splitlines(keepends=True)))

    assert portico(root, "compile").err == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "# It has no port, so it is a worker: nothing can call it.\n"),
        (["--schedule=30 2 * * *"], 'schedule: "30 2 * * *"'),
        (["--port=80", "--host=@", "--path=/cart"], 'expose:\n  host: "@"\n  path: /cart\n'),
        (["--port=80", "--host=cart.dev.acme.example"], "  host: cart.dev.acme.example\n"),
    ],
)
def test_other_shapes_of_apps(options: list[str], expected: str, tmp_path: Path) -> None:
    root = repository(tmp_path)

    code, _, err = new(root, "cart", "--team=sales", "--image=a:1", "--environment=dev", *options)

    assert (code, err) == (0, "")
    assert expected in (root / "apps/cart.yaml").read_text()


def test_the_schema_of_the_other_specs_is_named_first(tmp_path: Path) -> None:
    line = "# yaml-language-server: $schema=../.portico/app.schema.json\n"
    spec = f"{line}name: shop\nteam: sales\nimage: a:1\nenvironments: {{dev: }}\n"
    root = repository(tmp_path, {"apps/shop.yaml": spec})

    assert new(root, "cart", "--team=sales", "--image=a:1", "--environment=dev").code == 0

    assert (root / "apps/cart.yaml").read_text().startswith(f"{line}name: cart\n")


def test_the_first_app_of_a_repository(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / "apps/shop.yaml").unlink()

    result = new(root, "cart", "--team=sales", "--image=a:1", "--environment=dev")

    assert (result.code, result.err) == (0, "")
    assert [path.name for path in (root / "apps").iterdir()] == ["cart.yaml"]


def test_a_spec_that_is_there_stays(tmp_path: Path) -> None:
    root = repository(tmp_path)
    before = snapshot(root)

    assert new(root, "shop", "--team=sales", "--image=a:1", "--environment=dev") == (
        2,
        "",
        "portico: apps/shop.yaml is there already, and stays as it is\n",
    )
    assert snapshot(root) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Cart"], '"Cart" is not a usable name: a name has lowercase letters'),
        (["../cart"], '"../cart" is not a usable name'),
        (["cart", "--team=a"], "give --image and --environment; at a terminal, what is missing"),
        (["cart", "--path=/x"], "--path is a path of a host: give --host too"),
        (["cart", "--environment=dve"], 'there is no environment "dve": did you mean dev?'),
    ],
)
def test_what_is_missing_or_wrong_is_said(arguments: list[str], said: str, tmp_path: Path) -> None:
    root = repository(tmp_path)
    before = snapshot(root)

    code, out, err = new(root, *arguments)

    assert (code, out) == (2, "")
    assert err.startswith(f"portico: {said}")
    assert snapshot(root) == before


def test_an_error_is_the_compilers_own_and_nothing_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path)
    before = snapshot(root)

    result = new(root, "cart", "--team=Sales", "--image=a:1", "--port=80", "--environment=dev")

    assert result == (
        1,
        "",
        """\
error[PT105]: "Sales" is not a usable name
 --> apps/cart.yaml:2:7
  |
2 | team: Sales                      # who answers for it; also its namespace
  |       ^^^^^
  help: a name has lowercase letters, digits and hyphens, and begins with a letter, for example "sales"

portico: 1 error
portico: apps/cart.yaml was not written
""",
    )
    assert snapshot(root) == before


def test_a_host_that_another_team_has_is_found_before_anything_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path)
    given = ["--team=other", "--image=a:1", "--port=80", "--host=shop", "--environment=dev"]

    code, _, err = new(root, "cart", *given)

    assert code == 1
    assert err.startswith('error[PT102]: host "shop.dev.acme.example"')
    assert not (root / "apps/cart.yaml").exists()


def test_without_compiling_only_the_spec_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path, {"apps/broken.yaml": "name: broken\n"})

    given = ["--team=sales", "--image=a:1", "--environment=dev"]
    assert new(root, "cart", *given).code == 1
    assert new(root, "cart", *given, "--no-compile") == (
        0,
        "apps/cart.yaml: written; change it as you need it\n",
        "",
    )
    assert sorted(path.name for path in root.iterdir()) == ["apps", "environments"]


def at_terminal(root: Path, *arguments: str, answers: list[str]) -> tuple[int, str]:
    return answered("new", "app", *arguments, "--root", str(root), answers=answers)


def test_at_a_terminal_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    root = repository(
        tmp_path,
        {
            "environments/dev.yaml": ENVIRONMENT,
            "environments/test.yaml": environment("test", 1),
        },
    )

    code, seen = at_terminal(
        root,
        "cart",
        answers=[
            "Sales\n",
            "sales\n",
            "a:latest\n",
            "a:1\n",
            "http\n",
            "8080\n",
            "cart\n",
            "dev\n",
        ],
    )

    assert code == 0, seen
    assert seen.startswith(
        """\
Team (sales, or a new one): Sales
  "Sales" is not a usable name: a name has lowercase letters, digits and hyphens, and begins with a letter, for example "sales"
Team (sales, or a new one): sales
Image, with a tag: a:latest
  "a:latest" can mean another image tomorrow: name the version instead of latest, or pin the digest with @sha256:...
Image, with a tag: a:1
Port where it listens for HTTP (none: a worker) [none]: http
  "http" is not a port: write a number, such as 8080
Port where it listens for HTTP (none: a worker) [none]: 8080
Public host, one label or a full name (none: reached inside only) [none]: cart
Environments [dev, test]: dev
apps/cart.yaml: written; change it as you need it
compiled 2 apps in 2 environments: """
    )
    assert "port: 8080 " in (root / "apps/cart.yaml").read_text()


def test_at_a_terminal_what_was_given_is_not_asked_and_answers_have_defaults(
    tmp_path: Path,
) -> None:
    root = repository(tmp_path)

    code, seen = at_terminal(root, "cart", "--team=sales", "--image=a:1", answers=["\n", "\n"])

    assert code == 0, seen
    assert seen.startswith(
        "Port where it listens for HTTP (none: a worker) [none]: \nEnvironments [dev]: \napps/cart"
    )


def test_at_a_terminal_the_end_of_the_answers_writes_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path)
    before = snapshot(root)

    code, seen = at_terminal(root, "cart", answers=["sales\n", "\x04"])

    assert code == 2
    assert seen.endswith("portico: the answers ended early, and nothing was written\n")
    assert snapshot(root) == before
