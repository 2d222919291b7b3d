"""`portico set image`: one value of one spec, everything compiled with it, or nothing at all."""

import os
import stat
from pathlib import Path

import pytest

from tests.author.layouts import MARKER, estate
from tests.repository import Result, portico, snapshot

SHOP = f"""\
# The shop.
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2  {MARKER}

port:    8080
environments:
  dev:
    image: 'ghcr.io/acme/shop:1.5.0-rc.1' {MARKER}
  test:   # the same as prod
  prod: {{replicas: 3}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = estate(tmp_path, "dev", "test", "prod", shop=SHOP)
    assert portico(root, "compile").code == 0
    return root


def set_image(root: Path, *arguments: str) -> Result:
    return portico(root, "set", "image", *arguments)


def spec(root: Path, app: str = "shop") -> str:
    return (root / "apps" / f"{app}.yaml").read_bytes().decode()


def test_an_environment_gets_an_image_in_its_place_and_is_compiled(shop: Path) -> None:
    result = set_image(shop, "shop", "ghcr.io/acme/shop:1.5.0", "--environment", "dev")

    assert result == (
        0,
        "apps/shop.yaml: ghcr.io/acme/shop:1.5.0-rc.1 → ghcr.io/acme/shop:1.5.0 in dev\n"
        "compiled 1 app in 3 environments: 1 file written, 0 removed, 65 unchanged\n",
        "",
    )
    assert spec(shop) == SHOP.replace("1.5.0-rc.1", "1.5.0")
    rendered = (shop / "rendered/dev/apps/shop/manifests.yaml").read_text()
    assert "image: ghcr.io/acme/shop:1.5.0\n" in rendered
    assert portico(shop, "check").code == 0


def test_several_environments_and_those_that_had_none_of_their_own(shop: Path) -> None:
    to = [f"--environment={name}" for name in ("dev", "test", "prod")]
    code, out, _ = set_image(shop, "shop", "ghcr.io/acme/shop:1.5.0", *to)

    assert code == 0
    assert out.splitlines()[:2] == [
        "apps/shop.yaml: ghcr.io/acme/shop:1.5.0-rc.1 → ghcr.io/acme/shop:1.5.0 in dev",
        "apps/shop.yaml: ghcr.io/acme/shop:1.4.2 → ghcr.io/acme/shop:1.5.0 in test and prod",
    ]
    assert spec(shop) == SHOP.replace("1.5.0-rc.1", "1.5.0").replace(
        "as prod\n", "as prod\n    image: ghcr.io/acme/shop:1.5.0\n"
    ).replace("{replicas", "{image: ghcr.io/acme/shop:1.5.0, replicas")


def test_the_image_of_the_spec_is_set_where_nobody_says_otherwise(shop: Path) -> None:
    code, out, _ = set_image(shop, "shop", "ghcr.io/acme/shop:1.5.0")

    assert code == 0
    assert out.splitlines()[:2] == [
        "apps/shop.yaml: ghcr.io/acme/shop:1.4.2 → ghcr.io/acme/shop:1.5.0 in test and prod",
        "apps/shop.yaml: dev keeps an image of its own",
    ]
    assert spec(shop) == SHOP.replace("1.4.2", "1.5.0")


def test_line_ends_of_another_system_stay(shop: Path) -> None:
    (shop / "apps/shop.yaml").write_bytes(SHOP.replace("\n", "\r\n").encode())

    assert set_image(shop, "shop", "ghcr.io/acme/shop:1.5.0", "--environment", "test").code == 0

    expected = SHOP.replace("as prod\n", "as prod\n    image: ghcr.io/acme/shop:1.5.0\n")
    assert (shop / "apps/shop.yaml").read_bytes() == expected.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["1.4.2", "--environment=prod"],
            "apps/shop.yaml: prod has ghcr.io/acme/shop:1.4.2 already",
        ),
        (["1.4.2"], "apps/shop.yaml: the image is ghcr.io/acme/shop:1.4.2 already"),
    ],
)
def test_nothing_to_do_is_said_and_is_no_failure(
    arguments: list[str], said: str, shop: Path
) -> None:
    before = snapshot(shop)

    code, out, err = set_image(shop, "shop", f"ghcr.io/acme/shop:{arguments[0]}", *arguments[1:])

    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{said}; nothing to do"
    assert "compiled" not in out
    assert snapshot(shop) == before


REFUSED = {
    ("shp", "a:1"): 'there is no app "shp": did you mean shop?',
    ("zzz", "a:1"): 'there is no app "zzz": known here: shop',
    ("shop", "a:1", "--environment=tset"): 'there is no environment "tset": did you mean test?',
    ("shop", "a:1", "--environment=acceptance"): (
        'shop is not in acceptance: add "acceptance:" to the environments of apps/shop.yaml '
        "(it is in dev, test and prod)"
    ),
    ("shop", "a"): (
        '"a" names no version, so what runs could change without a commit: '
        "add a tag or a digest, for example a:1.4.2"
    ),
    ("shop", "a:latest", "--environment=dev"): (
        '"a:latest" can mean another image tomorrow: name the version instead of latest, or pin '
        "the digest with @sha256:..."
    ),
    ("shop", "A B"): (
        '"A B" is not an image reference: write registry/repository:tag, for example '
        "ghcr.io/acme/shop:1.4.2"
    ),
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_cannot_be_meant_is_refused_in_one_line(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    root = estate(tmp_path, "dev", "test", "acceptance", "prod", shop=SHOP)
    before = snapshot(root)

    assert set_image(root, *arguments) == (2, "", f"portico: {REFUSED[arguments]}\n")
    assert snapshot(root) == before


def test_an_image_for_all_is_refused_where_each_environment_has_its_own(tmp_path: Path) -> None:
    own = SHOP.replace("  prod: {", "    image: a:1\n  prod: {image: a:1, ").replace(
        "   # the", " # the"
    )
    root = estate(tmp_path, "dev", "test", "prod", shop=own)

    assert set_image(root, "shop", "a:2") == (
        2,
        "",
        "portico: apps/shop.yaml has an image for each environment, so another one for all would "
        "change nothing: name environments with --environment (dev, test, prod)\n",
    )


def test_a_repository_that_would_not_compile_is_left_alone(shop: Path) -> None:
    (shop / "apps/cart.yaml").write_text(SHOP.replace("name: shop", "name: cart\nprot: 1"))
    before = snapshot(shop)

    code, out, err = set_image(shop, "shop", "a:1", "--environment=dev")

    assert (code, out) == (1, "")
    assert err.startswith('error[PT101]: unknown field "prot"\n --> apps/cart.yaml:3:1\n')
    assert err.endswith("portico: 1 error\nportico: apps/shop.yaml was not written\n")
    assert snapshot(shop) == before


def test_without_compiling_only_the_spec_must_be_right(shop: Path) -> None:
    (shop / "apps/cart.yaml").write_text(SHOP.replace("name: shop", "name: cart\nprot: 1"))
    before = snapshot(shop)

    result = set_image(shop, "shop", "a:1", "--environment=dev", "--no-compile")

    assert result == (0, "apps/shop.yaml: ghcr.io/acme/shop:1.5.0-rc.1 → a:1 in dev\n", "")
    changed = {path for path, content in snapshot(shop).items() if before[path] != content}
    assert changed == {"apps/shop.yaml"}

    (shop / "apps/shop.yaml").write_text(SHOP.replace("port: ", "prot: "))
    code, _, err = set_image(shop, "shop", "a:2", "--environment=dev", "--no-compile")
    assert code == 1
    assert " --> apps/shop.yaml:6:1\n" in err
    assert "cart" not in err


def test_a_spec_that_is_no_yaml_is_reported_as_the_compiler_does(shop: Path) -> None:
    (shop / "apps/shop.yaml").write_text("name: [\n")
    before = snapshot(shop)

    code, out, err = set_image(shop, "shop", "a:1")

    assert (code, out) == (1, "")
    assert err.startswith("error[PT003]: a value is missing here\n --> apps/shop.yaml:2:1\n")
    assert snapshot(shop) == before


def test_permissions_and_links_stay(shop: Path) -> None:
    (shop / "shop-elsewhere").write_text(SHOP)
    (shop / "apps/shop.yaml").unlink()
    (shop / "apps/shop.yaml").symlink_to("../shop-elsewhere")
    (shop / "shop-elsewhere").chmod(0o640)

    assert set_image(shop, "shop", "a:1").code == 0

    assert (shop / "apps/shop.yaml").is_symlink()
    assert "image: a:1 " in (shop / "shop-elsewhere").read_text()
    assert stat.S_IMODE((shop / "shop-elsewhere").stat().st_mode) == 0o640


def test_a_disk_that_fails_leaves_the_spec(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(shop)

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device", source)

    monkeypatch.setattr(os, "replace", full)
    code, _, err = set_image(shop, "shop", "a:1")

    assert (code, err) == (2, "portico: apps/shop.yaml: No space left on device\n")
    assert snapshot(shop) == before


def test_what_somebody_else_writes_meanwhile_is_not_lost(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compiler.author import save

    theirs = SHOP.replace("8080", "9090")

    def overtaken(temporary: str, full: str, path: str, before: bytes) -> None:
        (shop / "apps/shop.yaml").write_text(theirs)
        replace(temporary, full, path, before)

    replace = save._replace
    monkeypatch.setattr(save, "_replace", overtaken)
    code, out, err = set_image(shop, "shop", "a:1")

    assert (code, out) == (2, "")
    assert err == "portico: apps/shop.yaml was changed by somebody else meanwhile: run it again\n"
    assert spec(shop) == theirs
    assert [path.name for path in (shop / "apps").iterdir()] == ["shop.yaml"]


def test_what_a_killed_edit_left_is_cleaned_up_by_the_next_compile(shop: Path) -> None:
    leftover = shop / "apps" / ".portico-9999999-shop.yaml.tmp"
    leftover.write_text("half")

    assert "1 removed" in portico(shop, "compile").out
    assert not leftover.exists()


PARTS = f"""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
sidecars:
  proxy:
    image: ghcr.io/acme/proxy:2.14.1 {MARKER}
    args: [--port=5432]
