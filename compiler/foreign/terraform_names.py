"""What Terraform and OpenTofu make of a file by its name, and what is refused for that alone.

Names are case-sensitive, and Terraform skips what begins with a dot and what editors leave behind.
Source: "Files and Configuration Structure", "Override Files", "Variables on the Command Line" and
"CLI Configuration" of Terraform; "Files" of OpenTofu; the skipping of `configs.IsIgnoredFile`.
"""

import re
from typing import Literal

from compiler.diagnostics.model import Diagnostic, Place, Rule, Span

OVERLAID = Rule(
    "PT031",
    "file that changes what other Terraform files say",
    "Terraform lets such a file replace what was reviewed elsewhere, and nothing where it is "
    "replaced tells so.",
    what="Refuses override files (`override.tf`, `*_override.tf`, also `.json`), variable files "
    "that are loaded without being asked for (`terraform.tfvars`, `*.auto.tfvars`), and files of "
    "OpenTofu (`*.tofu`), which it reads instead of the `.tf` file of the same name.",
    fix="Write what is meant where it is said first: in the resource, or as the default of the "
    "variable. Give values that differ with `-var-file` where Terraform is run.",
    failing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
-- scanned/main_override.tf --
resource "aws_sns_topic" "news" {
  name = "olds"
}
""",
    passing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "olds"
}
""",
)
STEERING = Rule(
    "PT032",
    "file that decides how Terraform runs",
    "Where providers come from, which credentials are used and what a test creates is decided by "
    "such a file, whatever the reviewed resources say.",
    what="Refuses configuration of the command itself (`.terraformrc`, `*.tfrc`), tests, stacks "
    "and queries (`*.tftest.hcl`, `*.tfstack.hcl`, `*.tfquery.hcl`), which make resources of "
    "their own, and the files of Terragrunt.",
    fix="Keep such files out of the folders that are checked here; they belong to the platform.",
    failing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
-- scanned/.terraformrc --
provider_installation {
  network_mirror {
    url = "https://mirror.example.com/"
  }
}
""",
    passing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
""",
)
STATE = Rule(
    "PT033",
    "committed Terraform state or plan",
    "State and plans hold secrets in clear text, and a saved plan is applied as it stands, "
    "whatever the reviewed files say.",
    what="Refuses `*.tfstate` with its backups, and `*.tfplan`.",
    fix="Remove the file from the repository, and change the secrets that it held. State "
    "belongs in the backend.",
    failing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
-- scanned/terraform.tfstate --
{"version": 4}
""",
    passing="""\
-- scanned/main.tf --
resource "aws_sns_topic" "news" {
  name = "news"
}
""",
)

Role = Literal[
    "configuration",
    "override",
    "OpenTofu",
    "variables",
    "command",
    "lock",
    "state",
    "plan",
    "other program",
]

_ROLES: dict[Role, str] = {
    "lock": r"\.terraform\.lock\.hcl",
    "command": r"\.terraformrc|terraform\.rc|\.tofurc|tofu\.rc|.*\.tfrc",
    "state": r".*\.tfstate(\..*)?",
    "plan": r".*\.tfplan",
    "OpenTofu": r".*\.tofu(\.json)?",
    "override": r"(.*_)?override\.tf(\.json)?",
    "configuration": r".*\.tf(\.json)?",
    "variables": r"(terraform|.*\.auto)\.tfvars(\.json)?",
    "other program": (
        r".*\.(tftest|tofutest|tfmock|tofumock|tfstack|tfcomponent|tfdeploy|tfquery)\.(hcl|json)"
        r"(\.json)?|terragrunt.*\.hcl(\.json)?"
    ),
}
_OVERLAYS = {
    "override": (
        "is an override file: it replaces what the other files of the folder say",
        "write it where it is said first, and remove this file",
    ),
    "variables": (
        "is loaded without being asked for, and sets variables of every run",
        "write the values as defaults of the variables, or give them with -var-file",
    ),
    "OpenTofu": (
        "is read by OpenTofu only, instead of the Terraform file of the same name",
        "write it as a .tf file",
    ),
}
_STEERS = {
    "command": "configures the command itself: providers, credentials, where they come from",
    "other program": "makes Terraform do something else than what the folder's files say",
}
# These are found by their whole name, and so although they begin with a dot.
_DOTTED = ("lock", "command", "state", "plan")


def role_of(name: str) -> Role | None:
    """What a file of this name is to Terraform; None if nothing."""
    for role, pattern in _ROLES.items():
        if re.fullmatch(pattern, name, re.DOTALL):
            return role if role in _DOTTED or not _is_skipped(name) else None
    return None


def refused_for(role: str, path: str, name: str) -> list[Diagnostic]:
    """What a file is refused for by its role alone."""
    place = Place(Span(path))
    if role in _OVERLAYS:
        what, help = _OVERLAYS[role]
        return [Diagnostic(OVERLAID, f"{name} {what}", place, help=help)]
    if role in _STEERS:
        help = "remove it from the folders that are checked"
        return [Diagnostic(STEERING, f"{name} {_STEERS[role]}", place, help=help)]
    if role in ("state", "plan"):
        help = "remove it from the repository, and change the secrets that it holds"
        return [Diagnostic(STATE, f"{name} is a {role} of Terraform", place, help=help)]
    return []


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name.endswith("~") or (name[0] == name[-1] == "#")
