"""`portico fmt`: one layout, in which a file says what it said, with every comment in its place."""

import random
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.author.canonical import canonical
from compiler.source.yaml import examine, read
from tests.author.layouts import specs
from tests.source.texts import spelled, trees

_KEYS = st.sampled_from(
    [
        *("name", "team", "image", "env", "health", "egress", "environments", "dev", "expose"),
        *("replicas", "args", "A", "x y", "aws", "domains", "a: b", "edge", "waf"),
    ]
)
_mappings = st.dictionaries(_KEYS, trees, max_size=3)
_deeper = trees | _mappings | st.lists(_mappings, max_size=3)
_files = st.dictionaries(
    _KEYS, _deeper | st.dictionaries(_KEYS, _deeper, max_size=3), min_size=1, max_size=5
)


def formatted(text: str, path: str = "apps/shop.yaml") -> str:
    return canonical(read(path, text.encode()))


def with_comments(text: str, seed: int) -> str:
    """The text with comments, empty lines and spaces strewn over it."""
    draw = random.Random(seed)
    lines: list[str] = []
    for line in text.split("\n"):
        while draw.random() < 0.2:
            lines.append("")
        while draw.random() < 0.25:
            lines.append(" " * draw.randint(0, 6) + f"# alone {draw.random()}")
        if draw.random() < 0.3:
            line += " " * draw.randint(1, 9) + f"# beside {draw.random()}"
        lines.append(line + " " * draw.choice([0, 0, 0, 3]))
    return "\n".join(lines)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    _files,
    st.integers(0, 4),
    st.sampled_from([True, False, None]),
    st.sampled_from([20, 60, 200]),
    st.none() | st.integers(0, 2**32),
    st.sampled_from(["apps/shop.yaml", "environments/dev.yaml"]),
)
def test_formatting_twice_is_formatting_once_and_loses_nothing(
    data: dict[str, object],
    style: int,
    flow: bool | None,
    width: int,
    seed: int | None,
    path: str,
) -> None:
    text = spelled(data, style, flow, width, comment=False)
    if seed is not None:
        text = with_comments(text, seed)
    document, problems = examine(path, text.encode())
    assume(document is not None and not problems)
    assert document is not None

    once = canonical(document)

    again = read(path, once.encode())
    assert canonical(again) == once
    assert again.data == document.data
    assert once.endswith("\n")
    assert comments(once) == comments(text)


def comments(text: str) -> list[str]:
    """The comments that `with_comments` made, also where they fell into a text."""
    return sorted(re.findall(r"(?:alone|beside) [0-9.e-]+", text))


