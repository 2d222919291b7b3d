"""What a person sees of values and names, in a terminal and in a comment."""

from pathlib import Path
from typing import Any

import pytest

from compiler.review.markdown import _code
from compiler.review.risk import in_order, is_production, listed
from compiler.review.value import alone, one_line, shortened, shortened_apart
from tests.repository import APP, portico, repository
from tests.review.states import changed


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("info", "info"),
        ("", '""'),
        ("5", '"5"'),
        (5, "5"),
        ("true", '"true"'),
        (True, "true"),
        ("null", '"null"'),
        (None, "null"),
        (" x", '" x"'),
        ("a, b: c", "a, b: c"),
        ("[a]", '"[a]"'),
        ({"a": "b", "c d": ["e, f", {}]}, '{a: b, c d: ["e, f", {}]}'),
        ("a\u202eb", '"a\\u202eb"'),
        ("two\nlines", '"two\\nlines"'),
        ("ghcr.io/acme/shop:1.4.2", "ghcr.io/acme/shop:1.4.2"),
        (["https://a.example:8080"], "[https://a.example:8080]"),
    ],
)
def test_a_value_reads_like_nothing_else(value: Any, shown: str) -> None:
    assert alone(value) == shown


def test_what_stands_in_a_list_is_quoted_where_it_could_be_two_items() -> None:
    assert one_line(["a, b", "c"]) == '["a, b", c]'


def test_a_long_text_ends_with_a_whole_word() -> None:
    text = shortened("word " * 100)

    assert len(text) <= 200
    assert text.endswith("word...")
    assert len(shortened("x" * 500)) == 200


def test_of_two_long_texts_the_part_that_differs_is_shown() -> None:
    one, other = shortened_apart("same " * 100 + "one end", "same " * 100 + "other end")

    assert (one, other) == (
        "...same same same same one end",
        "...same same same same other end",
    )


@pytest.mark.parametrize(
    ("text", "code"), [("a", "`a`"), ("a`b", "`` a`b ``"), ("```", "```` ``` ````"), ("", "`   `")]
)
def test_a_code_span_holds_any_text(text: str, code: str) -> None:
    assert _code(text) == code


@pytest.mark.parametrize(
    ("name", "production"),
    [
        ("prod", True),
        ("production", True),
        ("prod-eu", True),
        ("eu-prod", True),
        ("preprod", False),
        ("pre-prod", False),
        ("non-prod", False),
        ("product", False),
        ("dev", False),
        ("acceptance", False),
    ],
)
def test_production_is_told_by_its_name(name: str, production: bool) -> None:
    assert is_production(name) == production


def test_environments_are_named_with_production_last() -> None:
    assert in_order(["prod", "test", "dev"]) == ["dev", "test", "prod"]
    assert listed(["prod", "test", "dev"]) == "dev, test and prod"
    assert listed(["dev"]) == "dev"


def test_colour_is_for_terminals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"after/apps/shop.yaml": APP.replace("1.4.2", "1.5.0")}
    root = changed(tmp_path, files)
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain = portico(root, "diff").out

    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = portico(root, "diff").out

    assert "\x1b" not in plain
    assert "    \x1b[33m~ Deployment" in coloured
    assert coloured.replace("\x1b[33m", "").replace("\x1b[1m", "").replace("\x1b[0m", "") == plain


OWN_RULE = """\
ID = "PT900"
NAME = "acme-labelled"
TITLE = "Service that nobody manages"
SEVERITY = "error"
RATIONALE = "What nothing manages is forgotten in the cluster."
WHAT = "Refuses a Service without any label."
FIX = "Let an app's spec make it."
KINDS = ("Service",)
ONE_DOOR = False
FAILING = "apiVersion: v1\\nkind: Service\\nmetadata: {name: shop}\\n"
PASSING = "apiVersion: v1\\nkind: Service\\nmetadata: {name: shop, labels: {app: shop}}\\n"


def findings(obj, context):
    if not obj["metadata"].get("labels"):
        yield ("metadata",), "nothing manages this", "let a spec make it"


def admission(context):
    from compiler.policies.guard import of_services

    return of_services(("has(object.metadata.labels)", "nothing manages this"))
"""


def test_a_rule_of_the_repository_is_shown_where_it_guards_the_cluster(tmp_path: Path) -> None:
    before = repository(tmp_path / "before")
    after = repository(tmp_path / "after", {"policies/labelled.py": OWN_RULE})

    code, out, _ = portico(after, "diff", "--from", str(before))

    assert code == 0
    assert "    + ValidatingAdmissionPolicy acme-labelled\n" in out
