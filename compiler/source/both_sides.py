"""A placement that git could not merge: what either side says of a host counts.

Nothing is lost by it. A host that no app has any more leaves with the next compile, and one that
the sides place differently stands twice, which is refused.
"""

import re

from compiler.source.edit import LEFT_OUT

_MARK = re.compile(rb"(<{7}|\|{7}|={7}|>{7})( .*)?\r?\n?")
_SIDE_AFTER = {
    ("", b"<<<<<<<"): "ours",
    ("ours", b"|||||||"): "base",
    ("ours", b"======="): "theirs",
    ("base", b"======="): "theirs",
    ("theirs", b">>>>>>>"): "",
}


def both_sides(content: bytes) -> bytes:
    """The content with the lines of both sides of each conflict, each once.

    As it is where git's marks are not whole: then nobody can tell what is a side.
    """
    found: list[bytes] = []
    ours: set[bytes] = set()
    side = ""
    for line in content.splitlines(keepends=True):
        mark = _MARK.fullmatch(line)
        if mark is not None:
            if (side, mark[1]) not in _SIDE_AFTER:
                return content
            side = _SIDE_AFTER[side, mark[1]]
            if side == "ours":
                ours = set()
        elif side == "ours":
            ours.add(line.strip())
        counts = mark is None and side != "base" and not (side == "theirs" and line.strip() in ours)
        found.append(line if counts else LEFT_OUT.encode())
    if side:
        return content
    if any(line.strip() == b"hosts:" for line in found):
        # On one side there is no host.
        found = [LEFT_OUT.encode() if line.strip() == b"hosts: {}" else line for line in found]
    return b"".join(found)
