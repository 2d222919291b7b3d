"""WAF refuses what moto lets pass: the wrong region, rules that clash, parts that are in use.

https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html
"""

import json
from collections.abc import Iterator
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.wafv2 import urls
from moto.wafv2.exceptions import WAFNonexistentItemException, WAFv2ClientError
from moto.wafv2.models import WAFV2Backend, wafv2_backends
from moto.wafv2.responses import WAFV2Response

from tests.aws_server.cloudfront import configurations

Json = dict[str, Any]

# Where the things of scope CLOUDFRONT live, which are everywhere.
EDGE_REGION = "us-east-1"


def install() -> None:
    wafv2_backends.backend = WebAcls
    urls.url_paths.update(dict.fromkeys(urls.url_paths, Requests.dispatch))


class WebAcls(WAFV2Backend):
    @property
    def _url_module(self) -> Any:
        return urls

    def delete_web_acl(self, name: str, scope: str, _id: str, lock_token: str) -> None:
        arn = next((acl.arn for acl in self.wacls.values() if acl.id == _id), None)
        if any(distribution.WebACLId == arn for distribution in configurations()):
            raise _in_use()
        super().delete_web_acl(name, scope, _id, lock_token)

    def delete_ip_set(self, name: str, scope: str, _id: str, lock_token: str) -> None:
        for acl in self.wacls.values():
            for arn in _ip_sets([rule.statement for rule in acl.rules]):
                if arn.endswith(f"/{_id}"):
                    raise _in_use()
        super().delete_ip_set(name, scope, _id, lock_token)

    def refuse_rules(self, rules: list[Json]) -> None:
        priorities = [rule["Priority"] for rule in rules]
        names = [rule["Name"] for rule in rules]
        if len(set(priorities)) < len(rules) or len(set(names)) < len(rules):
            raise _invalid("rules of one web ACL have the same priority or the same name")
        if any(arn not in self.ip_sets for arn in _ip_sets(rules)):
            raise WAFNonexistentItemException


class Requests(WAFV2Response):
    def create_web_acl(self) -> TYPE_RESPONSE:
        asked = json.loads(self.body)
        self._web_acls(asked["Scope"]).refuse_rules(asked.get("Rules") or [])
        return super().create_web_acl()

    def update_web_acl(self) -> TYPE_RESPONSE:
        asked = json.loads(self.body)
        web_acls = self._web_acls(asked["Scope"])
        web_acls.refuse_rules(asked.get("Rules") or [])
        answer = super().update_web_acl()
        if not asked.get("Rules"):
            # moto takes an empty list for no change.
            web_acls.get_web_acl(None, asked["Name"], asked["Id"]).rules = []
        return answer

    def call_action(self) -> TYPE_RESPONSE:
        body = json.loads(self.body or "{}")
        if body.get("Scope") == "CLOUDFRONT" and self.region != EDGE_REGION:
            refused = _invalid(f"The scope is not valid in {self.region}., field: SCOPE_VALUE")
            return 400, dict(refused.get_headers()), refused.get_body()
        return super().call_action()

    def _web_acls(self, scope: str) -> WebAcls:
        region = "global" if scope == "CLOUDFRONT" else self.region
        web_acls = wafv2_backends[self.current_account][region]
        assert isinstance(web_acls, WebAcls)
        return web_acls


def _ip_sets(part: Any) -> Iterator[str]:
    """The ARNs of the IP sets that stand anywhere in rules or statements."""
    if isinstance(part, list):
        for item in part:
            yield from _ip_sets(item)
    elif isinstance(part, dict):
        if reference := part.get("IPSetReferenceStatement"):
            yield reference["ARN"]
        for value in part.values():
            yield from _ip_sets(value)


def _invalid(reason: str) -> WAFv2ClientError:
    return WAFv2ClientError(
        "WAFInvalidParameterException",
        f"Error reason: {reason}",
    )


def _in_use() -> WAFv2ClientError:
    return WAFv2ClientError(
        "WAFAssociatedItemException",
        "AWS WAF couldn't perform the operation because your resource is being used by another"
        " resource or it's associated with another resource.",
    )
