"""Bytes that are not UTF-8 and characters that mislead are refused."""

import pytest

from compiler.source import characters
from tests.source.refusal import findings, refusal, rules

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
]
# fmt: on


@pytest.mark.parametrize(("content", "expected"), REFUSED)
def test_what_a_reviewer_could_misread_is_named_with_its_place(
    content: str | bytes, expected: tuple[str, ...]
) -> None:
    assert findings(content) == list(expected)


def test_every_rule_has_an_example() -> None:
    assert rules(characters) <= {line[:5] for _, lines in REFUSED for line in lines}


# fmt: off
HELP = [
    ("a: b\u200b", r'remove it; if a text needs it, write it as \u200B between double quotes: "\u200B"'),
    ("a: b\u00a0c", r'type a space instead; if a text needs it, write it as \xA0 between double quotes: "\xA0"'),
    ("a: b\x7f", "remove it"),
    ('a: "\\x85"', "remove it; if it is data, encode the whole text, for example as base64"),
    ("a: b\u2028", r'press Enter instead; if a text needs it, write it as \u2028 between double quotes: "\u2028"'),
    ("a: b\rc: d", "save the file with LF line ends"),
]
# fmt: on


@pytest.mark.parametrize(("text", "help"), HELP)
def test_help_says_what_to_write_instead(text: str, help: str) -> None:
    assert [diagnostic.help for diagnostic in refusal(text)] == [help]
