"""Permissions that are not exact: which of them a waiver lets pass."""

from collections.abc import Iterable
from datetime import date

from compiler.check.policy import Waiving
from compiler.check.waivers import load_waivers
from compiler.diagnostics.model import Diagnostic
from compiler.emit.tree import RENDERED
from compiler.link.inexact_permissions import INEXACT, Inexact


def not_waived(root: str, found: Iterable[Inexact]) -> list[Diagnostic]:
    """What no waiver lets pass today, and what is wrong with those that should."""
    waivers, problems = load_waivers(root, [], date.today(), further=(INEXACT.id,), alone=True)
    refused = [one.diagnostic for one in found if not is_waived(one, waivers)]
    return [*refused, *problems] if refused else []


def is_waived(one: Inexact, waivers: Waiving) -> bool:
    return waivers.cover(INEXACT.id, one.object, f"{RENDERED}/{one.environment}/apps/{one.app}")
