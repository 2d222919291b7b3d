"""HCL as people and attackers write it, and what it says; Terraform itself is asked in tests/real."""

from typing import Any

# The right side of `value = ...` in a local, and its value in the shape of Terraform JSON.
EXPRESSIONS: list[tuple[str, Any]] = [
    ('"text"', "text"),
    ("8080", 8080),
    ("-1", -1),
    ("1.5", 1.5),
    ("1e3", "${1e3}"),
    ("true", True),
    ("null", None),
    ("(1)", 1),
    ("[]", []),
    ("{}", {}),
    ('["a", 1, [true]]', ["a", 1, [True]]),
    ('[\n  "a",\n  # why\n  "b", // and\n  "c", /* so on */\n]', ["a", "b", "c"]),
    ('{ a = 1, "b" = 2, c : 3 }', {"a": 1, "b": 2, "c": 3}),
    ("{\n  a = 1\n\n  b = 2,\n  c = 3\n}", {"a": 1, "b": 2, "c": 3}),
    ('{ (upper("a")) = 1 }', {'${upper("a")}': 1}),
    ('{ ("a") = 1, "${"b"}" = 2, 3 = 3, true = 4 }', {"a": 1, "b": 2, "3": 3, "true": 4}),
    ("{ nested = { list = [{ a = 1 }] } }", {"nested": {"list": [{"a": 1}]}}),
    # Escapes.
    (r'"a\"b\\c\nd\te"', 'a"b\\c\nd\te'),
    (r'"\u0041\U0001F600"', "A\U0001f600"),
    ('"$${literal} %%{literal}"', "$${literal} %%{literal}"),
    (r'"\u0024{literal}"', "$${literal}"),
    ('"$$$${literal}"', "$$$${literal}"),
    ('"$ % $$ %% { }"', "$ % $$ %% { }"),
    ('"50%"', "50%"),
    # Templates.
    ('"${"a"}"', "a"),
    ('"${8080}"', 8080),
    ('"a${"b${"c"}"}d"', "abcd"),
    ('"${upper("a")}"', '${upper("a")}'),
    ('"a-${upper("b")}-c"', 'a-${upper("b")}-c'),
    ('"$${a}-${upper("b")}"', '$${a}-${upper("b")}'),
    ('"\\u0024${upper("b")}"', '${"\\u0024${upper("b")}"}'),
    ('"a \\"${upper("b")}\\""', 'a "${upper("b")}"'),
    ('"a${~ "b" ~} c"', '${"a${~ "b" ~} c"}'),
    ('"%{ if true }a%{ else }b%{ endif }"', '${"%{ if true }a%{ else }b%{ endif }"}'),
    ('"${"}"}"', "}"),
    ('"${ /* } */ "a" }"', "a"),
    ('"${\n  "a"\n}"', "a"),
    ('"${"\\""}"', '"'),
    ('"${{ a = "}" }["a"]}"', '${{ a = "}" }["a"]}'),
    # Heredocs.
    ("<<EOF\na\n  b\nEOF", "a\n  b\n"),
    ("<<EOF\nEOF", ""),
    ("<<-EOF\n    a\n      b\n  EOF", "a\n  b\n"),
    ("<<-EOF\n    a\n  \n     b\n  EOF", "a\n  \n b\n"),
    ("<<-EOF\n\t\ta\n\t\t\tb\n\tEOF", "a\n\tb\n"),
    ("<<-EOF\n    a\n${true}\n  EOF", "    a\ntrue\n"),
    ("<<-EOF\n    ${true} a\n      b ${false}\n  EOF", "true a\n  b false\n"),
    ('<<EOF\nno \\n escape "here" $${x}\nEOF', 'no \\n escape "here" $${x}\n'),
    ("<<EOF\n EOF x\nEOFX\n  EOF", " EOF x\nEOFX\n"),
    ("<<E1\n${<<E2\na\nE2\n}b\nE1", "a\nb\n"),
    ('<<EOF\n${upper("a")}\nEOF', '${upper("a")}\n'),
    # Everything else is an expression.
    ('upper("a")', '${upper("a")}'),
    ("max(1, 2, [3]...)", "${max(1, 2, [3]...)}"),
    ("max(\n  1\n  ,\n  2,\n)", "${max(\n  1\n  ,\n  2,\n)}"),
    ("1 + 2 * 3", "${1 + 2 * 3}"),
    ('"a" == "a" ? "b" : "c"', '${"a" == "a" ? "b" : "c"}'),
    ("!true || 1 >= 2 && 3 != -4", "${!true || 1 >= 2 && 3 != -4}"),
    ("[for x in [1] : x if x > 0]", "${[for x in [1] : x if x > 0]}"),
    ("{for k, v in {a = 1} : k => v...}", "${{for k, v in {a = 1} : k => v...}}"),
    ("[\n  for x in [1] :\n  x\n]", "${[\n  for x in [1] :\n  x\n]}"),
    ("[{a = 1}][0].a", "${[{a = 1}][0].a}"),
    ("[{a = 1}].0.a", "${[{a = 1}].0.a}"),
    ("[{a = 1}][*].a", "${[{a = 1}][*].a}"),
    ("[{a = 1}].*.a", "${[{a = 1}].*.a}"),
    ('{"a" = 1}["a"]', '${{"a" = 1}["a"]}'),
    ('core::upper("a")', '${core::upper("a")}'),
    ("(1 +\n  2)", "${1 +\n  2}"),
    ("{ a = [1, max(1, 2)] }", {"a": [1, "${max(1, 2)}"]}),
    ("--1", 1),
    ("01", 1),
]

