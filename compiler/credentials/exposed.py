"""Passwords, keys and tokens that stand in specs and environment files."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from compiler.credentials.suspects import is_suspect
from compiler.diagnostics.model import Diagnostic, Rule, Span
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.yaml import Document, Reading

CREDENTIAL = Rule(
    "PT120",
    "credential in a spec",
    "Whoever can read the repository can use it, and git keeps it when the line is gone.",
    what="Refuses what looks like a password, a key or a token anywhere in a spec or an "
    "environment file: the tokens of known vendors, private keys, passwords in URLs, and what is "
    "given to the name of a credential by a variable, a command line or a line of a file. No "
    "report shows the value.",
    fix="Keep it in a Secret, and write `{secret: name/key}` in `env`; in a command and in a URL, "
    "`$(NAME)` stands for a variable. What was committed is known: have it replaced where it is "
    "used. What only looks like a credential can be waived: docs/credentials.md.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  DB_PASSWORD: sommer-2026
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  DB_PASSWORD: {secret: shop-db/password}
environments:
  dev:
""",
    conceals=True,
)

NOTHING: Mapping[str, str] = MappingProxyType({})


class Exposed(NamedTuple):
    """What looks like a credential."""

    about: str
    """The path of the value that it stands in, as the message names it."""
    diagnostic: Diagnostic
    value: Span
    """Where that value stands, or its key."""


def exposed(
    root: str, documents: Iterable[Document], refused: Mapping[str, str] = NOTHING
) -> list[Exposed]:
    """Whatever in these documents of a repository looks like a credential, and is not waived.

    `refused` are the texts, by path, of files of which the reader refused something: each line of
    them is looked at, since not all that they say is in a document.
    """
    suspects = [document for document in documents if is_suspect(document)]
    if not suspects and not refused:
        return []
    from compiler.credentials.found import credentials, in_lines
    from compiler.credentials.waived import without_waived

    found = [one for document in suspects for one in credentials(document)]
    known = _lines_of(found)
    for path, text in refused.items():
        found += (one for one in in_lines(path, text) if known.isdisjoint(_lines_of([one])))
    return without_waived(root, found)


def concealing(exposed: Collection[Exposed], diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics, with those of credentials, up to a hundred of a file, instead of others that
    might show one."""
    by_path: dict[str, list[Exposed]] = {}
    for found in exposed:
        by_path.setdefault(found.diagnostic.primary.span.path, []).append(found)
    told = [found for all in by_path.values() for found in all[:MAX_DIAGNOSTICS]]
    untold = _lines_of(found for all in by_path.values() for found in all[MAX_DIAGNOSTICS:])
    lines = _lines_of(exposed)
    values = {found.value for found in exposed}
    kept = [
        diagnostic
        for diagnostic in diagnostics
        if diagnostic.primary.span[:2] not in lines
        and diagnostic.primary.span not in values
        and not any(place.span[:2] in untold for place in diagnostic.secondary)
    ]
    return [*(found.diagnostic for found in told), *kept]


def refused_of(root: str, path: str, content: bytes, reading: Reading) -> list[Diagnostic]:
    """What is wrong with one file for the reader, and the credentials in it."""
    known = [] if reading.document is None else [reading.document]
    refused = {path: content.decode(errors="replace")} if reading.problems else NOTHING
    found = concealing(exposed(root, known, refused), reading.problems)
    return sorted(found, key=lambda diagnostic: diagnostic.primary.span)


def _lines_of(exposed: Iterable[Exposed]) -> set[tuple[str, int]]:
    """Path and number of each line in which a credential stands."""
    spans = (found.diagnostic.primary.span for found in exposed)
    return {(span.path, n) for span in spans for n in range(span.line, span.end_line + 1)}
