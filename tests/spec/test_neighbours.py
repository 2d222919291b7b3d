"""A neighbour's word leads to a field that there is, and is no field itself."""

import pytest
from pydantic import BaseModel

from compiler.spec import neighbours
from compiler.spec.kinds import fields
from compiler.spec.neighbours import _ABSENT, _FIELDS


@pytest.mark.parametrize(
    "model", list(dict.fromkeys([*_FIELDS, *_ABSENT])), ids=lambda m: m.__name__
)
def test_every_word_has_one_meaning_and_is_no_field(model: type[BaseModel]) -> None:
    meanings = [*_FIELDS.get(model, {}).values(), *_ABSENT.get(model, {}).values()]
    words = [neighbours._folded(word) for meaning in meanings for word in meaning.split()]
    known = {neighbours._folded(name) for name, _ in fields(model)}
    assert len(words) == len(set(words))
    assert known & set(words) == set()


@pytest.mark.parametrize("model", _FIELDS, ids=lambda model: model.__name__)
def test_what_a_word_stands_for_is_a_field(model: type[BaseModel]) -> None:
    assert set(_FIELDS[model]) <= {name for name, _ in fields(model)} | {"environments"}


def test_capitals_hyphens_and_underscores_do_not_matter() -> None:
    [app] = [model for model in _FIELDS if model.__name__ == "App"]
    for word in ("replicaCount", "replica_count", "ReplicaCount", "replica-count"):
        assert neighbours.field_for(app, word) == "replicas"
    assert neighbours.field_for(app, "frobnicate") is None
    assert neighbours.why_absent(app, "api_version") is not None
