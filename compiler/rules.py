"""Every rule by which Portico reports something, and what the examples of a rule are made of."""

import re
from importlib import import_module

from compiler.diagnostics.model import Rule
from compiler.diagnostics.visible import visible

# Each of these documents its rules at its top. The rules about objects are in `policies/`.
_MODULES = (
    "compiler.source.repository",
    "compiler.source.characters",
    "compiler.source.syntax",
    "compiler.source.subset",
    "compiler.source.scalars",
    "compiler.source.limits",
    "compiler.source.placeholder",
    "compiler.spec.parse",
    "compiler.credentials.exposed",
    "compiler.link.resolve",
    "compiler.link.conflicts.rule",
    "compiler.link.conflicts.workloads",
    "compiler.link.inexact_permissions",
    "compiler.link.image_markers",
    "compiler.link.callers",
    "compiler.link.conflicts.exposure",
    "compiler.link.secrets",
    "compiler.link.conflicts.egress",
    "compiler.link.manifests",
    "compiler.link.hosts",
    "compiler.link.estate",
    "compiler.link.placement",
    "compiler.link.environments",
    "compiler.link.certificate",
    "compiler.review.immutable",
    "compiler.review.lost",
    "compiler.review.public_hosts",
    "compiler.review.firewall",
    "compiler.review.foundations",
    "compiler.review.disruption",
    "compiler.review.rollout",
    "compiler.review.network",
    "compiler.kubernetes.patches",
    "compiler.review.permissions",
    "compiler.kubernetes.routers.pods",
    "compiler.foreign.provider_lock",
    "compiler.foreign.terraform",
    "compiler.foreign.terraform_names",
    "compiler.foreign.yaml",
    "compiler.foreign.files",
    "compiler.foreign.kustomization",
    "compiler.foreign.kustomize",
    "compiler.check.foreign",
    "compiler.check.schema",
    "compiler.check.drift",
    "compiler.check.promotion",
    "compiler.check.waivers",
    "compiler.check.own_rules",
)

AREAS = {
    "PT0": "Reading",
    "PT1": "Specs and how they fit together",
    "PT2": "Kubernetes objects",
    "PT3": "The edge and Terraform",
    "PT4": "The rendered tree",
    "PT5": "The live account",
}
"""What the rules are about whose ids begin so."""

ELIDED = "# ..."
"""How the first line of an example's file begins that stands for the rest of a valid file."""

_SIDES = ("before", "after")
_HEAD = re.compile(r"^-- (.+) --\n", re.MULTILINE)


def all_rules() -> list[Rule]:
    """Every rule, sorted by id. Imports the modules of every stage."""
    from compiler.check.policy import rule_of
    from compiler.policies.builtin import builtin

    found = {rule_of(policy) for policy in builtin()}
    for name in _MODULES:
        found |= {value for value in vars(import_module(name)).values() if type(value) is Rule}
    return sorted(found)


def is_object(example: str) -> bool:
    """Whether the example is a Kubernetes object; otherwise it is files."""
    return example.startswith("apiVersion:")


def is_terraform(example: str) -> bool:
    """Whether the example is a Terraform root, as one JSON text."""
    return example.startswith("{")


def is_scanned(example: str) -> bool:
    """Whether the example is files that `portico scan scanned` judges."""
    return example.startswith("-- scanned/")


def is_review(example: str) -> bool:
    """Whether the example is two states of a repository, held against each other."""
    return any(_side(path) for path in _HEAD.findall(example))


def sides_of(example: str) -> tuple[dict[str, str], dict[str, str]]:
    """The files of both states: path -> content."""
    files = files_of(example)
    before, after = (
        {
            path.removeprefix(f"{side}/"): text
            for path, text in files.items()
            if _side(path) in ("", side)
        }
        for side in _SIDES
    )
    return before, after


def _side(path: str) -> str:
    first = path.partition("/")[0]
    return first if first in _SIDES else ""


def files_of(example: str) -> dict[str, str]:
    """Path -> content of an example that is files; no content means that there is no such file."""
    before, *parts = _HEAD.split(example)
    files = dict(zip(parts[::2], parts[1::2], strict=True))
    return files or {"apps/shop.yaml": before}


def shown(text: str) -> str:
    """The text of an example as it is shown: a character that would be hidden by its code."""
    return "\n".join(visible(line) for line in text.split("\n"))
