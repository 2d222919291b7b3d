"""PT329: the code that runs in a distribution stands beside it."""

from collections.abc import Iterator
from typing import Any

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
    "Refuses functions of Lambda in a behaviour, functions of CloudFront that are not resources of "
    "the same root with their code written out, and code that changes the origin."
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

_FUNCTION = "aws_cloudfront_function"
# With these a function sends the request to an origin of its own choice.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
_OTHER_ORIGIN = ("createRequestOriginGroup", "selectRequestOriginById", "updateRequestOrigin")


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the functions of one distribution."""
    for path, behaviour in behaviours(settled_body(block)):
        for inner, association in bodies(
            behaviour.get("function_association"), (*path, "function_association")
        ):
            given = association.get("function_arn")
            problem = _problem(given, block)
            if problem:
                yield Finding(
                    (*inner, "function_arn"),
                    f"the function {shown(given)} {problem}",
                    f"write it as an {_FUNCTION} beside the distribution, or remove it",
                )
        name = "lambda_function_association"
        for inner, association in bodies(behaviour.get(name), (*path, name)):
            yield Finding(
                (*inner, "lambda_arn"),
                f"the function {shown(association.get('lambda_arn'))} may answer by itself or ask "
                "another origin, and its code lies in an archive that no review shows",
                "remove it; small changes of a request can be made by an aws_cloudfront_function",
            )


def _problem(given: Any, block: Block) -> str:
    """Why a function of CloudFront is not one that was reviewed; nothing if it is."""
    found = holder(given, _FUNCTION)
    own = [] if found is None else block.root.blocks("resource", _FUNCTION)
    named = [function for function in own if found is not None and function.name == found[1]]
    if not named:
        return "is none of this root: what it does was not reviewed here"
    for function in named:
        code = settled_body(function).get("code")
        if not isinstance(code, str):
            return "has code that only Terraform knows"
        if any(word in code for word in _OTHER_ORIGIN):
            return "sends requests to another origin"
    return ""
