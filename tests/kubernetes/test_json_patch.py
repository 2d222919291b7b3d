"""A JSON patch gives what RFC 6902 says, and what kubectl makes of it."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from compiler.kubernetes.patching.json_patch import applied, where
from compiler.kubernetes.patching.refused import Refused
from compiler.spec.patches import Operation
from tests import kubectl

WIDGET: dict[str, Any] = {
    "apiVersion": "example.com/v1",
    "kind": "Widget",
    "metadata": {"name": "shop", "labels": {"example.com/a": "1", "b~c": "2"}},
    "parts": [{"a": 1}, {"b": [1, 2]}, "text", None],
}


def operations(*given: dict[str, Any]) -> list[Operation]:
    return [Operation.model_validate(one) for one in given]


CASES: dict[str, list[dict[str, Any]]] = {
    "a field is added": [{"op": "add", "path": "/x", "value": {"y": 1}}],
    "a field is replaced by adding it": [{"op": "add", "path": "/parts/0/a", "value": 2}],
    "an item is inserted": [{"op": "add", "path": "/parts/1", "value": "new"}],
    "an item is appended": [{"op": "add", "path": "/parts/-", "value": "new"}],
    "an item is appended by its number": [{"op": "add", "path": "/parts/4", "value": "new"}],
    "an item is appended below": [{"op": "add", "path": "/parts/1/b/-", "value": 3}],
    "a field is removed": [{"op": "remove", "path": "/metadata/labels"}],
    "an item is removed": [{"op": "remove", "path": "/parts/0"}],
    "a value is replaced": [{"op": "replace", "path": "/parts/2", "value": [1]}],
    "nothing is a value": [{"op": "replace", "path": "/parts/0", "value": None}],
    "a slash in a name": [
        {"op": "replace", "path": "/metadata/labels/example.com~1a", "value": "x"}
    ],
    "a tilde in a name": [{"op": "remove", "path": "/metadata/labels/b~0c"}],
    "a field is moved": [{"op": "move", "from": "/metadata/labels/b~0c", "path": "/metadata/x"}],
    "an item is moved forward": [{"op": "move", "from": "/parts/0", "path": "/parts/2"}],
    "an item is moved to the end": [{"op": "move", "from": "/parts/0", "path": "/parts/-"}],
    "a mapping is copied": [
        {"op": "copy", "from": "/parts/1", "path": "/parts/0/copy"},
        {"op": "add", "path": "/parts/0/copy/b/-", "value": 3},
    ],
    "tests that hold": [
        {"op": "test", "path": "/parts/1", "value": {"b": [1, 2]}},
        {"op": "test", "path": "/parts/2", "value": "text"},
        {"op": "remove", "path": "/parts/2"},
    ],
    "each is carried out on what the one before leaves": [
        {"op": "add", "path": "/x", "value": []},
        {"op": "add", "path": "/x/-", "value": 1},
        {"op": "add", "path": "/x/0", "value": 0},
        {"op": "move", "from": "/x/1", "path": "/y"},
        {"op": "test", "path": "/y", "value": 1},
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_an_operation_means_what_it_means_to_kubernetes(name: str) -> None:
    document, _ = applied(WIDGET, operations(*CASES[name]))

    assert document == kubectl.patched(WIDGET, CASES[name], "json")


def test_random_operations_mean_the_same_to_kubernetes() -> None:
    rng = random.Random(6902)
    # kubectl itself breaks on some operations on nothing.
    widget = {**WIDGET, "parts": WIDGET["parts"][:3]}
    for _ in range(40):
        patch: list[dict[str, Any]] = []
        document: Any = widget
        while len(patch) < 12 and document["parts"]:
            one = _random(rng, document["parts"])
            document, _ = applied(document, operations(one))
            patch.append(one)

        assert document == kubectl.patched(widget, patch, "json"), patch


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a place below nothing": ({"op": "add", "path": "/x/y", "value": 1}, "no field `x`"),
    "a field that is not there": ({"op": "remove", "path": "/x"}, "the object has no field `x`"),
    "a misspelt field": ({"op": "replace", "path": "/metadata/lables", "value": {}}, "`lables`"),
    "an item that is not there": ({"op": "remove", "path": "/parts/4"}, "/parts has 4 items"),
    "a place after the end": ({"op": "add", "path": "/parts/5", "value": 1}, "has 4 items"),
    "the end, where nothing is": ({"op": "remove", "path": "/parts/-"}, "has 4 items"),
    "an index with a zero first": ({"op": "remove", "path": "/parts/01"}, "has 4 items"),
    "an index below zero": ({"op": "remove", "path": "/parts/-1"}, "has 4 items"),
    "an index that is none": ({"op": "remove", "path": "/parts/a"}, "has 4 items"),
    "a place in a text": ({"op": "add", "path": "/parts/2/a", "value": 1}, 'is the text "text"'),
    "a place in nothing": ({"op": "add", "path": "/parts/3/a", "value": 1}, "/parts/3 is nothing"),
    "a source that is not there": ({"op": "copy", "from": "/x", "path": "/y"}, "no field `x`"),
    "a move into itself": ({"op": "move", "from": "/parts", "path": "/parts/0"}, "into itself"),
    "a test of another value": ({"op": "test", "path": "/parts/2", "value": "x"}, "test fails"),
    "a test of true for 1": ({"op": "test", "path": "/parts/0/a", "value": True}, "test fails"),
    "a test for nothing": ({"op": "test", "path": "/x", "value": None}, "no field `x`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_carried_out_is_refused(name: str) -> None:
    operation, said = REFUSED[name]
    harmless = {"op": "add", "path": "/y", "value": 1}

    with pytest.raises(Refused) as refused:
        applied({**WIDGET}, operations(harmless, operation))

    field = "value" if "test fails" in said else "from" if "from" in operation else "path"
    assert refused.value.path == (1, "path" if "itself" in said else field)
    assert said in refused.value.message


@pytest.mark.parametrize("path", ["/parts/-", "/parts/0/a"])
def test_copies_of_copies_have_an_end(path: str) -> None:
    copies = operations(*[{"op": "copy", "from": "/parts", "path": path}] * 90)

    with pytest.raises(Refused, match="too large"):
        applied({**WIDGET, "parts": [{"a": 1}]}, copies)


def test_what_an_operation_says_is_found_in_it() -> None:
    given = operations(
        {"op": "add", "path": "/x", "value": {"y": [1, {"z": 2}]}},
        {"op": "test", "path": "/kind", "value": "Widget"},
        {"op": "copy", "from": "/kind", "path": "/x/kind"},
        {"op": "add", "path": "/parts/-", "value": "new"},
        {"op": "remove", "path": "/metadata/labels"},
    )
    _, changed = applied(WIDGET, given)

    def found(*path: str | int) -> Any:
        return where(given, changed, path)

    assert found("x", "y", 1, "z") == (0, "value", "y", 1, "z")
    assert found("x", "kind") == (2,)
    assert found("parts", 4) == (3, "value")
    assert found("metadata", "labels", "a") == (4,)
    assert found("metadata") == (4,)
    assert found("kind") is None
    assert found("parts", 0) is None


def test_the_object_itself_is_never_changed() -> None:
    before = repr(WIDGET)
    for case in CASES.values():
        applied(WIDGET, operations(*case))
    assert repr(WIDGET) == before


def _random(rng: random.Random, items: list[Any]) -> dict[str, Any]:
    """An operation that can be carried out on what is below `/parts`."""
    places = [*_places(items, ())]
    path = rng.choice(places)
    value: Any = rng.choice((1, "x", {"a": [1], "~/": 2}, [{"b": 2}], True))
    op = rng.choice(("add", "add", "copy", "move", "remove", "replace", "test"))
    holders = [place for place in ((), *places) if isinstance(_at(items, place), dict | list)]
    if op in ("remove", "replace", "test"):
        given = {"remove": {}, "replace": {"value": value}, "test": {"value": _at(items, path)}}
        return {"op": op, "path": _pointer(path), **given[op]}
    holder = rng.choice(holders)
    if op == "move" and (holder or len(path) > 1):
        # What is moved from a list changes the numbers that a path has, and into itself is nowhere.
        op = "copy"
    inside = _at(items, holder)
    step = rng.choice([*inside, "c"] if isinstance(inside, dict) else [*range(len(inside)), "-"])
    source = {"value": value} if op == "add" else {"from": _pointer(path)}
    return {"op": op, **source, "path": _pointer((*holder, step))}


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for step in [*value] if isinstance(value, dict) else range(len(value)):
            yield from _places(value[step], (*path, step))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _pointer(path: tuple[Any, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in ("parts", *path))
    return "".join(f"/{step}" for step in steps)
