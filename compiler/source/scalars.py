"""What a scalar without quotes means, and whether every YAML reader agrees."""

import re
from typing import Any

from compiler.diagnostics.model import Diagnostic, Fix, Place, Rule
from compiler.source import spans, subset, syntax
from compiler.source.quoting import in_quotes, quoted, shown

AMBIGUOUS = Rule(
    "PT008",
    "value that YAML readers understand differently",
    "YAML 1.1 and YAML 1.2 read the same characters as different values: `no` as false or as text, "
    "`010` as 8 or as 10. Quotes, or a plain number, leave no doubt.",
    what="Refuses values and keys without quotes that YAML readers understand differently, such as "
    "`yes`, `no`, `on`, `off`, `~`, `010`, `1_000`, `1e3`, `12:30` and `2026-01-31`.",
    fix="Write a text in quotes, a number in plain digits, and true, false or null as these very "
    "words.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  COUNTRY: no
  OPENS: 08:30
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
env:
  COUNTRY: "no"
  OPENS: "08:30"
environments:
  dev:
""",
)

DOUBT: Any = object()
"""Stands for the value of a plain scalar that needs a closer look, by `doubt`."""

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
            value = DOUBT
        else:
            value = text
        if len(text) <= 64 and len(self) < 20_000:
            self[text] = value
        return value


RESOLVED = _Resolved()
"""The value of each plain scalar, or DOUBT, by its text."""


def doubt(path: str, event: Any, *, is_key: bool) -> Diagnostic | None:
    """What is wrong with a plain scalar that resolved to DOUBT; nothing may be."""
    value: str = event.value
    match = _DOUBTFUL_TEXT.fullmatch(value)
    kind = match.lastgroup if match is not None else None
    if kind is None:
        return None
    if kind == "joined":
        return syntax.swallowed_item(path, event)
    if kind == "merge" and is_key:
        return subset.merge_key(path, event)

    one, other, instead = _readings(kind, value)
    reading = f"{one} by some YAML readers and {other} by others" if other else one
    span = spans.of_event(path, event)
    if is_key:
        message = f"the key `{shown(value)}` is read {reading}"
        help = f"write the key in quotes: {quoted(value)}"
        instead = []
    else:
        message = f"`{shown(value)}` is read {reading}"
        words = " or ".join(instead)
        number = "" if words in ("true", "false", "null") else " for the number"
        help = f"write {quoted(value)} in quotes for the text"
        help += f", or {words}{number}" if words else ""
    fixes = tuple(Fix(span, written) for written in (in_quotes(value), *instead))
    return Diagnostic(AMBIGUOUS, message, Place(span), help=help, fixes=fixes)


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
    instead = [number] if number else []
    if kind == "octal":
        decimal = _plain_number("number", text)
        if number and decimal and number != decimal:
            return f"as {number}", f"as {decimal}", [number, decimal]
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
