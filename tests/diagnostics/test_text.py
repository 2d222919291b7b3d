"""What people see: marks stand below what they mean, in every script and in lines of any length."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.diagnostics.text import render
from compiler.diagnostics.visible import cells, visible
from tests.diagnostics.sample import DIAGNOSTICS, matches_expected, root

__all__ = ["root"]

RULE = Rule("PT001", "t", "w")


def excerpt(folder: Path, content: str | bytes, *span: int) -> list[str]:
    """The line that is shown and the marks below it, both without what stands left of them."""
    text = content if isinstance(content, bytes) else content.encode()
    (folder / "a.yaml").write_bytes(text)
    place = Place(Span("a.yaml", *span))
    rendered = render([Diagnostic(RULE, "m", place)], str(folder), colour=False)
    head = f"error[PT001]: m\n --> a.yaml:{span[0]}:{span[1]}\n"
    assert rendered.startswith(head)
    assert rendered.endswith("\n\n")
    rows = rendered[len(head) : -2].split("\n")
    return [row.split("|", 1)[1].removeprefix(" ") for row in rows[1:] if row]


def test_the_whole_look(root: str) -> None:
    assert matches_expected("text.txt", render(DIAGNOSTICS, root, colour=False))


def test_colours_only_dress_the_same_text(root: str) -> None:
    coloured = render(DIAGNOSTICS[1:2], root, colour=True)

    assert coloured == (
        '\x1b[1;31merror[PT101]\x1b[0m: \x1b[1munknown field "prot"\x1b[0m\n'
        " \x1b[34m-->\x1b[0m apps/shop.yaml:4:1\n"
        "  \x1b[34m|\x1b[0m\n"
        "\x1b[34m4\x1b[0m \x1b[34m|\x1b[0m prot: 80\n"
        "  \x1b[34m|\x1b[0m \x1b[1;31m^^^^\x1b[0m\n"
        "  \x1b[34mhelp\x1b[0m: did you mean port?\n\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "end", "marks"),
    [
        ("a: b", 4, 5, "   ^"),
        ("a:\tb", 4, 5, "      ^"),
        ("a:\tb", 3, 4, "  ^^^^"),
        ("名: 店", 1, 2, "^^"),
        ("名: 店", 4, 5, "    ^^"),
        ("ＡＢ: x", 5, 6, "      ^"),
        ("cafe\u0301: x", 8, 9, "      ^"),
        ("cafe\u0301: x", 5, 6, "   ^"),
        ("é: x", 4, 5, "   ^"),
        ("\u1112\u1161\u11ab: x", 6, 7, "    ^"),
        ("🦊: x", 4, 5, "    ^"),
        ("a: b", 5, 5, "    ^"),
        ("a: b", 2, 2, " ^"),
        ("a: b", 99, 120, "    ^"),
    ],
)
def test_marks_stand_below_what_they_mean(
    line: str, column: int, end: int, marks: str, tmp_path: Path
) -> None:
    shown = line.replace("\t", "    ")
    assert excerpt(tmp_path, f"x\n{line}\n", 2, column, 2, end) == [shown, marks]


def test_what_cannot_be_seen_is_named(tmp_path: Path) -> None:
    assert excerpt(tmp_path, "a: b\u202ec\u00a0d\x1b[31m", 1, 5, 1, 6) == [
        "a: b<U+202E>c<U+00A0>d<U+001B>[31m",
        "    ^^^^^^^^",
    ]


def test_a_span_of_several_lines_is_marked_to_the_end_of_its_first(tmp_path: Path) -> None:
    assert excerpt(tmp_path, "a:\n- b\n- c\n", 1, 2, 3, 4) == ["a:", " ^"]


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "marks"),
    [
        # At the begin, in the middle, at the end; more than fits; wide letters.
        ("k: " + "x" * 200, 1, 2, "k: " + "x" * 151 + "...", "^"),
        ("a" * 300 + "KEY" + "b" * 300, 301, 304, "..." + "a" * 76 + "KEY" + "b" * 75 + "...", " " * 79 + "^^^"),
        ("a" * 300 + "KEY", 301, 304, "..." + "a" * 151 + "KEY", " " * 154 + "^^^"),
        ("k: " + "x" * 500, 4, 504, "..." + "x" * 154 + "...", "   " + "^" * 154),
        ("店" * 100 + "K" + "店" * 100, 101, 102, "..." + "店" * 38 + "K" + "店" * 38 + "...", " " * 79 + "^"),
    ],
)  # fmt: skip
def test_of_a_long_line_the_part_around_the_span_is_shown(
    line: str, column: int, end: int, shown: str, marks: str, tmp_path: Path
) -> None:
    assert excerpt(tmp_path, line, 1, column, 1, end) == [shown, marks]


def test_the_widest_line_that_is_shown_whole(tmp_path: Path) -> None:
    assert excerpt(tmp_path, "x" * 160, 1, 160, 1, 161) == ["x" * 160, " " * 159 + "^"]


def test_lines_are_counted_as_the_reader_counts_them(tmp_path: Path) -> None:
    assert excerpt(tmp_path, b"\xef\xbb\xbfa: b\r\nc: d\r\n", 1, 1, 1, 2) == ["a: b", "^"]
    assert excerpt(tmp_path, b"a: b\r\nc\rd: e\r\nf: g\r\n", 3, 1, 3, 2) == ["f: g", "^"]


@pytest.mark.parametrize("content", [None, "a: b"])
def test_a_line_that_is_not_there_is_only_named(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "a.yaml").write_text(content)
    place = Place(Span("a.yaml", 7, 1, 7, 2), "here")

    rendered = render([Diagnostic(RULE, "m", place, (), "h")], str(tmp_path), colour=False)

    assert rendered == "error[PT001]: m\n --> a.yaml:7:1\n  help: h\n\n"


def test_a_place_is_shown_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: b\n")
    here, there = (Place(Span("a.yaml", 1, n, 1, n + 1)) for n in (1, 4))

    rendered = render(
        [Diagnostic(RULE, "m", here, (here, there, there))], str(tmp_path), colour=False
    )

    assert rendered.count("-->") == 2


def test_text_of_a_spec_begins_no_line_and_drives_no_terminal() -> None:
    place = Place(Span("apps/\n::error::x\x1b[2J.yaml"), "n")

    rendered = render(
        [Diagnostic(RULE, "m\n::stop", place, (), "\x1b[0m\u2066h")], "", colour=False
    )

    assert rendered == (
        "error[PT001]: m<U+000A>::stop\n"
        " --> apps/<U+000A>::error::x<U+001B>[2J.yaml\n"
        "  help: <U+001B>[0m<U+2066>h\n\n"
    )


@given(st.text())
def test_visible_text_can_be_printed_on_one_line(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert shown == text or not text.isprintable()


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=400)


@given(line=LINES, data=st.data())
def test_every_excerpt_fits_and_has_the_begin_of_the_span(
    line: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    begin = data.draw(st.integers(1, len(line) + 1))
    end = data.draw(st.integers(begin, len(line) + 1))
    folder = tmp_path_factory.getbasetemp()

    shown, marks = excerpt(folder, "\ufeff" + line, 1, begin, 1, end)

    width = sum(width for _, width in cells(shown))
    assert width <= 160
    assert len(marks) <= width + 1
    assert "^" in marks
