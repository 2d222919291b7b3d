"""Judges, one at a time, what Checkov hands to a check."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from compiler.check.policy import Judged, Rules
from compiler.checkov.entrance import Entrance, UnknownEntrance
from compiler.checkov.plain import Folder, plain_body, plain_object
from compiler.diagnostics.model import Span
from compiler.policies.builtin import builtin
from compiler.policies.shape import Block, Object, Policy

KUBERNETES = "k8"
BLOCKS = ("resource", "data", "provider", "module")
"""The blocks of Terraform that Checkov has checks for; it hands no other to any check."""


class Check(NamedTuple):
    """A rule for one of Checkov's registries."""

    id: str
    title: str
    severity: str
    """In Checkov's words."""
    block: str
    """`k8`, or a kind of Terraform block."""
    entities: tuple[str, ...]
    """Kinds of objects or types of blocks; `*` for all."""


class Scanned(NamedTuple):
    """What Checkov hands to a check."""

    id: str
    block: str
    file: str
    """For Kubernetes a path; for Terraform one that begins at the scanned folder, with a slash."""
    conf: dict[str, Any]
    type: str
    name: str


class Read(NamedTuple):
    """What else Checkov has read in this run."""

    definitions: Mapping[Any, Any]
    root_folder: str | None


class Verdict(NamedTuple):
    messages: list[str]
    """What is wrong and what to write instead; nothing if it is allowed."""
    keys: list[str]
    """The fields that it is said of."""


def checks(policies: list[Policy] | None = None) -> Iterator[Check]:
    """The rules as Checkov's registries want them; one for each kind of block."""
    for policy in builtin() if policies is None else policies:
        severity = "HIGH" if policy.SEVERITY == "error" else "LOW"
        about = (policy.ID, policy.TITLE, severity)
        if kinds := getattr(policy, "KINDS", ()):
            yield Check(*about, KUBERNETES, tuple(kinds))
        for block in BLOCKS:
            if types := tuple(_types(block, getattr(policy, "BLOCKS", ()))):
                yield Check(*about, block, types)


def _types(block: str, judged: tuple[str, ...]) -> Iterator[str]:
    for entry in judged:
        kind, _, type = entry.partition(".")
        if kind in ("*", block):
            # Checkov's registry has all modules under one name.
            yield type or ("module" if block == "module" else "*")


class Judge:
    """The rules and what they hold files against."""

    def __init__(self, entrance: Entrance, policies: list[Policy] | None = None) -> None:
        self._rules = {
            policy.ID: Rules([policy]) for policy in (builtin() if policies is None else policies)
        }
        self._entrance = entrance

    def judge(self, scanned: Scanned, read: Read | None) -> Verdict:
        """What one rule says of one object or block. Never raises: Checkov passes over a check of
        Terraform that does."""
        try:
            return self._judge(scanned, read)
        except UnknownEntrance as reason:
            return Verdict([f"{scanned.id} could not judge this: {reason}"], [])
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            return Verdict([f"{scanned.id} could not judge this: {said}"], [])

    def _judge(self, scanned: Scanned, read: Read | None) -> Verdict:
        file = _file(scanned, read)
        subject = _subject(scanned, file, read)
        keys: list[str] = []

        def locate(path: tuple[str | int, ...]) -> Span:
            keys.append("/".join(str(step) for step in path))
            return Span(file)

        found = self._rules[scanned.id].judge(
            [Judged(subject, locate)], self._entrance.context_for(file)
        )
        return Verdict([f"{d.message}; {d.help}" if d.help else d.message for d in found], keys)


def _file(scanned: Scanned, read: Read | None) -> str:
    if scanned.block == KUBERNETES or read is None:
        return scanned.file
    return os.path.normpath(os.path.join(read.root_folder or "", scanned.file.lstrip("/")))


def _subject(scanned: Scanned, file: str, read: Read | None) -> Object | Block:
    if scanned.block == KUBERNETES:
        return plain_object(scanned.conf)
    type = "" if scanned.block == "module" else scanned.type
    name = "" if scanned.block == "provider" else scanned.name
    root = Folder(read.definitions if read else {}, os.path.dirname(file))
    return Block(scanned.block, type, name, plain_body(scanned.conf), root)
