"""Values that YAML readers understand differently are refused."""

import pytest

from compiler.source import scalars
from tests.source.refusal import findings, refusal, rules

# fmt: off
REFUSED: list[tuple[str | bytes, tuple[str, ...]]] = [
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
]
# fmt: on


@pytest.mark.parametrize(("content", "expected"), REFUSED)
def test_a_value_that_readers_understand_differently_is_named_with_both_readings(
    content: str | bytes, expected: tuple[str, ...]
) -> None:
    assert findings(content) == list(expected)


def test_every_rule_has_an_example() -> None:
    assert rules(scalars) <= {line[:5] for _, lines in REFUSED for line in lines}


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
]
# fmt: on


@pytest.mark.parametrize(("text", "help"), HELP)
def test_help_says_what_to_write_instead(text: str, help: str) -> None:
    assert [diagnostic.help for diagnostic in refusal(text)] == [help]
