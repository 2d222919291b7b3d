"""What is not YAML is refused in words that say which mistake was made."""

import pytest

from compiler.diagnostics.model import Span
from compiler.source import syntax
from compiler.source.yaml import read
from tests.source.refusal import findings, refusal, rules

# fmt: off
REFUSED: list[tuple[str | bytes, tuple[str, ...]]] = [
    # quotes
    ('a: "x\nb: c\n', ('PT003 1:4 this quote is never closed: there is no second "',)),
    ("a: b\nc: 'd\n", ("PT003 2:4 this quote is never closed: there is no second '",)),
    ("a: 'it's'\n", ('PT003 1:8 this text stands after the closing quote',)),
    ('a: "x" y\n', ('PT003 1:8 this text stands after the closing quote',)),
    ('a: "C:\\q"\n', ('PT003 1:7 `\\q` is not an escape that YAML knows',)),
    ('a: "\\xZZ"\n', ('PT003 1:5 `\\xZZ` is not an escape that YAML knows',)),
    ('a: "\\ud800"\n', ('PT003 1:5 `\\ud800` is not an escape that YAML knows',)),
    ('a: "b\n---\nc"\n', ('PT003 2:1 a line of a text in quotes cannot begin with `---`',)),
    ('a: "b\nc: d\ne: "f"\n', ('PT003 1:4 this quote is not closed where it should be, but only in line 3',)),
    ("a: [b, 'c]\nd:\n  e: 'f'\n", ("PT003 1:8 this quote is not closed where it should be, but only in line 3",)),
    ('a: "b\nc: d\ne: f"\n', ('PT003 1:4 this quote is not closed where it should be, but only in line 3',)),
    ("a:\n  b: 'c\n  d:\n    - e'\n", ('PT003 2:6 this quote is not closed where it should be, but only in line 4',)),
    ('a: "b\n  c" d\n', ('PT003 2:6 this text stands after the closing quote',)),
    # characters that cannot begin a value
    ('a: @x\n', ('PT003 1:4 a value cannot begin with "@" unless it is in quotes',)),
    ('a: `x`\n', ('PT003 1:4 a value cannot begin with "`" unless it is in quotes',)),
    ('a: %x # c\n', ('PT003 1:4 a value cannot begin with "%" unless it is in quotes',)),
    ('%x: a\n', ('PT003 1:1 a line cannot begin with "%" unless it is in quotes',)),
    ('a: b\n%x: c\n', ('PT003 2:1 a line cannot begin with "%" unless it is in quotes',)),
    ('a: *.example.com\n', ('PT003 1:4 a value cannot begin with "*" unless it is in quotes',)),
    ('a: *\n', ('PT003 1:4 a value cannot begin with "*" unless it is in quotes',)),
    ('a: & b\n', ('PT003 1:4 a value cannot begin with "&" unless it is in quotes',)),
    ('a: !!\n', ('PT003 1:4 a value cannot begin with "!" unless it is in quotes',)),
    ('a: !<x z\n', ('PT003 1:4 a value cannot begin with "!" unless it is in quotes',)),
    ('a: {% x %}\n', ('PT003 1:4 this looks like a template, and specs have none',)),
    ('a: {{ x }}\n', ('PT003 1:4 this looks like a template, and specs have none',)),
    ('a: b\n{{- if c }}\nd: e\n{{- end }}\n', ('PT003 2:1 this looks like a template, and specs have none',)),
    ('a:\n  {{- range b }}\n  c: d\n', ('PT003 2:3 this looks like a template, and specs have none',)),
    ('a: b\n<% if c %>\nd: e\n', ('PT003 2:1 this looks like a template, and specs have none',)),
    # colons
    ('key: value: value\n', ('PT003 1:6 a value that holds ": " must be in quotes',)),
    ('- a: b: c\n', ('PT003 1:6 a value that holds ": " must be in quotes',)),
    ('a: "b": c\n', ('PT003 1:4 a value that holds ": " must be in quotes',)),
    ('name shop\nteam: x\n', ('PT003 1:1 a colon is missing after `name`',)),
    ('the name shop\nteam: x\n', ('PT003 1:1 `the name shop` is not `key: value`',)),
    ('name: shop\nport 8080\nteam: x\n', ('PT003 2:1 a colon is missing after `port`',)),
    ('name: shop\nteam\nimage: x\n', ('PT003 2:1 `team` is neither `key: value` nor part of the value above',)),
    ('name: shop\nport:8080\nteam: x\n', ('PT003 2:1 a space is missing after the colon of `port:8080`',)),
    ('name: shop\n  team: x\n', ('PT003 2:3 this line is indented below a line that already has a value',)),
    ('a:\n- b\n  c: d\n', ('PT003 3:3 this line is indented below a line that already has a value',)),
    (': a\n', ('PT003 1:1 there is no key before this colon',)),
    ('a: b\n: c\n', ('PT003 2:1 there is no key before this colon',)),
    ("x" * 1100 + ": y", ("PT003 1:1 this key is longer than 1,000 characters",)),
    ('{: a}\n', ('PT003 1:2 there is no key before this colon',)),
    # indentation
    ('a:\n    b: c\n  d: e\n', ('PT003 3:3 this line begins in column 3, below none of the keys that it could belong to',)),
    (' a: b\nc: d\n', ('PT003 2:1 this line begins in column 1, below none of the keys that it could belong to',)),
    ('a:\n\tb: c\n', ('PT003 2:1 this line is indented with a tab',)),
    ('a: b\n \tc: d\n', ('PT003 2:2 this line is indented with a tab',)),
    ('a: [\n\tb]\n', ('PT003 2:1 this line is indented with a tab',)),
    ('a: |\n\tb\n', ('PT003 2:1 this line is indented with a tab',)),
    ('-\ta: b\n', ('PT003 1:2 a tab stands where only spaces can',)),
    # lists
    ('a: - b\n', ('PT003 1:4 a list cannot begin on the line of its key',)),
    ('- a\nb: c\n', ('PT003 2:1 this line is not an item of the list above',)),
    ('a: b\n- c\n', ('PT003 2:1 this list item stands where a key should',)),
    ('a:\n- b\n-c\n', ('PT003 3:1 a space is missing after the dash of `-c`',)),
    ('a:\n  - --b\n   - --c\n', ('PT003 2:5 a list item that is indented differently from the one above is read as its next line',)),
    # brackets
    ('a: [x, z\nb: c\n', ('PT003 1:4 this `[` is not closed where it should be',)),
    ('a: {b: c\n', ('PT003 1:4 this `{` is not closed where it should be',)),
    ('a: [b, [c,\nd: e]] f\n', ('PT003 1:4 this `[` is not closed where it should be, but only in line 2',)),
    ('a: ]\n', ('PT003 1:4 there is no value before `]`',)),
    ('a: b\n}\n', ('PT003 2:1 nothing is open that this `}` could close',)),
    ('a: [b: c: d]\n', ('PT003 1:9 a comma or `]` is missing here',)),
    ('a: {b: c d: e}\n', ('PT003 1:11 a comma or `}` is missing here',)),
    ('a: [b], c\n', ('PT003 1:7 `, c` stands after the end of the value',)),
    ('a: [b,\n', ('PT003 2:1 a value is missing here',)),
    # other
    ('a: | b\n', ('PT003 1:4 after `|` the text begins on the next line',)),
    ('a: |0\n', ('PT003 1:4 after `|` the text begins on the next line',)),
    ('a: ? b\n', ('PT003 1:4 a value cannot begin with "? " unless it is in quotes',)),
    ('a: b\n...\nc: d\n', ('PT003 2:1 `...` ends the file, and more follows',)),
    ('a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n', ('PT003 2:1 here is a merge conflict that git left to you',)),
    ('a: b\n=======\nc: e\n>>>>>>> x\n', ('PT003 2:1 this line is left of a merge conflict', 'PT003 4:1 this line is left of a merge conflict')),
    ('<<<<<<< x\na: b\n||||||| y\na: c\n=======\n>>>>>>> z\n||||||| y\n', ('PT003 1:1 here is a merge conflict that git left to you', 'PT003 7:1 this line is left of a merge conflict')),
    ('# =======\n======= x: y\n', ('PT003 2:1 this line is left of a merge conflict',)),
]
# fmt: on


