"""`.terraform.lock.hcl`: which programs Terraform runs as providers, and by which hashes."""

import re
from collections.abc import Callable
from typing import Any

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span
from compiler.hcl import body as hcl
from compiler.hcl.body import Element

UNTRUSTED_LOCK = Rule(
    "PT034",
    "provider lock that cannot be trusted",
    "A provider is a program that runs with the credentials of the plan. The lock decides which "
    "one, and its hashes that it is the one that was reviewed.",
    what="Refuses a `.terraform.lock.hcl` that names a provider other than HashiCorp's aws, "
    "random, time and tls, or another registry, or that has no usable hash for one.",
    fix="Remove the block, and let `terraform providers lock` write it anew from the sources that "
    "the platform allows.",
    failing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
-- scanned/.terraform.lock.hcl --
provider "registry.terraform.io/example/aws" {
  version = "5.100.0"
  hashes = [
    "h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw=",
  ]
}
""",
    passing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
-- scanned/.terraform.lock.hcl --
provider "registry.terraform.io/hashicorp/aws" {
  version = "5.100.0"
  hashes = [
    "h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw=",
  ]
}
""",
)

_REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
_PROVIDERS = ("aws", "random", "time", "tls")
# The sum of the zip archive, or of what is in it.
# https://developer.hashicorp.com/terraform/language/files/dependency-lock
_HASH = re.compile(r"zh:[0-9a-f]{64}|h1:[A-Za-z0-9+/]{43}=")


def lock_problems(text: str, span: Callable[[int, int], Span]) -> list[Diagnostic]:
    """What is wrong with a lock. Raises NotUnderstood."""
    parsed = hcl.parse(text)
    return [
        Diagnostic(
            UNTRUSTED_LOCK,
            message,
            Place(span(element.node.start, element.node.end)),
            help="remove the block and run `terraform providers lock`",
        )
        for element in parsed.elements
        for message in _problems(element)
    ]


def _problems(element: Element) -> list[str]:
    label = "/".join(element.labels)
    allowed = [f"{registry}/hashicorp/{name}" for registry in _REGISTRIES for name in _PROVIDERS]
    if element.kind != "provider" or label not in allowed:
        return [
            f"the lock names {element.kind} {label}, which is not one of HashiCorp's own: "
            f"{', '.join(_PROVIDERS)}"
        ]
    hashes: Any = element.body.get("hashes")
    if not isinstance(hashes, list) or not hashes:
        return [f"the lock has no hash for {label}, so that any program could take its place"]
    bad = next((h for h in hashes if not isinstance(h, str) or not _HASH.fullmatch(h)), None)
    if bad is not None:
        return [f'the lock has "{bad}" for {label}, which is no hash: zh: or h1: and a checksum']
    return []
