"""Specs are read strictly: what is refused, where, in which words, and what data come out."""

import contextlib
import re
import time
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Diagnostic, Rejected, Rule, Span
from compiler.emit import yaml as emit_yaml
from compiler.source import yaml as source_yaml
from compiler.source.yaml import MAX_BYTES, MAX_DEPTH, MAX_DIAGNOSTICS, Document, read


def refusal(content: str | bytes) -> list[Diagnostic]:
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(Rejected) as caught:
        read("apps/shop.yaml", content)
    return caught.value.diagnostics


def short(diagnostic: Diagnostic) -> str:
    span = diagnostic.primary.span
    return f"{diagnostic.rule.id} {span.line}:{span.column} {diagnostic.message}"


# fmt: off
REFUSED: list[tuple[str | bytes, tuple[str, ...]]] = [
    # encoding
    (b'name: caf\xe9\n', ('PT002 1:10 the file is not UTF-8: the byte 0xE9 begins no character',)),
    (b'a: b\r\nc: \xff\n', ('PT002 2:4 the file is not UTF-8: the byte 0xFF begins no character',)),
    (b'\xef\xbb\xbfname: no\n', ('PT002 1:1 the file starts with a byte order mark, an invisible character','PT008 1:7 `no` is read as false by some YAML readers and as text by others',)),
    (b'\xff\xfen\x00a\x00', ('PT002 1:1 the file is not UTF-8; it looks like UTF-16 or UTF-32',)),
    (b'n\x00a\x00m\x00e\x00', ('PT002 1:1 the file is not UTF-8; it looks like UTF-16 or UTF-32',)),
    (b'\xfe\xff\x00n', ('PT002 1:1 the file is not UTF-8; it looks like UTF-16 or UTF-32',)),
    (b'# \x80', ('PT002 1:3 the file is not UTF-8: the byte 0x80 begins no character',)),
    # syntax: quotes
    ('a: "x\nb: c\n', ('PT003 1:4 this quote is never closed: there is no second "',)),
    ("a: b\nc: 'd\n", ("PT003 2:4 this quote is never closed: there is no second '",)),
    ("a: 'it's'\n", ('PT003 1:8 this text stands after the closing quote',)),
    ('a: "x" y\n', ('PT003 1:8 this text stands after the closing quote',)),
    ('a: "C:\\q"\n', ('PT003 1:7 `\\q` is not an escape that YAML knows',)),
    ('a: "\\xZZ"\n', ('PT003 1:5 `\\xZZ` is not an escape that YAML knows',)),
    ('a: "\\ud800"\n', ('PT003 1:5 `\\ud800` is not an escape that YAML knows',)),
    ('a: "b\n---\nc"\n', ('PT003 2:1 a line of a text in quotes cannot begin with `---`',)),
    # syntax: characters that cannot begin a value
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
    ('a: {{ x }}\n', ('PT003 1:5 this looks like a template, and specs have none',)),
    # syntax: colons
    ('key: value: value\n', ('PT003 1:6 a value that holds ": " must be in quotes',)),
    ('- a: b: c\n', ('PT003 1:6 a value that holds ": " must be in quotes',)),
    ('a: "b": c\n', ('PT003 1:4 a value that holds ": " must be in quotes',)),
    ('name shop\nteam: x\n', ('PT003 1:1 `name shop` is not `key: value`',)),
    ('name: shop\nteam\nimage: x\n', ('PT003 2:1 `team` is neither `key: value` nor part of the value above',)),
    ('name: shop\nport:8080\nteam: x\n', ('PT003 2:1 a space is missing after the colon of `port:8080`',)),
    ('name: shop\n  team: x\n', ('PT003 2:3 this line is indented below a line that already has a value',)),
    ('a:\n- b\n  c: d\n', ('PT003 3:3 this line is indented below a line that already has a value',)),
    (': a\n', ('PT003 1:1 there is no key before this colon',)),
    ('a: b\n: c\n', ('PT003 2:1 there is no key before this colon',)),
    # syntax: indentation
    ('a:\n    b: c\n  d: e\n', ('PT003 3:3 this line begins in column 3, below none of the keys that it could belong to',)),
    (' a: b\nc: d\n', ('PT003 2:1 this line begins in column 1, below none of the keys that it could belong to',)),
    ('a:\n\tb: c\n', ('PT003 2:1 this line is indented with a tab',)),
    ('a: b\n \tc: d\n', ('PT003 2:2 this line is indented with a tab',)),
    ('a: [\n\tb]\n', ('PT003 2:1 this line is indented with a tab',)),
    ('a: |\n\tb\n', ('PT003 2:1 this line is indented with a tab',)),
    ('-\ta: b\n', ('PT003 1:2 a tab stands where only spaces can',)),
    # syntax: lists
    ('a: - b\n', ('PT003 1:4 a list cannot begin on the line of its key',)),
    ('- a\nb: c\n', ('PT003 2:1 this line is not an item of the list above',)),
    ('a: b\n- c\n', ('PT003 2:1 this list item stands where a key should',)),
    ('a:\n- b\n-c\n', ('PT003 3:1 a space is missing after the dash of `-c`',)),
    ('a:\n  - --b\n   - --c\n', ('PT003 2:5 a list item that is indented differently from the one above is read as its next line',)),
    # syntax: brackets
    ('a: [x, z\nb: c\n', ('PT003 1:4 this `[` is not closed where it should be',)),
    ('a: {b: c\n', ('PT003 1:4 this `{` is not closed where it should be',)),
    ('a: ]\n', ('PT003 1:4 there is no value before `]`',)),
    ('a: b\n}\n', ('PT003 2:1 nothing is open that this `}` could close',)),
    ('a: [b: c: d]\n', ('PT003 1:9 a comma or `]` is missing here',)),
    ('a: {b: c d: e}\n', ('PT003 1:11 a comma or `}` is missing here',)),
    ('a: [b], c\n', ('PT003 1:7 `, c` stands after the end of the value',)),
    ('a: [b,\n', ('PT003 2:1 a value is missing here',)),
    # syntax: other
    ('a: | b\n', ('PT003 1:4 after `|` the text begins on the next line',)),
    ('a: |0\n', ('PT003 1:4 after `|` the text begins on the next line',)),
    ('a: ? b\n', ('PT003 1:4 a value cannot begin with "? " unless it is in quotes',)),
    ('a: b\n...\nc: d\n', ('PT003 2:1 `...` ends the file, and more follows',)),
    ('a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n', ('PT003 2:1 here is a merge conflict that git left to you',)),
    # keys
    ('a: x\nb: z\na: v\na: w\n', ('PT004 3:1 the key `a` is written twice','PT004 4:1 the key `a` is written twice',)),
    ('a:\n  b: 1\n  "b": 2\n', ('PT004 3:3 the key `b` is written twice',)),
    ('{a: 1, a: 2}\n', ('PT004 1:8 the key `a` is written twice',)),
    ('8080: a\nnull: b\n1.5: c\ntrue: d\n', ('PT005 1:1 the key `8080` is not text','PT005 2:1 the key `null` is not text','PT005 3:1 the key `1.5` is not text','PT005 4:1 the key `true` is not text',)),
    ('[a]: c\n{a: b}: d\n? - x\n: v\n? |\n  t\n: u\n', ('PT005 1:1 a key must be text, and this is a list','PT005 2:1 a key must be text, and this is a mapping','PT005 3:3 a key must be text, and this is a list',)),
    ('{: a}\n', ('PT003 1:2 there is no key before this colon',)),
    # references
    ('a: &x b\nc: *x\nd: &k\n  e: f\n', ('PT006 1:4 `&x` names a value for use elsewhere, and specs have no such references','PT006 2:4 `*x` refers to another value, and specs have no such references','PT006 3:4 `&k` names a value for use elsewhere, and specs have no such references',)),
    ('<<: {a: b}\n', ('PT006 1:1 `<<` is a merge key, and specs have none',)),
    ('a: 1\n"<<": {a: b}\n', ('PT006 2:1 `<<` is a merge key, and specs have none',)),
    ('*x : a\n', ('PT006 1:1 `*x` refers to another value, and specs have no such references',)),
    ('a: &a [x]\nb: &b [*a, *a]\n', ('PT006 1:4 `&a` names a value for use elsewhere, and specs have no such references','PT006 2:4 `&b` names a value for use elsewhere, and specs have no such references','PT006 2:8 `*a` refers to another value, and specs have no such references','PT006 2:12 `*a` refers to another value, and specs have no such references',)),
    # tags
    ('d: !!str e\nf: !Ref g\nh: ! i\n', ('PT007 1:4 `!!str` is a YAML tag, and specs have none','PT007 2:4 `!Ref` is a YAML tag, and specs have none','PT007 3:4 `!` is a YAML tag, and specs have none',)),
    ('j: !k\n  l: m\nn: ! [o]\n', ('PT007 1:4 `!k` is a YAML tag, and specs have none','PT008 3:1 the key `n` is read as false by some YAML readers and as text by others','PT007 3:4 `!` is a YAML tag, and specs have none',)),
    ('!a b: c\n', ('PT007 1:1 `!a` is a YAML tag, and specs have none',)),
    ('a: !!binary TG9h\n', ('PT007 1:4 `!!binary` is a YAML tag, and specs have none',)),
    # words
    ('a: no\nb: Yes\nc: ON\nd: off\ne: y\nf: N\ng: True\nh: FALSE\ni: Null\nj: ~\n', ('PT008 1:4 `no` is read as false by some YAML readers and as text by others','PT008 2:4 `Yes` is read as true by some YAML readers and as text by others','PT008 3:4 `ON` is read as true by some YAML readers and as text by others','PT008 4:4 `off` is read as false by some YAML readers and as text by others','PT008 5:4 `y` is read as true by some YAML readers and as text by others','PT008 6:4 `N` is read as false by some YAML readers and as text by others','PT008 7:4 `True` is read as true by some YAML readers and as text by others','PT008 8:4 `FALSE` is read as false by some YAML readers and as text by others','PT008 9:4 `Null` is read as null by some YAML readers and as text by others','PT008 10:4 `~` is read as null by some YAML readers and as text by others',)),
    ('on: push\nn: 1\n~: 2\n', ('PT008 1:1 the key `on` is read as true by some YAML readers and as text by others','PT008 2:1 the key `n` is read as false by some YAML readers and as text by others','PT008 3:1 the key `~` is read as null by some YAML readers and as text by others',)),
    ('a: [no, {b: yes}]\n', ('PT008 1:5 `no` is read as false by some YAML readers and as text by others','PT008 1:13 `yes` is read as true by some YAML readers and as text by others',)),
    # numbers
    ('a: 010\nb: 0o17\nc: 0x1F\nd: 0b1\ne: 1_000\nf: 12:30\ng: 1e3\nh: 089\ni: 00\nj: 1.5e-3\nk: 1:30:00\nl: -0x1f\n', ('PT008 1:4 `010` is read as 8 by some YAML readers and as 10 by others','PT008 2:4 `0o17` is read as 15 by some YAML readers and as text by others','PT008 3:4 `0x1F` is read as 31 by some YAML readers and as text by others','PT008 4:4 `0b1` is read as 1 by some YAML readers and as text by others','PT008 5:4 `1_000` is read as 1000 by some YAML readers and as text by others','PT008 6:4 `12:30` is read as 750 by some YAML readers and as text by others','PT008 7:4 `1e3` is read as 1000 by some YAML readers and as text by others','PT008 8:4 `089` is read as 89 by some YAML readers and as text by others','PT008 9:4 `00` is read as the number 0','PT008 10:4 `1.5e-3` is read as 0.0015 by some YAML readers and as text by others','PT008 11:4 `1:30:00` is read as 5400 by some YAML readers and as text by others','PT008 12:4 `-0x1f` is read as -31 by some YAML readers and as text by others',)),
    ('a: .inf\nb: -.INF\nc: .nan\n', ('PT008 1:4 `.inf` is read as a number that Kubernetes and Terraform cannot take','PT008 2:4 `-.INF` is read as a number that Kubernetes and Terraform cannot take','PT008 3:4 `.nan` is read as a number that Kubernetes and Terraform cannot take',)),
    ('a: 1.10\nb: +5\nc: -0\nd: .5\ne: 5.\nf: 12345678901234567890\ng: 0.12345678901234567\nh: 1.0e+400\ni: -0.0\nj: 01.5\n', ('PT008 1:4 `1.10` is read as the number 1.1','PT008 2:4 `+5` is read as the number 5','PT008 3:4 `-0` is read as the number 0','PT008 4:4 `.5` is read as the number 0.5','PT008 5:4 `5.` is read as the number 5.0','PT008 6:4 `12345678901234567890` is read as a number with more digits than every YAML reader keeps','PT008 7:4 `0.12345678901234567` is read as a number with more digits than every YAML reader keeps','PT008 8:4 `1.0e+400` is read as a number by some YAML readers and as text by others','PT008 9:4 `-0.0` is read as the number 0.0','PT008 10:4 `01.5` is read as the number 1.5',)),
    ('012: a\n1e3: b\n', ('PT008 1:1 the key `012` is read as 10 by some YAML readers and as 12 by others','PT008 2:1 the key `1e3` is read as 1000 by some YAML readers and as text by others',)),
    # dates and signs
    ('a: 2024-01-01\nb: 2024-1-1 10:00:00Z\nc: 2024-01-01T10:00:00Z\n', ('PT008 1:4 `2024-01-01` is read as a date by some YAML readers and as text by others','PT008 2:4 `2024-1-1 10:00:00Z` is read as a date by some YAML readers and as text by others','PT008 3:4 `2024-01-01T10:00:00Z` is read as a date by some YAML readers and as text by others',)),
    ('a: =\nb: <<\n', ('PT008 1:4 `=` is read in a special way by some YAML readers and as text by others','PT008 2:4 `<<` is read in a special way by some YAML readers and as text by others',)),
    # hidden characters
    ('a: b\x07c\n', ('PT009 1:5 U+0007 is a control character',)),
    ('a: b\u200bc\nd: \u202ee\n# \u2066\n', ('PT009 1:5 U+200B ZERO WIDTH SPACE is invisible','PT009 2:4 U+202E RIGHT-TO-LEFT OVERRIDE changes the order in which this line is shown','PT009 3:3 U+2066 LEFT-TO-RIGHT ISOLATE changes the order in which this line is shown',)),
    ('a\xa0: b\n', ('PT009 1:2 U+00A0 NO-BREAK SPACE looks like a space and is none',)),
    ('a: b\ufeff\n', ('PT009 1:5 U+FEFF ZERO WIDTH NO-BREAK SPACE is invisible',)),
    ('a: \ufffe\n', ('PT009 1:4 U+FFFE stands for no character',)),
    ('a: \x7f\n', ('PT009 1:4 U+007F is a control character',)),
    ('a: \U000e0041\n', ('PT009 1:4 U+E0041 TAG LATIN CAPITAL LETTER A is invisible',)),
    ('a: "\\x7F"\n', ('PT009 1:4 U+007F in this text would not reach a cluster unchanged',)),
    ('a: "\\N"\n', ('PT009 1:4 U+0085 in this text would not reach a cluster unchanged',)),
    # line breaks
    ('a: b\rc: d\n', ('PT010 1:5 a carriage return without a line feed ends this line for some programs only',)),
    ('a: b\u2028c: no\n', ('PT010 1:5 U+2028 LINE SEPARATOR ends this line for some programs only',)),
    ('# x\x85type: y\na: b\n', ('PT010 1:4 U+0085 ends this line for some programs only',)),
    ('a: b\u2029\n', ('PT010 1:5 U+2029 PARAGRAPH SEPARATOR ends this line for some programs only',)),
    # not one mapping
    ('', ('PT011 0:0 the file is empty',)),
    ('# a\n\n', ('PT011 0:0 the file is empty',)),
    ('---\n', ('PT011 0:0 the file is empty',)),
    ('null\n', ('PT011 0:0 the file is empty',)),
    ('- a\n', ('PT011 1:1 the file is a list',)),
    ('abc\n', ('PT011 1:1 the file is one single value',)),
    ('[a]\n', ('PT011 1:1 the file is a list',)),
    ('--- # x\n\n- a\n', ('PT011 3:1 the file is a list',)),
    ('---\na: b\n---\nc: no\n', ('PT011 3:1 a second document begins here',)),
    ('a: b\n---\n', ('PT011 2:1 a second document begins here',)),
    ('%YAML 1.2\n---\na: b\n', ('PT011 1:1 `%YAML` is a YAML directive, and specs have none',)),
    ('# x\n%TAG ! a\n%FOO\n---\na: no\n', ('PT011 2:1 `%TAG` is a YAML directive, and specs have none','PT011 3:1 `%FOO` is a YAML directive, and specs have none','PT008 5:4 `no` is read as false by some YAML readers and as text by others',)),
    # limits
    ("a: " + "[" * 40 + "]" * 40, ("PT012 1:35 this is nested deeper than 32 levels",)),
    ("a: " + "{a: " * 40, ("PT012 1:128 this is nested deeper than 32 levels",)),
    ("".join(" " * i + "a:\n" for i in range(40)), ("PT012 33:33 this is nested deeper than 32 levels",)),
    ("a: " + "b" * MAX_BYTES, ("PT012 0:0 the file is larger than 256 KiB",)),
    ("x" * 1100 + ": y", ("PT003 1:1 this key is longer than 1,000 characters",)),
]
# fmt: on


