"""The strict reader of specs and environments: YAML that every reader understands alike, no more.

Text is tokenised by libyaml, as it is in Go, and turned into data here, after the YAML 1.2 core
schema. Whatever two YAML readers could understand differently is refused.
"""

import re
from bisect import bisect
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rejected, Rule, Span

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIAGNOSTICS = 100

UNREADABLE = Rule(
    "PT001",
    "file that cannot be read",
    "A spec that cannot be read would silently be missing from what is compiled.",
)
ENCODING = Rule(
    "PT002",
    "file that is not UTF-8",
    "Bytes in another encoding mean different letters on different machines.",
)
SYNTAX = Rule(
    "PT003",
    "text that is not YAML",
    "Nothing after the first syntax error can be trusted to mean what its author meant.",
)
DUPLICATE_KEY = Rule(
    "PT004",
    "key that is written twice",
    "Some YAML readers keep the first value and some the last, so one of the two is lost.",
)
KEY_NOT_TEXT = Rule(
    "PT005",
    "key that is not text",
    "Kubernetes and Terraform know only text as keys; numbers and lists as keys change or get lost "
    "on the way.",
)
REFERENCE = Rule(
    "PT006",
    "anchor, alias or merge key",
    "A value that stands somewhere else cannot be reviewed where it is used, readers disagree "
    "about merge keys, and nested aliases can grow a small file to gigabytes.",
)
TAG = Rule(
    "PT007",
    "YAML tag",
    "A tag changes the type of a value, and every YAML reader knows other tags.",
)
AMBIGUOUS = Rule(
    "PT008",
    "value that YAML readers understand differently",
    "YAML 1.1 and YAML 1.2 read the same characters as different values: `no` as false or as text, "
    "`010` as 8 or as 10. Quotes, or a plain number, leave no doubt.",
)
HIDDEN_CHARACTER = Rule(
    "PT009",
    "character that a reviewer cannot see",
    "Invisible characters and those that reorder a line make a file look different from what it "
    "says, and a few, even escaped, do not reach a cluster unchanged.",
)
LINE_BREAK = Rule(
    "PT010",
    "line break that not every program takes for one",
    "What one program shows as a comment or as one line is two lines, and a live key, to another.",
)
NOT_ONE_MAPPING = Rule(
    "PT011",
    "file that is not one mapping",
    "One file describes one thing, as lines of `key: value`.",
)
TOO_LARGE = Rule(
    "PT012",
    "file that is too large or too deep",
    f"A spec is small. A file over {MAX_BYTES // 1024} KiB, or nested more than {MAX_DEPTH} "
    "levels, is a mistake or an attempt to exhaust the compiler.",
)


class Document(NamedTuple):
    """A file that was read: its text with LF line ends, and the data in it."""

    path: str
    text: str
    data: dict[str, Any]

    def span(self, path: tuple[str | int, ...], *, key: bool = False) -> Span:
        """The place of the value at `path`, or of its key; of the nearest ancestor if none is."""
        node = _places(self.path, self.text)
        for step in path:
            child = node.children.get(step)
            if child is None:
                break
            node = child
        return node.key if key and node.key is not None else node.value


def read(path: str, content: bytes) -> Document:
    """Read one file; `path` is only named in diagnostics.

    Raises Rejected with everything that could be found at once; syntax errors end the search.
    """
    if len(content) > MAX_BYTES:
        problem = f"the file is larger than {MAX_BYTES // 1024} KiB"
        help = "split it up; large texts belong in files of their own"
        raise Rejected([Diagnostic(TOO_LARGE, problem, Place(Span(path)), help=help)])
    text, found = _decode(path, content)
    cleaned = text
    doubts: list[Diagnostic] = []
    if content.translate(None, _UNDOUBTED) or b"%" in content or b"<<<<<<<" in content:
        conflicts = _merge_conflicts(path, text)
        if conflicts:
            raise Rejected(found + conflicts)
        cleaned, directives = _directives(path, text)
        cleaned, doubts = _doubtful_characters(path, cleaned)
        found += directives + doubts
    walk = _walk(path, cleaned)
    if not walk.problems and not found:
        return Document(path, text, walk.data)
    walk = _walk(path, cleaned, with_places=True)
    if doubts:
        # What was replaced may be what broke the syntax.
        walk.problems[:] = [p for p in walk.problems if p.rule is not SYNTAX]
    found += walk.problems
    found.sort(key=lambda diagnostic: diagnostic.primary.span[1:3])
    raise Rejected(found[:MAX_DIAGNOSTICS])


# From bytes to text --------------------------------------------------------------------------

# What ASCII text may hold without a second look; tabs and carriage returns get one.
_UNDOUBTED = bytes([0x0A, *range(0x20, 0x7F)])

