"""`portico promote`: one environment gets what another has, and the rest of the spec stays."""

from pathlib import Path

import pytest

from tests.author.layouts import MARKER, estate
from tests.repository import portico, snapshot

SHOP = f"""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2  {MARKER}
port: 8080
env: {{LOG_LEVEL: info}}
environments:
  dev:
    image: ghcr.io/acme/shop:1.5.0
    env: {{LOG_LEVEL: debug}}   # loud
    replicas: 1
  test:
    # The nightly suite needs few.
    replicas: 2
    resources:
      limits: {{memory: 1Gi}}
  prod: {{image: ghcr.io/acme/shop:1.3.9, replicas: {{min: 3, max: 9}}}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return estate(tmp_path, "dev", "test", "prod", shop=SHOP)


def promote(root: Path, *arguments: str) -> tuple[int, list[str], str]:
    code, out, err = portico(root, "promote", "shop", *arguments)
    return code, [line for line in out.splitlines() if not line.startswith("compiled")], err


def spec(root: Path) -> str:
    return (root / "apps" / "shop.yaml").read_text()


def test_the_image_goes_where_it_had_none_of_its_own(shop: Path) -> None:
    assert promote(shop, "--from", "dev", "--to", "test") == (
        0,
        ["apps/shop.yaml: ghcr.io/acme/shop:1.4.2 → ghcr.io/acme/shop:1.5.0 in test"],
        "",
    )
    assert spec(shop) == SHOP.replace("  test:\n", "  test:\n    image: ghcr.io/acme/shop:1.5.0\n")
    rendered = (shop / "rendered/test/apps/shop/manifests.yaml").read_text()
    assert "image: ghcr.io/acme/shop:1.5.0\n" in rendered


def test_what_the_spec_says_for_all_is_promoted_too(shop: Path) -> None:
    assert promote(shop, "--from", "test", "--to", "prod")[:2] == (
        0,
        ["apps/shop.yaml: ghcr.io/acme/shop:1.3.9 → ghcr.io/acme/shop:1.4.2 in prod"],
    )
    assert spec(shop) == SHOP.replace("1.3.9", "1.4.2")


def test_further_fields_become_what_the_other_environment_says_of_them(shop: Path) -> None:
    fields = ["--with=env", "--with=replicas", "--with=resources", "--with=image"]

    code, out, _ = promote(shop, "--from", "dev", "--to", "test", *fields)

    assert (code, out) == (
        0,
        [
            "apps/shop.yaml: ghcr.io/acme/shop:1.4.2 → ghcr.io/acme/shop:1.5.0 in test",
            "apps/shop.yaml: test has the env of dev",
            "apps/shop.yaml: test has the replicas of dev",
            "apps/shop.yaml: test has no resources of its own any more, as dev",
        ],
    )
    assert spec(shop) == SHOP.replace(
        """\
    # The nightly suite needs few.
    replicas: 2
    resources:
      limits: {memory: 1Gi}
""",
        """\
    image: ghcr.io/acme/shop:1.5.0
    env: {LOG_LEVEL: debug}
    # The nightly suite needs few.
    replicas: 1