@pytest.mark.parametrize(("content", "expected"), REFUSED)
def test_what_is_refused_is_named_with_its_place(
    content: str | bytes, expected: tuple[str, ...]
) -> None:
    assert [short(diagnostic) for diagnostic in refusal(content)] == list(expected)


def test_every_rule_has_a_refused_example() -> None:
    rules = {rule.id for rule in vars(source_yaml).values() if isinstance(rule, Rule)}
    assert rules == {f"PT{number:03}" for number in range(1, 13)}
    shown = {line[:5] for _, lines in REFUSED for line in lines}
    assert rules - shown == {"PT001"}, "PT001 is for those who open files"


# fmt: off
HELP = [
    ("a: no", 'write "no" in quotes for the text, or false'),
    ("on: a", 'write the key in quotes: "on"'),
    ("a: ~", 'write "~" in quotes for the text, or null'),
    ("a: 010", 'write "010" in quotes for the text, or 8 or 10 for the number'),
    ("a: 12:30", 'write "12:30" in quotes for the text, or 750 for the number'),
    ("a: 1.10", 'write "1.10" in quotes for the text, or 1.1 for the number'),
    ("a: 2024-01-01", 'write "2024-01-01" in quotes for the text'),
    ("a: .inf", 'write ".inf" in quotes for the text'),
    ("8080: a", 'write it in quotes: "8080"'),
    ("a: *.example.com # all", 'write "*.example.com"'),
    ('a: @"x"\\', r'write "@\"x\"\\"'),
    ("a: *x", 'write the value itself; if text is meant, write it in quotes: "*x"'),
    ("a: &x b", 'remove it, and write the value out wherever it is needed; if text is meant, write it in quotes: "&x b"'),
    ("a: !Ref b", 'remove it; if text is meant, write it in quotes: "!Ref b"'),
    ("a: !Ref", 'remove it; if text is meant, write it in quotes: "!Ref"'),
    ("a: b\n<<: {c: d}", "write the merged keys out; to spare an environment from repeating them, put them outside `environments`"),
    ("'<<': a", "choose another key: Flux would drop this one, even in quotes"),
    ("a: b\na: c", "keep one of the two; a key stands once in a mapping"),
    ("title: Shop: the app # x", 'write `title: "Shop: the app"`'),
    ("name: shop\nport:8080\n", "write `port: 8080`"),
    ("a:\n- b\n-c\n", "write `- c` for a list item"),
    ("name: shop\nteam\n", "write `team: ...` for a key, or `- team` for a list item; a text of several lines belongs in quotes or after `|`"),
    ("a:\n\tb: c", "indent with two spaces for each level; most editors can be told to"),
    ("a: 'it's'", "put the whole value between one pair of quotes; an apostrophe between single quotes is written twice"),
    ('a: "\\d"', r"between double quotes a backslash begins an escape: for the backslash itself write two, \\, or put the text in single quotes"),
    ("a: [b", "close it with `]`, and put a comma between the entries"),
    ("a: - b", 'begin it on the next line, or write [a, b]; if text is meant, write it in quotes: "- b"'),
    ("a: {{ x }}", "write the value itself; what differs between environments belongs under `environments`; a text that begins with a brace belongs in quotes"),
    ("a: b\u200b", r'remove it; if a text needs it, write it as \u200B between double quotes: "\u200B"'),
    ("a: b\u00a0c", r'type a space instead; if a text needs it, write it as \xA0 between double quotes: "\xA0"'),
    ("a: b\x7f", "remove it"),
    ('a: "\\x85"', "remove it; if it is data, encode the whole text, for example as base64"),
    ("a: b\u2028", r'press Enter instead; if a text needs it, write it as \u2028 between double quotes: "\u2028"'),
    ("a: b\rc: d", "save the file with LF line ends"),
    ("a: b\n---\nc: d", "a file describes one thing: remove this line, or move what follows to another file"),
    ("", "write lines of `key: value`, the first being `name: ...`"),
]
# fmt: on