_ODD_BREAK = "\r\x85\u2028\u2029"
_REORDERING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_LIKE_A_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_NO_CHARACTER = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17)
)
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
# kustomize, and so Flux, turns U+0085 into a space and fails on the others (kustomize 5.5).
_NOT_CARRIED = re.compile("[\x7f-\x9f\ufffe\uffff]")
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(%[A-Z]+)(?=\s|\Z)[^\n]*")
_CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)


@cache
def _doubtful_character() -> re.Pattern[str]:
    return re.compile(
        f"(?P<line_break>[{_ODD_BREAK}])|(?P<reordering>[{_REORDERING}])"
        f"|(?P<space>[{_LIKE_A_SPACE}])|(?P<invisible>[{_INVISIBLE}])"
        f"|(?P<control>[{_CONTROL}])|(?P<none>[{_NO_CHARACTER}])"
    )


def _decode(path: str, content: bytes) -> tuple[str, list[Diagnostic]]:
    """The text without a byte order mark and with LF line ends, and what is wrong with the bytes.

    Raises Rejected when they are not UTF-8 at all.
    """
    found: list[Diagnostic] = []
    start = Place(Span(path, 1, 1, 1, 1))
    resave = "save it as UTF-8 without a byte order mark"
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        problem = "the file starts with a byte order mark, an invisible character"
        found.append(Diagnostic(ENCODING, problem, start, help=resave))
    elif content.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or (
        len(content) > 1 and 0 in content[:2]
    ):
        problem = "the file is not UTF-8; it looks like UTF-16 or UTF-32"
        raise Rejected([Diagnostic(ENCODING, problem, start, help=resave)])
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode().replace("\r\n", "\n")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        problem = (
            f"the file is not UTF-8: the byte 0x{content[error.start]:02X} begins no character"
        )
        place = Place(Span(path, line, column, line, column + 1))
        found.append(Diagnostic(ENCODING, problem, place, help=resave))
        raise Rejected(found) from None
    return (text.replace("\r\n", "\n") if "\r" in text else text), found


def _merge_conflicts(path: str, text: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            SYNTAX,
            "here is a merge conflict that git left to you",
            Place(_text_span(path, text, conflict.start(), conflict.end())),
            help="keep what is right of the two sides and remove the lines <<<<<<<, ======= "
            "and >>>>>>>",
        )
        for conflict in islice(_CONFLICT.finditer(text), MAX_DIAGNOSTICS)
    ]


def _directives(path: str, text: str) -> tuple[str, list[Diagnostic]]:
    """Turn directives into comments, so that what follows can still be looked through."""
    found: list[Diagnostic] = []
    while len(found) < MAX_DIAGNOSTICS and (directive := _DIRECTIVE.match(text)):
        start = directive.start(1)
        found.append(
            Diagnostic(
                NOT_ONE_MAPPING,
                f"`{_shown(directive[1])}` is a YAML directive, and specs have none",
                Place(_text_span(path, text, start, directive.end())),
                help="remove this line",
            )
        )
        text = f"{text[:start]}#{text[start + 1 :]}"
    return text, found


def _doubtful_characters(path: str, text: str) -> tuple[str, list[Diagnostic]]:
    """Replace doubtful characters, one for one, so that the rest can still be looked through."""
    doubtful = _doubtful_character()
    found = [
        _doubtful(doubt, Place(_text_span(path, text, doubt.start(), doubt.end())))
        for doubt in islice(doubtful.finditer(text), MAX_DIAGNOSTICS)
    ]
    if not found:
        return text, found

    def harmless(doubt: re.Match[str]) -> str:
        return " " if doubt.lastgroup in ("line_break", "space") else "_"

    return doubtful.sub(harmless, text), found


def _doubtful(doubt: re.Match[str], place: Place) -> Diagnostic:
    import unicodedata

    character = doubt[0]
    code = ord(character)
    name = f"U+{code:04X} {unicodedata.name(character, '')}".rstrip()
    escape = "\\x{:02X}" if code < 0x100 else "\\u{:04X}" if code < 0x10000 else "\\U{:08X}"
    escape = escape.format(code)
    escaped = f'; if a text needs it, write it as {escape} between double quotes: "{escape}"'
    if _NOT_CARRIED.match(character):
        escaped = ""
    if character == "\r":
        problem = "a carriage return without a line feed ends this line for some programs only"
        return Diagnostic(LINE_BREAK, problem, place, help="save the file with LF line ends")
    match doubt.lastgroup:
        case "line_break":
            problem = f"{name} ends this line for some programs only"
            help = f"press Enter instead{escaped}"
            return Diagnostic(LINE_BREAK, problem, place, help=help)
        case "reordering":
            problem, help = f"{name} changes the order in which this line is shown", "remove it"
        case "space":
            problem, help = f"{name} looks like a space and is none", "type a space instead"
        case "invisible":
            problem, help = f"{name} is invisible", "remove it"
        case "control":
            problem, help = f"{name} is a control character", "remove it"
        case _:
            problem, help = f"{name} stands for no character", "remove it"
    help += escaped
    return Diagnostic(HIDDEN_CHARACTER, problem, place, help=help)