""",
    )


def test_fields_between_braces(shop: Path) -> None:
    code, _, _ = promote(
        shop, "--from=test", "--to=prod", "--with=resources", "--with=replicas", "--with=env"
    )

    assert code == 0
    assert spec(shop).splitlines()[-1] == (
        "  prod: {image: ghcr.io/acme/shop:1.4.2, replicas: 2, resources: {limits: {memory: 1Gi}}}"
    )


def test_an_environment_that_names_the_one_before_it_needs_no_from(shop: Path) -> None:
    assert promote(shop, "--to", "prod") == (
        2,
        [],
        "portico: environments/prod.yaml has no promotesFrom: give --from\n",
    )
    path = shop / "environments" / "prod.yaml"
    path.write_text(f"{path.read_text()}promotesFrom: dev\n")

    assert promote(shop, "--to", "prod")[:2] == (
        0,
        ["apps/shop.yaml: ghcr.io/acme/shop:1.3.9 → ghcr.io/acme/shop:1.5.0 in prod"],
    )
    assert promote(shop, "--to", "prdo")[2] == (
        'portico: there is no environment "prdo": did you mean prod?\n'
    )


def test_a_promotion_that_was_made_is_no_work(shop: Path) -> None:
    promote(shop, "--from", "dev", "--to", "test", "--with", "env")
    before = snapshot(shop)

    assert promote(shop, "--from", "dev", "--to", "test", "--with", "env") == (
        0,
        ["apps/shop.yaml: test has the image and env of dev already; nothing to do"],
        "",
    )
    assert snapshot(shop) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from=dev", "--to=dev"], "dev is promoted to itself: name two environments"),
        (["--from=dev", "--to=prd"], 'there is no environment "prd": did you mean prod?'),
        (["--from=dve", "--to=prod"], 'there is no environment "dve": did you mean dev?'),
        (["--from=dev", "--to=prod", "--with=envs"], 'there is no field "envs": did you mean env?'),
        (["--from=dev", "--to=prod", "--with=team"], 'there is no field "team": known here: '),
    ],
)
def test_what_cannot_be_promoted_is_refused(arguments: list[str], said: str, shop: Path) -> None:
    before = snapshot(shop)

    code, out, err = promote(shop, *arguments)

    assert (code, out) == (2, [])
    assert err.startswith(f"portico: {said}")
    assert snapshot(shop) == before


def test_an_app_is_promoted_only_where_it_is(tmp_path: Path) -> None:
    root = estate(tmp_path, "dev", "test", "prod", shop=SHOP.partition("  test:")[0])

    assert promote(root, "--from", "dev", "--to", "test")[2] == (
        'portico: shop is not in test: add "test:" to the environments of apps/shop.yaml '
        "(it is in dev)\n"
    )


def test_what_does_not_fit_the_other_environment_is_the_compilers_error(tmp_path: Path) -> None:
    spec = SHOP.replace(
        "    replicas: 1\n", "    replicas: 1\n    schedule: 30 2 * * *\n    port: null\n"
    )
    root = estate(tmp_path, "dev", "test", "prod", shop=spec)
    before = snapshot(root)

    code, out, err = promote(root, "--from", "dev", "--to", "test", "--with", "schedule")

    assert (code, out) == (1, [])
    assert "--> apps/shop.yaml:" in err
    assert "schedule: 30 2 * * *" in err
    assert err.endswith("portico: apps/shop.yaml was not written\n")
    assert snapshot(root) == before


PARTS = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
workers:
  mailer:
    args: [mailer]
  indexer: {image: "ghcr.io/acme/indexer:3.0.0"}
  here: {args: [here]}
jobs:
  report: {image: "ghcr.io/acme/report:1.0.0", schedule: "@daily"}
environments:
  dev:
    image: ghcr.io/acme/shop:1.5.0
    workers:
      mailer: {image: "ghcr.io/acme/mailer:2.0.0"}
      indexer: {image: "ghcr.io/acme/indexer:3.1.0"}
      here: {image: "ghcr.io/acme/here:1"}
    jobs: {report: {image: null}}
  test:
    # The suite needs it.
    workers:
      here: null
  prod:
    workers: {mailer: {image: "ghcr.io/acme/mailer:1.9.0"}}
"""


def test_parts_with_images_of_their_own_are_promoted_with_the_app(tmp_path: Path) -> None:
    root = estate(tmp_path, "dev", "test", "prod", shop=PARTS)

    code, out, err = promote(root, "--from", "dev", "--to", "test")

    assert (code, err) == (0, "")
    assert out == [
        "apps/shop.yaml: ghcr.io/acme/shop:1.4.2 → ghcr.io/acme/shop:1.5.0 in test",
        "apps/shop.yaml: workers.mailer: the app's image → ghcr.io/acme/mailer:2.0.0 in test",
        "apps/shop.yaml: workers.indexer: ghcr.io/acme/indexer:3.0.0 → "
        "ghcr.io/acme/indexer:3.1.0 in test",
        "apps/shop.yaml: jobs.report has the app's image in test, as in dev",
    ]
    assert spec(root) == PARTS.replace(
        """\
  test:
    # The suite needs it.
    workers:
      here: null
""",
        """\
  test:
    image: ghcr.io/acme/shop:1.5.0
    # The suite needs it.
    workers:
      here: null
      mailer: {image: ghcr.io/acme/mailer:2.0.0}
      indexer: {image: ghcr.io/acme/indexer:3.1.0}
    jobs: {report: {image: null}}
""",
    )
    assert promote(root, "--from", "dev", "--to", "test")[1] == [
        "apps/shop.yaml: test has the image of dev already; nothing to do"
    ]


def test_a_part_that_has_the_apps_image_there_has_it_here_again(tmp_path: Path) -> None:
    root = estate(tmp_path, "dev", "test", "prod", shop=PARTS)

    code, out, _ = promote(root, "--from", "test", "--to", "prod")

    assert (code, out) == (
        0,
        ["apps/shop.yaml: workers.mailer has the app's image in prod, as in test"],
    )
    assert "mailer:1.9.0" not in spec(root)
