"""Kubernetes quantities, as far as specs use them: CPU in cores, memory and disk in bytes.

Source: k8s.io/apimachinery/pkg/api/resource. Forms that Kubernetes accepts but rounds or that
people misread (`1e3`, `100m` of memory) are not accepted.
"""

import re

_CPU = re.compile(r"(?P<whole>0|[1-9][0-9]{0,5})(?:\.(?P<part>[0-9]{1,3})|(?P<milli>m))?")
_BYTES = re.compile(r"(?P<number>[1-9][0-9]{0,9})(?P<unit>Ki|Mi|Gi|Ti|k|M|G|T)?")
_UNITS = {
    None: 1,
    "k": 1000,
    "M": 1000**2,
    "G": 1000**3,
    "T": 1000**4,
    "Ki": 1024,
    "Mi": 1024**2,
    "Gi": 1024**3,
    "Ti": 1024**4,
}


def millicores_of(text: str) -> int | None:
    """Thousandths of a core: `250m` is 250, `0.5` is 500, `2` is 2000. None if not a CPU amount."""
    match = _CPU.fullmatch(text)
    if match is None:
        return None
    if match["milli"]:
        amount = int(match["whole"])
    else:
        amount = int(match["whole"]) * 1000 + int((match["part"] or "").ljust(3, "0"))
    return amount or None


def bytes_of(text: str) -> int | None:
    """Bytes: `256Mi` is 268435456. None if the text is not an amount of memory."""
    match = _BYTES.fullmatch(text)
    return int(match["number"]) * _UNITS[match["unit"]] if match else None
