"""The schema of a kind, cut out of the file of definitions, is what the whole files say."""

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.check.definitions import definitions, self_contained
from compiler.check.schema import Schemas, versions


@pytest.mark.parametrize("version", versions())
def test_each_definition_is_cut_out_whole(version: str) -> None:
    content = file_of_definitions(version)
    definition = definitions(content)

    everything: dict[str, Any] = json.loads(content)["$defs"]
    assert {name: json.loads(definition(name)) for name in everything} == everything


def test_a_file_of_another_layout_is_read_as_json() -> None:
    everything = json.loads(file_of_definitions("1.34"))
    definition = definitions(json.dumps(everything, indent=4).encode())

    assert {name: json.loads(definition(name)) for name in everything["$defs"]} == everything[
        "$defs"
    ]


def test_a_schema_holds_what_it_refers_to_and_nothing_else() -> None:
    files = {"a": '{"$ref": "#/$defs/b"}', "b": '{"items": {"$ref": "#/$defs/a"}}', "c": "{}"}
    schema = (
        '{"properties": {"x": {"$ref": "/api/_definitions.json#/$defs/a"}}, "type": "object"}\n'
    )

    assert json.loads(self_contained(schema, files.__getitem__)) == {
        "properties": {"x": {"$ref": "#/$defs/a"}},
        "type": "object",
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"items": {"$ref": "#/$defs/a"}}},
    }


def file_of_definitions(version: str) -> bytes:
    return Path(Schemas(version).folder, "_definitions.json").read_bytes()
