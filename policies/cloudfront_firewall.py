"""PT324: every CloudFront distribution stands behind a web ACL."""

import re
from collections.abc import Iterator

from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import holder, settled, shown

ID = "PT324"
TITLE = "CloudFront distribution without a firewall"
SEVERITY = "error"
RATIONALE = (
    "A distribution without a web ACL lets every request through to the shared load balancer: no "
    "rate limit, no blocked addresses, no managed rules."
)
WHAT = (
    "Refuses an `aws_cloudfront_distribution` whose `web_acl_id` is not the ARN of a WAFv2 web "
    "ACL: of one in the root, one that is looked up, or one that is written out and is global."
)
FIX = "Write `web_acl_id = aws_wafv2_web_acl.NAME.arn`."
BLOCKS = ("resource.aws_cloudfront_distribution",)
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_cloudfront_distribution": {
      "shop": {
        "enabled": true,
        "aliases": ["shop.example.com"],
        "origin": {
          "origin_id": "load-balancer",
          "domain_name": "lb.example.com"
        },
        "default_cache_behavior": {
          "target_origin_id": "load-balancer",
          "viewer_protocol_policy": "redirect-to-https",
          "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
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
        "aliases": ["shop.example.com"],
        "web_acl_id": "${aws_wafv2_web_acl.edge.arn}",
        "origin": {
          "origin_id": "load-balancer",
          "domain_name": "lb.example.com"
        },
        "default_cache_behavior": {
          "target_origin_id": "load-balancer",
          "viewer_protocol_policy": "redirect-to-https",
          "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
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

_HELP = "write the ARN of the web ACL: aws_wafv2_web_acl.NAME.arn"
# Web ACLs of CloudFront live in us-east-1, whatever the region of the origin.
_ARN = re.compile(r"arn:aws:wafv2:us-east-1:(\d{12}):global/webacl/[\w-]+/[0-9a-f-]{36}")


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge one distribution."""
    given = settled(block.body.get("web_acl_id"), block.root)
    path = ("web_acl_id",)
    if given is None or given == "":
        yield Finding(path, f"{block.address} has no web ACL: every request is let through", _HELP)
        return
    if isinstance(given, str):
        match = _ARN.fullmatch(given)
        if match is None:
            yield Finding(
                path, f'web_acl_id is "{given}", which is no ARN of a global WAFv2 web ACL', _HELP
            )
        elif context.accounts and match[1] not in context.accounts:
            yield Finding(path, f"web_acl_id is of another account, {match[1]}", _HELP)
        return
    found = holder(given, "aws_wafv2_web_acl", "data.aws_wafv2_web_acl")
    if found is None or found[2] != "arn":
        yield Finding(
            path, f"web_acl_id is {shown(given)}, which may be anything, and nothing", _HELP
        )
