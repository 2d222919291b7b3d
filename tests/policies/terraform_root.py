"""Judges a Terraform root as `portico scan` does, and makes distributions to change one thing of."""

import json
from functools import partial
from typing import Any

from compiler.check.policy import Judged, Rules
from compiler.foreign.terraform import read_root
from compiler.policies.builtin import builtin
from compiler.policies.shape import Context, Shared

CONTEXT = Context(
    shared=(Shared("edge", "service-public-loadbalancer"),), domains=("example.com", "example.org")
)
KNOWN = CONTEXT._replace(origins=("lb.example.com",), accounts=("111122223333",))

RULES = Rules(builtin())

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def judged(text: str, context: Context = CONTEXT) -> list[str]:
    """What is refused of a root of one file, HCL or JSON: `PT320 message`, sorted."""
    name = "main.tf.json" if text.startswith(("{", "[")) else "main.tf"
    root, found = read_root(".", {name: text.encode()})
    blocks = [Judged(block, partial(root.locate, block)) for block in root.all_blocks]
    found = found + RULES.judge(blocks, context)
    assert all(diagnostic.primary.span.line for diagnostic in found)
    return sorted(f"{diagnostic.rule.id} {diagnostic.message}" for diagnostic in found)


def ids(text: str, context: Context = CONTEXT) -> set[str]:
    """The rules that refuse something of a root."""
    return {line.split()[0] for line in judged(text, context)}


def distribution(**changes: Any) -> dict[str, Any]:
    """A distribution that nothing is wrong with, and what is to be different; None removes."""
    body: dict[str, Any] = {
        "enabled": True,
        "aliases": ["shop.example.com"],
        "web_acl_id": "${aws_wafv2_web_acl.edge.arn}",
        "origin": {"origin_id": "lb", "domain_name": "lb.example.com"},
        "default_cache_behavior": behaviour(),
        "viewer_certificate": {
            "acm_certificate_arn": "${aws_acm_certificate.public.arn}",
            "minimum_protocol_version": "TLSv1.2_2021",
        },
    }
    return {k: v for k, v in (body | changes).items() if v is not None}


def behaviour(**changes: Any) -> dict[str, Any]:
    """A cache behaviour that nothing is wrong with, and what is to be different; None removes."""
    body = {
        "target_origin_id": "lb",
        "viewer_protocol_policy": "redirect-to-https",
        "cache_policy_id": CACHING_DISABLED,
    }
    return {k: v for k, v in (body | changes).items() if v is not None}


def root(*distributions: dict[str, Any], **others: Any) -> str:
    """A root of these distributions and other resources, by type."""
    numbered = {f"d{index}": body for index, body in enumerate(distributions)}
    resources = {"aws_cloudfront_distribution": numbered} if numbered else {}
    locals = others.pop("locals", {})
    data = others.pop("data", {})
    return json.dumps({"resource": resources | others, "locals": locals, "data": data})
