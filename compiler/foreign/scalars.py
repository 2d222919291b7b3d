"""What a scalar without quotes means to Kubernetes: YAML 1.1 as sigs.k8s.io/yaml reads it.

    y yes on true, n no off false    true and false, in lower case, Capitalised or UPPER CASE
    ~ null and nothing               null
    0x1F 0b11 0o17 017 1_000         numbers; a leading 0 is octal unless a digit is 8 or 9
    1e3 1.0                          the integers 1000 and 1: its JSON makes no difference
    12:30 2026-01-31 = 1e400         text
    .inf .nan                        nothing: JSON has no such number, and kubectl refuses the file

kustomize takes `yes`, `on` and their like for text, and kubectl for booleans. A rule must see what
the bolder of the two would do, so here they are booleans.
"""

import re
from typing import Any

NO_JSON: Any = object()
"""Stands for a number that JSON, and so Kubernetes, does not have."""

# resolve.go of sigs.k8s.io/yaml/goyaml.v2: `resolveMapList`.
_WORDS: dict[str, Any] = {
    **{
        form: value
        for value, words in ((True, "y yes on true"), (False, "n no off false"), (None, "null"))
        for word in words.split()
        for form in (word, word.capitalize(), word.upper())
    },
    **dict.fromkeys(("", "~"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), NO_JSON),
    **{sign + form: NO_JSON for sign in ("", "+", "-") for form in (".inf", ".Inf", ".INF")},
}
# What strconv.ParseInt(text, 0, 64) takes once the underscores are gone.
_INTEGER = re.compile(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))",
    re.ASCII,
)
_BASES = {"x": 16, "b": 2, "o": 8, "d": 10}
# `yamlStyleFloat` of the same file.
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
# Where strconv.ParseFloat, which alone looks at what begins with a point, passes over underscores.
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])_(?=[0-9])", re.ASCII)
_FIRST = frozenset("+-.0123456789")
# Longer ones are floats anyway, and Python takes quadratic time for them.
_MAX_DIGITS = 64


class _Resolved(dict[str, Any]):
    """What plain scalars mean, remembered: the same few hundred words fill every manifest."""

    def __missing__(self, text: str) -> Any:
        value = _WORDS.get(text, text)
        if value is text and text[:1] in _FIRST:
            value = _number(text)
        if len(text) <= 64 and len(self) < 20_000:
            self[text] = value
        return value


RESOLVED = _Resolved()
"""The value of each plain scalar, or NO_JSON, by its text."""


def _number(text: str) -> Any:
    if text.startswith("."):
        digits = _BETWEEN_DIGITS.sub("", text)
    else:
        digits = text.replace("_", "")
    match = _INTEGER.fullmatch(digits) if len(digits) <= _MAX_DIGITS else None
    if match is not None and match.lastgroup is not None:
        number = int(match[match.lastgroup], _BASES[match.lastgroup])
        if match[1] == "-":
            number = -number
        if -(1 << 63) <= number < 1 << 63:
            return number
        if number < 1 << 64 and match[1] != "-":
            return int(float(number))
        # Too large for any integer of Go: in decimal it is a float, otherwise text.
    if _FLOAT.fullmatch(digits) is None:
        return text
    real = float(digits)
    if real in (float("inf"), float("-inf")):
        return text
    # encoding/json writes integral floats below 1e21 without a point: they come back as integers.
    return int(real) if real.is_integer() and abs(real) < 1e21 else real
