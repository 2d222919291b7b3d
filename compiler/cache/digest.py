"""What tells apart anything that something can be made of."""

import marshal
from functools import cache
from typing import Any

Digest = bytes
"""SHA-256; empty where there is nothing, or nothing that counts."""


def digest_of(*values: Any) -> Digest:
    """The digest of plain data: numbers, texts, bytes, None, and tuples, lists and dicts of them.

    Raises ValueError for anything else, named tuples included.
    """
    # Version 2 has no references, which depend on what else is in memory: equal values are equal.
    return content_digest(marshal.dumps(values, 2))


def content_digest(content: bytes) -> Digest:
    digest: Digest = _sha256()(content).digest()
    return digest


@cache
def _sha256() -> Any:
    # A run that reads nothing needs no hash, and importing them all takes 2 ms.
    from hashlib import sha256

    return sha256


def plain(value: Any) -> Any:
    """The same of tuples, lists and dicts as such: what is one by another name too is only that."""
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return value
