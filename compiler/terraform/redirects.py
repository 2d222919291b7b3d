"""Hosts that only lead to another one: a CloudFront function for each distribution that has some.

It answers before the cache and the origin are asked, so that such a host needs neither a
distribution of its own nor anything in the cluster; and a host that becomes a redirect stays where
it is. Source: CloudFront developer guide, "JavaScript runtime 2.0 features" and "General helper
methods"; provider 5.100 `aws_cloudfront_function`.
"""

import json

from compiler.link.estate import Estate
from compiler.link.placement import Distribution
from compiler.terraform.expression import Block

# 308 keeps the method and the body, which 301 does not. Browsers keep it for an hour and not for
# ever, so that it can be taken back. `rawQueryString()` gives the query as it was sent.
_CODE = """\
// Written by portico. Leads these hosts to others; every other request goes on as it is.
const targets = TARGETS;

function handler(event) {
  const request = event.request;
  const host = request.headers.host.value.toLowerCase().split(':')[0];
  if (!Object.prototype.hasOwnProperty.call(targets, host)) {
    return request;
  }
  const query = request.rawQueryString();
  return {
    statusCode: 308,
    statusDescription: 'Permanent Redirect',
    headers: {
      'cache-control': { value: 'max-age=3600' },
      'location': { value: 'https://' + targets[host] + request.uri + (query ? '?' + query : '') }
    }
  };
}
"""


def redirects(estate: Estate) -> Block:
    functions = {
        distribution.name: {
            "name": f"portico-{estate.environment.name}-{distribution.name}",
            "comment": f"Redirects of {distribution.name}, from {estate.source}",
            "runtime": "cloudfront-js-2.0",
            "publish": True,
            "code": code(distribution),
            # One that a distribution still runs cannot be deleted, and Terraform deletes before it
            # updates unless it is told otherwise.
            "lifecycle": {"create_before_destroy": True},
        }
        for distribution in estate.distributions
        if distribution.redirects
    }
    return {"resource": {"aws_cloudfront_function": functions}} if functions else {}


def code(distribution: Distribution) -> str:
    """The function's code, in which the hosts are data."""
    targets = json.dumps(distribution.redirects, indent=2, sort_keys=True)
    return _CODE.replace("TARGETS", targets)
