"""PT330: a web ACL blocks something, and lets nobody past it but known addresses."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.addresses import UNJUDGED, widest
from compiler.policies.cloudfront import DISTRIBUTION
from compiler.policies.shape import Block, Context, Finding, Root
from compiler.policies.terraform import Path, bodies, holder, settled, settled_body, shown

ID = "PT330"
TITLE = "firewall that lets everybody through"
SEVERITY = "error"
RATIONALE = (
    "A web ACL that only counts looks like a firewall in every list and is none, and an allow rule "
    "ends the evaluation: whoever it matches is past all the others."
)
WHAT = (
    "Refuses a WAFv2 web ACL that allows by default and has no rule that blocks, allow rules for "
    "anybody but listed addresses, lists of allowed addresses wider than /8 (IPv4) or /16 (IPv6), "
    "and a scope other than CLOUDFRONT where a distribution uses it."
)
FIX = (
    "Give at least one rule the action `block`, or a managed rule group `override_action` `none`; "
    "allow by an IP set of known addresses only."
)
BLOCKS = ("resource.aws_wafv2_web_acl",)
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_wafv2_web_acl": {
      "edge": {
        "name": "edge",
        "scope": "CLOUDFRONT",
        "default_action": {"allow": {}},
        "rule": [
          {
            "name": "known-bad",
            "priority": 0,
            "override_action": {"count": {}},
            "statement": {
              "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": "AWSManagedRulesKnownBadInputsRuleSet"
              }
            }
          }
        ]
      }
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_wafv2_web_acl": {
      "edge": {
        "name": "edge",
        "scope": "CLOUDFRONT",
        "default_action": {"allow": {}},
        "rule": [
          {
            "name": "known-bad",
            "priority": 0,
            "override_action": {"none": {}},
            "statement": {
              "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": "AWSManagedRulesKnownBadInputsRuleSet"
              }
            }
          }
        ]
      }
    }
  }
}
"""

_STOPPING = ("block", "captcha", "challenge")
_IP_SET = "aws_wafv2_ip_set"
_RULE_GROUP = "aws_wafv2_rule_group"
# A limit of requests in five minutes that no single address reaches stops nobody.
_HIGHEST_LIMIT = 1_000_000
# How many rules the managed groups have at least; of another group one is taken.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
_SIZES = {
    "AWSManagedRulesAmazonIpReputationList": 3,
    "AWSManagedRulesAnonymousIpList": 2,
    "AWSManagedRulesCommonRuleSet": 20,
    "AWSManagedRulesKnownBadInputsRuleSet": 6,
    "AWSManagedRulesLinuxRuleSet": 3,
    "AWSManagedRulesPHPRuleSet": 2,
    "AWSManagedRulesSQLiRuleSet": 5,
    "AWSManagedRulesUnixRuleSet": 3,
    "AWSManagedRulesWindowsRuleSet": 6,
}


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge one web ACL."""
    body = settled_body(block)
    if body.get("scope") != "CLOUDFRONT" and _serves_a_distribution(block):
        yield Finding(
            ("scope",),
            f"{block.address} has the scope {shown(body.get('scope'))}, and a distribution uses it",
            'write scope = "CLOUDFRONT"',
        )
    rules = list(bodies(body.get("rule"), ("rule",)))
    if "rule_json" in body:
        yield Finding(
            ("rule_json",),
            f"{block.address} has rules in a text of their own, which cannot be judged",
            "write them as rule blocks",
        )
    allows = [action for _, action in bodies(body.get("default_action")) if "block" not in action]
    if allows and not any(_stops(rule, block.root) for _, rule in rules):
        yield Finding(
            ("rule",),
            f"{block.address} allows by default, and none of its rules blocks anything",
            "give a rule the action block, or a managed rule group the override_action none",
        )
    for path, rule in rules:
        if any("allow" in action for _, action in bodies(rule.get("action"))):
            yield from _allowed(rule, path, block.root)
        for inner, group in _groups(rule, path):
            for at, override in bodies(
                group.get("rule_action_override"), (*inner, "rule_action_override")
            ):
                if any("allow" in use for _, use in bodies(override.get("action_to_use"))):
                    yield Finding(
                        (*at, "action_to_use"),
                        f"what {shown(override.get('name'))} finds is allowed past all other rules",
                        "write count instead of allow",
                    )


def _serves_a_distribution(block: Block) -> bool:
    return any(
        (found := holder(settled(other.body.get("web_acl_id"), block.root), block.type))
        and found[1] == block.name
        for other in block.root.blocks("resource", DISTRIBUTION)
    )


def _groups(rule: dict[Any, Any], path: Path) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The managed rule groups of a rule."""
    for inner, statement in bodies(rule.get("statement"), (*path, "statement")):
        name = "managed_rule_group_statement"
        yield from bodies(statement.get(name), (*inner, name))


