"""HCL is read as Terraform reads it, or refused."""

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.hcl.body import parse
from compiler.hcl.tokens import NotUnderstood
from tests.hcl.texts import DOUBTFUL, EXPRESSIONS, FILES, REFUSED


@pytest.mark.parametrize(("source", "expected"), EXPRESSIONS, ids=lambda value: repr(value)[:40])
def test_an_expression_has_the_shape_that_terraform_json_gives_it(
    source: str, expected: Any
) -> None:
    [element] = parse(f"locals {{\n  value = {source}\n}}\n").elements
    assert element.body["value"] == expected
    assert type(element.body["value"]) is type(expected)


@pytest.mark.parametrize(("text", "expected"), FILES)
def test_every_block_of_a_file_is_found(text: str, expected: list[Any]) -> None:
    assert [(e.kind, e.labels, e.body) for e in parse(text).elements] == expected


@pytest.mark.parametrize(("text", "message"), [*REFUSED, *DOUBTFUL])
def test_what_is_not_understood_with_certainty_is_refused(text: str, message: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    assert refused.value.message.startswith(message)
    assert 0 <= refused.value.offset <= len(text)


def test_every_value_has_its_place() -> None:
    text = 'resource "aws_lb" "x" {\n  name = "a"\n  tags = {\n  }\n  access_logs {\n    bucket = "b"\n  }\n}\n'
    [element] = parse(text).elements

    def said(*path: str | int) -> str:
        node = element.node.at(path)
        return text[node.start : node.end]

    assert said() == 'resource "aws_lb" "x" '
    assert said("name") == '"a"'
    assert said("tags", "nothing") == "{\n  }"
    assert said("access_logs", 0, "bucket") == '"b"'
    assert said("access_logs", 1) == "access_logs "


pieces = st.sampled_from(
    [
        *('"', "${", "%{", "}", "{", "[", "]", "(", ")", "<<E\n", "<<-E\n", "\nE\n", "\n", "\r\n"),
        *("=", "==", "a", "b ", "1", "1.5", ",", ".", "...", "?", ":", "::", "for ", " in ", "if "),
        *("resource ", "locals ", '"x"', "\\", "\\u00", "$", "%", "#", "//", "/*", "*/", "*", "~}"),
        *("null", "true", "=>", "!", "-", "&&", "é", "\t", "\x00", "\ufeff", "endif", "else"),
    ]
)


@settings(max_examples=600, deadline=1000)
@given(st.lists(pieces, max_size=60).map("".join) | st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    for source in (text, f"locals {{\n  a = {text}\n}}\n", f'locals {{\n  a = "{text}"\n}}\n'):
        with contextlib.suppress(NotUnderstood):
            parse(source)


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 100_000, '"${' * 100_000, "{a=" * 100_000, "-" * 100_000, "a?" * 100_000),
        *("/*" * 100_000, "<<E\n" * 100_000, "a{\n" * 100_000, "a." * 100_000, "1+" * 100_000),
        *('"' + "$" * 300_000, "a(" * 100_000, "<<-E\n" + "  ${1}\n" * 30_000 + "E\n"),
    ],
    ids=lambda text: text[:6].replace("\n", " "),
)
@pytest.mark.parametrize("before", ["", "locals {\n a = "], ids=["alone", "as a value"])
def test_no_text_takes_long(before: str, text: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(NotUnderstood):
        parse(before + text)
    # A megabyte of real HCL takes about a second.
    assert time.process_time() - begun < 5