# From text to data ---------------------------------------------------------------------------


class _Node:
    """Where a value stands, where its key does, and the nodes in it by key or index."""

    __slots__ = ("children", "key", "value")

    def __init__(self, value: Span, key: Span | None) -> None:
        self.value = value
        self.key = key
        self.children: dict[str | int, _Node] = {}


class _Walk(NamedTuple):
    data: Any
    problems: list[Diagnostic]
    places: _Node | None


# Stand for the key that the next value belongs to: in a list there is none, in a mapping the next
# value is the key itself.
_ITEM: Any = object()
_KEY: Any = object()


def _walk(path: str, text: str, *, with_places: bool = False) -> _Walk:
    """Build the data of `text` from libyaml's events, without recursion.

    Without problems the data are whole. Only a walk with places can say where the first of two
    equal keys stands.
    """
    from yaml import YAMLError
    from yaml._yaml import CParser
    from yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

    problems: list[Diagnostic] = []
    block_scalars: list[tuple[int, int]] = []
    resolved = _RESOLVED

    # A container, the key of its that awaits a value, and its place: first, a list of documents.
    container: Any = []
    documents: list[Any] = container
    key: Any = _ITEM
    top = node = _Node(Span(path), None) if with_places else None
    outer: list[tuple[Any, Any, _Node | None]] = []
    key_event: Any = None
    seen_document = False

    try:
        next_event: Any = CParser(text).get_event
        while len(problems) < MAX_DIAGNOSTICS:
            event = next_event()
            kind = type(event)

            if kind is ScalarEvent:
                value = event.value
                style = event.style
                if not style:
                    value = resolved[value]
                    if value is _DOUBT:
                        value = event.value
                        problem = _doubt(path, text, event, is_key=key is _KEY)
                        if problem:
                            problems.append(problem)
                elif style == '"':
                    if not value.isprintable() and _NOT_CARRIED.search(value):
                        problems.append(_not_carried(path, event))
                elif style in "|>":
                    block_scalars.append((event.start_mark.index, event.end_mark.index))
                if event.anchor is not None or event.tag is not None:
                    problems.append(_decorated(path, text, event))

                if key is _KEY:
                    if type(value) is not str:
                        problems.append(_key_not_text(path, text, event))
                        value = f"\0{event.start_mark.index}"
                    elif style and value == "<<":
                        problems.append(_merge_key(path, event))
                    elif value in container:
                        first = node.children[value].key if node is not None else None
                        problems.append(_duplicate_key(path, event, value, first))
                    key = value
                    key_event = event
                    continue

            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value = {} if kind is MappingStartEvent else []
                if event.anchor is not None or event.tag is not None:
                    problems.append(_decorated(path, text, event))
                if key is _KEY:
                    problems.append(_key_not_text(path, text, event))

            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if node is not None:
                    node.value = _collection_span(path, node, event)
                container, key, node = outer.pop()
                continue

            elif kind is AliasEvent:
                problems.append(_alias(path, event))
                value = f"*{event.anchor}"
                if key is _KEY:
                    key = value
                    key_event = event
                    continue

            elif kind is DocumentStartEvent:
                if seen_document:
                    problems.append(_second_document(path, event))
                    break
                seen_document = True
                continue

            elif kind is StreamEndEvent:
                break
            else:
                continue

            # A value: it belongs to the list or to the key that awaits one. A collection where a
            # key should be was reported; it belongs to nothing.
            child = None
            if node is not None:
                child = _Node(_value_span(path, text, event), None)
                if key is _ITEM:
                    node.children[len(container)] = child
                elif key is not _KEY:
                    child.key = _span(path, key_event)
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
                    break
                container = value
                node = child
                key = _KEY if kind is MappingStartEvent else _ITEM
    except YAMLError as error:
        problems.append(_syntax_error(path, text, error))
        return _Walk(None, problems, top)

    if "\t" in text:
        problems += _tabs(path, text, block_scalars)
    data = documents[0] if documents else None
    if type(data) is not dict:
        problems.append(_not_a_mapping(path, text, data))
    return _Walk(data, problems, top and top.children.get(0))


@lru_cache(maxsize=16)
def _places(path: str, text: str) -> _Node:
    places = _walk(path, text, with_places=True).places
    return places if places is not None else _Node(Span(path), None)