def _stops(rule: dict[Any, Any], root: Root) -> bool:
    """Whether a rule refuses at least some requests."""
    statements = [statement for _, statement in bodies(rule.get("statement"))]
    for _, override in bodies(rule.get("override_action")):
        if "none" not in override:
            return False
        name = "rule_group_reference_statement"
        for statement in statements:
            for _, reference in bodies(statement.get(name)):
                return _group_stops(reference, root)
        groups = [group for _, group in _groups(rule, ())]
        # Narrowed down, a group may look at what nobody sends.
        return not groups or any(
            not _all_counted(group) and not group.get("scope_down_statement") for group in groups
        )
    if not any(name in action for _, action in bodies(rule.get("action")) for name in _STOPPING):
        return False
    for statement in statements:
        for _, rate in bodies(statement.get("rate_based_statement")):
            limit = rate.get("limit")
            # Narrowed down, it may count what nobody sends.
            everything = not rate.get("scope_down_statement")
            return isinstance(limit, int) and limit <= _HIGHEST_LIMIT and everything
        for _, listed in bodies(statement.get("ip_set_reference_statement")):
            own = _ip_set(listed.get("arn"), root)
            if own is not None and settled(own.body.get("addresses"), root) in (None, []):
                return False
    return True


def _group_stops(reference: dict[Any, Any], root: Root) -> bool:
    """Whether a rule group of the root has a rule that stops something, and is left to do so."""
    found = holder(reference.get("arn"), _RULE_GROUP)
    if found is None or reference.get("rule_action_override"):
        return False
    return any(
        _stops(rule, root)
        for group in root.blocks("resource", _RULE_GROUP)
        if group.name == found[1]
        for _, rule in bodies(settled_body(group).get("rule"))
        # There are no groups in groups.
        if "override_action" not in rule
    )


def _all_counted(group: dict[Any, Any]) -> bool:
    """Whether as many rules of a group only count as it has at least."""
    counted = [
        use
        for _, override in bodies(group.get("rule_action_override"))
        for _, use in bodies(override.get("action_to_use"))
        if "count" in use or "allow" in use
    ]
    excluded = list(bodies(group.get("excluded_rule")))
    name = group.get("name")
    size = _SIZES.get(name, 1) if isinstance(name, str) else 1
    return len(counted) + len(excluded) >= size


def _allowed(rule: dict[Any, Any], path: Path, root: Root) -> Iterator[Finding]:
    """What is wrong with a rule that lets requests past all others."""
    listed = [
        (inner, reference)
        for at, statement in bodies(rule.get("statement"), (*path, "statement"))
        for inner, reference in _address_lists(statement, at)
    ]
    if not listed:
        yield Finding(
            (*path, "statement"),
            f"the rule {shown(rule.get('name'))} allows requests past all others by something that "
            "anybody can send",
            "allow by an IP set of known addresses, alone or in an and_statement",
        )
    for inner, reference in listed:
        arn = reference.get("arn")
        own = _ip_set(arn, root)
        if own is None:
            yield Finding(
                (*inner, "arn"),
                f"which addresses {shown(arn)} has cannot be known here",
                "refer to an aws_wafv2_ip_set of this root",
            )
            continue
        addresses = settled(own.body.get("addresses"), root)
        wide = widest(addresses if isinstance(addresses, list) else [addresses])
        if wide == UNJUDGED:
            yield Finding(
                (*inner, "arn"),
                f"the addresses of {own.address}, which are let past all other rules, are known to "
                "Terraform only",
                "write them down",
            )
        elif wide:
            yield Finding(
                (*inner, "arn"),
                f"{own.address} holds {wide}: nearly everybody is let past all other rules",
                "list known addresses only",
            )


def _address_lists(statement: dict[Any, Any], path: Path) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The IP sets that a request has to be in, to be matched."""
    name = "ip_set_reference_statement"
    yield from bodies(statement.get(name), (*path, name))
    for inner, both in bodies(statement.get("and_statement"), (*path, "and_statement")):
        for at, part in bodies(both.get("statement"), (*inner, "statement")):
            yield from bodies(part.get(name), (*at, name))


def _ip_set(arn: Any, root: Root) -> Block | None:
    found = holder(arn, _IP_SET)
    if found is None:
        return None
    return next((b for b in root.blocks("resource", _IP_SET) if b.name == found[1]), None)
