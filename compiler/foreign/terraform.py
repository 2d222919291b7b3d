"""A Terraform root that Portico did not write: the blocks that Terraform would find in it.

What cannot be read with certainty is reported, and so is each file that changes what the others
say, or how Terraform runs.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.emit.tree import MARK
from compiler.foreign import terraform_json
from compiler.foreign.provider_lock import lock_problems
from compiler.foreign.terraform_names import refused_for, role_of
from compiler.hcl import body as hcl
from compiler.hcl.places import Node
from compiler.hcl.tokens import NotUnderstood
from compiler.policies.shape import Block

MAX_BYTES = 16 * 1024 * 1024
"""A compiled root of ten thousand hosts has four MiB."""

_MARK = f'{{\n  "//": "{MARK}'.encode()

UNREADABLE = Rule(
    "PT030",
    "Terraform file that cannot be read with certainty",
    "What a check understands differently from Terraform is where another way in hides.",
    what="Refuses a file of Terraform that is not the JSON or HCL that Terraform reads, and the "
    "few things that are legal and of which it is not certain what Terraform makes: keys that "
    "stand twice, a byte order mark, names in letters other than a to z, nesting without end.",
    fix="Correct what the message points at. `terraform validate` names most of these too.",
    failing="""\
-- scanned/main.tf.json --
{"resource": {"aws_sns_topic": {"news": {"name": "news", "name": "olds"}}}}
""",
    passing="""\
-- scanned/main.tf.json --
{"resource": {"aws_sns_topic": {"news": {"name": "news"}}}}
""",
)
BESIDE = Rule(
    "PT035",
    "Terraform file beside compiled ones",
    "Terraform takes all files of a folder for one: what somebody lays beside the compiled files "
    "is applied with them.",
    what="Refuses a Terraform file in a folder with files that Portico compiled, unless it is "
    "compiled too.",
    fix="Move the file to a folder, and a state, of its own.",
    failing="""\
-- scanned/cdn.tf.json --
{
  "//": "Compiled by portico from environments/dev.yaml",
  "locals": {"colour": "dark"}
}
-- scanned/extra.tf --
locals {
  light = "bright"
}
""",
    passing="""\
