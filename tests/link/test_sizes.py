"""Short forms of resources mean what they mean in full, in every layer and in every part."""

from typing import Any

import pytest
import yaml

from compiler.link.layers import merge
from compiler.link.sizes import defaults_in_full, in_full, removing_nothing
from compiler.spec.environment import Environment
from tests import repository

ENVIRONMENT = Environment.model_validate(yaml.safe_load(repository.ENVIRONMENT))
SMALL = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}}


def written_out(resources: Any) -> Any:
    return in_full({"resources": resources}, ENVIRONMENT)["resources"]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("small", SMALL),
        ({"size": "small"}, SMALL),
        ({"cpu": "2"}, {"requests": {"cpu": "2"}}),
        ({"memory": "1Gi"}, {"requests": {"memory": "1Gi"}, "limits": {"memory": "1Gi"}}),
        (
            {"ephemeral-storage": "1Gi"},
            {"requests": {"ephemeral-storage": "1Gi"}, "limits": {"ephemeral-storage": "1Gi"}},
        ),
        (
            {"memory": "1Gi", "limits": {"memory": "2Gi", "cpu": "4"}},
            {"requests": {"memory": "1Gi"}, "limits": {"memory": "2Gi", "cpu": "4"}},
        ),
        (
            {"cpu": "1", "requests": {"memory": "1Gi"}},
            {"requests": {"cpu": "1", "memory": "1Gi"}},
        ),
        ({"memory": None}, {"requests": {"memory": None}, "limits": {"memory": None}}),
    ],
)
def test_a_short_form_is_written_out(short: Any, full: Any) -> None:
    assert written_out(short) == full
    assert written_out(full) is full


@pytest.mark.parametrize(
    "wrong",
    [
        "huge",
        {"size": "huge"},
        {"size": 3},
        {"memory": 512},
        {"memory": "1Gi", "requests": {"memory": "2Gi"}},
        {"cpu": "1", "limits": "all"},
        ["small"],
        None,
        {},
    ],
)
def test_what_cannot_be_written_out_stays_for_the_model_to_refuse(wrong: Any) -> None:
    assert written_out(wrong) is wrong


def test_parts_are_written_out_too_and_what_is_in_full_stays_the_same_object() -> None:
    layer = {
        "workers": {"a": {"resources": "small"}, "b": None},
        "jobs": {"c": {"resources": SMALL}},
        "init": ["wrong"],
    }

    full = in_full(layer, ENVIRONMENT)

    assert full["workers"] == {"a": {"resources": SMALL}, "b": None}
    assert full["jobs"] is layer["jobs"]
    assert full["init"] is layer["init"]
    assert in_full(full, ENVIRONMENT) is full


def test_a_default_size_that_there_is_not_is_left_out() -> None:
    assert defaults_in_full({"replicas": 1, "resources": "huge"}, ENVIRONMENT) == {"replicas": 1}
    assert defaults_in_full({"resources": "small"}, ENVIRONMENT) == {"resources": SMALL}


@pytest.mark.parametrize(
    ("below", "over", "left", "nothing"),
    [
        ({"memory": "1Gi", "cpu": "1"}, {"memory": None}, {"requests": {"cpu": "1"}}, []),
        ({"limits": {"memory": "1Gi"}}, {"memory": None}, {}, []),
        ({"requests": {"memory": "1Gi"}}, {"memory": None}, {}, []),
        ({"cpu": "1"}, {"memory": None}, {"requests": {"cpu": "1"}}, ["memory"]),
        ({"limits": {"cpu": "1"}}, {"cpu": None}, {"limits": {"cpu": "1"}}, ["cpu"]),
        ({"cpu": "1"}, {"requests": {"memory": None}}, {"requests": {"cpu": "1"}}, ["requests"]),
    ],
)
def test_null_removes_what_a_short_form_said(
    below: Any, over: Any, left: Any, nothing: list[str]
) -> None:
    empty: list[tuple[str | int, ...]] = []

    merged = merge({"resources": written_out(below)}, {"resources": written_out(over)}, empty)

    assert {key: value for key, value in merged["resources"].items() if value} == left
    assert [path[1] for path in removing_nothing(empty, {"resources": over})] == nothing
