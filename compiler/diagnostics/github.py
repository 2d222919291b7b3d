"""Diagnostics as workflow commands of GitHub Actions, which become notes beside the code."""

from compiler.diagnostics.model import Diagnostic, Span


def render(diagnostics: list[Diagnostic], root: str, *, stopped: str = "") -> str:
    """One command on a line for each. `stopped` says why nothing could be examined at all."""
    if stopped:
        return f"::error title=portico::{_escaped(stopped)}\n"
    return "".join(_command(diagnostic) for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    rule = diagnostic.rule
    properties = {
        "file": diagnostic.primary.span.path,
        **_position(diagnostic.primary.span),
        "title": f"{rule.id} {rule.title}",
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    said = diagnostic.message
    for place in diagnostic.secondary:
        said += f"\n{place.span}: {place.note}" if place.note else f"\n{place.span}"
    if diagnostic.help:
        said += f"\nhelp: {diagnostic.help}"
    return f"::{diagnostic.severity} {written}::{_escaped(said)}\n"


def _position(span: Span) -> dict[str, str]:
    if not span.line:
        return {}
    lines = {"line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        # GitHub refuses columns of an annotation that is longer than a line.
        return lines
    return lines | {"col": str(span.column), "endColumn": str(span.end_column)}


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
