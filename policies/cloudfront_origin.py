"""PT325: CloudFront sends requests to the shared load balancer, and nowhere else."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.cloudfront import aliases, host, lies_in, origin_names
from compiler.policies.shape import Block, Context, Finding
from compiler.policies.terraform import bodies, settled_body, shown

ID = "PT325"
TITLE = "CloudFront origin other than the shared load balancer"
SEVERITY = "error"
RATIONALE = (
    "The origin is where a public host leads. Another one is another way in: a bucket, a function, "
    "a load balancer of somebody's own, a server of somebody else."
)
WHAT = (
    "Refuses an origin whose name is not that of the shared load balancer, and what sends requests "
    "elsewhere by other means: origin groups, access controls for buckets and functions, VPC "
    "origins, other ports. Where the name is not known, all origins of the root have one name, and "
    "it lies in a domain of the platform."
)
FIX = (
    "Write the stable name of the shared load balancer as `domain_name`, as `loadBalancer.dnsName` "
    "of the environment has it."
)
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
          "domain_name": "shop.s3.amazonaws.com"
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

_HELP = "write the stable name of the shared load balancer"
_OTHER_MEANS = {
    "s3_origin_config": "reads from a bucket",
    "vpc_origin_config": "leads into the network past the shared load balancer",
    "origin_access_control_id": "signs requests for a bucket or a function",
}
_PORTS = {"http_port": 80, "https_port": 443}


def findings(block: Block, context: Context) -> Iterator[Finding]:
    """Judge the origins of one distribution."""
    body = settled_body(block)
    if body.get("origin_group"):
        yield Finding(
            ("origin_group",),
            f"{block.address} has an origin group: it changes to another origin by itself",
            "keep one origin, the shared load balancer",
        )
    if body.get("continuous_deployment_policy_id"):
        yield Finding(
            ("continuous_deployment_policy_id",),
            f"{block.address} gives part of its requests to another distribution",
            "remove continuous_deployment_policy_id",
        )
    hosts = {host(alias) for alias in aliases(body)}
    for path, origin in bodies(body.get("origin"), ("origin",)):
        name = origin.get("domain_name")
        problem = _problem(name, hosts, block, context)
        if problem:
            yield Finding((*path, "domain_name"), f"the origin {shown(name)} {problem}", _HELP)
        for argument, what in _OTHER_MEANS.items():
            # An empty argument is one that is not there; an empty block is a block.
            if origin.get(argument) not in (None, "", []):
                yield Finding(
                    (*path, argument), f"the origin {what}: {argument}", f"remove {argument}"
                )
        for inner, config in bodies(
            origin.get("custom_origin_config"), (*path, "custom_origin_config")
        ):
            for argument, port in _PORTS.items():
                given = config.get(argument, port)
                if str(given) != str(port):
                    yield Finding(
                        (*inner, argument),
                        f"the origin is asked at the port {shown(given)}, and the shared load "
                        f"balancer listens at {port}",
                        f"write {port}",
                    )


def _problem(name: Any, hosts: set[str], block: Block, context: Context) -> str:
    """Why the origin is not the shared load balancer; nothing if it is, or may be."""
    if not isinstance(name, str):
        return "is known to Terraform only"
    if context.origins:
        if host(name) in {host(origin) for origin in context.origins}:
            return ""
        return f"is not the shared load balancer, {' or '.join(context.origins)}"
    if host(name) in hosts:
        return "is a host of the distribution itself"
    if not lies_in(name, context.domains):
        return "lies in no domain of the platform, so it is not the shared load balancer"
    others = sorted(origin_names(block.root) - {host(name)})
    if others:
        return f"is another one than {others[0]}, and only one load balancer is shared"
    return ""
