"""A handful of diagnostics that have, between them, everything that a format must carry.

What each format makes of them is in `expected/`, for people to read. After a deliberate change:
`REGENERATE=1 pytest tests/diagnostics`, then read the diff.
"""

import os
from pathlib import Path

import pytest

from compiler import __version__
from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span
from tests.repository import repository

TWICE = Rule("PT102", "host claimed twice", "Only one app can answer.")
UNKNOWN = Rule(
    "PT101",
    "unknown field",
    "A typo would be ignored.",
    what="Refuses a typo.",
    fix="Correct it.",
    failing="prot: 8080",
)
RETIRED = Rule("PT303", "retired router", "It has holes.", "warning")
MISSING = Rule("PT401", "compiled file is missing", "Flux reads rendered/.")

ODD_PATH = "apps/a b,c:ü%.yaml"

FILES = {
    "apps/shop.yaml": "name: shop\nexpose:\n  host: shop\nprot: 80\n",
    "apps/store.yaml": "name: store\nexpose:\n  host: shop.example.com\n",
    ODD_PATH: 'name: "<&>"\nrouter:\n  kind: old\n  name: x\n',
}

DIAGNOSTICS = [
    Diagnostic(
        TWICE,
        'host "shop.example.com" is claimed twice',
        Place(Span("apps/shop.yaml", 3, 9, 3, 13), "first claimed here"),
        (Place(Span("apps/store.yaml", 3, 9, 3, 25), "and here"),),
        help="use `{path: /store}`, or another host",
    ),
    Diagnostic(
        UNKNOWN,
        'unknown field "prot"',
        Place(Span("apps/shop.yaml", 4, 1, 4, 5)),
        help="did you mean port?",
        fixes=(Fix(Span("apps/shop.yaml", 4, 1, 4, 5), "port"),),
    ),
    Diagnostic(
        RETIRED,
        'the router "<&>" is 100% retired, {0}: all of it,\nsince\r2026',
        Place(Span(ODD_PATH, 3, 3, 4, 10)),
        (Place(Span("apps/shop.yaml")),),
    ),
    Diagnostic(
        MISSING,
        "rendered/dev/x.yaml is missing",
        Place(Span("rendered/dev/x.yaml")),
        help="run `portico compile`",
    ),
]


@pytest.fixture
def root(tmp_path: Path) -> str:
    """A repository with the files that the diagnostics point into."""
    return str(repository(tmp_path, FILES))


def matches_expected(file: str, rendered: str) -> bool:
    """Whether this is what is expected of a format, a file of `expected/`."""
    path = Path(__file__).parent / "expected" / file
    text = rendered.replace(f'"{__version__}"', '"VERSION"')
    if "REGENERATE" in os.environ:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return path.read_bytes().decode() == text
