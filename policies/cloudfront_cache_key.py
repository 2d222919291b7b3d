"""PT328: a distribution never serves what it cached for one host to another."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.cloudfront import aliases, behaviours
from compiler.policies.shape import Block, Context, Finding, Root
from compiler.policies.terraform import bodies, holder, settled_body, shown

ID = "PT328"
TITLE = "CloudFront cache key without Host"
SEVERITY = "error"
RATIONALE = (
    "The cache key of a distribution is its own name and the path, unless Host is in it: hosts "
    "that share a distribution would be served each other's pages, with whatever those show of a "
    "visitor."
)
WHAT = (
    "Refuses in a distribution with several aliases a behaviour that caches under a key that is "
    "not known to have the header Host in it."
)
FIX = (
    "Use the managed policy CachingDisabled (4135ea2d-6df8-44a3-9df3-4b5a84be39ad) or "
    "UseOriginCacheControlHeaders-QueryStrings (4cc15a8a-d715-48a4-82b8-cc0b614638fe), which has "
    "Host in its key, or list Host in the headers of a policy of your own."
)
BLOCKS = ("resource.aws_cloudfront_distribution",)
ONE_DOOR = False

FAILING = """\
{
  "resource": {
    "aws_cloudfront_distribution": {
      "shop": {
        "enabled": true,
        "aliases": ["blog.example.com", "shop.example.com"],
        "web_acl_id": "${aws_wafv2_web_acl.edge.arn}",
        "origin": {
          "origin_id": "load-balancer",
          "domain_name": "lb.example.com"
        },
        "default_cache_behavior": {
          "target_origin_id": "load-balancer",
          "viewer_protocol_policy": "redirect-to-https",
          "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6"
        },
        "viewer_certificate": {
          "acm_certificate_arn": "${aws_acm_certificate.public.arn}",
          "minimum_protocol_version": "TLSv1.2_2021"
        }
      }
    }
  }
}
"""
PASSING = """\
{
  "resource": {
    "aws_cloudfront_distribution": {
      "shop": {
        "enabled": true,
        "aliases": ["blog.example.com", "shop.example.com"],
        "web_acl_id": "${aws_wafv2_web_acl.edge.arn}",
        "origin": {
          "origin_id": "load-balancer",
          "domain_name": "lb.example.com"
        },
        "default_cache_behavior": {
          "target_origin_id": "load-balancer",
          "viewer_protocol_policy": "redirect-to-https",
          "cache_policy_id": "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
        },
        "viewer_certificate": {
          "acm_certificate_arn": "${aws_acm_certificate.public.arn}",
          "minimum_protocol_version": "TLSv1.2_2021"
        }
      }
    }
  }
}
"""

# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
_MANAGED = {
    "Managed-CachingDisabled": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "UseOriginCacheControlHeaders": "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    "UseOriginCacheControlHeaders-QueryStrings": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
}
_POLICY = "aws_cloudfront_cache_policy"


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the behaviours of one distribution."""
    body = settled_body(block)
    hosts = aliases(body)
    if len(hosts) == 1 and isinstance(hosts[0], str) and "*" not in hosts[0]:
        return
    if not hosts:
        return
    for path, behaviour in behaviours(body):
        policy = behaviour.get("cache_policy_id")
        if policy is None:
            kept_apart = any(
                _has_host(values.get("headers")) or behaviour.get("max_ttl") == 0
                for _, values in bodies(behaviour.get("forwarded_values"))
            )
            at, what = "forwarded_values", "forwards no Host"
        else:
            kept_apart = _keeps_apart(policy, block.root)
            at, what = "cache_policy_id", f"caches by {shown(policy)}"
        if not kept_apart:
            yield Finding(
                (*path, at),
                f"this behaviour {what}, which is not known to tell the "
                f"{len(hosts)} hosts of {block.address} apart",
                "use the managed policy CachingDisabled, or one with Host in its key",
            )


def _keeps_apart(policy: Any, root: Root) -> bool:
    if isinstance(policy, str):
        return policy in _MANAGED.values()
    found = holder(policy, _POLICY, f"data.{_POLICY}")
    if found is None or found[2] != "id":
        return False
    type, name, _ = found
    if type != _POLICY:
        looked_up = [b for b in root.blocks("data", _POLICY) if b.name == name]
        return any(settled_body(block).get("name") in tuple(_MANAGED) for block in looked_up)
    own = [settled_body(b) for b in root.blocks("resource", _POLICY) if b.name == name]
    return bool(own) and all(_caches_nothing(body) or _key_has_host(body) for body in own)


def _caches_nothing(body: dict[Any, Any]) -> bool:
    return body.get("max_ttl") == 0 and body.get("min_ttl", 0) == 0


def _key_has_host(body: dict[Any, Any]) -> bool:
    return any(
        config.get("header_behavior") == "whitelist" and _has_host(listed.get("items"))
        for _, key in bodies(body.get("parameters_in_cache_key_and_forwarded_to_origin"))
        for _, config in bodies(key.get("headers_config"))
        for _, listed in bodies(config.get("headers"))
    )


def _has_host(headers: Any) -> bool:
    return isinstance(headers, list) and any(
        isinstance(header, str) and header.lower() in ("host", "*") for header in headers
    )
