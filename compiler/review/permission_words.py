"""The permissions of an app as what they allow, each action and each condition in words."""

from typing import Any

from compiler.link.unit import Allowed, Unit


def permitted_in_words(unit: Unit) -> dict[str, Any]:
    """The role that exists, or what the statements allow and what bounds them."""
    permitted = unit.interface.permissions
    assert permitted is not None
    if permitted.role is not None:
        return {"role": permitted.role}
    boundary = permitted.boundary or unit.environment.aws.permissions_boundary
    return {
        "allows": [line for statement in permitted.statements for line in _lines(statement)],
        **({"bounded by": boundary} if boundary is not None else {}),
    }


def _lines(statement: Allowed) -> list[str]:
    conditions = "".join(
        f", if {operator} {key}: {' or '.join(values)}"
        for operator, key, values in statement.conditions
    )
    return [
        f"{action} on {resource}{conditions}"
        for action in statement.actions
        for resource in statement.resources
    ]
