"""What an expression uses is seen, wherever in a text it hides."""

from typing import Any

import pytest

from compiler.hcl.expression import Unknown, escaped, parse_template, written
from compiler.hcl.tokens import NotUnderstood


@pytest.mark.parametrize(
    ("text", "functions"),
    [
        ("plain", ()),
        ("$${file(1)} %%{ if file(1) }", ()),
        ("$$${file(1)}", ()),
        ("${file(1)}", ("file",)),
        ("${ file ( 1 ) }", ("file",)),
        ("a${file(1)}b", ("file",)),
        ('${"file(1)"}', ()),
        ('${"${file(1)}"}', ("file",)),
        ('${"$${file(1)}"}', ()),
        ("${core::file(1)}", ("core::file",)),
        ("${provider::aws::arn_parse(1)}", ("provider::aws::arn_parse",)),
        ("${upper(lower(file(1)))}", ("upper", "lower", "file")),
        ("${[for x in file(1) : x]}", ("file",)),
        ("${{for x in [1] : x => file(x) if abs(x)}}", ("file", "abs")),
        ("${{ (file(1)) = abs(1) }}", ("file", "abs")),
        ("${a[file(1)].b}", ("file",)),
        ("${a[*].b + file(1)}", ("file",)),
        ("${true ? 1 : file(1)}", ("file",)),
        ("${-file(1)}", ("file",)),
        ("${<<E\n${file(1)}\nE\n}", ("file",)),
        ("${/* file(1) */ 1}", ()),
        ("${1 # file(1)\n}", ()),
        ("${ 1 // }\n + file(1)}", ("file",)),
        ("%{ if file(1) }%{ endif }", ("file",)),
        ("%{ for x in file(1) }${abs(x)}%{ endfor }", ("file", "abs")),
        ("%{~ if true ~}${file(1)}%{~ endif ~}", ("file",)),
    ],
)
def test_every_function_is_seen(text: str, functions: tuple[str, ...]) -> None:
    assert parse_template(text).uses.functions == functions


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("${path.module}", [("path", "module")]),
        ("${var.a}-${local.b}", [("var", "a"), ("local", "b")]),
        ("${aws_lb.x.arn}", [("aws_lb", "x", "arn")]),
        ('${aws_lb.x["a"].arn}', [("aws_lb", "x", "a", "arn")]),
        ("${aws_lb.x[0].arn}", [("aws_lb", "x", "0", "arn")]),
        ("${aws_lb.x[var.i].arn}", [("var", "i"), ("aws_lb", "x")]),
        ("${aws_lb.x[*].arn}", [("aws_lb", "x")]),
        ("${[for path in var.paths : path.module]}", [("var", "paths")]),
        ("${[for path in path.module : path.module]}", [("path", "module")]),
        ("${[for x in var.a : path.module]}", [("var", "a"), ("path", "module")]),
        ("${{ path = 1 }}", []),
        ("${{ (path.module) = 1 }}", [("path", "module")]),
        ("${{ path.module = 1 }}", [("path", "module")]),
        ("${upper(path.cwd)}", [("path", "cwd")]),
        ("$${path.module}", []),
    ],
)
def test_every_reference_is_seen_but_the_names_of_a_loop(
    text: str, references: list[tuple[str, ...]]
) -> None:
    assert list(dict.fromkeys(parse_template(text).uses.references)) == references


@pytest.mark.parametrize(
    ("text", "directives"),
    [
        ("%{ if true }a%{ endif }", True),
        ('${"%{ if true }a%{ endif }"}', True),
        ("%%{ if true }", False),
        ("100% {", False),
        ('${"%%{ if true }"}', False),
        ("%%%{ if true }", False),
    ],
)
def test_directives_are_told_from_escapes(text: str, directives: bool) -> None:
    assert parse_template(text).uses.directives is directives


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$${a}", "${a}"),
        ("%%{a}", "%{a}"),
        ("${1}", 1),
        ("${true}", True),
        ("a${1}b${true}c", "a1btruec"),
        ('${["a", {"b" = 1}]}', ["a", {"b": 1}]),
        ("${var.a}", Unknown("${var.a}", ("var", "a"))),
        ("a${var.a}", Unknown("a${var.a}")),
        ("${(var.a)}", Unknown("${var.a}", ("var", "a"))),
        (
            '${jsonencode({a = "b"})}',
            Unknown('${jsonencode({a = "b"})}', (), {"a": "b"}),
        ),
    ],
)
def test_what_is_known_of_a_text_is_worked_out(text: str, value: Any) -> None:
    found = parse_template(text).value
    assert found == value
    if isinstance(found, Unknown) and not text.startswith("${("):
        assert written(found) == text


@pytest.mark.parametrize("text", ["${", "${}", "a${1", "%{ x }", "${'a'}", "${1}${", '${"}'])
def test_a_broken_template_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_template(text)


@pytest.mark.parametrize("text", ["", "a", "${a}", "$${a}", "$$${a}", "%{a}", "%%{", "$", "%", "{"])
def test_an_escaped_text_means_itself(text: str) -> None:
    assert parse_template(escaped(text)).value == text
