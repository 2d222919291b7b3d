"""The strict reader of manifests: what kubectl, Flux and kustomize all read alike, or a finding.

Text is tokenised by libyaml, as it is in Go, and turned into data here, in one pass and without
recursion. Whatever two of these programs could understand differently is refused; what the scalars
mean is told in `scalars`. JSON is read by the same parser, of whose language it is a part.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.foreign.scalars import NO_JSON, RESOLVED
from compiler.source import spans, syntax
from compiler.source.characters import UNDOUBTED
from compiler.source.spans import Node

UNCERTAIN = Rule(
    "PT020",
    "manifest that cannot be read with certainty",
    "kubectl, kustomize and Flux read the same text differently where YAML leaves room for it, and "
    "a rule that judges another object than the one that is applied protects nobody.",
    what="Refuses a manifest that programs could read differently or not at all: anchors, aliases, "
    "merge keys, tags, directives, keys that are written twice or are not text, characters that "
    "end a line or reorder it for some programs only, templates, Helm charts, objects encrypted "
    "with SOPS other than Secrets, text that is not YAML, and files that are too large.",
    fix="Write the object out in plain YAML: each value where it is used, each key once, as UTF-8 "
    "without a byte order mark. Scan what a template or chart renders instead of its source.",
    failing="""\
-- scanned/service.yaml --
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop}
spec:
  type: ClusterIP
  ports: [{port: 80}]
  type: ClusterIP
""",
    passing="""\
-- scanned/service.yaml --
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop}
spec:
  type: ClusterIP
  ports: [{port: 80}]
""",
)

MAX_BYTES = 16 * 1024 * 1024
"""etcd takes objects of 1.5 MiB, and the largest bundles of CRDs that projects release are some
5 MiB; what is larger is data, and reading it would take longer than all the rest."""
MAX_DEPTH = 128
"""The CRDs of Flux, cert-manager, the Gateway API and others are nested up to 24 deep."""
MAX_PROBLEMS = 20

# Where one program sees a comment or a line, another sees a live key. The others let text look like
# something else than it is. Invisible characters within a value are for the rules: there it is just
# another value.
_ODD = re.compile(
    "(?P<line_break>\r|[\x85\u2028\u2029])|(?P<reordering>[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])"
    "|(?P<mark>\ufeff)|(?P<directive>^%.*)|(?P<separator>^---(?=[^\\s]).*)",
    re.MULTILINE,
)
# The surrogate pairs by which JSON writes what is beyond U+FFFF; YAML has an escape of its own.
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


class Document(NamedTuple):
    """A document of a file."""

    number: int
    """Which of the file's documents it is, from 0."""
    line: int
    """Where it begins."""
    data: Any


class Reading(NamedTuple):
    """What a file holds: its documents that may be manifests, and what is wrong with it.

    A document with a problem is not among the documents.
    """

    text: str
    documents: list[Document]
    problems: list[Diagnostic]


def read(path: str, content: bytes, *, whole: bool = False) -> Reading:
    """Read one file; `path` is only named in diagnostics.

    A document that is certainly no manifest is passed over, with all that is wrong with it: its
    root has neither a key `kind` nor `apiVersion`, in any case of letters. With `whole` nothing is
    passed over: it is something that a program reads in any case, such as a kustomization.
    """
    if len(content) > MAX_BYTES:
        return Reading("", [], [too_large(path)])
    text = _decoded(path, content)
    if isinstance(text, Diagnostic):
        return Reading("", [], [text])
    if not whole and path.lower().endswith(".json") and _is_other_json(text):
        return Reading(text, [], [])
    found = _walk(path, text, whole=whole)
    problems = found.problems
    if found.certain_nothing and not whole:
        return Reading(text, [], problems)
    if content.translate(None, UNDOUBTED) or _has_odd_line(content):
        problems = [*_odd(path, text), *problems]
    if content.startswith(b"\xef\xbb\xbf"):
        problems = [_byte_order_mark(path), *problems]
    documents = found.documents
    if problems and len(problems) > len(found.problems):
        # What the file as a whole says of itself holds for each of its documents.
        documents = []
    return Reading(text, documents, problems[:MAX_PROBLEMS])


def span(path: str, text: str, document: int, where: tuple[str | int, ...]) -> Span:
    """The place of a value in a document, or of its nearest ancestor that is there."""
    nodes = _places(path, text)
    if document not in nodes:
        return Span(path)
    node = nodes[document]
    for step in where:
        child = node.children.get(step)
        if child is None:
            break
        node = child
    return node.value


def problem(message: str, place: Span, help: str) -> Diagnostic:
    """A manifest that cannot be read with certainty."""
    return Diagnostic(UNCERTAIN, message, Place(place), help=help)


def too_large(path: str) -> Diagnostic:
    """The file has more than MAX_BYTES."""
    return problem(
        f"the file is larger than {MAX_BYTES // (1024 * 1024)} MiB, and is not read",
        Span(path),
        "split it up, or leave it out of what is scanned",
    )