workers:
  mailer: {{args: [mailer]}}
  indexer:
    image: ghcr.io/acme/indexer:3.0.0   # their own
jobs:
  report: {{args: [report], schedule: "@daily"}}
environments:
  dev:
    workers: {{indexer: {{image: "ghcr.io/acme/indexer:3.1.0-rc.1"}}}}
  test:
  prod:
    workers: {{mailer: null}}
    jobs: {{import: {{once: {{}}}}}}
"""


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    root = estate(tmp_path, "dev", "test", "prod", shop=PARTS)
    assert portico(root, "compile").code == 0
    return root


@pytest.mark.parametrize(
    ("part", "arguments", "said", "edits"),
    [
        (
            "sidecars.proxy",
            (),
            "sidecars.proxy: ghcr.io/acme/proxy:2.14.1 → acme/new:1 in dev, test and prod",
            [("ghcr.io/acme/proxy:2.14.1", "acme/new:1")],
        ),
        (
            "workers.indexer",
            (),
            "workers.indexer: ghcr.io/acme/indexer:3.0.0 → acme/new:1 in test and prod",
            [("ghcr.io/acme/indexer:3.0.0", "acme/new:1")],
        ),
        (
            "workers.indexer",
            ("--environment=dev",),
            "workers.indexer: ghcr.io/acme/indexer:3.1.0-rc.1 → acme/new:1 in dev",
            [("ghcr.io/acme/indexer:3.1.0-rc.1", "acme/new:1")],
        ),
        (
            "workers.mailer",
            (),
            "workers.mailer: the app's image → acme/new:1 in dev and test",
            [("{args: [mailer]}", "{image: acme/new:1, args: [mailer]}")],
        ),
        (
            "workers.indexer",
            ("--environment=prod",),
            "workers.indexer: ghcr.io/acme/indexer:3.0.0 → acme/new:1 in prod",
            [("{mailer: null}", "{indexer: {image: acme/new:1}, mailer: null}")],
        ),
        (
            "jobs.report",
            ("--environment=test",),
            "jobs.report: the app's image → acme/new:1 in test",
            [("  test:\n", "  test:\n    jobs: {report: {image: acme/new:1}}\n")],
        ),
        (
            "jobs.import",
            ("--environment=prod",),
            "jobs.import: the app's image → acme/new:1 in prod",
            [("{import: {once: {}}}", "{import: {image: acme/new:1, once: {}}}")],
        ),
    ],
)
def test_a_part_of_the_app_gets_an_image(
    part: str, arguments: tuple[str, ...], said: str, edits: list[tuple[str, str]], parts: Path
) -> None:
    code, out, err = set_image(parts, "shop", "acme/new:1", "--part", part, *arguments)

    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"apps/shop.yaml: {said}"
    text = PARTS
    for old, new in edits:
        text = text.replace(old, new)
    assert spec(parts) == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--part=workers.mailr"],
            'there is no part "workers.mailr": did you mean workers.mailer?',
        ),
        (["--part=mailer"], 'there is no part "mailer": did you mean workers.mailer?'),
        (
            ["--part=workers.mailer", "--environment=prod"],
            "apps/shop.yaml has no workers.mailer in prod",
        ),
        (
            ["--part=jobs.import"],
            "apps/shop.yaml has jobs.import in some environments only: name them with --environment",
        ),
    ],
)
def test_a_part_that_is_not_there_is_refused(arguments: list[str], said: str, parts: Path) -> None:
    assert set_image(parts, "shop", "acme/new:1", *arguments) == (2, "", f"portico: {said}\n")
    assert spec(parts) == PARTS
