"""A comparison as JSON, for programs of one's own; docs/diff.md describes every key."""

import json
from typing import Any

from compiler.diagnostics import json as diagnostics_json
from compiler.diagnostics.model import Diagnostic
from compiler.review.change import Change
from compiler.review.fold import folded
from compiler.review.report import Report

VERSION = 1
"""Raised when a key goes or changes its meaning; a new key changes nothing."""


def render(report: Report, changes: list[Change], risks: list[Diagnostic]) -> str:
    """One JSON object. Where there is nothing to compare, `error` says why."""
    why = report.stopped or report.rejected
    specs = [{"path": path, "change": kind} for path, kind in report.specs]
    errors = sum(risk.severity == "error" for risk in risks)
    lines = folded(changes)
    document = {
        "version": VERSION,
        **({"error": why} if why else {}),
        "base": dict(report.base),
        "head": dict(report.head),
        "summary": {
            "changes": len(lines),
            "errors": errors,
            "warnings": len(risks) - errors,
        },
        "risks": json.loads(diagnostics_json.render(risks, ""))["diagnostics"],
        "changes": [
            {
                "surface": line.subject.surface,
                "environments": list(environments),
                "app": line.subject.app,
                "subject": line.subject.kind,
                "name": line.subject.name,
                "path": line.path,
                "change": line.kind,
                **_values(line.kind, line.before, line.after),
            }
            for line, environments in lines
        ],
        **({"files": specs} if specs else {}),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _values(kind: str, before: Any, after: Any) -> dict[str, Any]:
    """What was and what is; of what appears only the latter, of what disappears the former."""
    was = {} if kind == "appears" else {"before": before}
    return was if kind == "disappears" else {**was, "after": after}
