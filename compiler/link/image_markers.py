"""Comments by which Flux finds the images that it may set, where it would not see them.

https://fluxcd.io/flux/guides/image-update/, and docs/image-automation.md.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.source.yaml import Document

INERT_MARKER = Rule(
    "PT119",
    "image policy marker that Flux does not see",
    "Flux passes over it without a word: new images never arrive, and nothing says why.",
    "warning",
    what="Warns of a comment with `$imagepolicy` in a spec that is not alone at the end of the "
    "line of a value, that is beside braces or brackets, or that does not name a policy.",
    fix="Give the value a line of its own, and put the marker alone at its end: "
    '`image: REF # {"$imagepolicy": "NAMESPACE:NAME"}`.',
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev: {image: acme/shop:1.5.0} # {"$imagepolicy": "flux-system:shop"}
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
    image: acme/shop:1.5.0 # {"$imagepolicy": "flux-system:shop"}
""",
)

_MARK = "$imagepolicy"
_POLICY = re.compile(r"[a-z0-9][a-z0-9.-]*:[a-z0-9][a-z0-9.-]*(:(tag|name|digest))?")


def inert_markers(document: Document) -> Iterator[Diagnostic]:
    """A warning for each marker that has no effect."""
    tokens = _tokens(document.text)
    starts = [_start(token) for token in tokens]
    for number, line in enumerate(document.text.split("\n")):
        at = line.rfind(_MARK)
        # What began last before it, in this line or as a longer text.
        last = bisect_right(starts, (number, at))
        before = tokens[max(last - 1, 0) : last]
        if at < 0 or any(_is_text(token, number, at) for token in before):
            continue
        here = [token for token in before if _start(token) >= (number, 0)]
        begin = line.find("#", here[0].end_mark.column if here else 0)
        if begin < 0:
            continue
        beside = type(here[0]).__name__ if here else ""
        why = _why(beside, line[begin + 1 :].strip())
        if why:
            end = len(line.rstrip()) + 1
            yield Diagnostic(
                INERT_MARKER,
                f"Flux does not see this marker: {why}",
                Place(Span(document.path, number + 1, begin + 1, number + 1, end)),
                help="put it alone at the end of the line of the value that Flux may set: "
                '`image: REF # {"$imagepolicy": "NAMESPACE:NAME"}`',
            )


_ENDS = ("FlowMappingEndToken", "FlowSequenceEndToken")
# Flux takes a comment after a comma for that of the value before it.
_VALUES = ("ScalarToken", "FlowEntryToken")


def _why(beside: str, comment: str) -> str:
    """Why Flux passes over a marker; nothing if it does not. `beside` is the token before it."""
    if not beside:
        return "it stands on a line of its own"
    if beside in _ENDS:
        return "it is beside braces or brackets"
    if beside not in _VALUES:
        return "it is beside no value"
    try:
        said = json.loads(comment)
    except (ValueError, RecursionError):
        return "there are other words in its comment"
    policy = said.get(_MARK) if isinstance(said, dict) else None
    if not isinstance(policy, str) or not _POLICY.fullmatch(policy):
        return "it does not name a policy as NAMESPACE:NAME"
    return ""


def _tokens(text: str) -> list[Any]:
    """Those that take room, in their order."""
    return [t for t in yaml.scan(text, Loader=yaml.CSafeLoader) if _start(t) < _end(t)]


def _is_text(token: Any, line: int, column: int) -> bool:
    """Whether a place stands in this value or key."""
    return type(token).__name__ == "ScalarToken" and (line, column) < _end(token)


def _start(token: Any) -> tuple[int, int]:
    return token.start_mark.line, token.start_mark.column


def _end(token: Any) -> tuple[int, int]:
    return token.end_mark.line, token.end_mark.column
