"""Permissions that are not exact: which of them a waiver lets pass."""

from collections.abc import Iterable
from datetime import date

from compiler.check.policy import Waiving
from compiler.check.waivers import load_waivers
from compiler.diagnostics.model import Diagnostic
from compiler.emit.tree import RENDERED
from compiler.link.inexact_permissions import INEXACT, Inexact


def not_waived(root: str, found: Iterable[Inexact]) -> list[Diagnostic]:
    """What no waiver lets pass today, each once, and what is wrong with those that should."""
    waivers, problems = load_waivers(root, [], date.today(), further=(INEXACT.id,), alone=True)
    refused: dict[Diagnostic, list[str]] = {}
    passed: set[Diagnostic] = set()
    for one in found:
        if is_waived(one, waivers):
            passed.add(one.diagnostic)
        else:
            refused.setdefault(one.diagnostic, []).append(one.environment)
    told = [
        diagnostic._replace(message=f"{diagnostic.message} (in {', '.join(environments)})")
        if diagnostic in passed
        else diagnostic
        for diagnostic, environments in refused.items()
    ]
    return [*told, *problems] if told else []


def is_waived(one: Inexact, waivers: Waiving) -> bool:
    """Whether a waiver for the app's files lets it pass."""
    return waivers.cover(INEXACT.id, one.object, f"{RENDERED}/{one.environment}/apps/{one.app}")
