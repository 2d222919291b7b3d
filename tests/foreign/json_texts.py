"""Terraform JSON as people and attackers write it; Terraform itself is asked in tests/real."""

# A file, and the addresses of the blocks in it, in their order.
ACCEPTED: list[tuple[str, list[str]]] = [
    ("{}", []),
    ("[]", []),
    ('{"output": {"a": {"value": 1}}}', ["output.a"]),
    ('[{"locals": {"a": 1}}, {"output": {"b": {"value": 1}}}]', ["local.a", "output.b"]),
    ('{"output": [{"a": [{"value": 1}]}, {"b": {"value": 1}}]}', ["output.a", "output.b"]),
    (
        '{"output": {"a": {"value": 1}}, "output": {"b": {"value": 1}}}',
        ["output.a", "output.b"],
    ),
    ('{"output": {"a": [[{"value": 1}, {"sensitive": false}]]}}', ["output.a"]),
    ('{"out\\u0070ut": {"\\u0061": {"v\\u0061lue": 1}}}', ["output.a"]),
    ('{"//": 1, "output": {"a": {"//": {"x": 1}, "//": 2, "value": 1}}}', ["output.a"]),
    ('{"output": {"a": null}}', []),
    ('{"locals": {"a": 1}, "locals": {"b": 1, "//": 1}}', ["local.a", "local.b"]),
    ('{"resource": {"terraform_data": {"x": [{}]}}}', ["terraform_data.x"]),
    ('{"resource": [{"terraform_data": [{"x": [{}]}]}]}', ["terraform_data.x"]),
    (
        '{"resource": {"terraform_data": {"x": {}}, "terraform_data": {"y": {}}}}',
        ["terraform_data.x", "terraform_data.y"],
    ),
    ('{"output": {"a": {"value": "\\ud83d\\ude00"}}}', ["output.a"]),
    (' \r\n\t{"output": {"a": {"value": 1}}}\n', ["output.a"]),
]

# What Terraform refuses, and we do; and how the message begins.
REFUSED: list[tuple[bytes, str]] = [
    (b"", "this is not JSON: Expecting value"),
    (b'{"output": {"a": {"value": 1}}} x', "this is not JSON: Extra data"),
    (b'{"output": {"a": {"value": 1}},}', "this is not JSON: "),
    (b'{"output": {"a": {"value": NaN}}}', "this is not JSON as Terraform reads it: NaN"),
    (b'{"output": {"a": {"value": -Infinity}}}', "this is not JSON as Terraform reads it"),
    (b'{"output": {"a": {"value": 01}}}', "this is not JSON: "),
    (b'{"output": {"a": {"value": "a\tb"}}}', "this is not JSON: Invalid control character"),
    (b"{'output': {}}", "this is not JSON: "),
    (b'{"output": {"a": {"value": 1}}} // why', "this is not JSON: Extra data"),
    (b'{"output": {"a": {"value": 1, "value": 2}}}', 'the argument "value" is set twice'),
    (b'{"output": {"a": {"value": {"x": 1, "x": 2}}}}', 'the key "x" stands twice'),
    (b'{"locals": {"a": 1, "a": 2}}', 'the argument "a" is set twice'),
    (b'{"output": null}', "an object in braces is expected here"),
    (b'{"output": "a"}', "an object in braces is expected here"),
    (b'{"output": [[{"a": {"value": 1}}]]}', "an object in braces is expected here"),
    (b'{"output": {"a": [[[{"value": 1}]]]}}', "an object in braces is expected here"),
    (b'{"output": {"a": 1}}', "an object in braces is expected here"),
    (b'{"output": {"//": "why", "a": {"value": 1}}}', "an object in braces is expected here"),
    (b'"text"', "an object in braces is expected here"),
    (b"\xef\xbb\xbf{}", "it begins with a byte order mark"),
]

# What Terraform accepts and we do not claim to understand.
DOUBTFUL: list[tuple[bytes, str]] = [
    (b'{"output": {"a": {"value": "\xff"}}}', "it is not UTF-8"),
    (b'{"output": {"a": {"value": "\\ud800"}}}', "this is not JSON as Terraform reads it"),
    (
        b'{"output": {"a": {"value": ' + b"[" * 80 + b"]" * 80 + b"}}}",
        "this is nested deeper than 64 levels",
    ),
]
