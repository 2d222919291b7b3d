"""What an app that says nothing gets where only lowering decides it, in the words of the spec."""

from typing import Any

from compiler.kubernetes.resources import resources
from compiler.spec.app import App
from compiler.spec.parse import Path


def later_defaults(app: App) -> dict[Path, Any]:
    """Path of the spec -> what holds there if nobody says anything."""
    return {
        ("resources", kind, amount): value
        for kind, amounts in resources(app.resources.requests, app.resources.limits).items()
        for amount, value in amounts.items()
    }
