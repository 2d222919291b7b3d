"""Rendered Terraform JSON is canonical, readable, and means what was put in."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.emit.json import document

ROOT = {
    "terraform": {"required_version": ">= 1.11"},
    "resource": {
        "aws_route53_record": {
            "shop": {
                "name": "shop.example.com",
                "ttl": 60,
                "alias": [{"evaluate_target_health": False, "zone_id": None}],
                "tags": {},
                "records": [],
                "weight": 0.5,
                "comment": 'Größe "日本" 😀 a\\b ${x} </script>\n',
            }
        }
    },
}

ROOT_TEXT = r"""{
  "terraform": {
    "required_version": ">= 1.11"
  },
  "resource": {
    "aws_route53_record": {
      "shop": {
        "name": "shop.example.com",
        "ttl": 60,
        "alias": [
          {
            "evaluate_target_health": false,
            "zone_id": null
          }
        ],
        "tags": {},
        "records": [],
        "weight": 0.5,
        "comment": "Größe \"日本\" 😀 a\\b ${x} </script>\n"
      }
    }
  }
}
"""


def test_a_root_is_laid_out_for_people() -> None:
    assert document(ROOT) == ROOT_TEXT


def test_an_empty_root_is_an_empty_object() -> None:
    assert document({}) == "{}\n"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x00\x1f\t\r", r"\u0000\u001f\t\r"),
        ("\x7f\x85\u00a0\u2028\u2029", r"\u007f\u0085\u00a0\u2028\u2029"),
        ("\u200b\u202e\u2066\ufeff\ufffe", r"\u200b\u202e\u2066\ufeff\ufffe"),
        ("\U000e0041", r"\udb40\udc41"),
    ],
)
def test_characters_that_nobody_can_see_are_escaped(text: str, escaped: str) -> None:
    assert document({text: text}) == f'{{\n  "{escaped}": "{escaped}"\n}}\n'


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ((1, 2), TypeError, "a[0].b: tuple has no text form"),
        ({1: 2}, TypeError, "a[0].b: a key must be str, not int"),
        ({True: 2}, TypeError, "a[0].b: a key must be str, not bool"),
        (float("nan"), ValueError, "a[0].b: nan is not a number that JSON has"),
        (float("inf"), ValueError, "a[0].b: inf is not a number that JSON has"),
        (1 << 64, ValueError, "a[0].b: 0x10000000000000000 does not fit into 64 bits"),
        ("\ud800", ValueError, "a[0].b: a lone surrogate is no character"),
        (object, TypeError, "a[0].b: type has no text form"),
    ],
)
def test_what_cannot_be_written_is_named_with_its_path(
    value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        document({"a": [{"b": value}]})
    assert str(caught.value) == message


def test_only_a_dict_is_a_document() -> None:
    with pytest.raises(TypeError, match="the object: must be dict, not str"):
        document("x")  # type: ignore[arg-type]


texts = st.text(max_size=12)
values: st.SearchStrategy[Any] = st.recursive(
    texts
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(texts, values, max_size=6))
@settings(max_examples=300)
def test_what_was_written_is_read_back(data: dict[str, Any]) -> None:
    text = document(data)
    assert repr(json.loads(text)) == repr(data)
    # The layout is that of the standard library; only the escapes differ.
    assert json.dumps(json.loads(text), indent=2) + "\n" == json.dumps(data, indent=2) + "\n"
    assert text.count("\n") == json.dumps(data, indent=2).count("\n") + 1
    assert "\u2028" not in text
