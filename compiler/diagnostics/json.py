"""Diagnostics as JSON, for programs of one's own; docs/reports.md describes every key."""

import json
from typing import Any

from compiler.diagnostics.model import Diagnostic, Place, Span

VERSION = 1
"""Raised when a key goes or changes its meaning; a new key changes nothing."""


def render(diagnostics: list[Diagnostic], root: str, *, stopped: str = "") -> str:
    """One JSON object. `stopped` says why nothing could be examined at all."""
    errors = sum(diagnostic.severity == "error" for diagnostic in diagnostics)
    document = {
        "version": VERSION,
        **({"error": stopped} if stopped else {}),
        "summary": {"errors": errors, "warnings": len(diagnostics) - errors},
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in diagnostics],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    rule = diagnostic.rule
    fixes = [{**_position(fix.span), "replacement": fix.replacement} for fix in diagnostic.fixes]
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "primary": _place(diagnostic.primary),
        "secondary": [_place(place) for place in diagnostic.secondary],
        **({"fixes": fixes} if fixes else {}),
    }


def _place(place: Place) -> dict[str, Any]:
    return {**_position(place.span), "note": place.note}


def _position(span: Span) -> dict[str, Any]:
    if not span.line:
        return {"path": span.path}
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
