"""PT329: the code that runs in a distribution stands beside it."""

from collections.abc import Iterator

from compiler.policies.cloudfront import behaviours
from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import bodies, holder, settled_body, shown

ID = "PT329"
TITLE = "CloudFront distribution that runs unknown code"
SEVERITY = "error"
RATIONALE = (
    "A function at the edge answers requests itself, or sends them to another origin: code that "
    "nobody reviewed decides what every visitor sees."
)
WHAT = (
    "Refuses a function of CloudFront or Lambda in a behaviour that is not a resource of the same "
    "root."
)
FIX = "Write the function as a resource beside the distribution, and refer to it."
BLOCKS = ("resource.aws_cloudfront_distribution",)
ONE_DOOR = True

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
          "viewer_protocol_policy": "redirect-to-https",
          "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
          "function_association": {
            "event_type": "viewer-request",
            "function_arn": "arn:aws:cloudfront::111122223333:function/x"
          }
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

_FUNCTIONS = {
    "function_association": ("function_arn", "aws_cloudfront_function"),
    "lambda_function_association": ("lambda_arn", "aws_lambda_function"),
}


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the functions of one distribution."""
    for path, behaviour in behaviours(settled_body(block)):
        for name, (argument, type) in _FUNCTIONS.items():
            for inner, association in bodies(behaviour.get(name), (*path, name)):
                given = association.get(argument)
                found = holder(given, type)
                names = [function.name for function in block.root.blocks("resource", type)]
                if found is None or found[1] not in names:
                    yield Finding(
                        (*inner, argument),
                        f"the function {shown(given)} is none of this root: what it does was not "
                        "reviewed here",
                        f"write it as an {type} beside the distribution, or remove it",
                    )
