"""CloudFront: one distribution for all hosts of a profile, up to its quota of names.

Source: CloudFront developer guide, "Use managed policies" and "Understand the cache key";
provider 5.100 `aws_cloudfront_distribution`. Arguments that equal the provider's default are left
out, because some of them would show as a change for ever.
"""

from compiler.link.estate import Estate
from compiler.link.placement import Distribution
from compiler.terraform.certificate import certificate_arn
from compiler.terraform.expression import Block, ref
from compiler.terraform.waf import WEB_ACL_ARN

ORIGIN_ID = "load-balancer"

# Managed policies, by the ids that are the same in every account.
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
# UseOriginCacheControlHeaders-QueryStrings has Host in its cache key, without which hosts that
# share a distribution would be served each other's objects.
CACHING_BY_ORIGIN = "4cc15a8a-d715-48a4-82b8-cc0b614638fe"
# AllViewer passes the viewer's Host on, without which the router could not tell hosts apart.
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"

_CACHE_POLICY = {"standard": CACHING_DISABLED, "caching": CACHING_BY_ORIGIN}


# CloudFront keeps these answers for ten seconds unless told otherwise, whatever the cache policy
# and the app's headers say; with CachingDisabled under a key without Host, so that one host's
# outage would be shown to visitors of another. Source: developer guide, "HTTP 4xx and 5xx status
# codes".
_ERROR_CODES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)


def distribution_address(distribution: Distribution) -> str:
    return f"aws_cloudfront_distribution.{distribution.name}"


def cdn(estate: Estate) -> Block:
    if not estate.distributions:
        return {}
    return {
        "resource": {
            "aws_cloudfront_distribution": {
                distribution.name: _distribution(estate, distribution)
                for distribution in estate.distributions
            }
        }
    }


def _distribution(estate: Estate, distribution: Distribution) -> Block:
    environment = estate.environment
    return {
        "comment": f"portico {environment.name} {distribution.name}",
        "enabled": True,
        "aliases": [host.name for host in distribution.hosts],
        "is_ipv6_enabled": True,
        "http_version": "http2and3",
        "price_class": environment.edge.price_class,
        "web_acl_id": WEB_ACL_ARN,
        "origin": [
            {
                "origin_id": ORIGIN_ID,
                "domain_name": environment.load_balancer.dns_name,
                "custom_origin_config": {
                    "http_port": 80,
                    "https_port": 443,
                    "origin_protocol_policy": environment.edge.origin_protocol,
                    "origin_ssl_protocols": ["TLSv1.2"],
                    "origin_read_timeout": environment.edge.origin_read_timeout,
                },
            }
        ],
        "default_cache_behavior": {
            "target_origin_id": ORIGIN_ID,
            "viewer_protocol_policy": "redirect-to-https",
            "allowed_methods": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
            "cached_methods": ["GET", "HEAD"],
            # CloudFront compresses only what it may cache.
            **({"compress": True} if distribution.profile == "caching" else {}),
            "cache_policy_id": _CACHE_POLICY[distribution.profile],
            "origin_request_policy_id": ALL_VIEWER,
            "response_headers_policy_id": SECURITY_HEADERS,
            **(_function(distribution) if distribution.redirects else {}),
        },
        "custom_error_response": [
            {"error_code": code, "error_caching_min_ttl": 0} for code in _ERROR_CODES
        ],
        "restrictions": {"geo_restriction": {"restriction_type": "none"}},
        "viewer_certificate": {
            "acm_certificate_arn": certificate_arn(environment),
            "minimum_protocol_version": "TLSv1.2_2021",
            "ssl_support_method": "sni-only",
        },
    }


def _function(distribution: Distribution) -> Block:
    """What answers for the hosts that only lead to others: see `redirects.py`."""
    function = ref(f"aws_cloudfront_function.{distribution.name}.arn")
    return {
        "function_association": [{"event_type": "viewer-request", "function_arn": function}],
    }
