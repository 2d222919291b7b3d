"""Reads IAM policies, in whatever way Terraform is told them: what they allow whom.

Source: "IAM JSON policy elements reference"; provider aws, `aws_iam_policy_document`.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.hcl.tokens import NotUnderstood, template_tokens
from compiler.policies.reading import mapping
from compiler.policies.shape import Block
from compiler.policies.terraform import Path, Unknown, bodies, settled_body

# Stands in a text for what only Terraform knows; no character of a policy.
GAP = "\ufffc"
ANYTHING = GAP + GAP
"""A value that is a gap and nothing else, unless it refers to something of AWS."""
DOCUMENT = "aws_iam_policy_document"
_ELEMENTS = frozenset(
    (
        *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
        *("Principal", "NotPrincipal", "Condition"),
    )
)


class Statement(NamedTuple):
    """One statement that allows something. A list is empty where the policy has none."""

    path: Path
    """Where in the block's body it stands, or the text that it stands in."""
    actions: tuple[str, ...]
    all_but: bool
    """Whether everything is allowed but these: `NotAction`."""
    resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    """Kind and name: `("AWS", "*")`; `("*", "*")` is everybody."""
    conditions: tuple[str, ...]
    """The keys, in lower case, whose values conditions narrow to some."""


class Policy(NamedTuple):
    """What is known of a policy."""

    statements: tuple[Statement, ...]
    unknown: tuple[Path, ...]
    """Where something stands that only Terraform knows."""


def of_document(block: Block) -> Policy:
    """The policy of a data source `aws_iam_policy_document`."""
    body = settled_body(block)
    made: list[Statement] = []
    unknown: list[Path] = []
    for path, statement in bodies(body.get("statement"), ("statement",)):
        if statement.get("effect") == "Deny":
            continue
        principals = [
            (str(principal.get("type")), name)
            for _, principal in bodies(statement.get("principals"))
            for name in _texts(principal.get("identifiers"))
        ]
        if statement.get("not_principals"):
            principals.append(("*", "*"))
        conditions = [
            str(condition.get("variable")).lower()
            for _, condition in bodies(statement.get("condition"))
            if _narrows(str(condition.get("test")), _texts(condition.get("values")))
        ]
        made.append(
            Statement(
                path,
                _texts(statement.get("actions")) + _texts(statement.get("not_actions")),
                statement.get("not_actions") is not None,
                _texts(statement.get("resources"))
                or (("*",) if statement.get("not_resources") else ()),
                tuple(principals),
                tuple(conditions),
            )
        )
    for argument in ("source_policy_documents", "override_policy_documents"):
        given = body.get(argument)
        for index, text in enumerate(given if isinstance(given, list) else [given]):
            if text is not None and not is_document(text):
                inner = of_text(text, (argument, index))
                made += inner.statements
                unknown += inner.unknown
    return Policy(tuple(made), tuple(unknown))


def is_document(value: Any) -> bool:
    """Whether a value is the JSON of a policy document of the root, which is judged where it is."""
    return (
        isinstance(value, Unknown)
        and value.reference[:2] == ("data", DOCUMENT)
        and value.reference[-1] in ("json", "minified_json")
    )


def of_text(value: Any, path: Path) -> Policy:
    """The policy that a settled value is: a text of JSON, or a call of `jsonencode`."""
    data: Any
    if isinstance(value, Unknown) and value.encoded is not None:
        data = _with_gaps(value.encoded)
    else:
        text = _text_with_gaps(value)
        if text is None:
            return Policy((), (path,))
        try:
            data = json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return Policy((), (path,))
    if not isinstance(data, dict) or "Statement" not in data:
        return Policy((), (path,))
    listed = data["Statement"]
    made: list[Statement] = []
    for statement in listed if isinstance(listed, list) else [listed]:
        # What is spelled otherwise may be understood all the same.
        if not isinstance(statement, dict) or not _ELEMENTS.issuperset(statement):
            return Policy((), (path,))
        if statement.get("Effect") == "Deny":
            continue
        conditions = [
            str(key).lower()
            for test, operands in mapping(statement, "Condition").items()
            for key, values in (operands.items() if isinstance(operands, dict) else ())
            if _narrows(str(test), _texts(values))
        ]
        made.append(
            Statement(
                path,
                _texts(statement.get("Action")) + _texts(statement.get("NotAction")),
                "NotAction" in statement,
                _texts(statement.get("Resource")) or (("*",) if "NotResource" in statement else ()),
                tuple(_principals(statement)),
                tuple(conditions),
            )
        )
    return Policy(tuple(made), ())


def allows(pattern: str, action: str) -> bool:
    """Whether an action of a policy, which may have `*` and `?`, stands for this one."""
    pattern, action = pattern.lower(), action.lower()
    if "*" not in pattern and "?" not in pattern:
        return pattern == action
    # After a `*` the rest is tried at every later place; an earlier `*` need never be tried again,
    # so that a pattern of many costs no more than one of few.
    in_pattern = in_action = 0
    star, tried = -1, 0
    while in_action < len(action):
        here = pattern[in_pattern : in_pattern + 1]
        if here == "*":
            star, tried = in_pattern, in_action
            in_pattern += 1
        elif here == "?" or here == action[in_action]:
            in_pattern += 1
            in_action += 1
        elif star >= 0:
            tried += 1
            in_pattern, in_action = star + 1, tried
        else:
            return False
    return pattern[in_pattern:].strip("*") == ""


def _principals(statement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "NotPrincipal" in statement:
        yield "*", "*"
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        for kind, names in principal.items():
            for name in _texts(names):
                yield str(kind), name
    else:
        for name in _texts(principal):
            yield name, name


def _narrows(test: str, values: tuple[str, ...]) -> bool:
    """Whether a condition lets only some values through: not all but some, nor none at all."""
    anything = any(value.strip("*?") == "" or value == ANYTHING for value in values)
    return not anything and not test.endswith("IfExists") and not re.search("Not|Null", test)


def _texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or a single one; what only Terraform knows is a gap."""
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(item if isinstance(item, str) else _with_gap(item) for item in listed)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice")
    return made


def _with_gap(value: Any) -> str:
    """A text for what only Terraform knows, or is no text."""
    if isinstance(value, Unknown) and value.reference:
        parts = value.reference[value.reference[0] == "data" :]
        return GAP if parts and parts[0].startswith("aws_") else ANYTHING
    text = _text_with_gaps(value)
    return ANYTHING if text is None or text == GAP else text


def _text_with_gaps(value: Any) -> str | None:
    """A text with a gap wherever Terraform puts something in; None if it is no text."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Unknown):
        return None
    try:
        tokens = template_tokens(value.text)
    except NotUnderstood:
        return None
    made = ""
    depth = 0
    for token in tokens:
        if token.kind in ("${", "%{"):
            made += GAP if depth == 0 else ""
            depth += 1
        elif token.kind == "}}":
            depth -= 1
        elif token.kind == "text" and depth == 0:
            made += token.text
    return made


def _with_gaps(value: Any) -> Any:
    """Data with a gap in place of each value that only Terraform knows."""
    if isinstance(value, Unknown):
        return ANYTHING if value.encoded is not None else _with_gap(value)
    if isinstance(value, dict):
        return {
            (GAP if isinstance(key, Unknown) else key): _with_gaps(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_with_gaps(item) for item in value]
    return value
