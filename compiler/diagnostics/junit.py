"""Diagnostics as JUnit XML, which every CI system shows as tests."""

from itertools import groupby
from xml.etree import ElementTree as ET

from compiler.diagnostics import text
from compiler.diagnostics.model import Diagnostic
from compiler.diagnostics.visible import visible


def render(
    diagnostics: list[Diagnostic], root: str, *, stopped: str = "", strict: bool = False
) -> str:
    """One test suite, with a test for each rule and file that something was found for.

    It fails where an error was found, when `strict` also where a warning was; otherwise the
    warnings are its output. Without findings one test passes, since CI takes an empty suite for
    one that was not run. `stopped`, the reason why nothing could be examined, is an error.
    """
    suite = ET.Element("testsuite", name="portico")
    failures = 0
    for _, group in groupby(sorted(diagnostics, key=_test), key=_test):
        failures += _case(suite, list(group), diagnostics, root, strict)
    if stopped:
        case = ET.SubElement(suite, "testcase", classname="portico", name="can run")
        ET.SubElement(case, "error", message=visible(stopped), type="stopped")
    elif not diagnostics:
        ET.SubElement(suite, "testcase", classname="portico", name="nothing to report")
    counts = {
        "tests": str(len(suite)),
        "failures": str(failures),
        "errors": str(int(bool(stopped))),
    }
    suite.attrib |= counts | {"skipped": "0"}
    suites = ET.Element("testsuites", {"name": "portico", **counts})
    suites.append(suite)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _test(diagnostic: Diagnostic) -> tuple[str, str]:
    return diagnostic.primary.span.path, diagnostic.rule.id


def _case(
    suite: ET.Element, found: list[Diagnostic], of: list[Diagnostic], root: str, strict: bool
) -> bool:
    """Adds the test of these diagnostics, all of one rule and file. Says whether it failed."""
    rule, path = found[0].rule, found[0].primary.span.path
    case = ET.SubElement(
        suite,
        "testcase",
        # A dot separates package and class: a file name here would be torn apart.
        classname=f"portico.{rule.id}",
        name=f"{rule.title}: {visible(path)}",
    )
    failing = strict or any(diagnostic.severity == "error" for diagnostic in found)
    if failing:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        message = visible(found[0].message) + more
        element = ET.SubElement(case, "failure", message=message, type=rule.id)
    else:
        element = ET.SubElement(case, "system-out")
    element.text = "\n" + text.render(found, root, colour=False, of=of)
    return failing
