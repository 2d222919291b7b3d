"""What the reader says about a file that it refuses."""

from types import ModuleType

import pytest

from compiler.diagnostics.model import Diagnostic, Rejected, Rule
from compiler.source.yaml import Document, read


def refusal(content: str | bytes) -> list[Diagnostic]:
    """All that is reported about the content of `apps/shop.yaml`, which must be refused."""
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(Rejected) as caught:
        read("apps/shop.yaml", content)
    return caught.value.diagnostics


def findings(content: str | bytes) -> list[str]:
    """All that is reported about the content, each as `PT000 line:column message`."""
    return [
        f"{rule.id} {place.span.line}:{place.span.column} {message}"
        for rule, message, place, *_ in refusal(content)
    ]


def outcome(content: bytes) -> Document | list[Diagnostic]:
    """What `read` makes of the content; a finding that nobody could read fails the test."""
    try:
        return read("f", content)
    except Rejected as rejected:
        diagnostics = rejected.diagnostics
    assert diagnostics
    for diagnostic in diagnostics:
        span = diagnostic.primary.span
        assert diagnostic.message.isprintable(), diagnostic
        assert diagnostic.help.isprintable(), diagnostic
        assert span.path == "f"
        assert span.line <= content.count(b"\n") + 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
    return diagnostics


def rules(module: ModuleType) -> set[str]:
    """The ids of the rules that a module of the reader defines."""
    return {value.id for value in vars(module).values() if isinstance(value, Rule)}