@pytest.mark.parametrize(("text", "help"), HELP)
def test_help_says_what_to_write_instead(text: str, help: str) -> None:
    assert [diagnostic.help for diagnostic in refusal(text)] == [help]


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = "a: no\nb: &x 1\nc: \u200b\na: 010\n1: [*x, !t z]\nd: 'e\n"
    assert [short(diagnostic) for diagnostic in refusal(text)] == [
        "PT008 1:4 `no` is read as false by some YAML readers and as text by others",
        "PT006 2:4 `&x` names a value for use elsewhere, and specs have no such references",
        "PT009 3:4 U+200B ZERO WIDTH SPACE is invisible",
        "PT004 4:1 the key `a` is written twice",
        "PT008 4:4 `010` is read as 8 by some YAML readers and as 10 by others",
        "PT005 5:1 the key `1` is not text",
        "PT006 5:5 `*x` refers to another value, and specs have no such references",
        "PT007 5:9 `!t` is a YAML tag, and specs have none",
    ]


def test_a_duplicate_key_shows_the_first_one_as_well() -> None:
    diagnostic = refusal("a: {b: 1}\nenv:\n  b: 1\n  c: 2\n  b: 3\n")[0]
    assert diagnostic.primary.span == Span("apps/shop.yaml", 5, 3, 5, 4)
    assert [place.span for place in diagnostic.secondary] == [Span("apps/shop.yaml", 3, 3, 3, 4)]


