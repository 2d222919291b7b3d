"""Apps that may do more in AWS than before."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from compiler.diagnostics.model import Rule
from compiler.link.unit import Allowed, Permitted, Unit
from compiler.review.risk import Both, Risk

WIDENED = Rule(
    "PT168",
    "app that may do more in AWS",
    "Who breaks into an app gets what its role allows: the data behind it, and what it may change "
    "there.",
    "warning",
    what="Warns when an app that was there before may take further actions, or on further "
    "resources; when a condition, or the boundary of its role, is gone or another; and when it is "
    "given another role that exists already, of which nothing is known here.",
    fix="Name the fewest actions and resources that do. Have the owner of what the app reaches "
    "agree in the pull request.",
    failing="""\
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
permissions:
  statements:
  - actions: [s3:GetObject]
    resources: [arn:aws:s3:::acme-invoices/*]
environments:
  dev:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
permissions:
  statements:
  - actions: [s3:GetObject, s3:DeleteObject]
    resources: [arn:aws:s3:::acme-invoices/*]
environments:
  dev:
""",
    passing="""\
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
permissions:
  statements:
  - actions: [s3:GetObject]
    resources: [arn:aws:s3:::acme-invoices/*]
environments:
  dev:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
permissions:
  statements:
  - actions: [s3:GetObject]
    resources: [arn:aws:s3:::acme-invoices/paid/*]
environments:
  dev:
""",
)

_NOTHING = Permitted(None, (), None)


def permissions_widened(both: Both, before: Unit, after: Unit) -> Iterator[Risk]:
    """What an app that both sides have may do in AWS, and might not before."""
    for said, help, path in _widened(before, after):
        place = after.place("permissions", *path)
        yield Risk(both.environment, WIDENED, f'"{after.interface.name}" {said}', place, help)


def _widened(before: Unit, after: Unit) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    """What the app may do or is, what to do about it, and where its permissions say so."""
    had, has = before.interface.permissions or _NOTHING, after.interface.permissions or _NOTHING
    if has.role is not None and has.role != had.role:
        help = "have its owner say what it allows"
        yield f"is given the role {has.role}", help, ("role",)
    for index, statement in enumerate(has.statements):
        for position, action in enumerate(statement.actions):
            new = [r for r in statement.resources if not _allowed(action, r, statement, had)]
            if new:
                help = "name the fewest actions and resources that do"
                at = ("statements", index, "actions", position)
                yield f"may do {action} on {', '.join(new)}", help, at
    was, becomes = _boundary(before, had), _boundary(after, has)
    if had.statements and has.statements and was not in (None, becomes):
        said = f"is no longer bounded by {was}" + (f" but by {becomes}" if becomes else "")
        yield said, "keep the boundary", ("boundary",)


def _boundary(unit: Unit, permitted: Permitted) -> str | None:
    return permitted.boundary or unit.environment.aws.permissions_boundary


def _allowed(action: str, resource: str, statement: Allowed, had: Permitted) -> bool:
    """Whether one of the statements that there were allows the same, on no other conditions."""
    return any(
        set(other.conditions) <= set(statement.conditions)
        and any(_takes_in(pattern.lower(), action.lower()) for pattern in other.actions)
        and any(_takes_in(pattern, resource) for pattern in other.resources)
        for other in had.statements
    )


def _takes_in(pattern: str, one: str) -> bool:
    """Whether a pattern matches all that another one does: no `?` stands for a `*`."""
    return fnmatchcase(one, pattern.replace("?", "[!*]"))
