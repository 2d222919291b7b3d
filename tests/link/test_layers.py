"""Overrides: maps merge, everything else replaces, null removes; nothing else happens."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.link import layers


def merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return layers.merge(base, over, [])


KEYS = st.sampled_from("abcd")
SCALARS = st.one_of(st.integers(), st.text(max_size=3), st.booleans())
DATA = st.recursive(
    st.one_of(SCALARS, st.lists(SCALARS, max_size=2)),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(KEYS, DATA, max_size=4)
OVERRIDES = st.dictionaries(KEYS, st.one_of(st.none(), DATA), max_size=4)


@given(MAPS)
def test_an_empty_override_changes_nothing(base: dict[str, Any]) -> None:
    assert merge(base, {}) == base


@given(MAPS)
def test_an_override_by_itself_changes_nothing(base: dict[str, Any]) -> None:
    assert merge(base, base) == base


@given(MAPS, OVERRIDES)
def test_an_override_applied_twice_is_applied_once(
    base: dict[str, Any], over: dict[str, Any]
) -> None:
    once = merge(base, over)
    assert merge(once, over) == once


@given(MAPS, OVERRIDES)
def test_neither_side_is_changed(base: dict[str, Any], over: dict[str, Any]) -> None:
    before = repr(base), repr(over)
    merge(base, over)
    assert (repr(base), repr(over)) == before


def test_maps_merge_lists_replace_and_null_removes() -> None:
    base = {"env": {"A": "1", "B": "2"}, "args": ["x", "y"], "health": "/", "port": 80}
    over = {"env": {"B": None, "C": "3"}, "args": ["z"], "health": {"path": "/up"}, "port": None}
    assert merge(base, over) == {
        "env": {"A": "1", "C": "3"},
        "args": ["z"],
        "health": {"path": "/up"},
    }


def test_a_null_that_removes_nothing_is_told() -> None:
    empty: list[tuple[str | int, ...]] = []
    merged = layers.merge({"a": 1}, {"a": None, "b": None, "c": {"d": {"e": None}}}, empty)
    assert merged == {"c": {"d": {}}}
    assert empty == [("b",), ("c", "d", "e")]


def test_a_short_form_meets_its_long_one() -> None:
    assert merge({"replicas": 3}, {"replicas": {"max": 9}}) == {"replicas": {"min": 3, "max": 9}}
    assert merge({"replicas": {"min": 2, "max": 4}}, {"replicas": 3}) == {"replicas": 3}
    assert merge({"env": {"A": "x"}}, {"env": {"A": {"secret": "a/b"}}}) == {
        "env": {"A": {"secret": "a/b"}}
    }
