"""What the fields of `permissions` allow each alone, and cannot mean together.

Sources: IAM user guide, "IAM JSON policy elements reference" and "IAM and AWS STS quotas".
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.layers import where
from compiler.link.unit import Allowed, Permitted, Unit
from compiler.spec.parse import BAD_VALUE

# Characters of all inline policies of a role together. White space does not count.
_MAX_POLICY = 10_240


class _Values(NamedTuple):
    """What condition operators of a kind compare with."""

    operators: str
    pattern: str
    what: str
    example: str


# A condition that compares with anything else never holds.
_VALUES = (
    _Values("Bool|Null", "true|false", "true or false", '"true"'),
    _Values("Numeric.*", r"-?[0-9]+(?:\.[0-9]+)?", "a number", '"3600"'),
    _Values(
        "Date.*",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?|[0-9]+",
        "a time",
        '"2027-01-31T00:00:00Z"',
    ),
    _Values(
        "(?:Not)?IpAddress",
        "[0-9]+(?:[.][0-9]+){3}(?:/[0-9]+)?|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:/[0-9]+)?",
        "an address range",
        "203.0.113.0/24",
    ),
)


def permissions(unit: Unit, permitted: Permitted) -> Iterator[Diagnostic]:
    """Every contradiction in the permissions of an app, and what IAM would not take."""

    def at(*path: str | int) -> Place:
        return unit.place("permissions", *path)

    role, statements, boundary = permitted
    if role is not None and statements:
        yield Diagnostic(
            CONFLICT,
            "an app has a role that exists or one that is made of statements, not both",
            at("role"),
            (at("statements"),),
            help="remove one of the two; `permissions: <ARN>` in an environment replaces the "
            "statements of the spec",
        )
    elif role is None and not statements:
        yield Diagnostic(
            CONFLICT,
            "`permissions` names no role and has no statements",
            at(),
            help="add one of the two, or remove `permissions`",
        )
    elif role is not None and boundary is not None:
        yield Diagnostic(
            CONFLICT,
            "`boundary` is for a role that is made of statements, and this one exists already",
            at("boundary"),
            (at("role"),),
            help="remove it",
        )
    account = unit.environment.aws.account
    for field, what, arn in (("role", "role", role), ("boundary", "policy", boundary)):
        if arn is not None and arn.split(":")[4] not in (account, "aws"):
            environment, _ = unit.layers[0]
            yield Diagnostic(
                CONFLICT,
                f"the {what} is in account {arn.split(':')[4]}, and {unit.environment.name} is in "
                f"{account}",
                at(field),
                (Place(environment.span(("aws", "account"))),),
                help="name one of the environment's account; each environment may name another",
            )
    for index, statement in enumerate(statements):
        yield from _in_statement(unit, index, statement)
    size = policy_size(statements)
    if size > _MAX_POLICY:
        yield Diagnostic(
            BAD_VALUE,
            f"the policy has {size:,} characters, and IAM takes {_MAX_POLICY:,} for a role",
            at("statements"),
            help="let several resources have one ARN that ends with *, or make two apps of it",
        )


def _in_statement(unit: Unit, index: int, statement: Allowed) -> Iterator[Diagnostic]:
    def at(*path: str | int) -> Place:
        return unit.place("permissions", "statements", index, *path)

    def key_of(condition: tuple[str, str, tuple[str, ...]]) -> Place:
        path = ("permissions", "statements", index, "conditions", *condition[:2])
        return Place(where(unit.layers).key(path))

    # The case of letters is nothing to IAM, but for those of a resource.
    actions = [action.lower() for action in statement.actions]
    for field, items in (("actions", actions), ("resources", statement.resources)):
        for first, second in _twice(items):
            yield Diagnostic(
                CONFLICT,
                f'"{getattr(statement, field)[second]}" is listed twice',
                at(field, second),
                (at(field, first),),
                help="remove one of the two",
            )
    conditions = statement.conditions
    for first, second in _twice([(operator, key.lower()) for operator, key, _ in conditions]):
        yield Diagnostic(
            CONFLICT,
            f'"{conditions[second][1]}" and "{conditions[first][1]}" are one key to IAM',
            key_of(conditions[second]),
            (key_of(conditions[first]),),
            help="list the values under one of the two",
        )
    for operator, key, values in conditions:
        bare = operator.rpartition(":")[2].removesuffix("IfExists")
        for kind in (kind for kind in _VALUES if re.fullmatch(kind.operators, bare)):
            for position, value in enumerate(values):
                if not re.fullmatch(kind.pattern, value):
                    yield Diagnostic(
                        BAD_VALUE,
                        f'"{value}" is not {kind.what}, with which {operator} compares',
                        at("conditions", operator, key, position),
                        help=f"write for example {kind.example}",
                    )


def _twice(items: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """The indices of each item that was there before, and of the first one like it."""
    for index, item in enumerate(items):
        first = items.index(item)
        if first != index:
            yield first, index


def policy_size(statements: Sequence[Allowed]) -> int:
    """How many characters the policy has, as the provider's aws_iam_policy_document writes it."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": _alone(statement.actions),
                "Resource": _alone(statement.resources),
                **({"Condition": _condition(statement)} if statement.conditions else {}),
            }
            for statement in statements
        ],
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    # Go's JSON has an escape of six characters for each of these.
    return len(text) + 5 * len(re.findall("[&<>]", text))


def _condition(statement: Allowed) -> dict[str, dict[str, Any]]:
    conditions: dict[str, dict[str, Any]] = {}
    for operator, key, values in statement.conditions:
        conditions.setdefault(operator, {})[key] = _alone(values)
    return conditions


def _alone(values: tuple[str, ...]) -> str | tuple[str, ...]:
    return values[0] if len(values) == 1 else values
