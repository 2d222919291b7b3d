"""Diagnostics as a Code Quality report of GitLab, shown in its merge requests."""

import json
from typing import Any

from compiler.diagnostics.fingerprint import fingerprints
from compiler.diagnostics.model import Diagnostic

_SEVERITY = {"error": "major", "warning": "minor"}


def render(diagnostics: list[Diagnostic], root: str, *, stopped: str = "") -> str:
    """One JSON list. `stopped`, the reason why nothing could be examined, is the one issue in it:
    the format has no other place for it."""
    identities = fingerprints(diagnostics, root)
    issues = [_issue(*pair) for pair in zip(diagnostics, identities, strict=True)]
    if stopped:
        issues = [
            {
                "description": f"portico could not run: {stopped}",
                "check_name": "portico",
                "fingerprint": "portico-could-not-run",
                "severity": "blocker",
                "location": {"path": ".", "lines": {"begin": 1}},
            }
        ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"


def _issue(diagnostic: Diagnostic, identity: str) -> dict[str, Any]:
    span = diagnostic.primary.span
    also = ", ".join(str(place.span) for place in diagnostic.secondary)
    said = f"{diagnostic.message} (see {also})" if also else diagnostic.message
    return {
        "description": f"{said}: {diagnostic.help}" if diagnostic.help else said,
        "check_name": diagnostic.rule.id,
        "fingerprint": identity,
        "severity": _SEVERITY[diagnostic.severity],
        # A place has a first line at least; the file as a whole begins with it.
        "location": {"path": span.path, "lines": {"begin": span.line or 1}},
    }
