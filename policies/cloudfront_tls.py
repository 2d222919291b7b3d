"""PT326: visitors reach CloudFront by TLS 1.2 or newer, and by nothing else."""

import re
from collections.abc import Iterator

from compiler.policies.cloudfront import behaviours
from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import bodies, settled_body, shown

ID = "PT326"
TITLE = "CloudFront distribution that allows old or no encryption"
SEVERITY = "error"
RATIONALE = (
    "What is sent without TLS, or with a version that was broken, can be read and changed on the "
    "way: passwords, sessions, pages."
)
WHAT = (
    "Refuses a behaviour whose `viewer_protocol_policy` is not `redirect-to-https` or "
    "`https-only`, a `minimum_protocol_version` below `TLSv1.2_2021`, which is so where none is "
    "given, CloudFront's own certificate, and TLS below 1.2 to the origin."
)
FIX = (
    'Write `viewer_protocol_policy = "redirect-to-https"` in every behaviour, and '
    '`minimum_protocol_version = "TLSv1.2_2021"` beside the certificate.'
)
BLOCKS = ("resource.aws_cloudfront_distribution",)
ONE_DOOR = False

FAILING = """\
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
          "viewer_protocol_policy": "allow-all",
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

_POLICIES = ("https-only", "redirect-to-https")
_VERSION = re.compile(r"TLSv1\.2_20(2[1-9]|[3-9]\d)|TLSv1\.3_20\d\d")
_TO_ORIGIN = ("TLSv1.2", "TLSv1.3")


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge one distribution."""
    body = settled_body(block)
    for path, behaviour in behaviours(body):
        policy = behaviour.get("viewer_protocol_policy")
        if policy not in _POLICIES:
            yield Finding(
                (*path, "viewer_protocol_policy"),
                f"viewer_protocol_policy is {shown(policy)}, so that visitors may come without TLS",
                'write viewer_protocol_policy = "redirect-to-https"',
            )
    certificates = list(bodies(body.get("viewer_certificate"), ("viewer_certificate",)))
    if not certificates:
        yield Finding(
            ("viewer_certificate",),
            f"{block.address} has no certificate, and with it no lowest version of TLS",
            "write a viewer_certificate with minimum_protocol_version",
        )
    for path, certificate in certificates:
        if certificate.get("cloudfront_default_certificate") not in (None, False):
            yield Finding(
                (*path, "cloudfront_default_certificate"),
                "CloudFront's own certificate is good for no host of the platform, and allows TLS "
                "1.0",
                "write the certificate of the public hosts as acm_certificate_arn",
            )
            continue
        version = certificate.get("minimum_protocol_version", "TLSv1")
        if not isinstance(version, str) or not _VERSION.fullmatch(version):
            yield Finding(
                (*path, "minimum_protocol_version"),
                f"the lowest version of TLS is {shown(version)}",
                'write minimum_protocol_version = "TLSv1.2_2021"',
            )
    for path, origin in bodies(body.get("origin"), ("origin",)):
        for inner, config in bodies(
            origin.get("custom_origin_config"), (*path, "custom_origin_config")
        ):
            if config.get("origin_protocol_policy") == "http-only":
                continue
            versions = config.get("origin_ssl_protocols")
            for version in versions if isinstance(versions, list) else [versions]:
                if version is not None and version not in _TO_ORIGIN:
                    yield Finding(
                        (*inner, "origin_ssl_protocols"),
                        f"the origin is asked with {shown(version)}",
                        'write origin_ssl_protocols = ["TLSv1.2"]',
                    )
