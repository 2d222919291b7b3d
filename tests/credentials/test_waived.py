"""What only looks like a credential is let pass for a while, by name and with a reason."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.repository import portico, repository

SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
env:
  TLS_SECRET: shop-tls
environments:
  dev:
"""


def waiver(about: str = "env.TLS_SECRET", path: str = "apps/shop.yaml", days: int = 90) -> str:
    return f"""\
waivers:
- rule: PT120
  object: {about}
  path: {path}
  reason: an operator reads the certificate of that name
  owner: sales
  expires: "{date.today() + timedelta(days)}"
"""


def with_waiver(root: Path, text: str) -> Path:
    return repository(root, {"apps/shop.yaml": SPEC, "policies/waivers.yaml": text})


@pytest.mark.parametrize("path", ["apps/shop.yaml", "apps"])
def test_a_waiver_lets_it_pass(path: str, tmp_path: Path) -> None:
    with_waiver(tmp_path, waiver(path=path))

    assert portico(tmp_path, "compile").code == 0
    assert portico(tmp_path, "check").err == ""
    assert portico(tmp_path, "check").err == ""
    assert portico(tmp_path, "show", "shop").code == 0
    assert portico(tmp_path, "fmt", "--check").code == 0


@pytest.mark.parametrize(
    "text",
    [
        waiver(about="env.OTHER"),
        waiver(path="apps/other.yaml"),
        waiver().replace("  path: apps/shop.yaml\n", ""),
        waiver().replace("PT120", "PT118"),
        waiver().replace("reason", "reasons"),
    ],
    ids=["another value", "another file", "what is rendered", "another rule", "no waiver"],
)
def test_another_waiver_does_not(text: str, tmp_path: Path) -> None:
    with_waiver(tmp_path, text)

    said = portico(tmp_path, "compile")

    assert said.code == 1
    assert '"env.TLS_SECRET" holds what looks like a credential' in said.err


def test_other_mistakes_in_its_line_are_said(tmp_path: Path) -> None:
    with_waiver(tmp_path, waiver())
    spec = tmp_path / "apps/shop.yaml"
    spec.write_text(SPEC.replace("shop-tls", "shop-${tls}"))

    said = portico(tmp_path, "compile").err

    assert "PT105" in said
    assert "PT120" not in said


def test_a_waiver_counts_when_nothing_else_changed(tmp_path: Path) -> None:
    with_waiver(tmp_path, waiver())
    assert portico(tmp_path, "compile").code == 0
    assert portico(tmp_path, "check").code == 0

    (tmp_path / "policies/waivers.yaml").write_text("waivers: []\n")

    assert [portico(tmp_path, command).code for command in ("check", "compile")] == [1, 1]
    (tmp_path / "policies/waivers.yaml").write_text(waiver())
    assert [portico(tmp_path, command).code for command in ("check", "compile")] == [0, 0]


def test_another_spec_is_compiled_beside_one_that_is_waived(tmp_path: Path) -> None:
    with_waiver(tmp_path, waiver())
    (tmp_path / "apps/cart.yaml").write_text(
        SPEC.replace("shop", "cart").replace("TLS_SECRET", "A")
    )
    assert portico(tmp_path, "compile").code == 0
    assert portico(tmp_path, "check").code == 0

    cart = tmp_path / "apps/cart.yaml"
    cart.write_text(cart.read_text().replace("1.4.2", "1.5.0"))

    assert portico(tmp_path, "compile").code == 0
    assert portico(tmp_path, "check").err == ""


def test_a_check_says_that_its_last_day_is_over(tmp_path: Path) -> None:
    with_waiver(tmp_path, waiver(days=-1))

    assert portico(tmp_path, "compile").code == 0
    said = portico(tmp_path, "check")

    assert said.code == 1
    assert "error[PT241]: the waiver of sales for env.TLS_SECRET ended" in said.err


def test_a_check_says_that_nothing_needs_it(tmp_path: Path) -> None:
    with_waiver(tmp_path, waiver())
    spec = tmp_path / "apps/shop.yaml"
    spec.write_text(SPEC.replace("shop-tls", "{secret: shop-tls/key}"))

    assert portico(tmp_path, "compile").code == 0
    said = portico(tmp_path, "check")

    assert said.code == 1
    assert "error[PT242]: PT120 refuses nothing of env.TLS_SECRET" in said.err