-- scanned/cdn.tf.json --
{
  "//": "Compiled by portico from environments/dev.yaml",
  "locals": {"colour": "dark"}
}
""",
)

# Files whose blocks are read.
_READ = ("configuration", "override", "OpenTofu")

Path = tuple[str | int, ...]


class _Written(NamedTuple):
    """A block as it stands in a file, and the place of what is in it."""

    kind: str
    labels: tuple[str, ...]
    body: dict[str, Any]
    file: "_File"
    node: Callable[[], Node]


class _File(NamedTuple):
    path: str
    text: str

    def span(self, start: int, end: int) -> Span:
        line, column = self._position(start)
        return Span(self.path, line, column, *self._position(max(start, end)))

    def _position(self, offset: int) -> tuple[int, int]:
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - self.text.rfind("\n", 0, offset)


class TerraformRoot:
    """The blocks of one folder, merged as Terraform merges its files."""

    def __init__(self, folder: str, written: list[_Written]) -> None:
        self._folder = folder
        # By the identity of the body, which lives as long as its block does.
        self._places: dict[int, tuple[_Written, Path]] = {}
        made: list[Block] = []
        for block in written:
            for kind, type, name, body, path in _named(block):
                made.append(Block(kind, type, name, body, self))
                self._places[id(body)] = (block, path)
        self.all_blocks = tuple(made)
        self._of_kind: dict[str, list[Block]] = {}
        for found in made:
            self._of_kind.setdefault(found.kind, []).append(found)

    def blocks(self, kind: str, type: str = "") -> list[Block]:
        """Its blocks of a kind, and of a type if one is given."""
        return [b for b in self._of_kind.get(kind, ()) if not type or b.type == type]

    def locate(self, block: Block, path: Path) -> Span:
        """Where a value of a block stands, by its path in the body; the nearest if it does not."""
        place = self._places.get(id(block.body))
        if place is None:
            return Span(self._folder)
        written, inner = place
        node = written.node()
        if inner:
            path = (*inner, *path[1:])
        found = node.at(path)
        return written.file.span(found.start, found.end)


def is_terraform_file(name: str) -> bool:
    """Whether Terraform or OpenTofu would read a file of this name, or be steered by it."""
    return role_of(name) is not None


def read_root(folder: str, files: Mapping[str, bytes]) -> tuple[TerraformRoot, list[Diagnostic]]:
    """Read the files of one folder, name -> content, and what is wrong with them as files.

    Names that Terraform does not read are passed over. Never raises for what a file holds.
    """
    found: list[Diagnostic] = []
    written: list[_Written] = []
    overriding: list[_Written] = []
    compiled = any(content.startswith(_MARK) for content in files.values())
    for name in sorted(files):
        role = role_of(name)
        path = name if folder in (".", "") else f"{folder}/{name}"
        if role is None:
            continue
        found += refused_for(role, path, name)
        if compiled and role not in ("lock", "state") and not files[name].startswith(_MARK):
            found.append(
                Diagnostic(
                    BESIDE,
                    f"{name} lies beside files that Portico compiled, and is not compiled",
                    Place(Span(path)),
                    help="move it to a folder of its own",
                )
            )
        if role not in (*_READ, "lock"):
            continue
        text = _decoded(path, files[name], found)
        if text is None:
            continue
        file = _File(path, text)
        try:
            if role == "lock":
                found += lock_problems(text, file.span)
            else:
                into = overriding if "override.t" in name else written
                into += _blocks(name, file)
        except NotUnderstood as reason:
            found.append(_unreadable(reason, file))
    return TerraformRoot(folder, [*written, *_applied(written, overriding)]), found


def _decoded(path: str, content: bytes, found: list[Diagnostic]) -> str | None:
    """The text of a file, or None and a diagnostic."""
    if len(content) > MAX_BYTES:
        problem, offset = f"it is larger than {MAX_BYTES // 1024 // 1024} MiB", 0
    elif content.startswith(b"\xef\xbb\xbf"):
        problem, offset = "it begins with a byte order mark, an invisible character", 0
    else:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            problem, offset = "it is not UTF-8", error.start
    line = content.count(b"\n", 0, offset) + 1
    found.append(
        Diagnostic(
            UNREADABLE,
            f"this file cannot be read: {problem}",
            Place(Span(path, line, 1, line, 1)),
            help="save it as UTF-8 without a byte order mark",
        )
    )
    return None


def _unreadable(reason: NotUnderstood, file: _File) -> Diagnostic:
    return Diagnostic(
        UNREADABLE,
        f"this file cannot be read as Terraform reads it: {reason.message}",
        Place(file.span(reason.offset, reason.offset + 1)),
        help="write it so that `terraform validate` and this check understand the same",
    )


def _blocks(name: str, file: _File) -> list[_Written]:
    """The blocks of a file. Raises NotUnderstood."""
    if name.endswith(".json"):
        return [
            _Written(*found[:3], file, partial(_json_node, file.text, found.steps))
            for found in terraform_json.parse(file.text)
        ]
    parsed = hcl.parse(file.text)
    if parsed.arguments:
        argument = next(iter(parsed.arguments))
        raise NotUnderstood(f"the argument {argument} stands outside of every block", 0)
    for element in parsed.elements:
        expected = terraform_json.LABELS.get(element.kind, len(element.labels))
        if len(element.labels) != expected:
            raise NotUnderstood(
                f"a block `{element.kind}` has {expected} names, and this one has "
                f"{len(element.labels)}",
                element.node.start,
            )
    return [_Written(*element[:3], file, partial(_node, element)) for element in parsed.elements]


def _json_node(text: str, steps: tuple[int, ...]) -> Node:
    return terraform_json.places(text).at(steps)


def _node(element: hcl.Element) -> Node:
    return element.node


def _applied(written: list[_Written], overriding: list[_Written]) -> list[_Written]:
    """The blocks as the override files leave them: an argument of theirs replaces the other's.

    Both forms are judged. Source: Terraform, "Override Files", "Merging Behavior".
    """
    return [
        block._replace(
            body={
                argument: value
                for other in (*written, block)
                if (other.kind, other.labels) == (block.kind, block.labels)
                for argument, value in other.body.items()
            }
        )
        for block in overriding
    ]


def _named(block: _Written) -> list[tuple[str, str, str, dict[str, Any], Path]]:
    """Kind, type, name, body of what rules know as one block, and the path of its body."""
    kind, labels = block.kind, block.labels
    if kind == "locals":
        return [
            ("local", "", name, {"value": value}, (name,)) for name, value in block.body.items()
        ]
    if kind == "provider":
        return [(kind, labels[0], "", block.body, ())]
    if terraform_json.LABELS.get(kind) == 1:
        return [(kind, "", labels[0], block.body, ())]
    type, name = (*labels, "", "")[:2]
    return [(kind, type, name, block.body, ())]