def test_a_line_that_hangs_below_a_value_shows_that_value_as_well() -> None:
    diagnostic = refusal("# x\nname: shop # the shop\n\n  team: a\n")[0]
    assert diagnostic.primary.span == Span("apps/shop.yaml", 4, 3, 4, 10)
    assert [place.span for place in diagnostic.secondary] == [Span("apps/shop.yaml", 2, 1, 2, 11)]


def test_columns_count_characters() -> None:
    assert short(refusal("{日本: 1, 😀: no}")[0]).startswith("PT008 1:12 ")


def test_no_more_than_a_hundred_problems_are_reported() -> None:
    for line in ("a: no\n", "# \u200b\n", "- *a\n", "? [a]\n", "{", "%A\n", "<<<<<<< x\n", "\ta\n"):
        assert 0 < len(refusal(line * 5000)) <= MAX_DIAGNOSTICS


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("a: 0\nb: -1\nc: 8080\nd: 123456789012345678", {"a": 0, "b": -1, "c": 8080, "d": 123456789012345678}),
    ("a: 1.5\nb: 0.25\nc: -2.0\nd: 1.0", {"a": 1.5, "b": 0.25, "c": -2.0, "d": 1.0}),
    ("a: true\nb: false\nc: null\nd:\ne: ''", {"a": True, "b": False, "c": None, "d": None, "e": ""}),
    ("a: 'no'\n\"on\": '010'\n'8080': \"~\"", {"a": "no", "on": "010", "8080": "~"}),
    ("a: 1.4.2\nb: 100m\nc: 2Gi\nd: v1e3\ne: None\nf: nan\ng: 8080:80\nh: 10.0.0.0/16", {"a": "1.4.2", "b": "100m", "c": "2Gi", "d": "v1e3", "e": "None", "f": "nan", "g": "8080:80", "h": "10.0.0.0/16"}),
    ("---\na: b\n", {"a": "b"}),
    ("--- # x\na: b\n...\n", {"a": "b"}),
    ("a: b\r\nc: |\r\n  d\r\n  e\r\n", {"a": "b", "c": "d\ne\n"}),
    ("a: |\n  b\n  \tc\n   d\ne: >-\n  f\n  g\n", {"a": "b\n\tc\n d\n", "e": "f g"}),
    ("a: foo - bar\nb: foo\n  bar\n", {"a": "foo - bar", "b": "foo bar"}),
    ("a: \"\\u200B\\t\\\"\\\\\"\nb: 'it''s'", {"a": "\u200b\t\"\\", "b": "it's"}),
    ("replicas: {min: 3, max: 12}\nlist: [a, b: c]\n", {"replicas": {"min": 3, "max": 12}, "list": ["a", {"b": "c"}]}),
    ("a:\tb\t# c", {"a": "b"}),
    ("{}", {}),
    ("日本: é 😀️", {"日本": "é 😀️"}),
    ("a: yellow\nb: offset\nc: =x\nd: 'a'\n? e\n: f", {"a": "yellow", "b": "offset", "c": "=x", "d": "a", "e": "f"}),
    ("a%a: b", {"a%a": "b"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "data"), ACCEPTED)
