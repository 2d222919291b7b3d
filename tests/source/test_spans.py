"""Every value and key of a document has a place, the one that an editor would select."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Span
from compiler.source.yaml import Document, read
from tests.source.refusal import findings, outcome
from tests.source.texts import documents, spelled

SPEC = """\
# the shop
name: shop
image: "ghcr.io/acme/shop:1"
env:
  A: |
    one
     two

  # between
  B:
paths: [/, '/x']
hosts:
- a
- b: c
  d: e

environments:
  dev:
  prod: {replicas: {min: 3}}   # many
"""


def excerpt(text: str, span: Span) -> str:
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("name",), "shop", "name"),
        (("image",), '"ghcr.io/acme/shop:1"', "image"),
        (("env",), "A: |\n    one\n     two\n\n  # between\n  B:", "env"),
        (("env", "A"), "|\n    one\n     two", "A"),
        (("env", "B"), "", "B"),
        (("paths",), "[/, '/x']", "paths"),
        (("paths", 1), "'/x'", "'/x'"),
        (("hosts",), "- a\n- b: c\n  d: e", "hosts"),
        (("hosts", 1), "b: c\n  d: e", "b: c\n  d: e"),
        (("hosts", 1, "d"), "e", "d"),
        (("environments", "dev"), "", "dev"),
        (("environments", "prod", "replicas"), "{min: 3}", "replicas"),
        (("environments", "prod", "replicas", "min"), "3", "min"),
        # What is not there is shown by what is there around it.
        (("environments", "prod", "replicas", "max"), "{min: 3}", "replicas"),
        (("environments", "dev", "replicas", "max"), "", "dev"),
        (("hosts", 7), "- a\n- b: c\n  d: e", "hosts"),
        (("name", 0), "shop", "name"),
        (("hosts", "0"), "- a\n- b: c\n  d: e", "hosts"),
    ],
)
def test_a_span_covers_the_value_or_the_key(
    path: tuple[str | int, ...], value: str, key: str
) -> None:
    document = read("f", SPEC.encode())
    assert excerpt(document.text, document.span(path)) == value
    assert excerpt(document.text, document.span(path, key=True)) == key


def test_the_span_of_the_whole_document_begins_at_the_first_key() -> None:
    document = read("f", SPEC.encode())
    assert document.span(()) == document.span(("team",)) == Span("f", 2, 1, 19, 29)


def test_columns_count_characters() -> None:
    assert findings("{日本: 1, 😀: no}")[0].startswith("PT008 1:12 ")


def paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    children: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        children = list(data.items())
    elif isinstance(data, list):
        children = list(enumerate(data))
    return [(path, data)] + [p for k, v in children for p in paths(v, (*path, k))]


@given(documents, st.integers(0, 4), st.sampled_from([True, False, None]), st.sampled_from([20, 99]), st.booleans())  # fmt: skip
@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
def test_the_text_of_every_span_reads_as_its_value(
    data: dict[str, Any], style: int, flow: bool | None, width: int, comment: bool
) -> None:
    document = outcome(spelled(data, style, flow, width, comment).encode())
    assume(isinstance(document, Document))
    assert isinstance(document, Document)
    for path, value in paths(document.data):
        span = document.span(path)
        text = excerpt(document.text, span)
        if re.match(r"[|>][-+]?[1-9]", text) or (
            text.count("\n") and re.search("[|>][-+]?[1-9]", text)
        ):
            continue  # counts its indentation from a parent that is not in the excerpt
        text = text.removesuffix("\n") + "\n"
        if path == ():
            assert outcome(text.encode()) == Document("f", text, value)
            continue
        indent = span.column - 1 or not text.startswith("-")
        alone = f"x:\n{' ' * indent}{text}"
        reread = outcome(alone.encode())
        assert isinstance(reread, Document), (alone, reread)
        assert repr(reread.data) == repr({"x": value})
        if isinstance(path[-1], str):
            key = excerpt(document.text, document.span(path, key=True))
            if "\n" in key:
                continue  # allowed in brackets only
            reread = outcome(f"{key}: 1".encode())
            assert isinstance(reread, Document)
            assert reread.data == {path[-1]: 1}
