"""Diagnostics as SARIF 2.1.0, for code scanning and for the viewers of editors.

Section numbers are those of the standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

import json
import re
from typing import Any
from urllib.parse import quote

from compiler import __version__
from compiler.diagnostics.fingerprint import fingerprints
from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span

_STANDARD = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os"

# Not primaryLocationLineHash: GitHub's uploader adds that one, and warns where a tool has set it.
_FINGERPRINT = "portico/v1"

_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(diagnostics: list[Diagnostic], root: str, *, stopped: str = "") -> str:
    """One SARIF log with one run. `stopped` says why nothing could be examined at all."""
    rules = sorted({diagnostic.rule.id: diagnostic.rule for diagnostic in diagnostics}.items())
    index = {id: position for position, (id, _) in enumerate(rules)}
    identities = zip(diagnostics, fingerprints(diagnostics, root), strict=True)
    results = [_result(found, index[found.rule.id], identity) for found, identity in identities]
    log = {
        "$schema": f"{_STANDARD}/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "portico",
                        "semanticVersion": __version__,
                        "rules": [_rule(rule) for _, rule in rules],
                    }
                },
                "invocations": [_invocation(stopped)],
                # Where the repository lies differs from machine to machine, and is left out.
                "originalUriBaseIds": {
                    "%SRCROOT%": {"description": {"text": "The root of the repository."}}
                },
                "columnKind": "unicodeCodePoints",
                # §3.14.23: results are absent where the analysis could not begin.
                **({} if stopped else {"results": results}),
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    examples = f"`portico explain {rule.id}` shows examples." if rule.failing else ""
    return {
        "id": rule.id,
        "shortDescription": _message(rule.title),
        "fullDescription": _message(rule.what or rule.why),
        "help": _message("\n".join((rule.why, *filter(None, (rule.fix, examples))))),
        "defaultConfiguration": {"level": rule.severity},
    }


def _invocation(stopped: str) -> dict[str, Any]:
    if not stopped:
        return {"executionSuccessful": True}
    notification = {"level": "error", "message": _message(stopped)}
    return {"executionSuccessful": False, "toolExecutionNotifications": [notification]}


def _result(diagnostic: Diagnostic, rule: int, identity: str) -> dict[str, Any]:
    help, secondary = diagnostic.help, diagnostic.secondary
    said = f"{diagnostic.message}\nhelp: {help}" if help else diagnostic.message
    # Under `locations` a result has only the places that must all change (§3.27.12).
    return {
        "ruleId": diagnostic.rule.id,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": _message(said),
        "locations": [_location(diagnostic.primary)],
        **({"relatedLocations": [_related(place) for place in secondary]} if secondary else {}),
        "partialFingerprints": {_FINGERPRINT: identity},
        **({"fixes": _fixes(diagnostic)} if diagnostic.fixes else {}),
    }


def _location(place: Place) -> dict[str, Any]:
    physical = {"artifactLocation": _artifact(place.span)}
    if place.span.line:
        physical["region"] = _region(place.span)
    message = {"message": _message(place.note)} if place.note else {}
    return {"physicalLocation": physical, **message}


def _related(place: Place) -> dict[str, Any]:
    # GitHub shows a related location by its message only.
    return {"message": _message(place.note or str(place.span)), **_location(place)}


def _fixes(diagnostic: Diagnostic) -> list[dict[str, Any]]:
    """Each with the help, or, where a person chooses, with what the choice would write."""
    if len(diagnostic.fixes) == 1:
        return [_fix(diagnostic.fixes[0], diagnostic.help)]
    return [_fix(fix, f"write {fix.replacement}") for fix in diagnostic.fixes]


def _fix(fix: Fix, help: str) -> dict[str, Any]:
    replacement = {
        "deletedRegion": _region(fix.span),
        "insertedContent": {"text": fix.replacement},
    }
    change = {"artifactLocation": _artifact(fix.span), "replacements": [replacement]}
    return {"description": _message(help), "artifactChanges": [change]}


def _artifact(span: Span) -> dict[str, Any]:
    # A name that is not UTF-8 keeps its bytes; a colon would begin a URI's scheme.
    uri = quote(span.path, safe="/!$&'()*+,;=@", errors="surrogateescape")
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, Any]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _message(text: str) -> dict[str, Any]:
    # {0} would be an argument (§3.11.5). Other braces are left alone: the standard doubles them
    # too, but every viewer shows single ones as they are, and not every one undoes the doubling.
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", text)}
