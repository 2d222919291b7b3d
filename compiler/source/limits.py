"""How large a file may be, how deep it may be nested, and how much is reported about it."""

from typing import Any

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.source import spans

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIAGNOSTICS = 100

TOO_LARGE = Rule(
    "PT012",
    "file that is too large or too deep",
    f"A spec is small. A file over {MAX_BYTES // 1024} KiB, or nested more than {MAX_DEPTH} "
    "levels, is a mistake or an attempt to exhaust the compiler.",
    what=f"Refuses a file of more than {MAX_BYTES // 1024} KiB, and lists and mappings that are "
    f"nested more than {MAX_DEPTH} levels deep.",
    fix="Look for a bracket or an indentation that went wrong. Move large texts out of the spec, "
    "into the image or a file that the app fetches.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
args: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[-v]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
args: [-v]
environments:
  dev:
""",
)


def too_large(path: str) -> Diagnostic:
    """The file has more than MAX_BYTES."""
    return Diagnostic(
        TOO_LARGE,
        f"the file is larger than {MAX_BYTES // 1024} KiB",
        Place(Span(path)),
        help="split it up; large texts belong in files of their own",
    )


def too_deep(path: str, event: Any) -> Diagnostic:
    """The collection that begins with `event` is one level below MAX_DEPTH."""
    return Diagnostic(
        TOO_LARGE,
        f"this is nested deeper than {MAX_DEPTH} levels",
        Place(spans.of_event(path, event)),
        help="no spec needs that; look for brackets or indentation that went wrong",
    )
