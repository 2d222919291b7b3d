"""What YAML has and specs have not: anchors, tags, other keys than text, further documents."""

import re
from typing import Any

from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule, Span
from compiler.source import spans, syntax
from compiler.source.limits import MAX_DIAGNOSTICS
from compiler.source.quoting import in_quotes, quoted, rest_of_line, shown

DUPLICATE_KEY = Rule(
    "PT004",
    "key that is written twice",
    "Some YAML readers keep the first value and some the last, so one of the two is lost.",
    what="Refuses a key that stands twice in the same mapping.",
    fix="Keep one of the two. To say something different for one environment, write the key again "
    "below that environment.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
replicas: 2
replicas: 3
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
replicas: 2
environments:
  dev:
    replicas: 3
""",
)
KEY_NOT_TEXT = Rule(
    "PT005",
    "key that is not text",
    "Kubernetes and Terraform know only text as keys; numbers and lists as keys change or get lost "
    "on the way.",
    what="Refuses a key that is a number, true, false, nothing, a list or a mapping.",
    fix="Write the key as a word, or in quotes if it is text.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  404: sorry
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  TEXT_OF_404: sorry
environments:
  dev:
""",
)
REFERENCE = Rule(
    "PT006",
    "anchor, alias or merge key",
    "A value that stands somewhere else cannot be reviewed where it is used, readers disagree "
    "about merge keys, and nested aliases can grow a small file to gigabytes.",
    what="Refuses anchors (`&name`), aliases (`*name`) and merge keys (`<<`).",
    fix="Write the value out wherever it is needed. What is the same in every environment is "
    "written once, outside `environments`. A text that begins with `&` or `*` belongs in quotes.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
resources:
  requests: &amounts {memory: 256Mi}
  limits: *amounts
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
resources:
  requests: {memory: 256Mi}
  limits: {memory: 256Mi}
environments:
  dev:
""",
)
TAG = Rule(
    "PT007",
    "YAML tag",
    "A tag changes the type of a value, and every YAML reader knows other tags.",
    what="Refuses YAML tags, such as `!!str` and `!secret`.",
    fix="Remove the tag. Write text in quotes; a text that begins with an exclamation mark too.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  VERBOSE: !!str true
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  VERBOSE: "true"
environments:
  dev:
""",
)
NOT_ONE_MAPPING = Rule(
    "PT011",
    "file that is not one mapping",
    "One file describes one thing, as lines of `key: value`; of a second one, some programs would "
    "read nothing.",
    what="Refuses a file that is empty, that is a list or a single value, that holds several "
    "documents, or that begins with a YAML directive such as `%YAML`.",
    fix="Write lines of `key: value`, the first of them `name`. Give each app a file of its own.",
    failing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
---
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
environments:
  dev:
""",
    passing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
-- apps/cart.yaml --
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
environments:
  dev:
""",
)


def key_not_text(path: str, text: str, event: Any) -> Diagnostic:
    """A number, nothing at all or a collection where a key should be."""
    place = Place(spans.of_event(path, event))
    value = getattr(event, "value", None)
    if value is None:
        start = event.start_mark.index
        if text.startswith("{{", max(0, start - 1)):
            braces = spans.of_text(path, text, max(0, start - 1), start + 1)
            return syntax.template(Place(braces))
        what = "a list" if type(event).__name__ == "SequenceStartEvent" else "a mapping"
        return Diagnostic(
            KEY_NOT_TEXT,
            f"a key must be text, and this is {what}",
            place,
            help="write `key: value`; a text that begins with a bracket belongs in quotes",
        )
    if value == "":
        problem = "there is no key before this colon"
        return Diagnostic(KEY_NOT_TEXT, problem, place, help="write `key: value`")
    return Diagnostic(
        KEY_NOT_TEXT,
        f"the key `{shown(value)}` is not text",
        place,
        help=f"write it in quotes: {quoted(value)}",
        fixes=(Fix(place.span, in_quotes(value)),),
    )


