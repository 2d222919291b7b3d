"""Judges, one at a time, what Checkov hands to a check."""

import os
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from compiler.check.hosts import claimed, claims_of
from compiler.check.own_rules import own_rules
from compiler.check.policy import Judged, Rules
from compiler.check.waivers import NONE, Waivers, load_waivers
from compiler.checkov.entrance import Entrance, UnknownEntrance
from compiler.checkov.plain import START, plain_object
from compiler.cli.scan import repository_of
from compiler.diagnostics.model import Diagnostic, Span
from compiler.foreign.terraform import TerraformRoot, is_terraform_file, read_root
from compiler.policies.builtin import builtin
from compiler.policies.shape import Block, Claim, Context, Object, Policy

KUBERNETES = "k8"
BLOCKS = ("resource", "data", "provider", "module")
"""The blocks of Terraform that Checkov has checks for; it hands no other to any check."""


class Unjudgeable(Exception):
    """What Checkov hands over is not what Terraform would find; the message says why."""


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


class Own(NamedTuple):
    """The rules that apply, and the repository that they are of."""

    root: str
    policies: list[Policy]
    waivers: Waivers
    problems: list[str]
    """What is wrong with the repository's own rules, which `portico check` shows in full."""


def own(near: str) -> Own:
    """The built-in rules, and those of the repository of the current folder, or else of `near`."""
    root = repository_of(near)
    policies = builtin()
    if root is None:
        return Own(os.path.realpath("."), policies, NONE, [])
    more, problems = own_rules(root, policies)
    policies += more
    waivers, _ = load_waivers(root, policies, date.today())
    said = [f"{problem.primary.span.path}: {problem.message}" for problem in problems]
    return Own(os.path.realpath(root), policies, waivers, said)


def checks(policies: list[Policy]) -> Iterator[Check]:
    """The rules as Checkov's registries want them; one for each kind of block."""
    for policy in policies:
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
    """The rules, what files are held against, and what is known of the files beside."""

    def __init__(self, entrance: Entrance, own: Own) -> None:
        self._rules = {policy.ID: Rules([policy], own.waivers) for policy in own.policies}
        self._entrance = entrance
        self._root = own.root
        self._roots: dict[str, tuple[TerraformRoot, list[Diagnostic]]] = {}
        self._claims: Claims | None = None

    def judge(self, scanned: Scanned, read: Read | None) -> Verdict:
        """What one rule says of one object or block. Never raises: Checkov passes over a check of
        Terraform that does."""
        keys: list[str] = []
        try:
            file, subjects = self._subjects(scanned, read)
            shown = os.path.relpath(os.path.realpath(file), self._root)

            def locate(path: tuple[str | int, ...]) -> Span:
                keys.append("/".join(str(step) for step in path))
                return Span(shown)

            context = self._context(scanned, file, read)
            judged = (Judged(subject, locate) for subject in subjects)
            found = self._rules[scanned.id].judge(judged, context)
        except (Unjudgeable, UnknownEntrance) as reason:
            return Verdict([f"{scanned.id} could not judge this: {reason}"], [])
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            return Verdict([f"{scanned.id} could not judge this: {said}"], [])
        messages = [f"{d.message}; {d.help}" if d.help else d.message for d in found]
        return Verdict(messages, keys if messages else [])

    def _context(self, scanned: Scanned, file: str, read: Read | None) -> Context:
        folder, context = self._entrance.context_of(file)
        if scanned.block != KUBERNETES or read is None:
            return context
        if self._claims is None or self._claims.definitions is not read.definitions:
            self._claims = Claims(read.definitions, self._entrance)
        return context._replace(hosts=self._claims.beside(folder))

    def _subjects(self, scanned: Scanned, read: Read | None) -> tuple[str, list[Object | Block]]:
        """Where it stands, and what is judged: the object, or the block as Portico reads it, since
        Checkov's form of a block has lost what Terraform would make of it."""
        if scanned.block == KUBERNETES:
            return scanned.file, [plain_object(scanned.conf)]
        below = (read.root_folder if read else None) or ""
        file = os.path.normpath(os.path.join(below, scanned.file.lstrip("/")))
        root, problems = self._root_of(os.path.dirname(file))
        type = "" if scanned.block == "module" else scanned.type
        # Checkov multiplies a block that has count or for_each: shop[0], shop["a"].
        name = "" if scanned.block == "provider" else scanned.name.partition("[")[0]
        blocks = [b for b in root.blocks(scanned.block, type) if b.name == name]
        if not blocks:
            why = next((p.message for p in problems if p.primary.span.path == file), "")
            raise Unjudgeable(why or f"Terraform would not find it in {file}")
        return file, [*blocks]

    def _root_of(self, folder: str) -> tuple[TerraformRoot, list[Diagnostic]]:
        if folder not in self._roots:
            files = {}
            for entry in os.scandir(folder or "."):
                if is_terraform_file(entry.name) and entry.is_file():
                    with open(entry.path, "rb") as file:
                        files[entry.name] = file.read()
            self._roots[folder] = read_root(folder, files)
        return self._roots[folder]


class Claims:
    """Who serves which host, in all that Checkov has read."""

    def __init__(self, definitions: Mapping[Any, Any], entrance: Entrance) -> None:
        self.definitions = definitions
        self._of: dict[str, list[tuple[str, Claim]]] = {}
        for path, objects in definitions.items():
            folder, _ = entrance.context_of(str(path))
            for conf in objects if isinstance(objects, list) else ():
                place = f"{path}:{conf.get(START, 1)}"
                self._of.setdefault(folder, []).extend(claims_of(plain_object(conf), place))

    def beside(self, folder: str) -> dict[str, tuple[Claim, ...]]:
        """What is applied together with what stands below an environment's folder; what stands
        elsewhere may be applied anywhere."""
        if folder:
            return claimed([*self._of.get(folder, ()), *self._of.get("", ())])
        return claimed(claim for claims in self._of.values() for claim in claims)