@pytest.mark.parametrize(("content", "expected"), REFUSED)
def test_a_mistake_is_named_where_it_was_made(
    content: str | bytes, expected: tuple[str, ...]
) -> None:
    assert findings(content) == list(expected)


def test_every_rule_has_an_example() -> None:
    assert rules(syntax) <= {line[:5] for _, lines in REFUSED for line in lines}


# fmt: off
HELP = [
    ("a: *.example.com # all", 'write "*.example.com"'),
    ('a: @"x"\\', r'write "@\"x\"\\"'),
    ("title: Shop: the app # x", 'write `title: "Shop: the app"`'),
    ("name: shop\nport:8080\n", "write `port: 8080`"),
    ("a:\n- b\n-c\n", "write `- c` for a list item"),
    ("name: shop\nport 8080\n", "write `port: 8080`"),
    ('a: "b\nc: "d"\n', 'close it with " at the end of the value'),
    ("name: shop\nteam\n", "write `team: ...` for a key, or `- team` for a list item; a text of several lines belongs in quotes or after `|`"),
    ("a:\n\tb: c", "indent with two spaces for each level; most editors can be told to"),
    ("a: 'it's'", "put the whole value between one pair of quotes; an apostrophe between single quotes is written twice"),
    ('a: "\\d"', r"between double quotes a backslash begins an escape: for the backslash itself write two, \\, or put the text in single quotes"),
    ("a: [b", "close it with `]`, and put a comma between the entries"),
    ("a: - b", 'begin it on the next line, or write [a, b]; if text is meant, write it in quotes: "- b"'),
    ("a: {{ x }}", "write the value itself; what differs between environments belongs under `environments`; a text that begins with a brace belongs in quotes"),
]
# fmt: on


@pytest.mark.parametrize(("text", "help"), HELP)
def test_help_says_what_to_write_instead(text: str, help: str) -> None:
    assert [diagnostic.help for diagnostic in refusal(text)] == [help]


@pytest.mark.parametrize("text", ['a: "b\n  c: d"\n', "a:\n  'b:\n\n  c d'\n", 'a:\n- "b\n  c:"\n'])
def test_a_text_in_quotes_may_go_on_below_its_key(text: str) -> None:
    assert set(read("f", text.encode()).data) == {"a"}


def test_a_quote_that_is_closed_too_late_shows_where_as_well() -> None:
    diagnostic = refusal('a: "b\nc: "d"\n')[0]
    assert diagnostic.primary.span == Span("apps/shop.yaml", 1, 4, 1, 5)
    assert [place.span for place in diagnostic.secondary] == [Span("apps/shop.yaml", 2, 4, 2, 5)]


def test_a_line_that_hangs_below_a_value_shows_that_value_as_well() -> None:
    diagnostic = refusal("# x\nname: shop # the shop\n\n  team: a\n")[0]
    assert diagnostic.primary.span == Span("apps/shop.yaml", 4, 3, 4, 10)
    assert [place.span for place in diagnostic.secondary] == [Span("apps/shop.yaml", 2, 1, 2, 11)]