def _span(path: str, event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _text_span(path: str, text: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    last = line + text.count("\n", start, end)
    return Span(
        path, line, start - text.rfind("\n", 0, start), last, end - text.rfind("\n", 0, end)
    )


def _value_span(path: str, text: str, event: Any) -> Span:
    """As `_span`, but a block scalar ends with its last line, not with the lines left empty."""
    style = getattr(event, "style", None)
    if not style or style not in "|>":
        return _span(path, event)
    start, end = event.start_mark.index, event.end_mark.index
    source = text[start:end]
    if "+" not in source.partition("\n")[0].partition("#")[0]:
        end = start + len(source.rstrip("\n"))
    return _text_span(path, text, start, end)


def _collection_span(path: str, node: _Node, end_event: Any) -> Span:
    """A collection in brackets ends with the bracket, another one with the last value in it."""
    begun = node.value
    if end_event.end_mark.index > end_event.start_mark.index:
        end = end_event.end_mark
        return Span(path, begun.line, begun.column, end.line + 1, end.column + 1)
    last = begun
    for child in node.children.values():
        if child.value[3:] > last[3:]:
            last = child.value
    return Span(path, begun.line, begun.column, last.end_line, last.end_column)


# What a scalar without quotes means ----------------------------------------------------------

# Stands for the value of a plain scalar that needs a closer look.
_DOUBT: Any = object()

# Eighteen digits fit into 64 bits; fifteen significant ones survive a float.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])")

# Every alternative is linear: a spec may hold 256 KiB of digits.
_DOUBTFUL_TEXT = re.compile(
    r"""
      (?P<true> y | yes | on | true )
    | (?P<false> n | no | off | false )
    | (?P<null> ~ | null )
    | (?P<octal> [-+]?0[0-7_]+ )
    | (?P<zeros> [-+]?0[0-9_]+ )
    | (?P<prefixed> [-+]?0(?: o[0-7_]+ | x[0-9a-f_]+ | b[01_]+ ) )
    | (?P<sixties> [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)? )
    | (?P<date> [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \t]+)[0-9].*)? )
    | (?P<infinity> [-+]?\.inf | [-+]?\.nan )
    | (?P<exponent> [-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)e[-+]?[0-9_]+ )
    | (?P<underscores> [-+]?[0-9][0-9.]*_[0-9._]* )
    | (?P<number> [-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+) )
    | (?P<merge> << )
    | (?P<special> = )
    | (?P<joined> .*\ -\ .* )
    """,
    re.ASCII | re.DOTALL | re.IGNORECASE | re.VERBOSE,
)


class _Resolved(dict[str, Any]):
    """What plain scalars mean, remembered: the same few hundred words fill every spec."""

    def __missing__(self, text: str) -> Any:
        value: Any
        if text == "":
            value = None
        elif text == "true":
            value = True
        elif text == "false":
            value = False
        elif text == "null":
            value = None
        elif _INTEGER.fullmatch(text):
            value = int(text)
        elif _FLOAT.fullmatch(text) and sum(map(str.isdigit, text)) <= 15 and text != "-0.0":
            value = float(text)
        elif _DOUBTFUL_TEXT.fullmatch(text):
            value = _DOUBT
        else:
            value = text
        if len(text) <= 64 and len(self) < 20_000:
            self[text] = value
        return value


_RESOLVED = _Resolved()


def _doubt(path: str, text: str, event: Any, *, is_key: bool) -> Diagnostic | None:
    """What is wrong with a plain scalar that resolved to _DOUBT; nothing may be."""
    value: str = event.value
    match = _DOUBTFUL_TEXT.fullmatch(value)
    kind = match.lastgroup if match is not None else None
    if kind is None:
        return None
    place = Place(_span(path, event))

    if kind == "joined":
        if event.start_mark.line == event.end_mark.line:
            return None
        return Diagnostic(
            SYNTAX,
            "a list item that is indented differently from the one above is read as its next line",
            place,
            help='put every "-" of a list below the first one; a text of several lines belongs in '
            "quotes or after `|`",
        )
    if kind == "merge" and is_key:
        return _merge_key(path, event)

    one, other, instead = _readings(kind, value)
    reading = f"{one} by some YAML readers and {other} by others" if other else one
    if is_key:
        message = f"the key `{_shown(value)}` is read {reading}"
        help = f"write the key in quotes: {_quoted(value)}"
    else:
        message = f"`{_shown(value)}` is read {reading}"
        help = ", or ".join([f"write {_quoted(value)} in quotes for the text", *instead])
    return Diagnostic(AMBIGUOUS, message, place, help=help)


def _readings(kind: str, text: str) -> tuple[str, str, list[str]]:
    """How readers understand a doubtful text, and what to write for each but the text itself."""
    if kind in ("true", "false", "null"):
        return f"as {kind}", "as text", [kind]
    if kind == "date":
        return "as a date", "as text", []
    if kind == "infinity":
        return "as a number that Kubernetes and Terraform cannot take", "", []
    if kind in ("merge", "special"):
        return "in a special way", "as text", []
    number = _plain_number(kind, text)
    instead = [f"{number} for the number"] if number else []
    if kind == "octal":
        decimal = _plain_number("number", text)
        if number and decimal and number != decimal:
            return f"as {number}", f"as {decimal}", [f"{number} or {decimal} for the number"]
    if kind in ("octal", "number"):
        if number:
            return f"as the number {number}", "", instead
        return "as a number with more digits than every YAML reader keeps", "", []
    return f"as {number}" if number else "as a number", "as text", instead


def _plain_number(kind: str, text: str) -> str | None:
    """The number that `text` is to readers that take it for one, as this reader accepts it."""
    digits = text.replace("_", "").lower()
    unsigned = digits.lstrip("+-")
    if len(unsigned) > 40:
        return None
    number: int | float
    try:
        if kind == "octal":
            number = int(unsigned or "0", 8)
        elif kind == "prefixed":
            number = int(unsigned, 0)
        elif kind == "sixties":
            number = 0
            for part in unsigned.split(":"):
                number = number * 60 + (float(part) if "." in part else int(part))
        elif "." in unsigned or "e" in unsigned:
            number = float(unsigned)
            if kind == "exponent" and number.is_integer():
                number = int(number)
        else:
            number = int(unsigned)
    except (ValueError, OverflowError):
        return None
    plain = repr(-number if digits.startswith("-") and number else number)
    return plain if type(_Resolved()[plain]) in (int, float) else None


# What else is refused ------------------------------------------------------------------------


def _shown(text: str) -> str:
    """A piece of a file as a message quotes it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _quoted(text: str) -> str:
    escaped = _shown(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key_not_text(path: str, text: str, event: Any) -> Diagnostic:
    place = Place(_span(path, event))
    value = getattr(event, "value", None)
    if value is None:
        start = event.start_mark.index
        if text.startswith("{{", max(0, start - 1)):
            return _template(place)
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
        f"the key `{_shown(value)}` is not text",
        place,
        help=f"write it in quotes: {_quoted(value)}",
    )


def _template(place: Place) -> Diagnostic:
    return Diagnostic(
        SYNTAX,
        "this looks like a template, and specs have none",
        place,
        help="write the value itself; what differs between environments belongs under "
        "`environments`; a text that begins with a brace belongs in quotes",
    )


def _duplicate_key(path: str, event: Any, key: str, first: Span | None) -> Diagnostic:
    return Diagnostic(
        DUPLICATE_KEY,
        f"the key `{_shown(key)}` is written twice",
        Place(_span(path, event), "again here"),
        (Place(first, "first written here"),) if first else (),
        help="keep one of the two; a key stands once in a mapping",
    )


def _merge_key(path: str, event: Any) -> Diagnostic:
    """Refused in quotes as well: kustomize 5.5, and so Flux, silently drops the key."""
    if event.style:
        help = "choose another key: Flux would drop this one, even in quotes"
    else:
        help = (
            "write the merged keys out; to spare an environment from repeating them, put them "
            "outside `environments`"
        )
    place = Place(_span(path, event))
    return Diagnostic(REFERENCE, "`<<` is a merge key, and specs have none", place, help=help)


def _alias(path: str, event: Any) -> Diagnostic:
    return Diagnostic(
        REFERENCE,
        f"`*{_shown(event.anchor)}` refers to another value, and specs have no such references",
        Place(_span(path, event)),
        help=f'write the value itself; if text is meant, write it in quotes: "*{event.anchor}"',
    )


def _not_carried(path: str, event: Any) -> Diagnostic:
    match = _NOT_CARRIED.search(event.value)
    code = ord(match[0]) if match else 0
    return Diagnostic(
        HIDDEN_CHARACTER,
        f"U+{code:04X} in this text would not reach a cluster unchanged",
        Place(_span(path, event)),
        help="remove it; if it is data, encode the whole text, for example as base64",
    )


def _decorated(path: str, text: str, event: Any) -> Diagnostic:
    """An anchor or a tag before a value."""
    start = event.start_mark.index
    word = re.compile(r"[&!][^\s,\[\]{}]*").match(text, start)
    end = word.end() if word else start + 1
    place = Place(_text_span(path, text, start, end))
    shown = _shown(text[start:end])
    quote = f"; if text is meant, write it in quotes: {_quoted(_rest_of_line(text, start))}"
    if text.startswith("&", start):
        return Diagnostic(
            REFERENCE,
            f"`{shown}` names a value for use elsewhere, and specs have no such references",
            place,
            help=f"remove it, and write the value out wherever it is needed{quote}",
        )
    return Diagnostic(
        TAG,
        f"`{shown}` is a YAML tag, and specs have none",
        place,
        help=f"remove it{quote}",
    )


def _second_document(path: str, event: Any) -> Diagnostic:
    return Diagnostic(
        NOT_ONE_MAPPING,
        "a second document begins here",
        Place(_span(path, event)),
        help="a file describes one thing: remove this line, or move what follows to another file",
    )


def _too_deep(path: str, event: Any) -> Diagnostic:
    return Diagnostic(
        TOO_LARGE,
        f"this is nested deeper than {MAX_DEPTH} levels",
        Place(_span(path, event)),
        help="no spec needs that; look for brackets or indentation that went wrong",
    )


def _not_a_mapping(path: str, text: str, data: Any) -> Diagnostic:
    example = "write lines of `key: value`, the first being `name: ...`"
    if data is None:
        problem = "the file is empty"
        return Diagnostic(NOT_ONE_MAPPING, problem, Place(Span(path)), help=example)
    what = "a list" if isinstance(data, list) else "one single value"
    start = re.compile(r"(?:\s|#[^\n]*\n|---(?=\s))*").match(text)
    begin = start.end() if start else 0
    end = begin + len(_rest_of_line(text, begin))
    place = Place(_text_span(path, text, begin, end))
    return Diagnostic(NOT_ONE_MAPPING, f"the file is {what}", place, help=example)


def _tabs(path: str, text: str, block_scalars: list[tuple[int, int]]) -> list[Diagnostic]:
    """Lines that begin with a tab, outside of the texts after `|`, where a tab is just text."""
    starts = [start for start, _ in block_scalars]

    def indents(tab: re.Match[str]) -> bool:
        last = bisect(starts, tab.start()) - 1
        return last < 0 or block_scalars[last][1] <= tab.start()

    tabs = re.compile(r"^ *(\t+)", re.MULTILINE).finditer(text)
    return [
        _tab(path, text, tab.start(1), tab.end(1))
        for tab in islice(filter(indents, tabs), MAX_DIAGNOSTICS)
    ]


def _tab(path: str, text: str, start: int, end: int) -> Diagnostic:
    indents = not text[text.rfind("\n", 0, start) + 1 : start].strip()
    return Diagnostic(
        SYNTAX,
        "this line is indented with a tab" if indents else "a tab stands where only spaces can",
        Place(_text_span(path, text, start, end)),
        help="indent with two spaces for each level; most editors can be told to",
    )


# Syntax errors in plain words ----------------------------------------------------------------

_COMMENT = re.compile(r"(?:^|[ \t])#.*")


def _rest_of_line(text: str, start: int) -> str:
    """The text from `start` to the end of its line, without a comment."""
    end = text.find("\n", start)
    return _COMMENT.sub("", text[start : end if end >= 0 else len(text)]).rstrip()


class _Stumble(NamedTuple):
    """Where libyaml gave up, as indexes into the text, and why, in its own words."""

    path: str
    text: str
    problem: str
    context: str
    at: int
    begun: int
    """Where the thing begins that it was reading."""
    line: int
    """Where the line of `at` begins."""
    first: int
    """Where that line has its first character that is no space or tab."""

    def report(self, message: str, help: str, start: int = -1, end: int = -1) -> Diagnostic:
        """A diagnostic at `start`, by default `at`, up to `end`, by default that of the line."""
        start = start if start >= 0 else self.at
        if end < 0:
            end = start + max(1, len(_rest_of_line(self.text, start)))
        span = _text_span(self.path, self.text, start, min(end, len(self.text)))
        return Diagnostic(SYNTAX, message, Place(span), help=help)

    def needs_quotes(self, beginning: str, start: int) -> Diagnostic:
        return self.report(
            f'a value cannot begin with "{beginning}" unless it is in quotes',
            f"write {_quoted(_rest_of_line(self.text, start))}",
            start,
        )


def _syntax_error(path: str, text: str, error: Any) -> Diagnostic:
    """What libyaml stumbled over, said to somebody who does not know how YAML is parsed."""
    mark = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None) or mark
    at = min(mark.index, len(text)) if mark is not None else 0
    line = text.rfind("\n", 0, at) + 1
    first = line
    while text[first : first + 1] in (" ", "\t"):
        first += 1
    stumble = _Stumble(
        path=path,
        text=text,
        problem=getattr(error, "problem", None) or str(error),
        context=getattr(error, "context", None) or "",
        at=at,
        begun=min(begun.index, len(text)) if begun is not None else at,
        line=line,
        first=first,
    )
    tab = text.find("\t", line, first)
    if tab >= 0:
        return _tab(path, text, tab, first)
    for beginning, explain in _EXPLANATIONS:
        if stumble.context.startswith(beginning) or stumble.problem.startswith(beginning):
            return explain(stumble)
    return stumble.report(
        f"this is not YAML: {stumble.problem}", "look for a missing quote, colon or bracket"
    )


def _odd_beginning(stumble: _Stumble) -> Diagnostic:
    text, at = stumble.text, stumble.at
    if text[at] == "%" and text[at - 1 : at] == "{":
        return _template(Place(_text_span(stumble.path, text, at - 1, at + 1)))
    if text[at] == "\t":
        return _tab(stumble.path, text, at, at + 1)
    return stumble.needs_quotes(text[at], at)


def _odd_reference(stumble: _Stumble) -> Diagnostic:
    return stumble.needs_quotes(stumble.text[stumble.begun], stumble.begun)


def _odd_directive(stumble: _Stumble) -> Diagnostic:
    beginning = _rest_of_line(stumble.text, stumble.line).partition(":")[0]
    return stumble.report(
        'a line cannot begin with "%" unless it is in quotes',
        f"write {_quoted(beginning)}",
        stumble.line,
    )


def _in_quotes(stumble: _Stumble) -> Diagnostic:
    text, at, begun = stumble.text, stumble.at, stumble.begun
    quote = text[begun]
    if "document indicator" in stumble.problem:
        return stumble.report(
            f"a line of a text in quotes cannot begin with `{text[at : at + 3]}`",
            r"indent the line, or write the text on one line with \n for each line break",
        )
    if "end of stream" in stumble.problem:
        return stumble.report(
            f"this quote is never closed: there is no second {quote}",
            f"close it with {quote} at the end of the value",
            begun,
            begun + 1,
        )
    start = text.rfind("\\", begun, at + 1)
    escape = re.compile(r"\\(?:x.{0,2}|u.{0,4}|U.{0,8}|.?)").match(text, max(start, begun))
    shown = escape[0].rstrip('"') if escape else "\\"
    return stumble.report(
        f"`{shown}` is not an escape that YAML knows",
        r"between double quotes a backslash begins an escape: for the backslash itself write two, "
        r"\\, or put the text in single quotes",
        start,
        start + len(shown),
    )


def _in_block_scalar(stumble: _Stumble) -> Diagnostic:
    text, begun = stumble.text, stumble.begun
    if "tab character" in stumble.problem:
        return _tab(stumble.path, text, stumble.at, stumble.at + 1)
    return stumble.report(
        f"after `{text[begun]}` the text begins on the next line",
        f"move it there, indented; a short text that holds `{text[begun]}` belongs in quotes: "
        f"{_quoted(_rest_of_line(text, begun))}",
        begun,
    )


def _in_brackets(stumble: _Stumble) -> Diagnostic:
    text, begun = stumble.text, stumble.begun
    closing = "]" if text[begun] == "[" else "}"
    if "\n" in text[begun : stumble.at] or stumble.at >= len(text):
        return stumble.report(
            f"this `{text[begun]}` is not closed where it should be",
            f"close it with `{closing}`, and put a comma between the entries",
            begun,
            begun + 1,
        )
    return stumble.report(
        f"a comma or `{closing}` is missing here",
        'put a comma between the entries; a text that holds ": " or one of , [ ] { } belongs in '
        "quotes",
    )


def _no_value(stumble: _Stumble) -> Diagnostic:
    at = stumble.at
    found = stumble.text[at : at + 1]
    if found == ":":
        return stumble.report("there is no key before this colon", "write `key: value`", at, at + 1)
    return stumble.report(
        f"there is no value before `{found}`" if found.strip() else "a value is missing here",
        "write the value; a text that begins with one of , [ ] { } belongs in quotes",
        at,
        at + 1,
    )


def _list_beside_key(stumble: _Stumble) -> Diagnostic:
    return stumble.report(
        "a list cannot begin on the line of its key",
        "begin it on the next line, or write [a, b]; if text is meant, write it in quotes: "
        f"{_quoted(_rest_of_line(stumble.text, stumble.at))}",
    )


def _question_mark(stumble: _Stumble) -> Diagnostic:
    return stumble.needs_quotes("? ", stumble.at)


def _no_colon(stumble: _Stumble) -> Diagnostic:
    begun = stumble.begun
    line = _rest_of_line(stumble.text, begun)
    shown = _shown(line)
    if re.match("-[^ -]", line):
        return stumble.report(
            f"a space is missing after the dash of `{shown}`",
            f"write `- {_shown(line[1:])}` for a list item",
            begun,
        )
    key, colon, value = line.partition(":")
    if colon and value:
        return stumble.report(
            f"a space is missing after the colon of `{shown}`",
            f"write `{_shown(f'{key}: {value}')}`",
            begun,
        )
    return stumble.report(
        f"`{shown}` is neither `key: value` nor part of the value above",
        f"write `{shown}: ...` for a key, or `- {shown}` for a list item; a text of several lines "
        "belongs in quotes or after `|`",
        begun,
    )


def _odd_colon(stumble: _Stumble) -> Diagnostic:
    """A colon where no key can be: the commonest mistake, and it has several causes."""
    text, at, first = stumble.text, stumble.at, stumble.first
    if at - first > 1000:
        return stumble.report("this key is longer than 1,000 characters", "shorten it", first)

    value = re.compile(r"(?:- +)*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s'\"][^\n]*?):[ \t]+(?=\S)").match(
        text, first, at
    )
    if value:
        rest = _rest_of_line(text, value.end())
        help = f"write `{_shown(text[first : value.end()])} {_quoted(rest)}`"
        if rest.startswith(("'", '"')):
            help = "put the whole value between one pair of quotes"
        return stumble.report('a value that holds ": " must be in quotes', help, value.end())

    above = _line_above(stumble)
    if above is None:
        help = 'put a text that holds ": " in quotes'
        return stumble.report("a colon stands where no key can be", help, first)
    line = text[slice(*above)]
    if _has_value(line):
        return _below_a_value(stumble, above)
    return stumble.report(
        f"`{_shown(line)}` is not `key: value`",
        f"write `{_shown(line)}: ...` for a key, or `- {_shown(line)}` for a list item; a text of "
        "several lines belongs in quotes or after `|`",
        above[0],
    )


def _line_above(stumble: _Stumble) -> tuple[int, int] | None:
    """Where the last line before this one stands that is neither empty nor a comment."""
    end = stumble.line
    while end > 0:
        start = stumble.text.rfind("\n", 0, end - 1) + 1
        line = _rest_of_line(stumble.text, start)
        if line.strip():
            return start + len(line) - len(line.lstrip()), start + len(line)
        end = start
    return None


def _has_value(line: str) -> bool:
    return line.startswith("- ") or re.search(r":[ \t]+\S", line) is not None


def _below_a_value(stumble: _Stumble, above: tuple[int, int]) -> Diagnostic:
    place = Place(_text_span(stumble.path, stumble.text, *above), "the line above")
    return stumble.report(
        "this line is indented below a line that already has a value",
        "indent both alike, or remove the value above and keep only its key",
        stumble.first,
    )._replace(secondary=(place,))


def _no_dash(stumble: _Stumble) -> Diagnostic:
    return stumble.report(
        "this line is not an item of the list above",
        'begin it with "- ", or indent it as far as the item that it belongs to',
    )


def _no_key(stumble: _Stumble) -> Diagnostic:
    """Something that is no key stands where one should; mostly the indentation is wrong."""
    text, at = stumble.text, stumble.at
    rest = _rest_of_line(text, at)
    before = text[stumble.first : at].strip()
    if "<document start>" in stumble.problem:
        if directive := re.compile(r"^%[^\n]*", re.MULTILINE).search(text, 0, at):
            return _odd_directive(stumble._replace(line=directive.start()))
        if ended := re.compile(r"^\.\.\.(?=\s)", re.MULTILINE).search(text, 0, at):
            return stumble.report(
                "`...` ends the file, and more follows", "remove this line", *ended.span()
            )
    if before not in ("", "-"):
        if before[-1] in "'\"":
            return stumble.report(
                "this text stands after the closing quote",
                "put the whole value between one pair of quotes; an apostrophe between single "
                "quotes is written twice",
            )
        return stumble.report(
            f"`{_shown(rest)}` stands after the end of the value",
            "remove it, or put the whole value in quotes",
        )
    if rest.startswith("- "):
        return stumble.report(
            "this list item stands where a key should",
            "write `key: value`; the dashes of one list stand below each other",
        )
    if rest.startswith(("]", "}")):
        message = f"nothing is open that this `{rest[0]}` could close"
        return stumble.report(message, "remove it", at, at + 1)
    if rest.startswith(":"):
        return stumble.report("there is no key before this colon", "write `key: value`")
    above = _line_above(stumble)
    if above is not None and _has_value(text[slice(*above)]):
        indentation = above[0] - text.rfind("\n", 0, above[0]) - 1
        if indentation < at - stumble.line:
            return _below_a_value(stumble, above)
    return stumble.report(
        f"this line begins in column {at - stumble.line + 1}, below none of the keys that it could "
        "belong to",
        "indent it as far as the keys beside it",
    )


# By the beginning of libyaml's context or problem; the first that fits explains.
_EXPLANATIONS: tuple[tuple[str, Callable[[_Stumble], Diagnostic]], ...] = (
    ("found character that cannot start any token", _odd_beginning),
    ("while scanning an alias", _odd_reference),
    ("while scanning an anchor", _odd_reference),
    ("while scanning a tag", _odd_reference),
    ("while parsing a tag", _odd_reference),
    ("while parsing a node", _odd_reference),
    ("while scanning a directive", _odd_directive),
    ("while scanning a quoted scalar", _in_quotes),
    ("while parsing a quoted scalar", _in_quotes),
    ("while scanning a block scalar", _in_block_scalar),
    ("did not find expected ',' or", _in_brackets),
    ("did not find expected node content", _no_value),
    ("block sequence entries are not allowed", _list_beside_key),
    ("mapping keys are not allowed", _question_mark),
    ("could not find expected ':'", _no_colon),
    ("mapping values are not allowed", _odd_colon),
    ("did not find expected '-' indicator", _no_dash),
    ("did not find expected key", _no_key),
    ("did not find expected <document start>", _no_key),
)