# Whole files, and the blocks in them: kind, labels, body.
FILES: list[tuple[str, list[tuple[str, tuple[str, ...], dict[str, Any]]]]] = [
    ("", []),
    ("# only a comment", []),
    ("/* a\n b */ locals {}\n", [("locals", (), {})]),
    ('output "b" { value = 1 }', [("output", ("b",), {"value": 1})]),
    ("output b {\n  value = 1\n}", [("output", ("b",), {"value": 1})]),
    ("locals {\r\n  a1 = 1\r\n}\r\n", [("locals", (), {"a1": 1})]),
    ("locals { # why\n  a2 = 1 # so\n}\n", [("locals", (), {"a2": 1})]),
    ("locals { /* a\n */ a3 /* b */ = /* c\n */ 1 }", [("locals", (), {"a3": 1})]),
    (
        'resource "terraform_data" "x" {\n  lifecycle {\n    ignore_changes = [input]\n  }\n'
        "  triggers_replace = {}\n}",
        [
            (
                "resource",
                ("terraform_data", "x"),
                {"lifecycle": [{"ignore_changes": ["${input}"]}], "triggers_replace": {}},
            )
        ],
    ),
    (
        'resource "terraform_data" "y" {\n  provisioner "local-exec" { command = "true" }\n'
        '  provisioner "local-exec" { command = "false" }\n}',
        [
            (
                "resource",
                ("terraform_data", "y"),
                {"provisioner": {"local-exec": [{"command": "true"}, {"command": "false"}]}},
            )
        ],
    ),
    (
        'terraform {\n  backend "local" {}\n  required_providers {}\n}',
        [("terraform", (), {"backend": {"local": [{}]}, "required_providers": [{}]})],
    ),
]

# What Terraform refuses, and we do; and how the message begins.
REFUSED: list[tuple[str, str]] = [
    ('output "b" {\n value = 1 }', "`}` stands where the end of the line is expected"),
    ('output "b" { value = 1\n}', "the end of the line stands where `}` is expected"),
    ('output "b"\n{\n value = 1\n}', "the end of the line stands where a name is expected"),
    ('output "b" { a = 1, b = 2 }', "`,` stands where `}` is expected"),
    ('output "b" {', "the end stands where a name is expected"),
    ("}", "`}` stands where a name is expected"),
    ("locals { a = <<E\nx\nE\n}", "the end of the line stands where `}` is expected"),
    ("locals {\n a = <<E\nx\nE", "a heredoc has no end"),
    ("locals {\n a = <<E \nx\nE\n}\n", "`<` stands where an expression is expected"),
    ("locals {\n a = 1\n a = 2\n}", "the argument a is set twice"),
    ("locals {\n a = 1;\n}", "';' has no meaning in HCL here"),
    ("locals {\n a = 'x'\n}", '"\'" has no meaning in HCL here'),
    ("locals {\n a = 1 # c", "the end stands where a name is expected"),
    ("locals {\n a = 1\r}", "'\\r' has no meaning in HCL here"),
    ("locals {\n a = /* x\n}", "a comment has no end"),
    ('locals {\n a = "x\n}', "a line break stands in a quoted text"),
    ('locals {\n a = "x', "a quoted text or a template has no end"),
    ('locals {\n a = "${1"\n}', "a line break stands in a quoted text"),
    ('locals {\n a = "${1', "a quoted text or a template has no end"),
    ('locals {\n a = "${}"\n}', "`}` stands where an expression is expected"),
    ('locals {\n a = "${1 2}"\n}', "`2` stands where"),
    ('locals {\n a = "\\q"\n}', "an escape that HCL does not know stands in a quoted text"),
    ('locals {\n a = "\\ud800"\n}', "an escape stands for no character"),
    ("locals {\n a = 0x10\n}", "`x10` stands where the end of the line is expected"),
    ("locals {\n a = 1.\n}", "the end of the line stands where a name is expected"),
    ("locals {\n a = .5\n}", "`.` stands where an expression is expected"),
    ('locals {\n a = "a" "b"\n}', '`"` stands where the end of the line is expected'),
    ("locals {\n a = [1 2]\n}", "`2` stands where `,` is expected"),
    ("locals {\n a = {a = 1 b = 2}\n}", "`b` stands where `,` is expected"),
    ("locals {\n a = {a = 1,, b = 2}\n}", "`,` stands where an expression is expected"),
    ("locals {\n a = {a =\n 1}\n}", "the end of the line stands where an expression is expected"),
    ("locals {\n a = true ?\n 1 : 2\n}", "the end of the line stands where an expression"),
    ('locals {\n "a" = 1\n}', '`"` stands where a name is expected'),
    ('output "a${1}" {\n value = 1\n}', "`${` stands where `text` is expected"),
    ("locals {\n a = b::c\n}", "the end of the line stands where `(` is expected"),
    ("locals {\n a = [for x in [1]]\n}", "`]` stands where `:` is expected"),
    ("locals {\n a = {for x in [1] : x}\n}", "`}` stands where `=>` is expected"),
    ('locals {\n a = "%{ while true }"\n}', "there is no directive `while`"),
]

# What Terraform accepts and we do not claim to understand.
DOUBTFUL: list[tuple[str, str]] = [
    ("locals {\n a = {b = 1, b = 2}\n}", "a key stands twice in the same mapping"),
    ("locals {\n ä = 1\n}", "'ä' has no meaning in HCL here"),
    ("locals {\n a = " + "(" * 80 + "1" + ")" * 80 + "\n}", "this is nested deeper than 64 levels"),
]
