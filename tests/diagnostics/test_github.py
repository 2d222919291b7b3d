"""Workflow commands, read as the runner of GitHub Actions reads them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.github import render
from compiler.diagnostics.model import Diagnostic, Place, Span
from tests.diagnostics.sample import DIAGNOSTICS, RETIRED, TWICE, matches_expected, root

__all__ = ["root"]

_DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}
_PROPERTY = {**_DATA, "%3A": ":", "%2C": ","}


def unescaped(text: str, codes: dict[str, str]) -> str:
    return re.sub("|".join(codes), lambda code: codes[code[0]], text)


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A command, its properties and its message, as in the runner's ActionCommand.cs."""
    assert line.startswith("::")
    head, _, message = line[2:].partition("::")
    command, _, properties = head.partition(" ")
    pairs = [pair.partition("=") for pair in properties.split(",")]
    return (
        command,
        {name: unescaped(value, _PROPERTY) for name, _, value in pairs},
        unescaped(message, _DATA),
    )


def test_everything_is_told(root: str) -> None:
    assert matches_expected("github.txt", render(DIAGNOSTICS, root))


def test_what_separates_is_escaped_where_it_would_separate() -> None:
    found = Diagnostic(RETIRED, "50%, a:b,\r\nc", Place(Span("apps/50%, a:b\n.yaml")))

    assert render([found], "") == (
        "::warning file=apps/50%25%2C a%3Ab%0A.yaml,title=PT303 retired router::"
        "50%25, a:b,%0D%0Ac\n"
    )


@given(
    st.text(),
    st.text(min_size=1),
    # What stands after the message must not be taken for part of it, so it has one line here.
    st.text(st.characters(exclude_characters="\n")),
)
def test_any_text_arrives_in_one_command(message: str, path: str, help: str) -> None:
    rendered = render([Diagnostic(TWICE, message, Place(Span(path, 2, 3, 2, 5)), (), help)], "")

    [line] = rendered.removesuffix("\n").split("\n")
    assert "\r" not in line
    assert read(line) == (
        "error",
        {
            "file": path,
            "line": "2",
            "endLine": "2",
            "col": "3",
            "endColumn": "5",
            "title": "PT102 host claimed twice",
        },
        f"{message}\nhelp: {help}" if help else message,
    )


def test_columns_are_given_for_one_line_only() -> None:
    found = Diagnostic(TWICE, "x", Place(Span("a", 2, 3, 4, 5)))

    _, properties, _ = read(render([found], "").rstrip("\n"))

    assert properties.keys() == {"file", "line", "endLine", "title"}


def test_a_run_that_could_not_examine_anything_is_an_error() -> None:
    assert render([], "", stopped="no: 1%") == "::error title=portico::no: 1%25\n"


def test_nothing_found_is_nothing_said() -> None:
    assert render([], "") == ""
