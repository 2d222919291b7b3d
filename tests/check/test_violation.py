"""What a schema refuses is said in words of our own, whatever the keyword."""

from typing import Any

import jsonschema_rs
import pytest

from compiler.check.violation import violation


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "integer"}, "80", 'the text "80", and must be a whole number'),
        ({"type": ["string", "null"]}, True, "true, and must be text or nothing"),
        ({"type": "object"}, [1], "a list, and must be a mapping"),
        ({"enum": ["TCP", "UDP"]}, "tcp", 'the text "tcp", and must be "TCP" or "UDP"'),
        (
            {"enum": [1, 2, None]},
            3,
            "the number 3, and must be the number 1, the number 2 or nothing",
        ),
        ({"const": "v1"}, "v2", 'the text "v2", and must be "v1"'),
        (
            {"oneOf": [{"type": "string"}, {"type": "number"}]},
            {},
            "a mapping, and must be a number or text",
        ),
        ({"anyOf": [{"minimum": 5}]}, 3, "the number 3, and must be of another form"),
        ({"format": "ipv4"}, "x", 'the text "x", and must be of the form ipv4'),
        ({"pattern": "^a+$"}, "x", 'the text "x", and must be text of the form ^a+$'),
        ({"minimum": 1}, 0, "the number 0, and must be at least 1"),
        ({"exclusiveMinimum": 0}, 0, "the number 0, and must be more than 0"),
        ({"maximum": 1}, 2, "the number 2, and must be at most 1"),
        ({"exclusiveMaximum": 1}, 1, "the number 1, and must be less than 1"),
        ({"maxItems": 0}, [1], "a list, which its schema refuses (maxItems)"),
        (
            {"oneOf": [{"type": "number"}, {"type": "integer"}]},
            1,
            "the number 1, and must be of another form",
        ),
    ],
)
def test_a_value_is_named_with_what_is_allowed(
    schema: dict[str, Any], value: Any, said: str
) -> None:
    inside = {"properties": {"spec": {"properties": {"ports": {"items": schema}}}}}
    validator = jsonschema_rs.Draft202012Validator(inside, validate_formats=True)
    [error] = validator.iter_errors({"spec": {"ports": [value]}})
    assert violation(error) == f"spec.ports[0] is {said}"


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"required": ["kind"]}, {}, 'the object lacks the field "kind"'),
        (
            {"properties": {"b": {}}, "additionalProperties": False},
            {"a": 1},
            'the object has no field "a"',
        ),
        ({"properties": {"a": False}}, {"a": 1}, "a is the number 1, and nothing may stand there"),
    ],
)
def test_fields_are_named(schema: dict[str, Any], value: Any, said: str) -> None:
    [error] = jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    assert violation(error) == said
