"""A marker is warned of exactly where Flux would pass over it."""

from pathlib import Path

import pytest

from compiler.link.image_markers import inert_markers
from compiler.source.yaml import read
from tests.author.flux_setter import setters
from tests.repository import APP, Result, portico, repository

MARKER = '# {"$imagepolicy": "flux-system:shop"}'

SEEN = [
    f"image: a:1 {MARKER}\n",
    f'image: "a:1" {MARKER}\n',
    f"image: 'a#1' {MARKER}  \n",
    'image: a:1 #{"$imagepolicy":"flux-system:shop"}\n',
    'env:\n  TAG: "1" # {"$imagepolicy": "flux-system:shop:tag"}\n',
    f"args:\n- --image\n- a:1 {MARKER}\n",
    f"env: {{A: b}}\nimage: a:1 {MARKER}\n",
    f"dev: {{\n  image: a:1, {MARKER}\n  b: c}}\n",
    f"é: ü\nimage: ä:1 {MARKER}\n",
    f"env:\n  A: >-  {MARKER}\n    one\n    two\nimage: a:1\n",
]
INERT = [
    (f"dev: {{image: a:1}} {MARKER}\n", "beside braces or brackets"),
    (f"args: [a:1] {MARKER}\n", "beside braces or brackets"),
    (f"{MARKER}\nimage: a:1\n", "on a line of its own"),
    (f"image: a:1\n{MARKER}\n", "on a line of its own"),
    (f"dev: {MARKER}\n  image: a:1\n", "beside no value"),
    (f"image: a:1 # newest {MARKER[2:]}\n", "other words in its comment"),
    (f"image: a:1 {MARKER} newest\n", "other words in its comment"),
    ('image: a:1 # {"$imagepolicy": "shop"}\n', "does not name a policy"),
    ('image: a:1 # {"$imagepolicy": "flux-system:shop:version"}\n', "does not name a policy"),
    ('image: a:1 # {"$imagepolicy": ["flux-system:shop"]}\n', "does not name a policy"),
    ("image: a:1 # {'$imagepolicy': 'flux-system:shop'}\n", "other words in its comment"),
]
TEXT = [
    f"env:\n  A: 'x {MARKER}'\n",
    'env:\n  A: "the # {\\"$imagepolicy\\": 1} marker"\n',
    f"env:\n  A: |\n    image: a:1 {MARKER}\n",
    "env:\n  $imagepolicy: b\n",
]


def warnings(text: str) -> list[str]:
    return [found.message for found in inert_markers(read("apps/shop.yaml", text.encode()))]


@pytest.mark.parametrize("text", SEEN)
def test_a_marker_that_flux_sees_is_right(text: str) -> None:
    assert warnings(text) == []
    assert len(setters(text)) == 1


@pytest.mark.parametrize(("text", "why"), INERT)
def test_a_marker_that_flux_passes_over_is_warned_of(text: str, why: str) -> None:
    [message] = warnings(text)

    assert why in message
    # What is no name of a policy is seen, and no policy has it.
    assert setters(text) == {} or why == "does not name a policy"


@pytest.mark.parametrize("text", TEXT)
def test_what_is_no_comment_is_no_marker(text: str) -> None:
    assert warnings(text) == []


def test_a_file_full_of_markers_is_read_in_one_go() -> None:
    """Half of a spec of the largest size are values, half are markers that Flux passes over."""
    lines = "".join(f"  A{number}: b\n  {MARKER}\n" for number in range(4500))

    assert len(warnings(f"env:\n{lines}")) == 4500


def test_a_comment_that_is_no_json_is_no_end_of_the_run() -> None:
    assert warnings(f"image: a:1 # {'[' * 100_000}$imagepolicy\n")


def checked(tmp_path: Path, *options: str) -> Result:
    spec = APP.replace("  dev:\n", f"  dev: {{image: ghcr.io/acme/shop:2}} {MARKER}\n")
    root = repository(tmp_path, {"apps/shop.yaml": spec})
    assert portico(root, "compile").code == 0
    return portico(root, "check", *options)


def test_the_place_of_the_marker_is_shown_and_strict_refuses_it(tmp_path: Path) -> None:
    assert checked(tmp_path).code == 0
    assert checked(tmp_path).err == (
        "warning[PT119]: Flux does not see this marker: it is beside braces or brackets\n"
        " --> apps/shop.yaml:8:37\n"
        "  |\n"
        f"8 |   dev: {{image: ghcr.io/acme/shop:2}} {MARKER}\n"
        f"  |                                     {'^' * len(MARKER)}\n"
        "  help: put it alone at the end of the line of the value that Flux may set: "
        '`image: REF # {"$imagepolicy": "NAMESPACE:NAME"}`\n\n'
        "portico: 1 warning\n"
    )
    assert checked(tmp_path, "--strict").code == 1
