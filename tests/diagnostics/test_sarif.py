"""SARIF, held against the standard's own schema.

`sarif-schema-2.1.0.json` is the file of that name of https://github.com/oasis-tcs/sarif-spec.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span
from compiler.diagnostics.sarif import render
from tests.diagnostics.sample import DIAGNOSTICS, FILES, TWICE, matches_expected, root

__all__ = ["root"]

SCHEMA = jsonschema_rs.Draft4Validator(
    json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text()),
    validate_formats=True,
)


def valid(log: str) -> Any:
    """The run of a log. Fails with the schema's words if the log is not valid."""
    data = json.loads(log)
    problems = [f"{e.instance_path}: {e.message}" for e in SCHEMA.iter_errors(data)]
    assert problems == []
    [run] = data["runs"]
    return run


def test_everything_is_told(root: str) -> None:
    log = render(DIAGNOSTICS, root)

    valid(log)
    assert matches_expected("report.sarif", log)


def test_nothing_found_is_an_empty_list_of_results(root: str) -> None:
    assert valid(render([], root))["results"] == []


def test_a_run_that_could_not_examine_anything_was_not_successful(root: str) -> None:
    run = valid(render([], root, stopped="there is no apps/"))

    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "there is no apps/"
    assert "results" not in run


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(AssertionError, match="locations"):
        valid('{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": '
              '[{"message": {"text": "x"}, "locations": [{"physicalLocation": 1}]}]}]}')  # fmt: skip


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(TEXTS, TEXTS.filter(bool), TEXTS)
def test_any_text_gives_a_valid_log(message: str, path: str, help: str) -> None:
    span = Span(path, 3, 1, 4, 2)
    found = Diagnostic(
        TWICE, message, Place(span, message), (Place(span),), help, (Fix(span, help),)
    )

    [result] = valid(render([found], "/nowhere"))["results"]

    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote_to_bytes(artifact["uri"]).decode() == path


def test_a_name_that_is_not_utf8_keeps_its_bytes() -> None:
    found = Diagnostic(TWICE, "x", Place(Span("apps/\udcff.yaml")))

    [result] = valid(render([found], ""))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "apps/%FF.yaml"


def test_a_number_in_braces_is_no_placeholder() -> None:
    found = Diagnostic(TWICE, "`{0}` and {min, max}", Place(Span("a")))

    [result] = valid(render([found], ""))["results"]

    assert result["message"]["text"] == "`{{0}}` and {min, max}"


def prints(found: list[Diagnostic], folder: Path) -> list[str]:
    results = valid(render(found, str(folder)))["results"]
    return [result["partialFingerprints"]["portico/v1"] for result in results]


def moved(diagnostic: Diagnostic, lines: int) -> Diagnostic:
    path, line, column, end_line, end_column = diagnostic.primary.span
    span = Span(path, line + lines, column + 2, end_line + lines, end_column + 2)
    return diagnostic._replace(primary=Place(span))


def test_a_fingerprint_survives_that_lines_move_and_are_indented(root: str) -> None:
    found = DIAGNOSTICS[:2]
    before = prints(found, Path(root))
    shop = Path(root) / "apps" / "shop.yaml"
    shop.write_text("# new\n" * 7 + FILES["apps/shop.yaml"].replace("  host", "    host"))
    shop.write_text(shop.read_text().replace("prot", "  prot"))

    assert prints([moved(d, 7) for d in found], Path(root)) == before


def test_fingerprints_are_unique_and_differ_by_rule_message_file_and_line(root: str) -> None:
    one = DIAGNOSTICS[0]
    [span, *_] = one.primary
    others = [
        one._replace(rule=Rule("PT999", "x", "x")),
        one._replace(message="another"),
        one._replace(primary=Place(span._replace(path="apps/store.yaml"))),
        one._replace(primary=Place(span._replace(line=4))),
        one,
    ]
    found = prints([one, *others], Path(root))

    assert len(set(found)) == len(found)
    assert prints([one], Path(root)) == found[:1]