def test_what_is_accepted_means_the_same_to_every_reader(text: str, data: dict[str, Any]) -> None:
    document = read("apps/shop.yaml", text.encode())
    assert repr(document.data) == repr(data)


def test_the_deepest_allowed_nesting_is_read() -> None:
    depth = MAX_DEPTH - 1
    data = read("f", f"a: {'[' * depth}{']' * depth}".encode()).data
    assert repr(data["a"]) == "[" * depth + "]" * depth


def test_the_text_of_a_document_has_lf_line_ends() -> None:
    document = read("f", b"a: b\r\nc: d\r\n")
    assert document.text == "a: b\nc: d\n"
    assert document.span(("c",)) == Span("f", 2, 4, 2, 5)


def test_a_document_is_frozen() -> None:
    with pytest.raises(AttributeError):
        read("f", b"a: b").path = "g"  # type: ignore[misc]


# Places --------------------------------------------------------------------------------------

SPEC = """\
# the shop
name: shop
image: "ghcr.io/acme/shop:1"
env:
  A: |
    one
     two

  # between
  B:
paths: [/, '/x']
hosts:
- a
- b: c
  d: e

environments:
  dev:
  prod: {replicas: {min: 3}}   # many
"""


def excerpt(text: str, span: Span) -> str:
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("name",), "shop", "name"),
        (("image",), '"ghcr.io/acme/shop:1"', "image"),
        (("env",), "A: |\n    one\n     two\n\n  # between\n  B:", "env"),
        (("env", "A"), "|\n    one\n     two", "A"),
        (("env", "B"), "", "B"),
        (("paths",), "[/, '/x']", "paths"),
        (("paths", 1), "'/x'", "'/x'"),
        (("hosts",), "- a\n- b: c\n  d: e", "hosts"),
        (("hosts", 1), "b: c\n  d: e", "b: c\n  d: e"),
        (("hosts", 1, "d"), "e", "d"),
        (("environments", "dev"), "", "dev"),
        (("environments", "prod", "replicas"), "{min: 3}", "replicas"),
        (("environments", "prod", "replicas", "min"), "3", "min"),
        # What is not there is shown by what is there around it.
        (("environments", "prod", "replicas", "max"), "{min: 3}", "replicas"),
        (("environments", "dev", "replicas", "max"), "", "dev"),
        (("hosts", 7), "- a\n- b: c\n  d: e", "hosts"),
        (("name", 0), "shop", "name"),
        (("hosts", "0"), "- a\n- b: c\n  d: e", "hosts"),
    ],
)
def test_a_span_covers_the_value_or_the_key(
    path: tuple[str | int, ...], value: str, key: str
) -> None:
    document = read("f", SPEC.encode())
    assert excerpt(document.text, document.span(path)) == value
    assert excerpt(document.text, document.span(path, key=True)) == key


