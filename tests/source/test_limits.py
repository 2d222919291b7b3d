"""Files that are too large or too deep are refused, and all others read, in little time."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.model import Rejected
from compiler.source import limits
from compiler.source.limits import MAX_BYTES, MAX_DEPTH, MAX_DIAGNOSTICS
from compiler.source.yaml import read
from tests.source.refusal import findings, refusal, rules
from tests.source.texts import PIECES

# fmt: off
REFUSED: list[tuple[str | bytes, tuple[str, ...]]] = [
    ("a: " + "[" * 40 + "]" * 40, ("PT012 1:35 this is nested deeper than 32 levels",)),
    ("a: " + "{a: " * 40, ("PT012 1:128 this is nested deeper than 32 levels",)),
    ("".join(" " * i + "a:\n" for i in range(40)), ("PT012 33:33 this is nested deeper than 32 levels",)),
    ("a: " + "b" * MAX_BYTES, ("PT012 0:0 the file is larger than 256 KiB",)),
]
# fmt: on


@pytest.mark.parametrize(("content", "expected"), REFUSED)
def test_what_exceeds_a_limit_is_named_with_its_place(
    content: str | bytes, expected: tuple[str, ...]
) -> None:
    assert findings(content) == list(expected)


def test_every_rule_has_an_example() -> None:
    assert rules(limits) <= {line[:5] for _, lines in REFUSED for line in lines}


def test_the_deepest_allowed_nesting_is_read() -> None:
    depth = MAX_DEPTH - 1
    data = read("f", f"a: {'[' * depth}{']' * depth}".encode()).data
    assert repr(data["a"]) == "[" * depth + "]" * depth


def test_no_more_than_a_hundred_problems_are_reported() -> None:
    for line in ("a: no\n", "# \u200b\n", "- *a\n", "? [a]\n", "{", "%A\n", "<<<<<<< x\n", "\ta\n"):
        assert 0 < len(refusal(line * 5000)) <= MAX_DIAGNOSTICS


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


@given(st.sampled_from(PIECES), st.sampled_from(["", *PIECES]), st.sampled_from(["", *PIECES]))
@settings(max_examples=25, deadline=None)
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
