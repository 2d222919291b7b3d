"""Cache, origin request and response headers policies: AWS's own, by their fixed ids, and others.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
"""

import copy
import uuid
from datetime import datetime
from typing import Any, NamedTuple

from moto.cloudfront import urls
from moto.cloudfront.exceptions import CloudFrontException
from moto.cloudfront.models import random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

Json = dict[str, Any]


class Kind(NamedTuple):
    name: str
    path: str


CACHE = Kind("CachePolicy", "cache-policy")
ORIGIN_REQUEST = Kind("OriginRequestPolicy", "origin-request-policy")
RESPONSE_HEADERS = Kind("ResponseHeadersPolicy", "response-headers-policy")
KINDS = (CACHE, ORIGIN_REQUEST, RESPONSE_HEADERS)


def install() -> None:
    for kind in KINDS:
        for tail in ("$", "/(?P<policy_id>[^/]+)$", "/(?P<policy_id>[^/]+)/config$"):
            urls.url_paths[f"{{0}}/2020-05-31/{kind.path}{tail}"] = Requests.dispatch


class Policy:
    """One policy; its etag changes whenever its configuration does."""

    def __init__(self, kind: Kind, policy_id: str, config: Json, owner: str) -> None:
        self.kind = kind
        self.id = policy_id
        self.owner = owner
        self.keep(config)

    def keep(self, config: Json) -> None:
        self.config = config
        self.etag: str = random_id()
        self.changed: datetime = utcnow()

    def answer(self) -> Json:
        return {
            "Id": self.id,
            "LastModifiedTime": self.changed,
            f"{self.kind.name}Config": self.config,
        }


class Policies:
    """The policies of one account."""

    def __init__(self) -> None:
        self.by_id = {
            policy_id: Policy(kind, policy_id, copy.deepcopy(config), "managed")
            for kind, managed in MANAGED.items()
            for policy_id, config in managed.items()
        }

    def of(self, kind: Kind) -> list[Policy]:
        return [policy for policy in self.by_id.values() if policy.kind == kind]

    def get(self, kind: Kind, policy_id: str) -> Policy:
        policy = self.by_id.get(policy_id)
        if policy is None or policy.kind != kind:
            raise CloudFrontException(f"NoSuch{kind.name}", f"no {kind.name} {policy_id}")
        return policy

    def add(self, kind: Kind, config: Json) -> Policy:
        if any(policy.config["Name"] == config["Name"] for policy in self.of(kind)):
            raise CloudFrontException(
                f"{kind.name}AlreadyExists", f"{kind.name} {config['Name']} exists"
            )
        policy = Policy(kind, str(uuid.uuid4()), config, "custom")
        self.by_id[policy.id] = policy
        return policy

    def matching(self, kind: Kind, policy_id: str, etag: str | None) -> Policy:
        policy = self.get(kind, policy_id)
        if policy.owner == "managed":
            raise CloudFrontException("IllegalUpdate", "a managed policy cannot be changed")
        if etag != policy.etag:
            raise CloudFrontException("PreconditionFailed", "the policy has changed meanwhile")
        return policy


class Requests(CloudFrontResponse):
    """moto calls the method that has the name of the operation."""

    def create_cache_policy(self) -> ActionResult:
        return self._create(CACHE)

    def create_origin_request_policy(self) -> ActionResult:
        return self._create(ORIGIN_REQUEST)

    def create_response_headers_policy(self) -> ActionResult:
        return self._create(RESPONSE_HEADERS)

    def get_cache_policy(self) -> ActionResult:
        return self._get(CACHE)

    def get_origin_request_policy(self) -> ActionResult:
        return self._get(ORIGIN_REQUEST)

    def get_response_headers_policy(self) -> ActionResult:
        return self._get(RESPONSE_HEADERS)

    def get_cache_policy_config(self) -> ActionResult:
        return self._get_config(CACHE)

    def get_origin_request_policy_config(self) -> ActionResult:
        return self._get_config(ORIGIN_REQUEST)

    def get_response_headers_policy_config(self) -> ActionResult:
        return self._get_config(RESPONSE_HEADERS)

    def update_cache_policy(self) -> ActionResult:
        return self._update(CACHE)

    def update_origin_request_policy(self) -> ActionResult:
        return self._update(ORIGIN_REQUEST)

    def update_response_headers_policy(self) -> ActionResult:
        return self._update(RESPONSE_HEADERS)

    def delete_cache_policy(self) -> ActionResult:
        return self._delete(CACHE)

    def delete_origin_request_policy(self) -> ActionResult:
        return self._delete(ORIGIN_REQUEST)

    def delete_response_headers_policy(self) -> ActionResult:
        return self._delete(RESPONSE_HEADERS)

    def list_cache_policies(self) -> ActionResult:
        return self._list(CACHE)

    def list_origin_request_policies(self) -> ActionResult:
        return self._list(ORIGIN_REQUEST)

    def list_response_headers_policies(self) -> ActionResult:
        return self._list(RESPONSE_HEADERS)

    @property
    def _policies(self) -> Policies:
        policies = vars(self.backend)["policies"]
        assert isinstance(policies, Policies)
        return policies

    def _create(self, kind: Kind) -> ActionResult:
        policy = self._policies.add(kind, self._get_param(f"{kind.name}Config"))
        return ActionResult({kind.name: policy.answer(), "ETag": policy.etag})

    def _get(self, kind: Kind) -> ActionResult:
        policy = self._policies.get(kind, self._get_param("Id"))
        return ActionResult({kind.name: policy.answer(), "ETag": policy.etag})

    def _get_config(self, kind: Kind) -> ActionResult:
        policy = self._policies.get(kind, self._get_param("Id"))
        return ActionResult({f"{kind.name}Config": policy.config, "ETag": policy.etag})

    def _update(self, kind: Kind) -> ActionResult:
        policy = self._policies.matching(kind, self._get_param("Id"), self._get_param("IfMatch"))
        policy.keep(self._get_param(f"{kind.name}Config"))
        return ActionResult({kind.name: policy.answer(), "ETag": policy.etag})

    def _delete(self, kind: Kind) -> ActionResult:
        policy = self._policies.matching(kind, self._get_param("Id"), self._get_param("IfMatch"))
        del self._policies.by_id[policy.id]
        return EmptyResult()

    def _list(self, kind: Kind) -> ActionResult:
        wanted = self._get_param("Type")
        items = [
            {"Type": policy.owner, kind.name: policy.answer()}
            for policy in self._policies.of(kind)
            if not wanted or policy.owner == wanted
        ]
        return ActionResult(
            {f"{kind.name}List": {"MaxItems": 100, "Quantity": len(items), "Items": items}}
        )