def test_the_span_of_the_whole_document_begins_at_the_first_key() -> None:
    document = read("f", SPEC.encode())
    assert document.span(()) == document.span(("team",)) == Span("f", 2, 1, 19, 29)


# Properties ----------------------------------------------------------------------------------

PIECES = [
    *" \n\t:#-?,[]{}&*!|>'\"%@`~=<\\/.+_0123456789aeynoxé日😀\r\x00\x07\x7f\x85\u00a0\u2028\u200b\ufeff",
    *["a: ", "b: ", "- ", "\n  ", "\n    ", "\n- ", "\n\n", ": ", " #", "? ", "---\n", "...\n", "<<"],
    *["yes", "null", "true", "1.5", "0x1F", "12:30", "2024-01-01", "|\n", ">-\n", "'x'", '"x"', "{a: b}"],
    *["[a, b]", "&a ", "*a", "!!str ", "%YAML 1.2\n", "<<<<<<< ", "\\u", "key: value\n", "\r\n", "{{ x }}"],
]  # fmt: skip
anything = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def outcome(content: bytes) -> Document | list[Diagnostic]:
    """What `read` makes of the content; a finding that nobody could read fails the test."""
    try:
        return read("f", content)
    except Rejected as rejected:
        diagnostics = rejected.diagnostics
    assert diagnostics
    for diagnostic in diagnostics:
        span = diagnostic.primary.span
        assert diagnostic.message.isprintable(), diagnostic
        assert diagnostic.help.isprintable(), diagnostic
        assert span.path == "f"
        assert span.line <= content.count(b"\n") + 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
    return diagnostics


