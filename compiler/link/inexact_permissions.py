"""Permissions that are wider than they read, or mean nothing: refused unless a waiver says why.

Sources: IAM user guide, "IAM JSON policy elements: Action" and "Resource"; service authorization
reference, for what the ARNs of each service consist of.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.unit import Allowed, Unit
from compiler.spec.environment import Environment

INEXACT = Rule(
    "PT121",
    "permission that is not exact",
    "Who breaks into an app may do all that its role allows. A wildcard allows more than anybody "
    "reads in it, and more each year; an action that is misspelt allows nothing, and nobody says "
    "so before the app fails.",
    what="Refuses in `permissions.statements`: an action with a wildcard; a resource that is "
    "everything, or everything of its kind, or of any region or account; a resource of another "
    "account than the environment's; for `iam:PassRole` and `sts:AssumeRole` any wildcard; and an "
    "action that is nearly the name of another. A name that ends with a wildcard, as in "
    "`arn:aws:s3:::acme-invoices/*`, is exact enough.",
    fix="Name the actions and the resources. If something wider is meant, or an action knows no "
    "resources, waive PT121 in `policies/waivers.yaml`: the object stands in the help of the "
    "finding.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
permissions:
  statements:
  - actions: ["s3:*"]
    resources: [arn:aws:s3:::acme-invoices/*]
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
permissions:
  statements:
  - actions: [s3:GetObject, s3:PutObject]
    resources: [arn:aws:s3:::acme-invoices/*]
environments:
  dev:
""",
)

_WILDCARD = re.compile("[*?]")
# Services whose ARNs have a name where those of others have a kind: arn:aws:sqs:...:orders.
_NAMED_AT_ONCE = frozenset(
    (
        *("aws-marketplace", "codecommit", "codepipeline", "execute-api", "mapcredits"),
        *("neptune-db", "s3", "servicequotas", "sns", "sqs", "ssm-sap"),
    )
)
# Whoever gets another role gets its rights: a wildcard takes in roles that are made later.
_OF_ROLES = ("iam:passrole", "sts:assumerole")


class Inexact(NamedTuple):
    """A permission of an app in an environment that needs a waiver."""

    environment: str
    app: str
    object: str
    """As a waiver names it: the action, or the actions on the resource."""
    diagnostic: Diagnostic


def inexact(unit: Unit) -> Iterator[Inexact]:
    """What of an app's permissions needs a waiver."""
    permitted = unit.interface.permissions
    for index, statement in enumerate(permitted.statements if permitted is not None else ()):
        at = ("permissions", "statements", index)
        for position, action in enumerate(statement.actions):
            if found := _about_action(action):
                yield _inexact(unit, action, *found, unit.place(*at, "actions", position))
        for position, resource in enumerate(statement.resources):
            if found := _about_resource(resource, statement, unit.environment):
                object = f"{', '.join(statement.actions)} on {resource}"
                yield _inexact(unit, object, *found, unit.place(*at, "resources", position))


def _inexact(unit: Unit, object: str, message: str, help: str, place: Place) -> Inexact:
    waiver = f'or waive {INEXACT.id} for the object "{object}"'
    diagnostic = Diagnostic(INEXACT, message, place, help=f"{help}; {waiver}")
    return Inexact(unit.environment.name, unit.interface.name, object, diagnostic)


def _about_action(action: str) -> tuple[str, str] | None:
    """What is not exact about an action, and what to do."""
    if _WILDCARD.search(action):
        service, _, name = action.partition(":")
        if not name.strip("*?"):
            what = f"every action of {service}" if name else "every action of every service"
        else:
            what = "every action of such a name"
        return f'"{action}" is {what}, also those that AWS adds later', "name the actions"
    # Of use to few repositories.
    from compiler.spec.iam_actions import meant_action, source

    meant = meant_action(action)
    if meant is None:
        return None
    return (
        f'AWS is not known to have the action "{action}"',
        f"did you mean {meant}? It may be newer than {source()}",
    )


def _about_resource(
    resource: str, statement: Allowed, environment: Environment
) -> tuple[str, str] | None:
    """What is not exact about a resource, and what to do."""
    name_it = "name the resource, or the beginning of its name and *"
    if resource == "*":
        return '"*" is every resource that there is', name_it
    _, _, service, region, owner, name = resource.split(":", 5)
    if _is_everything(service, owner, name):
        return f'"{resource}" is everything of its kind', name_it
    for part, what in ((region, "region"), (owner, "account")):
        if _WILDCARD.search(part):
            return f'"{resource}" may be in any {what}', f"name the {what}"
    if owner not in ("", "aws", environment.aws.account):
        here = f"{environment.name} is in {environment.aws.account}"
        return (
            f'"{resource}" is in account {owner}, and {here}',
            "name a resource of the environment's account",
        )
    if service == "iam" and _WILDCARD.search(name) and any(map(_is_of_roles, statement.actions)):
        return f'"{resource}" takes in roles that are made later', "name the role"
    return None


def _is_everything(service: str, owner: str, name: str) -> bool:
    """Whether a wildcard stands in the kind of a resource, or where its name begins."""
    name = name.lstrip("/")
    # A bucket has neither kind nor account; an access point has both.
    if service not in _NAMED_AT_ONCE or (service == "s3" and owner != ""):
        kind, *below = re.split("[/:]", name, maxsplit=1)
        if _WILDCARD.search(kind):
            return True
        name = below[0].lstrip("/:") if below else kind
    return name[:1] in ("*", "?")


def _is_of_roles(action: str) -> bool:
    """Whether an action, which may have wildcards, is one by which the app gets another role."""
    return any(fnmatchcase(one, action.lower()) for one in _OF_ROLES)
