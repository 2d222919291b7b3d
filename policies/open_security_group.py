"""PT331: no security group lets the whole internet in."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.addresses import CLOUDFRONT_LIST_IDS, CLOUDFRONT_LISTS, UNJUDGED, widest
from compiler.policies.shape import Block, Context, Finding, Root
from compiler.policies.terraform import (
    Path,
    Unknown,
    bodies,
    holder,
    settled_body,
    shown,
    unsettled_keys,
)

ID = "PT331"
TITLE = "security group that is open to the world"
SEVERITY = "error"
RATIONALE = (
    "The shared load balancer is to be reached through CloudFront only. A security group that lets "
    "everybody in opens the way around its certificate, firewall and cache."
)
WHAT = (
    "Refuses rules that let in 0.0.0.0/0, ::/0, halves of them, public ranges wider than /8 (IPv4) "
    "or /16 (IPv6), many ranges that come to as much, prefix lists whose content is not known, and "
    "addresses that only Terraform knows."
)
FIX = (
    'Let in the prefix list of CloudFront (`data "aws_ec2_managed_prefix_list"` with the name '
    "`com.amazonaws.global.cloudfront.origin-facing`), another security group, or known addresses."
)
BLOCKS = (
    "resource.aws_security_group",
    "resource.aws_default_security_group",
    "resource.aws_security_group_rule",
    "resource.aws_vpc_security_group_ingress_rule",
    # An entry of a list stands alone, and may be of a list that a group names.
    "resource.aws_ec2_managed_prefix_list_entry",
)
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_vpc_security_group_ingress_rule": {
      "edge": {
        "security_group_id": "${aws_security_group.edge.id}",
        "ip_protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "cidr_ipv4": "0.0.0.0/0"
      }
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_vpc_security_group_ingress_rule": {
      "edge": {
        "security_group_id": "${aws_security_group.edge.id}",
        "ip_protocol": "tcp",
        "from_port": 443,
        "to_port": 443,
        "cidr_ipv4": "10.0.0.0/8"
      }
    }
  }
}
"""

_HELP = "name CloudFront's prefix list, a security group, or known addresses"
_RANGES = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6", "cidr")
_LISTS = ("prefix_list_ids", "prefix_list_id")
_LIST = "aws_ec2_managed_prefix_list"
# Networks of the platform itself: their ranges are private.
_OWN_NETWORKS = {
    "cidr_block": ("aws_vpc", "aws_subnet", "data.aws_vpc", "data.aws_subnet"),
}


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the rules of one security group, or one rule that stands alone."""
    body = settled_body(block)
    if block.type in ("aws_security_group", "aws_default_security_group"):
        ingress = body.get("ingress")
        if isinstance(ingress, Unknown):
            yield _unknown(("ingress",), ingress)
        ranges: list[Any] = []
        for path, rule in bodies(ingress, ("ingress",)):
            if unsettled_keys(rule):
                yield _unknown(path, "a rule with computed keys")
            yield from _judged(rule, path, block.root)
            ranges += _ranges(rule)
        # One by one each may be narrow enough.
        if len(ranges) > 1 and not widest_of_one(ranges) and widest(ranges) not in ("", UNJUDGED):
            yield Finding(("ingress",), f"{block.address} lets in {widest(ranges)}", _HELP)
    elif body.get("type") != "egress":
        yield from _judged(body, (), block.root)


def _judged(rule: dict[Any, Any], path: Path, root: Root) -> Iterator[Finding]:
    """What one rule lets in."""
    for name in _RANGES:
        given = rule.get(name)
        if given is None:
            continue
        listed = given if isinstance(given, list) else [given]
        for index, value in enumerate(listed):
            at = (*path, name, index) if listed is given else (*path, name)
            if not isinstance(value, str):
                if not _is_own_network(value):
                    yield _unknown(at, value)
                continue
            wide = widest([value])
            if wide == UNJUDGED:
                yield _unknown(at, value)
            elif wide:
                yield Finding(at, f"{wide} is let in: nearly the whole internet", _HELP)
        if not widest_of_one(listed) and widest(listed) not in ("", UNJUDGED):
            yield Finding((*path, name), f"{widest(listed)} is let in", _HELP)
    for name in _LISTS:
        given = rule.get(name)
        listed = given if isinstance(given, list) else [given]
        for value in listed:
            if value is not None and not _is_known_list(value, root):
                yield Finding(
                    (*path, name),
                    f"what the prefix list {shown(value)} lets in cannot be known here",
                    "look up the list of CloudFront by its name, or write a list in this root",
                )


def widest_of_one(ranges: list[Any]) -> bool:
    """Whether a single one of these ranges is too wide already."""
    return any(widest([value]) not in ("", UNJUDGED) for value in ranges)


def _ranges(rule: dict[Any, Any]) -> list[Any]:
    found: list[Any] = []
    for name in _RANGES:
        given = rule.get(name)
        found += [v for v in given if isinstance(v, str)] if isinstance(given, list) else []
    return found


def _is_own_network(value: Any) -> bool:
    return any(
        (found := holder(value, *types)) is not None and found[2] == attribute
        for attribute, types in _OWN_NETWORKS.items()
    )


def _is_known_list(value: Any, root: Root) -> bool:
    """Whether a prefix list is CloudFront's, or stands in the root with narrow entries."""
    if isinstance(value, str):
        return value in CLOUDFRONT_LIST_IDS
    found = holder(value, _LIST, f"data.{_LIST}")
    if found is None or found[2] != "id":
        return False
    kind = "resource" if found[0] == _LIST else "data"
    own = [settled_body(b) for b in root.blocks(kind, _LIST) if b.name == found[1]]
    if kind == "data":
        return bool(own) and all(body.get("name") in CLOUDFRONT_LISTS for body in own)
    return bool(own) and all(
        widest([entry.get("cidr") for _, entry in bodies(body.get("entry"))]) == "" for body in own
    )


def _unknown(path: Path, value: Any) -> Finding:
    return Finding(path, f"who is let in by {shown(value)} cannot be known here", _HELP)
