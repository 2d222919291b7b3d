"""JUnit XML, held against the rules that the schemas of Jenkins and of its xUnit plugin share."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.junit import render
from compiler.diagnostics.model import Diagnostic, Place, Span
from tests.diagnostics.sample import DIAGNOSTICS, RETIRED, TWICE, matches_expected, root

__all__ = ["root"]

COUNTS = {"tests", "failures", "errors"}

# Element -> the attributes it must have, those it may have, the elements in it.
RULES: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name", *COUNTS}, {"time", "disabled"}, {"testsuite"}),
    "testsuite": ({"name", *COUNTS}, {"skipped", "time", "timestamp", "hostname"}, {"testcase"}),
    "testcase": ({"name", "classname"}, {"time"}, {"failure", "error", "skipped", "system-out"}),
    "failure": ({"message", "type"}, set(), set()),
    "error": ({"message", "type"}, set(), set()),
    "system-out": (set(), set(), set()),
}


def valid(xml: str) -> ET.Element:
    """The test suite of a document. Fails if the document breaks a rule or counts wrongly."""
    document = ET.fromstring(xml.encode())
    assert document.tag == "testsuites"
    for element in document.iter():
        must, may, within = RULES[element.tag]
        assert must <= element.attrib.keys() <= must | may, element.tag
        assert {child.tag for child in element} <= within, element.tag
        assert not (within and (element.text or "").strip()), "text where only elements belong"
    [suite] = document
    for level in (document, suite):
        assert level.get("tests") == str(len(suite))
        assert level.get("failures") == str(len(suite.findall("testcase/failure")))
        assert level.get("errors") == str(len(suite.findall("testcase/error")))
    names = [(case.get("classname"), case.get("name")) for case in suite]
    assert len(set(names)) == len(names)
    assert all(len(case) <= 1 for case in suite)
    return suite


def test_everything_is_told(root: str) -> None:
    xml = render(DIAGNOSTICS, root)

    valid(xml)
    assert matches_expected("junit.xml", xml)


def test_findings_of_one_rule_in_one_file_are_one_test() -> None:
    found = [Diagnostic(TWICE, f"finding {n}", Place(Span("a.yaml"))) for n in range(3)]

    [case] = valid(render(found, ""))

    assert case[0].get("message") == "finding 0 (and 2 more)"
    assert (case[0].text or "").count("error[PT102]") == 3


def test_a_warning_fails_its_test_only_in_a_strict_run() -> None:
    found = [Diagnostic(RETIRED, "old", Place(Span("a.yaml")))]

    assert [case[0].tag for case in valid(render(found, ""))] == ["system-out"]
    assert [case[0].tag for case in valid(render(found, "", strict=True))] == ["failure"]


def test_nothing_found_is_a_test_that_passed() -> None:
    [case] = valid(render([], ""))
    assert len(case) == 0


def test_a_run_that_could_not_examine_anything_is_an_error() -> None:
    [case] = valid(render([], "", stopped="there is no apps/"))
    assert [(e.tag, e.get("message")) for e in case] == [("error", "there is no apps/")]


@given(st.lists(st.tuples(st.text(), st.text(min_size=1)), max_size=4))
def test_any_text_gives_a_valid_document(texts: list[tuple[str, str]]) -> None:
    found = [
        Diagnostic(TWICE, message, Place(Span(path.encode(errors="replace").decode())))
        for message, path in texts
    ]
    valid(render(found, "/nowhere"))
