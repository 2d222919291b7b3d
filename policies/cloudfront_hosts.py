"""PT327: a distribution answers to hosts of the platform, each of which has one owner."""

from collections.abc import Iterator

from compiler.policies.cloudfront import aliases, host, lies_in, owners
from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import settled_body, shown

ID = "PT327"
TITLE = "CloudFront distribution for a host it should not have"
SEVERITY = "error"
RATIONALE = (
    "Whoever has a host as an alias has its visitors. A wildcard has those of hosts that nobody "
    "has thought of yet, and a host outside of the platform's domains is reviewed by nobody who "
    "owns it."
)
WHAT = (
    "Refuses aliases outside of the domains of the platform, wildcards, a host that two "
    "distributions claim, and aliases that only Terraform knows."
)
FIX = "Write each host as it is, in one distribution."
BLOCKS = ("resource.aws_cloudfront_distribution",)
ONE_DOOR = True

FAILING = """\
{
  "resource": {
    "aws_cloudfront_distribution": {
      "shop": {
        "enabled": true,
        "aliases": ["*.example.com"],
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


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the hosts of one distribution."""
    seen: set[str] = set()
    for index, alias in enumerate(aliases(settled_body(block))):
        path = ("aliases", index)
        if not isinstance(alias, str):
            yield Finding(
                path, f"which host {shown(alias)} is, only Terraform knows", "write the host itself"
            )
            continue
        if "*" in alias:
            yield Finding(
                path,
                f'"{alias}" stands for hosts that nobody has named',
                "write each host as it is",
            )
        elif not lies_in(alias, context.domains):
            known = ", ".join(context.domains) or "none is known"
            yield Finding(
                path,
                f'"{alias}" lies in no domain of the platform ({known})',
                "use a host below one of those domains",
            )
        first, *others = owners(block.root)[host(alias)]
        if others and (first != block.address or host(alias) in seen):
            yield Finding(
                path, f'"{alias}" belongs to {first} already', "keep it in one distribution"
            )
        seen.add(host(alias))
