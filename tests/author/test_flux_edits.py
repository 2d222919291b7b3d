"""How Flux writes a spec that it edits: what it says stays, and `portico fmt` has little to say.

`flux_edits/` holds specs before and after an edit. What stands after was written by the library
that Flux writes with: gopkg.in/yaml.v3 3.0.1, set up as kyaml sets it up (two spaces, lists as the
file has them), with newer images for the policy `flux-system:shop` set at their markers.
"""

import re
from pathlib import Path

import pytest

from compiler.author.canonical import canonical
from compiler.source.yaml import read
from tests.author.flux_setter import of_policy, setters, updated
from tests.author.layouts import estate
from tests.repository import portico

EDITS = {
    path.stem: path.read_text().removeprefix("-- before --\n").split("-- after --\n")
    for path in sorted((Path(__file__).parent / "flux_edits").iterdir())
}
NEWEST = of_policy("flux-system:shop", "ghcr.io/acme/shop:1.5.0")


def said(text: str) -> object:
    return read("apps/shop.yaml", text.encode()).data


def formatted(text: str) -> str:
    return canonical(read("apps/shop.yaml", text.encode()))


def squeezed(text: str) -> str:
    """The text without empty lines, and with one space before each comment."""
    lines = (re.sub(r"(\S) +# ", r"\1 # ", line) for line in text.splitlines(keepends=True))
    return "".join(line for line in lines if line.strip())


@pytest.mark.parametrize("name", EDITS)
def test_a_spec_says_the_same_but_for_the_newer_image(name: str) -> None:
    before, after = EDITS[name]

    assert said(after) == said(updated(before, NEWEST)) != said(before)
    assert after.count("#") == before.count("#")
    assert setters(after) == setters(before)


@pytest.mark.parametrize("name", EDITS)
def test_a_spec_that_flux_wrote_compiles(name: str, tmp_path: Path) -> None:
    spec = EDITS[name][1]
    root = estate(tmp_path, "dev", "test", "prod", shop=re.sub(r"# yaml-language.*\n", "", spec))

    compiled = portico(root, "compile")
    assert compiled.code == 0
    # One file has a marker beside braces, which Flux passed over.
    assert ("PT119" in compiled.err) == (name == "braces")
    rendered = (root / "rendered/dev/apps/shop/manifests.yaml").read_text()
    assert "image: ghcr.io/acme/shop:1.5.0\n" in rendered
    assert portico(root, "check").code == 0


@pytest.mark.parametrize("name", ["usual", "spaced"])
def test_a_formatted_spec_loses_empty_lines_and_the_columns_of_comments(name: str) -> None:
    before, after = EDITS[name]

    assert formatted(before) == before
    assert squeezed(after) == squeezed(updated(before, NEWEST))
    assert formatted(after) == after


def test_between_braces_a_text_with_a_colon_gets_quotes_that_the_formatter_takes_away() -> None:
    before, after = EDITS["braces"]

    assert formatted(before) == before
    assert formatted(after) == updated(before, NEWEST)
    assert after == formatted(after).replace(
        "http://catalog-api.shop", "'http://catalog-api.shop'"
    ).replace("{image: ghcr.io/acme/shop:1.4.2}", "{image: 'ghcr.io/acme/shop:1.4.2'}").replace(
        "ghcr.io/acme/shop:1.4.1", "'ghcr.io/acme/shop:1.4.1'"
    )


def test_a_marker_beside_braces_moves_nothing() -> None:
    before, after = EDITS["braces"]

    assert re.findall(r"  test: .*", before) == [
        '  test: {image: ghcr.io/acme/shop:1.4.2} # {"$imagepolicy": "flux-system:shop"}'
    ]
    assert "test: {image: 'ghcr.io/acme/shop:1.4.2'}" in after


def test_a_layout_of_ones_own_is_gone_afterwards() -> None:
    before, after = EDITS["own-layout"]

    assert "        image:   'ghcr.io" in before
    assert "    image: 'ghcr.io" in after
    assert formatted(after) == squeezed(formatted(updated(before, NEWEST)))
