"""A schema and the definitions it refers to, as one text: of the 1.5 MB of a version, few are."""

import json
import re
from collections.abc import Callable

Definition = Callable[[str], str]
"""The text of a definition, by its name."""

# The layout that kubernetes-validate writes its file of definitions in.
_START = b'{\n  "$defs": {\n    "'
_NAME = re.compile(rb'\n    "([^"]+)": ')
_END = b"\n    }"
_REFERENCE = re.compile(r'#/\$defs/([^"]+)"')
_FILE = "/api/_definitions.json#"


def definitions(content: bytes) -> Definition:
    """The definitions of a file of them.

    To see where each stands takes 1 ms, to read all of it as JSON and give it to jsonschema-rs 25.
    """
    if not content.startswith(_START):
        everything = json.loads(content)["$defs"]
        return lambda name: json.dumps(everything[name])
    names = list(_NAME.finditer(content))
    ends = [*(name.start() for name in names[1:]), len(content)]
    places = {name[1].decode(): (name.end(), end) for name, end in zip(names, ends, strict=True)}

    def definition(name: str) -> str:
        start, end = places[name]
        return content[start : content.rindex(_END, start, end) + len(_END)].decode()

    return definition


def self_contained(schema: str, definition: Definition) -> str:
    """A schema that refers to the file of definitions, with all that it needs of that file."""
    needed: dict[str, str] = {}
    unread = [schema]
    while unread:
        for name in _REFERENCE.findall(unread.pop()):
            if name not in needed:
                needed[name] = definition(name)
                unread.append(needed[name])
    own = schema.rstrip().removesuffix("}").replace(_FILE, "#")
    defs = ", ".join(f'"{name}": {text}' for name, text in needed.items())
    return f'{own}, "$defs": {{{defs}}}}}'