def seconds(content: bytes) -> float:
    """The least of a few tries: Python's garbage collector may fall into any one of them."""
    best = 9.0
    for _ in range(3):
        begun = time.process_time()
        with contextlib.suppress(Rejected):
            read("f", content)
        best = min(best, time.process_time() - begun)
        if best < 0.05:
            break
    return best


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    outcome(content)


@given(anything)
@settings(max_examples=1500)
def test_any_text_is_read_or_refused(text: str) -> None:
    outcome(text.encode())


@given(st.sampled_from(PIECES), st.sampled_from(["", *PIECES]), st.sampled_from(["", *PIECES]))
@settings(max_examples=60, deadline=None)
def test_the_largest_files_are_read_or_refused_in_a_second(head: str, body: str, tail: str) -> None:
    unit = head + body
    for begin in ("", "a: ", "a: [", 'a: "', "a: |\n ", "a: @"):
        content = f"{begin}{unit * (MAX_BYTES // len(unit.encode()) - 20)}{tail}".encode()
        assert seconds(content[:MAX_BYTES]) < 1.0, (begin, head, body, tail)


@pytest.mark.parametrize(
    "opening", ["[", "{", "[[\n", "{a: ", "- ", "? ", "[? ", "a: [", "{{", "[{"]
)
def test_a_hundred_thousand_brackets_are_refused_in_milliseconds(opening: str) -> None:
    content = (opening * 100_000)[:MAX_BYTES].encode()
    assert refusal(content)
    assert seconds(content) < 0.1


