"""Kubernetes quantities, as far as specs use them: CPU in cores, memory and disk in bytes.

Source: k8s.io/apimachinery/pkg/api/resource. Forms that Kubernetes accepts but rounds or that
people misread (`1e3`, `100m` of memory) are not accepted.
"""

import re
from functools import cache

# Not nothing; whole cores, up to three decimals, or thousandths.
CPU = r"(?!0(?:\.0+)?m?$)(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,3}|m)?"
BYTES = r"[1-9][0-9]{0,9}(?:Ki|Mi|Gi|Ti|k|M|G|T)?"
_UNITS = {
    "": 1,
    "k": 1000,
    "M": 1000**2,
    "G": 1000**3,
    "T": 1000**4,
    "Ki": 1024,
    "Mi": 1024**2,
    "Gi": 1024**3,
    "Ti": 1024**4,
}


@cache
def millicores_of(text: str) -> int | None:
    """Thousandths of a core: `250m` is 250, `0.5` is 500, `2` is 2000. None if not a CPU amount."""
    if not re.fullmatch(CPU, text):
        return None
    if text.endswith("m"):
        return int(text[:-1])
    whole, _, part = text.partition(".")
    return int(whole) * 1000 + int(part.ljust(3, "0"))


@cache
def bytes_of(text: str) -> int | None:
    """Bytes: `256Mi` is 268435456. None if the text is not an amount of memory."""
    if not re.fullmatch(BYTES, text):
        return None
    number = text.rstrip("kKMGTi")
    return int(number) * _UNITS[text[len(number) :]]