def _decoded(path: str, content: bytes) -> str | Diagnostic:
    """The text with LF line ends and without a byte order mark."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return problem(
            f"the file is not UTF-8: the byte 0x{content[error.start]:02X} begins no character",
            Span(path, line, 1, line, 1),
            "save it as UTF-8",
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if path.lower().endswith(".json") and "\\u" in text:
        text = _PAIR.sub(_joined, text)
    return text


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


class _Walk(NamedTuple):
    documents: list[Document]
    problems: list[Diagnostic]
    certain_nothing: bool
    """Whether none of the documents is a manifest, beyond doubt."""
    places: dict[int, Node]


# Stand for the key that the next value belongs to: in a list there is none, in a mapping the next
# value is the key itself.
_ITEM: Any = object()
_KEY: Any = object()
_IDENTITY = ("kind", "apiversion")


def _walk(path: str, text: str, *, whole: bool = True, with_places: bool = False) -> _Walk:
    """Build the data of each document from libyaml's events."""
    from yaml import YAMLError
    from yaml._yaml import CParser
    from yaml.events import (
        AliasEvent,
        DocumentEndEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

    resolved = RESOLVED
    documents: list[Document] = []
    problems: list[Diagnostic] = []
    places: dict[int, Node] = {}
    certain_nothing = True

    # Of the document that is being read: what is wrong with it, whether its root may be more than
    # it seems, and the line of `---` if it has one.
    own: list[Diagnostic] = []
    veiled = False
    separator = -1
    index = -1
    line = 1

    # A container, the key of its that awaits a value, and its place: first, a list of documents.
    container: Any = []
    roots: list[Any] = container
    key: Any = _ITEM
    node = Node(Span(path), None) if with_places else None
    top = node
    outer: list[tuple[Any, Any, Node | None]] = []
    key_event: Any = None

    try:
        next_event: Any = CParser(text).get_event
        while True:
            event = next_event()
            kind = type(event)

            if kind is ScalarEvent:
                value = event.value
                style = event.style
                if not style:
                    value = resolved[value]
                    if value is NO_JSON:
                        own.append(_no_json(path, event))
                if event.tag is not None or event.anchor is not None:
                    own.append(_reference(path, event))
                    if event.tag is not None and len(outer) < 2:
                        veiled = True
                if not outer and event.start_mark.line == separator:
                    veiled = True
                    own.append(_on_separator(path, event))

                if key is _KEY:
                    if type(value) is not str:
                        own.append(_key_not_text(path, text, event))
                        value = f"\0{event.start_mark.index}"
                    elif value == "<<":
                        own.append(_merge_key(path, event))
                        if len(outer) == 1:
                            veiled = True
                    elif value in container:
                        own.append(_duplicate_key(path, event, value))
                    key = value
                    key_event = event
                    continue

            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if event.tag is not None or event.anchor is not None:
                    own.append(_reference(path, event))
                    if event.tag is not None and not outer:
                        veiled = True
                if key is _KEY:
                    own.append(_key_not_text(path, text, event))

            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if node is not None:
                    node.value = spans.of_collection(path, node, event)
                container, key, node = outer.pop()
                continue

            elif kind is AliasEvent:
                own.append(_alias(path, event))
                value = None
                if key is _KEY:
                    if len(outer) == 1:
                        veiled = True
                    key = f"\0{event.start_mark.index}"
                    key_event = event
                    continue
                if not outer:
                    veiled = True

            elif kind is DocumentStartEvent:
                index += 1
                line = event.end_mark.line + (2 if event.explicit else 1)
                own = []
                veiled = False
                separator = event.end_mark.line if event.explicit else -1
                continue

            elif kind is DocumentEndEvent:
                data = roots.pop()
                if top is not None:
                    places[index] = top.children.pop(0)
                if veiled or whole or _may_be_manifest(data):
                    certain_nothing = False
                    problems += own
                    if not own:
                        documents.append(Document(index, line, data))
                    if len(problems) >= MAX_PROBLEMS and not with_places:
                        break
                continue

            elif kind is StreamEndEvent:
                break
            else:
                continue

            # A value: it belongs to the list or to the key that awaits one. A collection where a
            # key should be was reported; it belongs to nothing.
            child = None
            if node is not None:
                child = Node(spans.of_value(path, text, event), None)
                if key is _ITEM:
                    node.children[len(container)] = child
                elif key is not _KEY:
                    child.key = spans.of_event(path, key_event)
                    node.children.setdefault(key, child)
            if key is _ITEM:
                container.append(value)
            elif key is _KEY:
                key = f"\0{event.start_mark.index}"
                key_event = event
            else:
                container[key] = value
                key = _KEY
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                outer.append((container, key, node))
                if len(outer) > MAX_DEPTH:
                    problems.append(_too_deep(path, event))
                    certain_nothing = False
                    break
                container = value
                node = child
                key = _KEY if kind is MappingStartEvent else _ITEM
    except YAMLError as error:
        # A document that cannot be read may hide the ones after it, so it is never passed over.
        certain_nothing = False
        problems = [*problems, *own, _not_yaml(path, text, error)]
        if documents:
            documents = []
    return _Walk(documents, problems, certain_nothing, places)


def _may_be_manifest(data: Any) -> bool:
    # Go compares the names of fields without regard to case, some programs, and by Unicode's rules.
    if type(data) is not dict:
        return False
    if "kind" in data or "apiVersion" in data:
        return True
    return any(len(key) < 40 and key.strip().casefold() in _IDENTITY for key in data)


def _is_other_json(text: str) -> bool:
    """Whether a file is JSON and certainly no manifest: schemas and locks are large, and json is
    fast. Both readers find the same keys at its root, if this one finds JSON at all."""
    import json

    try:
        return not _may_be_manifest(json.loads(text))
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=8)
def _places(path: str, text: str) -> dict[int, Node]:
    return _walk(path, text, with_places=True).places


