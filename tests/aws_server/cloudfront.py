"""Distributions as AWS keeps them, and refusals that moto does not make.

moto adds settings to a distribution that nobody asked for, so that Terraform never finds it
unchanged; and takes names, certificates, web ACLs and policies without looking at them.
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html
"""

import copy
from collections.abc import Iterator
from typing import Any

from moto.acm.models import acm_backends
from moto.cloudfront import urls
from moto.cloudfront.exceptions import (
    CloudFrontException,
    NoSuchDistribution,
    OriginDoesNotExist,
)
from moto.cloudfront.models import (
    CloudFrontBackend,
    DefaultCacheBehaviour,
    Distribution,
    cloudfront_backends,
    random_id,
)
from moto.cloudfront.responses import CloudFrontResponse
from moto.wafv2.models import wafv2_backends

from tests.aws_server import cloudfront_functions, cloudfront_policies
from tests.aws_server.cloudfront_policies import KINDS, Policies

Json = dict[str, Any]

# A soft quota: https://docs.aws.amazon.com/general/latest/gr/cf_region.html
MOST_ALIASES = 100

# Where CloudFront looks for certificates.
EDGE_REGION = "us-east-1"


def install() -> None:
    cloudfront_backends.backend = Edge
    urls.url_paths.update(dict.fromkeys(urls.url_paths, CloudFrontResponse.dispatch))
    cloudfront_policies.install()
    cloudfront_functions.install()


class Edge(CloudFrontBackend):
    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.policies = Policies()

    @property
    def _url_module(self) -> Any:
        return urls

    def create_distribution(
        self, distribution_config: Json, tags: list[dict[str, str]]
    ) -> tuple[Distribution, str, str]:
        asked = copy.deepcopy(distribution_config)
        self._refuse(asked, None)
        distribution, location, etag = super().create_distribution(distribution_config, tags)
        _keep_as_asked(distribution, asked)
        return distribution, location, etag

    def update_distribution(
        self, dist_config: Json, _id: str, if_match: Any
    ) -> tuple[Distribution, str, str]:
        distribution = self._matching(_id, if_match)
        asked = copy.deepcopy(dist_config)
        self._refuse(asked, distribution)
        _, location, _ = super().update_distribution(dist_config, _id, if_match)
        _keep_as_asked(distribution, asked)
        distribution.etag = random_id()
        return distribution, location, distribution.etag

    def delete_distribution(self, distribution_id: str, if_match: Any) -> None:
        config: Any = self._matching(distribution_id, if_match).distribution_config
        if config.Enabled:
            raise CloudFrontException(
                "DistributionNotDisabled",
                "The distribution you are trying to delete has not been disabled.",
            )
        super().delete_distribution(distribution_id, if_match)

    def _matching(self, distribution_id: str, if_match: Any) -> Distribution:
        distribution = self.distributions.get(distribution_id)
        if distribution is None:
            raise NoSuchDistribution
        if if_match and if_match != distribution.etag:
            raise CloudFrontException(
                "PreconditionFailed",
                "The request failed because it didn't meet the preconditions in one or more"
                " request-header fields.",
            )
        return distribution

    def _refuse(self, asked: Json, changed: Distribution | None) -> None:
        aliases = (asked.get("Aliases") or {}).get("Items") or []
        if len(aliases) > MOST_ALIASES:
            raise CloudFrontException(
                "TooManyDistributionCNAMEs",
                f"Your request contains more CNAMEs than are allowed per distribution: {aliases}",
            )
        taken = {
            alias
            for other in configurations()
            if not changed or other is not changed.distribution_config
            for alias in other.Aliases.get("Items") or []
        }
        if twice := taken.intersection(aliases):
            raise CloudFrontException(
                "CNAMEAlreadyExists",
                "One or more of the CNAMEs you provided are already associated with a different"
                f" resource: {sorted(twice)}",
            )
        self._refuse_certificate(asked.get("ViewerCertificate") or {}, aliases)
        web_acl = asked.get("WebACLId")
        if web_acl and web_acl not in wafv2_backends[self.account_id]["global"].wacls:
            raise CloudFrontException(
                "InvalidWebACLId", f"Web ACL is not accessible by the requester: {web_acl}"
            )
        origins = {origin["Id"] for origin in asked["Origins"]["Items"]}
        for behavior in _behaviors(asked):
            if behavior["TargetOriginId"] not in origins:
                raise OriginDoesNotExist
            for kind in KINDS:
                policy = behavior.get(f"{kind.name}Id")
                if policy:
                    self.policies.get(kind, policy)
            for association in (behavior.get("FunctionAssociations") or {}).get("Items") or []:
                cloudfront_functions.require_live(self, association["FunctionARN"])

    def _refuse_certificate(self, asked: Json, aliases: list[str]) -> None:
        arn = asked.get("ACMCertificateArn")
        if not arn:
            if aliases:
                raise CloudFrontException(
                    "InvalidViewerCertificate",
                    "To add an alternate domain name (CNAME) to a CloudFront distribution, you"
                    " must attach a trusted certificate that validates your authorization.",
                )
            return
        certificate = acm_backends[self.account_id][EDGE_REGION]._certificates.get(arn)
        if certificate is None or certificate.status != "ISSUED":
            raise CloudFrontException(
                "InvalidViewerCertificate",
                "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't"
                f" valid, or doesn't include a valid certificate chain: {arn}",
            )
        if bare := [a for a in aliases if not any(_covers(n, a) for n in certificate.sans)]:
            raise CloudFrontException(
                "InvalidViewerCertificate",
                "The certificate that is attached to your distribution doesn't cover the"
                f" alternate domain names (CNAMEs) that you're trying to add: {bare}",
            )


