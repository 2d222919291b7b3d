"""What stands where only a person knows what belongs there, until they have written it."""

import re
from collections.abc import Iterator
from typing import Any

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.quoting import shown
from compiler.source.spans import dotted
from compiler.source.yaml import Document

PLACEHOLDER = Rule(
    "PT015",
    "placeholder that is still to be filled in",
    "A cluster really can be named CHANGE-ME, and a variable have it as its value: what was never "
    "decided would be deployed.",
    what="Refuses a value or a key with the word CHANGE-ME in it, in specs, environment files and "
    "waivers, whatever the field takes. `portico init` writes such placeholders, and a person may. "
    "What stands after `CHANGE-ME: ` says what belongs there.",
    fix="Replace the whole placeholder by what the message asks for.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  SHOP_NAME: "CHANGE-ME: what customers call the shop"
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  SHOP_NAME: Acme
environments:
  dev:
""",
)

WORD = "CHANGE-ME"

# Not in EXCHANGE-MEDIA.
_WORD = re.compile(f"(?<![A-Za-z0-9]){WORD}(?![A-Za-z0-9])")
_ASKS_FOR = re.compile(rf"{WORD}: +(\S.*)", re.DOTALL)


def placeholders(document: Document) -> list[Diagnostic]:
    """Every placeholder in a document, up to a hundred."""
    return list(_found(document, document.data, ()))[:MAX_DIAGNOSTICS]


def _found(document: Document, data: Any, path: tuple[str | int, ...]) -> Iterator[Diagnostic]:
    if isinstance(data, str) and _WORD.search(data):
        yield _diagnostic(document, data, path, is_key=False)
    elif isinstance(data, dict):
        for key, value in data.items():
            if _WORD.search(key):
                yield _diagnostic(document, key, (*path, key), is_key=True)
            yield from _found(document, value, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _found(document, item, (*path, index))


def _diagnostic(
    document: Document, text: str, path: tuple[str | int, ...], *, is_key: bool
) -> Diagnostic:
    asked = _ASKS_FOR.fullmatch(text)
    if asked:
        help = f"what belongs here: {' '.join(asked[1].split())}"
    elif text == WORD:
        help = f"write what belongs here instead of {WORD}"
    else:
        help = f"write what belongs there instead of {WORD}, and keep the rest if it is right"
    what = f"the key `{shown(text)}`" if is_key else f'"{dotted(path)}"'
    return Diagnostic(
        PLACEHOLDER,
        f"{what} is still to be filled in",
        Place(document.span(path, key=is_key)),
        help=help,
    )
