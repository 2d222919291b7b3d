"""What YAML has and specs have not is refused."""

import pytest

from compiler.diagnostics.model import Span
from compiler.source import subset
from tests.source.refusal import findings, refusal, rules

# fmt: off
REFUSED: list[tuple[str | bytes, tuple[str, ...]]] = [
    # keys
    ('a: x\nb: z\na: v\na: w\n', ('PT004 3:1 the key `a` is written twice','PT004 4:1 the key `a` is written twice',)),
    ('a:\n  b: 1\n  "b": 2\n', ('PT004 3:3 the key `b` is written twice',)),
    ('{a: 1, a: 2}\n', ('PT004 1:8 the key `a` is written twice',)),
    ('8080: a\nnull: b\n1.5: c\ntrue: d\n', ('PT005 1:1 the key `8080` is not text','PT005 2:1 the key `null` is not text','PT005 3:1 the key `1.5` is not text','PT005 4:1 the key `true` is not text',)),
    ('[a]: c\n{a: b}: d\n? - x\n: v\n? |\n  t\n: u\n', ('PT005 1:1 a key must be text, and this is a list','PT005 2:1 a key must be text, and this is a mapping','PT005 3:3 a key must be text, and this is a list',)),
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
]
# fmt: on


@pytest.mark.parametrize(("content", "expected"), REFUSED)
def test_what_no_spec_may_use_is_named_with_its_place(
    content: str | bytes, expected: tuple[str, ...]
) -> None:
    assert findings(content) == list(expected)


def test_every_rule_has_an_example() -> None:
    assert rules(subset) <= {line[:5] for _, lines in REFUSED for line in lines}


# fmt: off
HELP = [
    ("8080: a", 'write it in quotes: "8080"'),
    ("a: *x", 'write the value itself; if text is meant, write it in quotes: "*x"'),
    ("a: &x b", 'remove it, and write the value out wherever it is needed; if text is meant, write it in quotes: "&x b"'),
    ("a: !Ref b", 'remove it; if text is meant, write it in quotes: "!Ref b"'),
    ("a: !Ref", 'remove it; if text is meant, write it in quotes: "!Ref"'),
    ("a: b\n<<: {c: d}", "write the merged keys out; to spare an environment from repeating them, put them outside `environments`"),
    ("'<<': a", "choose another key: Flux would drop this one, even in quotes"),
    ("a: b\na: c", "keep one of the two; a key stands once in a mapping"),
    ("a: b\n---\nc: d", "a file describes one thing: remove this line, or move what follows to another file"),
    ("", "write lines of `key: value`, the first being `name: ...`"),
]
# fmt: on


@pytest.mark.parametrize(("text", "help"), HELP)
def test_help_says_what_to_write_instead(text: str, help: str) -> None:
    assert [diagnostic.help for diagnostic in refusal(text)] == [help]


def test_a_duplicate_key_shows_the_first_one_as_well() -> None:
    diagnostic = refusal("a: {b: 1}\nenv:\n  b: 1\n  c: 2\n  b: 3\n")[0]
    assert diagnostic.primary.span == Span("apps/shop.yaml", 5, 3, 5, 4)
    assert [place.span for place in diagnostic.secondary] == [Span("apps/shop.yaml", 3, 3, 3, 4)]
