"""Edits of files that people write in: what they wrote, comments and order included, stays."""

import io
from typing import Any

LEFT_OUT = "# left out: one side of a merge\n"
"""Stands for a line that does not count, so that every other line keeps its number."""


def edited_hosts(text: str, hosts: dict[str, str]) -> str:
    """A placement file's text with these hosts: those that are gone removed, new ones in order.

    `text` was read before; `hosts` are sorted. With both sides of a merge in it, all are put in
    order.
    """
    # Only here is a file edited, and the import takes as long as compiling a hundred apps.
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    document: Any = yaml.load(text.replace(LEFT_OUT, ""))
    written = document["hosts"]
    if LEFT_OUT in text:
        for name in sorted(written):
            written.move_to_end(name)
    for name in [name for name in written if name not in hosts]:
        del written[name]
    for name, distribution in hosts.items():
        if name not in written:
            place = sum(other < name for other in written)
            written.insert(place, name, distribution)
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()
