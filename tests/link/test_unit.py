"""Overrides: maps merge, everything else replaces, null removes; nothing else happens."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.link.unit import merge

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