def duplicate_key(path: str, event: Any, key: str, first: Span | None) -> Diagnostic:
    """A key that the mapping already has, at `first`."""
    return Diagnostic(
        DUPLICATE_KEY,
        f"the key `{shown(key)}` is written twice",
        Place(spans.of_event(path, event), "again here"),
        (Place(first, "first written here"),) if first else (),
        help="keep one of the two; a key stands once in a mapping",
    )


def merge_key(path: str, event: Any) -> Diagnostic:
    """The key `<<`, also in quotes: kustomize 5.5, and so Flux, silently drops it even then."""
    if event.style:
        help = "choose another key: Flux would drop this one, even in quotes"
    else:
        help = (
            "write the merged keys out; to spare an environment from repeating them, put them "
            "outside `environments`"
        )
    place = Place(spans.of_event(path, event))
    return Diagnostic(REFERENCE, "`<<` is a merge key, and specs have none", place, help=help)


def alias(path: str, event: Any) -> Diagnostic:
    """`*name`, as a value or as a key."""
    return Diagnostic(
        REFERENCE,
        f"`*{shown(event.anchor)}` refers to another value, and specs have no such references",
        Place(spans.of_event(path, event)),
        help=f'write the value itself; if text is meant, write it in quotes: "*{event.anchor}"',
    )


def anchor_or_tag(path: str, text: str, event: Any) -> Diagnostic:
    """`&name` or `!name` before a value or a key."""
    start = event.start_mark.index
    match = re.compile(r"[&!][^\s,\[\]{}]*").match(text, start)
    end = match.end() if match else start + 1
    place = Place(spans.of_text(path, text, start, end))
    word = shown(text[start:end])
    quote = f"; if text is meant, write it in quotes: {quoted(rest_of_line(text, start))}"
    if text.startswith("&", start):
        return Diagnostic(
            REFERENCE,
            f"`{word}` names a value for use elsewhere, and specs have no such references",
            place,
            help=f"remove it, and write the value out wherever it is needed{quote}",
        )
    return Diagnostic(
        TAG,
        f"`{word}` is a YAML tag, and specs have none",
        place,
        help=f"remove it{quote}",
    )


def directives(path: str, text: str) -> tuple[str, list[Diagnostic]]:
    """The text with its directives turned into comments, and a diagnostic for each.

    They become comments so that the rest can still be looked through.
    """
    first = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(%[A-Z]+)(?=\s|\Z)[^\n]*")
    found: list[Diagnostic] = []
    while len(found) < MAX_DIAGNOSTICS and (directive := first.match(text)):
        start = directive.start(1)
        found.append(
            Diagnostic(
                NOT_ONE_MAPPING,
                f"`{shown(directive[1])}` is a YAML directive, and specs have none",
                Place(spans.of_text(path, text, start, directive.end())),
                help="remove this line",
            )
        )
        text = f"{text[:start]}#{text[start + 1 :]}"
    return text, found


def second_document(path: str, event: Any) -> Diagnostic:
    """`---` after the end of the document that the file is."""
    return Diagnostic(
        NOT_ONE_MAPPING,
        "a second document begins here",
        Place(spans.of_event(path, event)),
        help="a file describes one thing: remove this line, or move what follows to another file",
    )


def not_a_mapping(path: str, text: str, data: Any) -> Diagnostic:
    """A file that holds `data` instead of a mapping; None if it is empty."""
    example = "write lines of `key: value`, the first being `name: ...`"
    if path.endswith(".placement.yaml"):
        example = "bring it back as it was committed last; where no host was placed yet, delete it"
    if data is None:
        problem = "the file is empty"
        return Diagnostic(NOT_ONE_MAPPING, problem, Place(Span(path)), help=example)
    what = "a list" if isinstance(data, list) else "one single value"
    start = re.compile(r"(?:\s|#[^\n]*\n|---(?=\s))*").match(text)
    begin = start.end() if start else 0
    end = begin + len(rest_of_line(text, begin))
    place = Place(spans.of_text(path, text, begin, end))
    return Diagnostic(NOT_ONE_MAPPING, f"the file is {what}", place, help=example)
