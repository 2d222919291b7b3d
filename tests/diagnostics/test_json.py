"""The project's own JSON: what docs/reports.md promises."""

import json

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.json import render
from compiler.diagnostics.model import Diagnostic, Place, Span
from tests.diagnostics.sample import DIAGNOSTICS, TWICE, matches_expected, root

__all__ = ["root"]


def test_everything_is_told(root: str) -> None:
    assert matches_expected("report.json", render(DIAGNOSTICS, root))


def test_nothing_found_is_a_document_too(root: str) -> None:
    assert json.loads(render([], root)) == {
        "version": 1,
        "summary": {"errors": 0, "warnings": 0},
        "diagnostics": [],
    }


def test_a_run_that_could_not_examine_anything_has_an_error(root: str) -> None:
    assert json.loads(render([], root, stopped="there is no apps/"))["error"] == "there is no apps/"


@given(message=st.text(), path=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_arrives(message: str, path: str) -> None:
    [told] = json.loads(render([Diagnostic(TWICE, message, Place(Span(path)))], ""))["diagnostics"]

    assert told["message"] == message
    assert told["primary"] == {"path": path, "note": ""}
