"""Reading a spec gives the data that every YAML reader finds in it, or says all that is wrong at once."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Span
from compiler.source import characters, limits, repository, scalars, subset, syntax
from compiler.source.yaml import Document, examine, read
from tests.source.refusal import findings, outcome, rules
from tests.source.texts import anything, documents, spelled


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = "a: no\nb: &x 1\nc: \u200b\na: 010\n1: [*x, !t z]\nd: 'e\n"
    assert findings(text) == [
        "PT008 1:4 `no` is read as false by some YAML readers and as text by others",
        "PT006 2:4 `&x` names a value for use elsewhere, and specs have no such references",
        "PT009 3:4 U+200B ZERO WIDTH SPACE is invisible",
        "PT004 4:1 the key `a` is written twice",
        "PT008 4:4 `010` is read as 8 by some YAML readers and as 10 by others",
        "PT005 5:1 the key `1` is not text",
        "PT006 5:5 `*x` refers to another value, and specs have no such references",
        "PT007 5:9 `!t` is a YAML tag, and specs have none",
    ]


def test_every_rule_of_reading_has_an_id_of_its_own() -> None:
    modules = (characters, limits, repository, scalars, subset, syntax)
    ids = [rule for module in modules for rule in rules(module)]
    assert sorted(ids) == [f"PT{number:03}" for number in range(1, 15)]


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("a: 0\nb: -1\nc: 8080\nd: 123456789012345678", {"a": 0, "b": -1, "c": 8080, "d": 123456789012345678}),
    ("a: 1.5\nb: 0.25\nc: -2.0\nd: 1.0", {"a": 1.5, "b": 0.25, "c": -2.0, "d": 1.0}),
    ("a: true\nb: false\nc: null\nd:\ne: ''", {"a": True, "b": False, "c": None, "d": None, "e": ""}),
    ("a: 'no'\n\"on\": '010'\n'8080': \"~\"", {"a": "no", "on": "010", "8080": "~"}),
    ("a: 1.4.2\nb: 100m\nc: 2Gi\nd: v1e3\ne: None\nf: nan\ng: 8080:80\nh: 10.0.0.0/16", {"a": "1.4.2", "b": "100m", "c": "2Gi", "d": "v1e3", "e": "None", "f": "nan", "g": "8080:80", "h": "10.0.0.0/16"}),
    ("---\na: b\n", {"a": "b"}),
    ("--- # x\na: b\n...\n", {"a": "b"}),
    ("a: b\r\nc: |\r\n  d\r\n  e\r\n", {"a": "b", "c": "d\ne\n"}),
    ("a: |\n  b\n  \tc\n   d\ne: >-\n  f\n  g\n", {"a": "b\n\tc\n d\n", "e": "f g"}),
    ("a: foo - bar\nb: foo\n  bar\n", {"a": "foo - bar", "b": "foo bar"}),
    ("a: \"\\u200B\\t\\\"\\\\\"\nb: 'it''s'", {"a": "\u200b\t\"\\", "b": "it's"}),
    ("replicas: {min: 3, max: 12}\nlist: [a, b: c]\n", {"replicas": {"min": 3, "max": 12}, "list": ["a", {"b": "c"}]}),
    ("a:\tb\t# c", {"a": "b"}),
    ("{}", {}),
    ("日本: é 😀️", {"日本": "é 😀️"}),
    ("a: yellow\nb: offset\nc: =x\nd: 'a'\n? e\n: f", {"a": "yellow", "b": "offset", "c": "=x", "d": "a", "e": "f"}),
    ("a%a: b", {"a%a": "b"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "data"), ACCEPTED)
def test_what_is_accepted_means_the_same_to_every_reader(text: str, data: dict[str, Any]) -> None:
    document = read("apps/shop.yaml", text.encode())
    assert repr(document.data) == repr(data)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no\nb: {c: 010, on: x}", {"a": "no", "b": {"c": "010", "on": "x"}}),
        ("a: b\u200bc\nd:\u00a0e\n", {"a": "b_c", "d": "e"}),
        ("\ufeffa: b\n", {"a": "b"}),
        ("a: !!str true\nb: !c {d: e}\n", {"a": True, "b": {"d": "e"}}),
        ("a: 1\na: 2\nb: 3\n", {"a": 1, "\0" + "5": 2, "b": 3}),
        ("1: a\nb: c\n", {"\0" + "0": "a", "b": "c"}),
    ],
)
def test_what_is_refused_in_one_place_leaves_the_rest_understood(
    text: str, data: dict[str, Any]
) -> None:
    document, problems = examine("f", text.encode())
    assert problems
    assert document is not None
    assert document.data == data


@pytest.mark.parametrize(
    "text",
    [
        *("a: 'b", "a: b\n---\nc: d", "a: &b c\nd: *b", "<<: {a: b}", "[a]: b", "- a", ""),
        *("%YAML 1.2\n---\na: b", "a: b\rc: d\n", "a:\n\tb", "a: {{ b }}", "a: b\n=======\n"),
    ],
)
def test_where_it_cannot_be_told_what_a_file_says_there_is_no_document(text: str) -> None:
    document, problems = examine("f", text.encode())
    assert problems
    assert document is None


def test_the_text_of_a_document_has_lf_line_ends() -> None:
    document = read("f", b"a: b\r\nc: d\r\n")
    assert document.text == "a: b\nc: d\n"
    assert document.span(("c",)) == Span("f", 2, 4, 2, 5)


def test_a_document_is_frozen() -> None:
    with pytest.raises(AttributeError):
        read("f", b"a: b").path = "g"  # type: ignore[misc]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    outcome(content)


@given(anything)
@settings(max_examples=1500)
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text.encode())


@given(documents, st.integers(0, 4), st.sampled_from([True, False, None]))
@settings(max_examples=300)
def test_what_is_accepted_is_what_yaml_1_1_readers_read(
    data: dict[str, Any], style: int, flow: bool | None
) -> None:
    text = spelled(data, style, flow, 99, comment=False)
    document = outcome(text.encode())
    if isinstance(document, Document):
        assert repr(document.data) == repr(yaml.load(text, yaml.CSafeLoader))


@given(anything)
@settings(max_examples=1500)
def test_any_accepted_text_is_what_yaml_1_1_readers_read(text: str) -> None:
    document = outcome(text.encode())
    if isinstance(document, Document):
        assert repr(document.data) == repr(yaml.load(document.text, yaml.CSafeLoader))
