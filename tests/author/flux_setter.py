"""A model of how Flux's image automation edits a file: which values it sees, and what it sets.

Source: fluxcd/image-automation-controller, internal/update (setters.go, filter.go), and kyaml's
fieldmeta: a marker is a comment that is nothing else, at the end of the line of one scalar. One
beside a collection, above a field or together with other words is not seen. How the file is
written then is kyaml's, and in `flux_edits/` as the library itself wrote it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import yaml

Path = tuple[str | int, ...]


class Marked(NamedTuple):
    """A value with a marker: where it stands in the text, its quotes, and whose newest it takes."""

    path: Path
    start: int
    end: int
    style: str
    setter: str


def setters(text: str) -> dict[Path, str]:
    """Path of each value that Flux sees -> the policy, `namespace:name` or `namespace:name:tag`."""
    return {marked.path: marked.setter for marked in _marked(text)}


def updated(text: str, newest: Mapping[str, str]) -> str:
    """The text with the newest value wherever there is one; all else stays."""
    for marked in sorted(_marked(text), key=lambda marked: marked.start, reverse=True):
        if marked.setter in newest:
            value = f"{marked.style}{newest[marked.setter]}{marked.style}"
            text = text[: marked.start] + value + text[marked.end :]
    return text


def of_policy(policy: str, reference: str) -> dict[str, str]:
    """What each kind of marker takes of the image that a policy chose."""
    name, _, version = reference.partition("@")[0].rpartition(":")
    return {
        policy: reference,
        f"{policy}:name": name,
        f"{policy}:tag": version,
        f"{policy}:digest": reference.partition("@")[2],
    }


def _marked(text: str) -> Iterator[Marked]:
    whole = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(whole, yaml.MappingNode)
    for path, node in _scalars(whole, ()):
        start, end, comment = node.start_mark.index, node.end_mark.index, node.end_mark.index
        if node.style in ("|", ">"):
            # The comment stands beside the `>-`, the text below it.
            head, _, body = text[start:end].partition("\n")
            comment = start + len(head) - len(head.lstrip("|>-+0123456789"))
            start += len(head) + 1 + len(body) - len(body.lstrip())
            end = start + len(body.strip())
        setter = _setter(text[comment:].partition("\n")[0])
        if setter:
            yield Marked(path, start, end, node.style if node.style in ("'", '"') else "", setter)


def _scalars(node: yaml.Node, path: Path) -> Iterator[tuple[Path, yaml.ScalarNode]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _scalars(value, (*path, number))
    elif isinstance(node, yaml.ScalarNode) and node.value:
        yield path, node


def _setter(rest: str) -> str:
    """The policy in what follows a value on its line; nothing if that is no marker."""
    found = re.fullmatch(r"[ \t]*,?[ \t]*#+(.*)", rest.rstrip("\r"))
    try:
        said = json.loads(found[1]) if found else {}
    except ValueError:
        return ""
    return said.get("$imagepolicy", "") if isinstance(said, dict) else ""
