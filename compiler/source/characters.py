"""From bytes to text: the encoding, and characters that people or programs see differently."""

import re
from functools import cache
from itertools import islice
from typing import Any

from compiler.diagnostics.model import Diagnostic, Fix, Place, Rejected, Rule, Span
from compiler.source import spans
from compiler.source.limits import MAX_DIAGNOSTICS

ENCODING = Rule(
    "PT002",
    "file that is not UTF-8",
    "Bytes in another encoding mean different letters on different machines.",
    what="Refuses a file that is not encoded in UTF-8, and one that begins with a byte order mark, "
    "the invisible character that some Windows editors write first.",
    fix='Save the file as "UTF-8", not as "UTF-8 with BOM", UTF-16 or a code page of Windows.',
    failing="""\
\ufeffname: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  dev:
""",
)
HIDDEN_CHARACTER = Rule(
    "PT009",
    "character that a reviewer cannot see",
    "Invisible characters and those that reorder a line make a file look different from what it "
    "says, and a few, even escaped, do not reach a cluster unchanged.",
    what="Refuses control characters, characters that have no width or look like a space, and "
    "those that change the order in which a line is shown.",
    fix="Remove the character; it often comes along when text is copied from a web page or a "
    'document. Where a text needs it, write its escape between double quotes: "\\u200B".',
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
description: The book\u200bshop
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
description: The bookshop
environments:
  dev:
""",
)
LINE_BREAK = Rule(
    "PT010",
    "line break that not every program takes for one",
    "What one program shows as a comment or as one line is two lines, and a live key, to another.",
    what="Refuses the characters that end a line for some programs only: a carriage return alone, "
    "U+0085, U+2028 and U+2029.",
    fix="Save the file with LF line ends (CRLF is accepted too), and press Enter where a line is "
    "meant to end.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
# Three were too many:\u2028replicas: 2
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
# Three were too many:
replicas: 2
environments:
  dev:
""",
)

# What ASCII text may hold without a second look; tabs and carriage returns get one.
UNDOUBTED = bytes([0x0A, *range(0x20, 0x7F)])

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
_NOT_CARRIED = "[\x7f-\x9f\ufffe\uffff]"


def decode(path: str, content: bytes) -> tuple[str, list[Diagnostic]]:
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


def doubtful_characters(path: str, text: str) -> tuple[str, list[Diagnostic]]:
    """The text with its doubtful characters replaced, and a diagnostic for each.

    They are replaced one for one, so that the rest can still be looked through.
    """
    doubtful = _doubtful_character()
    found = [
        _doubtful(doubt, Place(spans.of_text(path, text, doubt.start(), doubt.end())))
        for doubt in islice(doubtful.finditer(text), MAX_DIAGNOSTICS)
    ]
    if not found:
        return text, found

    def harmless(doubt: re.Match[str]) -> str:
        return " " if doubt.lastgroup in ("line_break", "space") else "_"

    return doubtful.sub(harmless, text), found


def not_carried(path: str, event: Any) -> Diagnostic | None:
    """What is wrong with the escapes in a text between double quotes; nothing may be."""
    match = re.search(_NOT_CARRIED, event.value)
    if match is None:
        return None
    return Diagnostic(
        HIDDEN_CHARACTER,
        f"U+{ord(match[0]):04X} in this text would not reach a cluster unchanged",
        Place(spans.of_event(path, event)),
        help="remove it; if it is data, encode the whole text, for example as base64",
    )


@cache
def _doubtful_character() -> re.Pattern[str]:
    return re.compile(
        f"(?P<line_break>[{_ODD_BREAK}])|(?P<reordering>[{_REORDERING}])"
        f"|(?P<space>[{_LIKE_A_SPACE}])|(?P<invisible>[{_INVISIBLE}])"
        f"|(?P<control>[{_CONTROL}])|(?P<none>[{_NO_CHARACTER}])"
    )


def _doubtful(doubt: re.Match[str], place: Place) -> Diagnostic:
    import unicodedata

    character = doubt[0]
    code = ord(character)
    name = f"U+{code:04X} {unicodedata.name(character, '')}".rstrip()
    escape = "\\x{:02X}" if code < 0x100 else "\\u{:04X}" if code < 0x10000 else "\\U{:08X}"
    escape = escape.format(code)
    escaped = f'; if a text needs it, write it as {escape} between double quotes: "{escape}"'
    if re.match(_NOT_CARRIED, character):
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
    fix = Fix(place.span, " " if doubt.lastgroup == "space" else "")
    return Diagnostic(HIDDEN_CHARACTER, problem, place, help=help + escaped, fixes=(fix,))
