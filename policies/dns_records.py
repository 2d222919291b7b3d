"""PT332: a public host leads to CloudFront or to the shared load balancer, and nowhere else."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from compiler.policies.addresses import is_private
from compiler.policies.certificate_validation import validates
from compiler.policies.cloudfront import DISTRIBUTION, host, lies_in, origin_names
from compiler.policies.shape import Block, Context, Finding, Root
from compiler.policies.terraform import Path, Unknown, bodies, holder, settled_body, shown

ID = "PT332"
TITLE = "DNS record that leads past the shared entrance"
SEVERITY = "error"
RATIONALE = (
    "Where a name leads is where its visitors go: a record is a way in, whatever stands in front "
    "of everything else."
)
WHAT = (
    "Refuses records of the types A, AAAA, CNAME, HTTPS, SVCB and NS that do not lead to a "
    "distribution of the root or to the shared load balancer, public zones, wildcards, names "
    "outside of the platform's domains, the name of the load balancer itself, and records that "
    "overwrite others. Records that validate a certificate, a CNAME whose name has a label with "
    "`_`, private zones and private addresses are let be."
)
FIX = (
    "Lead the name to the distribution: `alias` to `aws_cloudfront_distribution.NAME.domain_name`."
)
BLOCKS = ("resource.aws_route53_record", "resource.aws_route53_zone")
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_route53_record": {
      "shop": {
        "zone_id": "Z0000000PUBLIC",
        "name": "shop.example.com",
        "type": "CNAME",
        "ttl": 300,
        "records": ["shop-1234.eu-west-1.elb.amazonaws.com"]
      }
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_route53_record": {
      "shop": {
        "zone_id": "Z0000000PUBLIC",
        "name": "shop.example.com",
        "type": "CNAME",
        "ttl": 300,
        "records": ["${aws_cloudfront_distribution.shop.domain_name}"]
      }
    }
  }
}
"""

_HELP = "lead it to aws_cloudfront_distribution.NAME.domain_name"
# What makes a browser come. The others name servers for mail, or say something about the domain.
_HARMLESS = frozenset(
    (*("CAA", "DS", "MX", "NAPTR", "PTR", "SOA", "SPF", "SRV", "SSHFP", "TLSA", "TXT"),)
)
_ZONE = "aws_route53_zone"
_OF_ENTRANCES = (".amazonaws.com", ".awsglobalaccelerator.com", ".cloudfront.net", ".on.aws")


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge one record, or one zone."""
    body = settled_body(block)
    if block.type == _ZONE:
        if not body.get("vpc"):
            yield Finding(
                (),
                f"{block.address} is a public zone of its own: whoever is asked for its names is "
                "answered from there",
                "look up the platform's zone with a data source, and write records into that",
            )
        return
    if validates(block) or _is_in_private_zone(body, block.root):
        return
    type = body.get("type")
    if isinstance(type, str) and type.upper() in _HARMLESS:
        return
    name = body.get("name")
    if _proves_something(name, type, body):
        return
    yield from _named(block, name, context)
    if body.get("allow_overwrite") not in (None, False):
        yield Finding(
            ("allow_overwrite",),
            f"{block.address} takes over a record that somebody else made",
            "remove allow_overwrite",
        )
    targets = list(_targets(body))
    if isinstance(type, str) and type.upper() == "NS":
        allowed = [t for _, t in targets if holder(t, _ZONE) is not None]
        if len(allowed) != len(targets) or not targets:
            yield Finding(
                ("records",),
                f"{block.address} hands all names below {shown(name)} to other name servers",
                "remove it, or name a zone of this root",
            )
        return
    for path, target in targets:
        problem = _problem(target, block.root, context)
        if problem:
            yield Finding(path, f"{shown(name)} leads to {shown(target)}, {problem}", _HELP)


def _proves_something(name: Any, type: Any, body: dict[Any, Any]) -> bool:
    """Whether a CNAME is for programs that ask who owns a domain, and no way in for browsers."""
    targets = [target for _, target in _targets(body)]
    return (
        type == "CNAME"
        and isinstance(name, str)
        and any(label.startswith("_") for label in name.split("."))
        and all(isinstance(target, str) for target in targets)
        and not any(host(target).endswith(_OF_ENTRANCES) for target in targets)
    )


def _is_in_private_zone(body: dict[Any, Any], root: Root) -> bool:
    found = holder(body.get("zone_id"), _ZONE)
    return found is not None and any(
        zone.body.get("vpc") for zone in root.blocks("resource", _ZONE) if zone.name == found[1]
    )


def _named(block: Block, name: Any, context: Context) -> Iterator[Finding]:
    """What is wrong with the name alone."""
    if not isinstance(name, str):
        yield Finding(("name",), f"the name {shown(name)} is known to Terraform only", "write it")
    elif "*" in name or "\\052" in name:
        yield Finding(
            ("name",), f'"{name}" stands for hosts that nobody has named', "write each host"
        )
    elif "." in name and not lies_in(name, context.domains):
        known = ", ".join(context.domains) or "none is known"
        yield Finding(
            ("name",),
            f'"{name}" lies in no domain of the platform ({known})',
            "write the whole name of a host below one of those domains",
        )
    elif host(name) in {host(origin) for origin in context.origins}:
        yield Finding(
            ("name",),
            f'"{name}" is the name of the shared load balancer, which external-dns owns',
            "remove the record",
        )


def _targets(body: dict[Any, Any]) -> Iterator[tuple[Path, Any]]:
    """Where a record leads."""
    for path, alias in bodies(body.get("alias"), ("alias",)):
        yield (*path, "name"), alias.get("name")
    records = body.get("records")
    if isinstance(records, list):
        for index, record in enumerate(records):
            yield ("records", index), record
    elif records is not None:
        yield ("records",), records


def _problem(target: Any, root: Root, context: Context) -> str:
    """Why a target is not the shared entrance; nothing if it is."""
    if isinstance(target, Unknown):
        found = holder(target, DISTRIBUTION)
        if found is not None and found[2] == "domain_name":
            return ""
        return "which only Terraform knows"
    if not isinstance(target, str):
        return "which is no name"
    origins = context.origins or tuple(
        name for name in origin_names(root) if lies_in(name, context.domains)
    )
    if host(target) in {host(origin) for origin in origins}:
        return ""
    try:
        return "" if is_private(ipaddress.ip_network(target.strip())) else "past CloudFront"
    except ValueError:
        return "which is neither a distribution of this root nor the shared load balancer"