@given(specs())
def test_layouts_of_people(text: str) -> None:
    once = formatted(text)
    assert formatted(once) == once
    assert "\r" not in once
    assert once.count("#") == text.count("#")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        # The order of the language, and above it what the file is about.
        (
            "# What it is.\nteam: sales\nname: shop\n",
            "# What it is.\nname: shop\nteam: sales\n",
        ),
        (
            "# What it is.\n\n# Who answers.\nteam: sales\n# Its name.\nname: shop\n",
            "# What it is.\n# Its name.\nname: shop\n\n# Who answers.\nteam: sales\n",
        ),
        # A comment goes with what it is beside, or stands above.
        (
            "egress:\n  - port: 1 # one\n    # the range\n    cidr: a # two\n",
            "egress:\n# the range\n- cidr: a # two\n  port: 1 # one\n",
        ),
        (
            "env: # all\n    A: b\n    # C: d\n\n\n  # Its port.\nport: 1\n",
            "# Its port.\nport: 1\nenv: # all\n  A: b\n  # C: d\n",
        ),
        (
            "environments:\n  dev:\n     # replicas: 3\n  # The last.\n  prod:\n",
            "environments:\n  dev:\n    # replicas: 3\n  # The last.\n  prod:\n",
        ),
        # What is in brackets stays there while it fits on a line and nobody comments on it.
        ("expose: {path: '/x',host: shop}\n", "expose: {host: shop, path: /x}\n"),
        # One entrance, or a list of them: each has its fields in their order.
        (
            "expose:\n- path: /x\n  host: shop\n- {edge: direct, paths: [{exact: true, path: /y}], hosts: [a]}\n",
            "expose:\n- host: shop\n  path: /x\n- {hosts: [a], paths: [{path: /y, exact: true}], edge: direct}\n",
        ),
        (
            "expose:\n  cache: none\n  paths:\n  - exact: true\n    path: /y\n  host: shop\n",
            "expose:\n  host: shop\n  paths:\n  - path: /y\n    exact: true\n  cache: none\n",
        ),
        ("args: [ a,\n  'b c' ]\n", 'args: [a, "b c"]\n'),
        ("args: [ a, # one\n  b ] # two\n", "args: # two\n- a # one\n- b\n"),
        (
            f"args: [{'a' * 50}, {'b' * 50}]          # long\n",
            f"args:   # long\n- {'a' * 50}\n- {'b' * 50}\n",
        ),
        ("environments: {dev, prod: {replicas: 3}}\n", "environments:\n  dev:\n  prod: {replicas: 3}\n"),
        ('{"name": "shop", "port": 80}\n', "name: shop\nport: 80\n"),
        # Quotes are where a reader needs them, around several words where somebody put them.
        ("env: {A: 'no', B: '1.10', C: 'x', D: \"a b\"}\n", 'env: {A: "no", B: "1.10", C: x, D: "a b"}\n'),
        ("""description: 'it''s'\n""", 'description: "it\'s"\n'),
        ("""description: 'a "b" \\d'\n""", """description: 'a "b" \\d'\n"""),
        ("description: two words\n", "description: two words\n"),
        ('schedule: "30 2 * * *"\n', 'schedule: "30 2 * * *"\n'),
        # Nothing has no text where an app is in an environment, and says so elsewhere.
        ("environments:\n  dev: null\n  prod:\n    expose:\n", "environments:\n  dev:\n  prod:\n    expose: null\n"),
        # Texts of several lines.
        ("description: |\n      a\n        b\n\n", "description: |\n  a\n    b\n"),
        ("description: >2-\n   a\n  b", "description: >2-\n   a\n  b\n"),
        ("description: |\n  a", "description: |-\n  a\n"),
        ("description: one\n   two # c\n", "description: one\n  two # c\n"),
        ("env: {A: 'b\n    c'}\n", 'env: {A: "b c"}\n'),
        # One empty line where there were some, none at the beginning; comments stay in line.
        ("\n\nname: shop\n\n\nteam: sales\n\n\n", "name: shop\n\nteam: sales\n"),
        (
            "name: 'shop'     # a\nteam: sales      # b\nport: 1 # c\n",
            "name: shop       # a\nteam: sales      # b\nport: 1 # c\n",
        ),
        # What the language does not know comes last.
        ("prot: 80\nname: shop\n", "name: shop\nprot: 80\n"),
        ("---\nname: shop\n", "name: shop\n"),
        ("{}\n", "{}\n"),
    ],
)  # fmt: skip
def test_the_layout(written: str, canonical: str) -> None:
    assert formatted(written) == canonical


def test_environment_files_have_the_order_of_their_own_language() -> None:
    assert formatted(
        "name: dev\nedge: {waf: {block: [], allow: []}}\naws: {region: eu-west-1, account: '1'}\n",
        "environments/dev.yaml",
    ) == (
        'name: dev\naws: {account: "1", region: eu-west-1}\nedge: {waf: {allow: [], block: []}}\n'
    )


def test_what_patches_and_manifests_hold_stays_as_it_is_written() -> None:
    text = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
manifests:
- data: {b: "1", a: "2"}
  kind: ConfigMap # with words
  metadata: {labels: {z: w}, name: shop-words}
  apiVersion: v1
patches:
- merge:
    spec:
      zebra: null
      ant: [{value: 1, name: x}]
  target: Deployment
- json:
  - {value: 3, path: /spec/replicas, op: replace}
  target: {name: shop, kind: Deployment}
environments:
  dev:
"""

    assert (
        formatted(text)
        == """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
patches:
- target: Deployment
  merge:
    spec:
      zebra: null
      ant: [{value: 1, name: x}]
- target: {kind: Deployment, name: shop}
  json:
  - {op: replace, path: /spec/replicas, value: 3}
manifests:
- apiVersion: v1
  kind: ConfigMap # with words
  metadata: {name: shop-words, labels: {z: w}}
  data: {b: "1", a: "2"}
environments:
  dev:
"""
    )
