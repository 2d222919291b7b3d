"""What a diff came to, and the documents that are made of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic
from compiler.review.change import Change
from compiler.review.fold import groups
from compiler.review.specs import Spec

FORMATS = ("text", "markdown", "json", "sarif")


class Report(NamedTuple):
    """A comparison, or why there is none.

    `rejected` says that one side cannot be compiled; `diagnostics` are then its errors, and
    otherwise the risks. `stopped` says why nothing could be looked at.
    """

    title: str = ""
    command: str = "portico diff"
    root: str = "."
    """Where the files lie that the diagnostics point at."""
    base: Mapping[str, str] = MappingProxyType({})
    head: Mapping[str, str] = MappingProxyType({})
    changes: tuple[Change, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    rejected: str = ""
    specs: tuple[Spec, ...] = ()
    stopped: str = ""


def document(format: str, report: Report, *, colour: bool = False) -> str:
    """The report in one of the formats, whose module is imported when it is asked for."""
    changes, found = list(report.changes), list(report.diagnostics)
    why = report.stopped or report.rejected
    match format:
        case "json":
            from compiler.review import json

            return json.render(report, changes, found)
        case "sarif":
            from compiler.diagnostics import sarif

            return sarif.render(found, report.root, stopped=report.stopped)
        case "markdown":
            from compiler.review import markdown

            if why:
                return markdown.rejected(why, found, report.specs, report.command)
            return markdown.render(report.title, groups(changes), found, report.command)
        case _:
            from compiler.review import text

            if why:
                return text.rejected(why, found, report.specs, report.root, colour=colour)
            folded = groups(changes)
            return text.render(report.title, folded, found, report.root, colour=colour)
