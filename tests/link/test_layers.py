"""Overrides: maps merge, everything else replaces, null removes; nothing else happens."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.link import layers
from compiler.source.yaml import read


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


def test_one_way_to_say_it_takes_the_place_of_the_other() -> None:
    assert merge({"expose": {"host": "a", "path": "/x"}}, {"expose": {"hosts": ["b"]}}) == {
        "expose": {"hosts": ["b"], "path": "/x"}
    }
    assert merge({"expose": {"host": "a", "path": "/x"}}, {"expose": {"paths": ["/y"]}}) == {
        "expose": {"host": "a", "paths": ["/y"]}
    }


def test_a_list_and_a_mapping_replace_each_other() -> None:
    one, several = {"expose": {"host": "a", "path": "/x"}}, {"expose": [{"host": "b"}]}
    assert merge(one, several) == several
    assert merge(several, {"expose": {"path": "/y"}}) == {"expose": {"path": "/y"}}


def placed(spec: str, override: str, *path: str | int) -> str:
    """What is written where a value of the merged data was decided."""
    text = f"{spec}environments: {{dev: {override}}}\n"
    document = read("apps/shop.yaml", text.encode())
    span = layers.where(((document, ()), (document, ("environments", "dev")))).value(path)
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def test_a_mapping_that_stands_for_a_list_is_its_first_item() -> None:
    one, several = (
        "expose: {host: a, path: /x}\n",
        "expose: [{host: a}, {host: b, hosts: [c, d]}]\n",
    )

    assert placed(one, "", "expose", 0, "host") == "a"
    assert placed(one, "", "expose", "host") == "a"
    assert placed(one, "", "expose", 0, "cache") == "{host: a, path: /x}"
    assert placed(one, "", "expose", 0) == "{host: a, path: /x}"
    assert placed(one, "{expose: {host: z}}", "expose", 0, "host") == "z"
    assert placed(one, "{expose: {host: z}}", "expose", 0, "path") == "/x"
    assert placed(several, "", "expose", 1, "hosts", 1) == "d"
    assert placed(several, "", "expose", 1, "cache") == "{host: b, hosts: [c, d]}"
    # What a stronger layer replaced as a whole decides nothing.
    assert placed(several, "{expose: {path: /y}}", "expose", "host") == "{path: /y}"
    assert placed(one, "{expose: [{host: z}]}", "expose", 0, "path") == "{host: z}"