def _has_odd_line(content: bytes) -> bool:
    """At a first look, whether a line may begin with % or with --- and more."""
    return (
        content.startswith((b"%", b"---"))
        or b"\n%" in content
        or content.count(b"\n---") != content.count(b"\n---\n")
    )


def _odd(path: str, text: str) -> Iterator[Diagnostic]:
    """What is doubtful about the text of a file as a whole."""
    for odd in _ODD.finditer(text):
        place = spans.of_text(path, text, odd.start(), odd.end())
        code = f"U+{ord(odd[0][0]):04X}"
        match odd.lastgroup:
            case "line_break":
                message = f"{code} ends this line for some programs only"
                help = "save the file with LF line ends, and press Enter where a line is to end"
                place = spans.of_text(path, text, odd.start(), odd.start())
            case "reordering":
                message = f"{code} changes the order in which this line is shown"
                help = f'remove it; if a text needs it, write "\\u{ord(odd[0]):04X}" in quotes'
            case "mark":
                message = f"{code} is a byte order mark, which some programs pass over"
                help = "remove it"
            case "directive":
                message = "a line that begins with % is an instruction to some programs only"
                help = "remove it; within a text, indent the line"
            case _:
                message = "some programs take this line for the end of a document"
                help = "write `---` on a line of its own; within a text, indent the line"
        yield problem(message, place, help)


def _byte_order_mark(path: str) -> Diagnostic:
    return problem(
        "the file begins with a byte order mark, an invisible character",
        Span(path, 1, 1, 1, 1),
        "save it as UTF-8 without a byte order mark",
    )


def _reference(path: str, event: Any) -> Diagnostic:
    if event.tag is None:
        return problem(
            f"the anchor &{event.anchor} lets this value appear in other places too",
            spans.of_event(path, event),
            "write the value out wherever it is needed",
        )
    return problem(
        f"the tag {event.tag} makes this another value for some programs",
        spans.of_event(path, event),
        "remove the tag, and write the value itself",
    )


def _alias(path: str, event: Any) -> Diagnostic:
    return problem(
        f"*{event.anchor} stands for a value that is written elsewhere",
        spans.of_event(path, event),
        "write the value out; nested aliases grow a small file to gigabytes",
    )


def _merge_key(path: str, event: Any) -> Diagnostic:
    return problem(
        "what `<<` merges in wins for kubectl and loses for kustomize",
        spans.of_event(path, event),
        "write the keys out",
    )


def _duplicate_key(path: str, event: Any, key: str) -> Diagnostic:
    return problem(
        f"the key `{key}` is written twice: kubectl takes the last one, kustomize fails",
        spans.of_event(path, event),
        "keep one of the two",
    )


def _key_not_text(path: str, text: str, event: Any) -> Diagnostic:
    at = event.start_mark.index
    if text[at - 1 : at + 1] == "{{":
        return _template(spans.of_event(path, event))
    return problem(
        "this key is not text to every program",
        spans.of_event(path, event),
        "write it in quotes",
    )


def _no_json(path: str, event: Any) -> Diagnostic:
    return problem(
        f"{event.value} is a number that Kubernetes does not have",
        spans.of_event(path, event),
        "write a text in quotes, or a finite number",
    )


def _on_separator(path: str, event: Any) -> Diagnostic:
    return problem(
        "some programs pass over what stands beside `---`, and read on",
        spans.of_event(path, event),
        "begin the document on the next line",
    )


def _too_deep(path: str, event: Any) -> Diagnostic:
    return problem(
        f"this is nested deeper than {MAX_DEPTH} levels, and the file is not read",
        spans.of_event(path, event),
        "no manifest needs that; look for brackets or indentation that went wrong",
    )


def _not_yaml(path: str, text: str, error: Any) -> Diagnostic:
    said = syntax.syntax_error(path, text, error)
    span = said.primary.span
    mark = getattr(error, "problem_mark", None)
    lines = text.split("\n")
    for line in {span.line, mark.line + 1 if mark is not None else 0}:
        if 0 < line <= len(lines) and ("{{" in lines[line - 1] or "{%" in lines[line - 1]):
            return _template(span)
    return said._replace(rule=UNCERTAIN)


def _template(place: Span) -> Diagnostic:
    return problem(
        "this is a template, and what it renders cannot be told",
        place,
        "scan what it renders, for example the output of `helm template`",
    )
