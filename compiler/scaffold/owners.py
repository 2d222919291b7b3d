"""`CODEOWNERS`: who approves a change."""

import shlex

from compiler.inventory.codeowners import owners
from compiler.scaffold.new_repository import NewRepository


def code_owners(new: NewRepository) -> dict[str, str]:
    """The platform's team approves everything, until there are apps. None without organisation.

    GitHub and GitLab both read the file at the top of a repository.
    """
    if new.organisation is None:
        return {}
    return {"CODEOWNERS": owners({}, new.organisation, new.platform, command(new))}


def command(new: NewRepository) -> str:
    """What prints the file anew."""
    words = ["portico", "codeowners", "--organisation", new.organisation or "ORGANISATION"]
    if new.platform != "platform":
        words += ["--platform", new.platform]
    return shlex.join(words)
