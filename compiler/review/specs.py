"""Which spec files differ: all that can be said where one side cannot be compiled."""

import os
from typing import NamedTuple

from compiler.review.fields import Kind

_FOLDERS = ("apps", "environments")


class Spec(NamedTuple):
    """A file of apps/ or environments/ that is not the same on both sides."""

    path: str
    kind: Kind


def differing_specs(before: str, after: str) -> list[Spec]:
    """The files that differ between two folders, by path."""
    old, new = _contents(before), _contents(after)
    found: list[Spec] = []
    for path in sorted({*old, *new}):
        if path not in old:
            found.append(Spec(path, "appears"))
        elif path not in new:
            found.append(Spec(path, "disappears"))
        elif old[path] != new[path]:
            found.append(Spec(path, "changes"))
    return found


def _contents(root: str) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for folder in _FOLDERS:
        try:
            names = os.listdir(os.path.join(root, folder))
        except OSError:
            continue
        for name in names:
            full = os.path.join(root, folder, name)
            if name.endswith(".yaml") and os.path.isfile(full):
                try:
                    with open(full, "rb") as file:
                        contents[f"{folder}/{name}"] = file.read()
                except OSError:
                    contents[f"{folder}/{name}"] = b""
    return contents