words = st.sampled_from(["name", "a", "b c", "é", "x-y", "1.4.2", "100m", "it's", "a: b", "no", "", " x", "x ", "#", "1", "a #b", "- a", "[x", "日本", "l1\nl2", "l1\n\n l2\n", "long " * 12 + "text", "t\tt"])  # fmt: skip
scalars = (
    words | st.integers(-9999, 9999) | st.booleans() | st.none() | st.sampled_from([1.5, -0.25])
)
trees: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(words, trees, min_size=1, max_size=4)


def spelled(data: dict[str, Any], style: int, flow: bool | None, width: int, comment: bool) -> str:
    """The data as YAML in one of many layouts."""
    if style == 4:
        text = emit_yaml.document(data)
    else:
        text = yaml.dump(
            data,
            Dumper=yaml.CSafeDumper,
            default_style=[None, "'", '"', "|"][style],
            default_flow_style=flow,
            width=width,
            allow_unicode=True,
            sort_keys=False,
        )
    return text.replace("\n", "  # c\n\n", 1) if comment else text


def paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    children: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        children = list(data.items())
    elif isinstance(data, list):
        children = list(enumerate(data))
    return [(path, data)] + [p for k, v in children for p in paths(v, (*path, k))]


@given(documents, st.integers(0, 4), st.sampled_from([True, False, None]), st.sampled_from([20, 99]), st.booleans())  # fmt: skip
@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
def test_the_text_of_every_span_reads_as_its_value(
    data: dict[str, Any], style: int, flow: bool | None, width: int, comment: bool
) -> None:
    document = outcome(spelled(data, style, flow, width, comment).encode())
    assume(isinstance(document, Document))
    assert isinstance(document, Document)
    for path, value in paths(document.data):
        span = document.span(path)
        text = excerpt(document.text, span)
        if re.match(r"[|>][-+]?[1-9]", text) or (
            text.count("\n") and re.search("[|>][-+]?[1-9]", text)
        ):
            continue  # counts its indentation from a parent that is not in the excerpt
        text = text.removesuffix("\n") + "\n"
        if path == ():
            assert outcome(text.encode()) == Document("f", text, value)
            continue
        indent = span.column - 1 or not text.startswith("-")
        alone = f"x:\n{' ' * indent}{text}"
        reread = outcome(alone.encode())
        assert isinstance(reread, Document), (alone, reread)
        assert repr(reread.data) == repr({"x": value})
        if isinstance(path[-1], str):
            key = excerpt(document.text, document.span(path, key=True))
            if "\n" in key:
                continue  # allowed in brackets only
            reread = outcome(f"{key}: 1".encode())
            assert isinstance(reread, Document)
            assert reread.data == {path[-1]: 1}


@given(documents, st.integers(0, 4), st.sampled_from([True, False, None]))
@settings(max_examples=300)
def test_what_is_accepted_is_what_yaml_1_1_readers_read(
    data: dict[str, Any], style: int, flow: bool | None
) -> None:
    text = spelled(data, style, flow, 99, comment=False)
    document = outcome(text.encode())
    if isinstance(document, Document):
        assert repr(document.data) == repr(yaml.load(text, yaml.CSafeLoader))


@given(anything)
@settings(max_examples=1500)
def test_any_accepted_text_is_what_yaml_1_1_readers_read(text: str) -> None:
    document = outcome(text.encode())
    if isinstance(document, Document):
        assert repr(document.data) == repr(yaml.load(document.text, yaml.CSafeLoader))
