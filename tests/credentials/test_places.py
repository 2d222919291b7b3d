"""Where a credential stands is said to the line, however the text around it is written."""

import pytest

from compiler.credentials.exposed import exposed
from compiler.source.yaml import read
from tests.credentials.tokens import GITHUB, KEY_LINES

KEY = "\n".join(
    ("-----BEGIN PRIVATE KEY-----", *KEY_LINES, "-----END PRIVATE KEY-----"),
)


def indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else "" for line in text.split("\n"))


PLACES = {
    "value": ("env:\n  A: b\n  DB_PASSWORD: hunter2 # mine\n", ["3:16-3:23"]),
    "quoted value": ('env: {A: "b", DB_PASSWORD: "hun\\u0074er2"}\n', ["1:28-1:42"]),
    "key": (f"env:\n  {GITHUB}: x\n", ["2:3-2:43"]),
    "item": ("args:\n- --password\n- hunter2\n", ["3:3-3:10"]),
    "two of a line": (f"env: {{DB_PASSWORD: hunter2, A: {GITHUB}}}\n", ["1:20-1:27", "1:32-1:72"]),
    "line of a block": (
        "files:\n  /a: |\n    a: b\n\n    password: hunter2\n    c: d\n",
        ["5:5-5:22"],
    ),
    "line of a block with its indentation": (
        "files:\n  /a: |2-\n      a: b\n    password: hunter2\n",
        ["4:5-4:22"],
    ),
    "second of two lines alike": (
        "files:\n  /a: |\n    user: hunter2\n    password: hunter2\n",
        ["4:5-4:22"],
    ),
    "two lines": (
        "files:\n  /a: |\n    password: hunter2\n    token: abc\n",
        ["3:5-3:22", "4:5-4:15"],
    ),
    "lines of a key": (f"files:\n  /a: |\n    a: b\n{indented(KEY, 4)}\n    c: d\n", ["5:5-7:25"]),
    "folded lines": ("description: >\n  password:\n  hunter2\n", ["1:14-3:10"]),
    "lines in quotes": ('description: "all about\n\n  password: hunter2"\n', ["3:3-3:21"]),
    "comment": (f"name: shop # was {GITHUB}\n", ["1:12-1:58"]),
    "comment of its own": (f"# was {GITHUB}\nname: shop\n", ["1:1-1:47"]),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_credential_has_its_place(case: str) -> None:
    text, places = PLACES[case]

    found = exposed(".", [read("apps/shop.yaml", text.encode())])

    spans = [one.diagnostic.primary.span for one in found]
    assert [f"{s.line}:{s.column}-{s.end_line}:{s.end_column}" for s in spans] == places