def configurations() -> Iterator[Any]:
    """The configurations of all distributions of all accounts: an alias belongs to one of them.

    moto sets their attributes from what was asked, so no type names them.
    """
    for _, _, backend in list(cloudfront_backends.iter_backends()):
        assert isinstance(backend, Edge)
        for distribution in list(backend.distributions.values()):
            yield distribution.distribution_config


def _covers(name: str, alias: str) -> bool:
    """A certificate's wildcard stands for exactly one label."""
    if name.startswith("*.") and not alias.startswith("*."):
        return alias.partition(".")[2] == name[2:]
    return alias == name


def _behaviors(asked: Json) -> Iterator[Json]:
    yield asked["DefaultCacheBehavior"]
    yield from (asked.get("CacheBehaviors") or {}).get("Items") or []


def _keep_as_asked(distribution: Distribution, asked: Json) -> None:
    """Undoes what moto adds to a configuration, and adds what it drops."""
    config: Any = distribution.distribution_config
    kept = [config.DefaultCacheBehavior, *(config.CacheBehaviors.get("Items") or [])]
    for behavior, wanted in zip(kept, _behaviors(asked), strict=True):
        _keep_behavior(behavior, wanted)
    certificate = asked.get("ViewerCertificate") or {}
    if arn := certificate.get("ACMCertificateArn"):
        config.ViewerCertificate.cloud_front_default_certificate = False
        config.ViewerCertificate.certificate_source = "acm"
        config.ViewerCertificate.certificate = arn


def _keep_behavior(behavior: DefaultCacheBehaviour, wanted: Json) -> None:
    kept: Any = behavior  # moto types these as what it invents
    if wanted.get("CachePolicyId"):
        if "ForwardedValues" not in wanted:
            kept.forwarded_values = None
    else:
        kept.cache_policy_id = None
    for key, attribute in (
        ("LambdaFunctionAssociations", "lambda_function_associations"),
        ("FunctionAssociations", "function_associations"),
        ("GrpcConfig", "grpc_config"),
    ):
        if wanted.get(key):
            setattr(kept, attribute, wanted[key])