def _cache(name: str, ttl: tuple[int, int, int], compress: bool, key: Json) -> Json:
    """`ttl` is the least, the default and the most, in seconds."""
    least, usual, most = ttl
    return {
        "Name": f"Managed-{name}",
        "MinTTL": least,
        "DefaultTTL": usual,
        "MaxTTL": most,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": compress,
            "EnableAcceptEncodingBrotli": compress,
            "HeadersConfig": {"HeaderBehavior": "none"},
            "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
            **key,
        },
    }


_YEAR = 31_536_000

_ORIGIN_HEADERS = (
    "host",
    "origin",
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
)

_AS_ORIGIN_SAYS: Json = {
    "HeadersConfig": {
        "HeaderBehavior": "whitelist",
        "Headers": {"Quantity": len(_ORIGIN_HEADERS), "Items": list(_ORIGIN_HEADERS)},
    },
    "CookiesConfig": {"CookieBehavior": "all"},
}

MANAGED: dict[Kind, dict[str, Json]] = {
    CACHE: {
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": _cache("CachingDisabled", (0, 0, 0), False, {}),
        "658327ea-f89d-4fab-a63d-7e88639e58f6": _cache(
            "CachingOptimized", (1, 86_400, _YEAR), True, {}
        ),
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65": _cache(
            "UseOriginCacheControlHeaders", (0, 0, _YEAR), True, _AS_ORIGIN_SAYS
        ),
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe": _cache(
            "UseOriginCacheControlHeaders-QueryStrings",
            (0, 0, _YEAR),
            True,
            {**_AS_ORIGIN_SAYS, "QueryStringsConfig": {"QueryStringBehavior": "all"}},
        ),
    },
    ORIGIN_REQUEST: {
        "216adef6-5c7f-47e4-b989-5492eafa07d3": {
            "Name": "Managed-AllViewer",
            "HeadersConfig": {"HeaderBehavior": "allViewer"},
            "CookiesConfig": {"CookieBehavior": "all"},
            "QueryStringsConfig": {"QueryStringBehavior": "all"},
        },
        "b689b0a8-53d0-40ab-baf2-68738e2966ac": {
            "Name": "Managed-AllViewerExceptHostHeader",
            "HeadersConfig": {
                "HeaderBehavior": "allExcept",
                "Headers": {"Quantity": 1, "Items": ["host"]},
            },
            "CookiesConfig": {"CookieBehavior": "all"},
            "QueryStringsConfig": {"QueryStringBehavior": "all"},
        },
    },
    RESPONSE_HEADERS: {
        "67f7725c-6f97-4210-82d7-5512b31e9d03": {
            "Name": "Managed-SecurityHeadersPolicy",
            "SecurityHeadersConfig": {
                "ContentTypeOptions": {"Override": True},
                "FrameOptions": {"Override": False, "FrameOption": "SAMEORIGIN"},
                "ReferrerPolicy": {
                    "Override": False,
                    "ReferrerPolicy": "strict-origin-when-cross-origin",
                },
                "StrictTransportSecurity": {"Override": False, "AccessControlMaxAgeSec": _YEAR},
                "XSSProtection": {"Override": False, "Protection": True, "ModeBlock": True},
            },
        },
    },
}
