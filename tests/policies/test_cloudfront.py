"""CloudFront: every way around its rules that somebody would try next, and what only looks like one."""

from typing import Any

import pytest

from tests.policies.terraform_root import (
    CACHING_OPTIMIZED,
    CONTEXT,
    KNOWN,
    behaviour,
    distribution,
    ids,
    judged,
    root,
)

CERTIFICATE = {"acm_certificate_arn": "${aws_acm_certificate.public.arn}"}
ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/12345678-1234-1234-1234-123456789012"
CUSTOM = {"origin_id": "lb", "domain_name": "lb.example.com"}


def custom(**config: Any) -> dict[str, Any]:
    return {**CUSTOM, "custom_origin_config": config}


@pytest.mark.parametrize("context", [CONTEXT, KNOWN], ids=["by domain", "by name"])
def test_a_good_distribution_is_clean(context: Any) -> None:
    assert judged(root(distribution()), context) == []


REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("PT324", "no web ACL", {"web_acl_id": None}),
    ("PT324", "an empty one", {"web_acl_id": ""}),
    ("PT324", "null in an expression", {"web_acl_id": "${null}"}),
    ("PT324", "empty by a local", {"web_acl_id": "${local.none}"}),
    ("PT324", "a variable", {"web_acl_id": "${var.acl}"}),
    ("PT324", "a condition", {"web_acl_id": "${var.x ? aws_wafv2_web_acl.edge.arn : null}"}),
    ("PT324", "garbage", {"web_acl_id": "none"}),
    ("PT324", "WAF Classic", {"web_acl_id": "${aws_waf_web_acl.edge.id}"}),
    ("PT324", "the id of a web ACL", {"web_acl_id": "${aws_wafv2_web_acl.edge.id}"}),
    ("PT324", "a regional one", {"web_acl_id": ACL.replace("global", "regional")}),
    ("PT324", "a template around it", {"web_acl_id": "${aws_wafv2_web_acl.edge.arn}x"}),
    ("PT325", "a bucket", {"origin": {**CUSTOM, "domain_name": "x.s3.amazonaws.com"}}),
    ("PT325", "a load balancer", {"origin": {**CUSTOM, "domain_name": "x.elb.amazonaws.com"}}),
    ("PT325", "an address", {"origin": {**CUSTOM, "domain_name": "203.0.113.7"}}),
    ("PT325", "a look-alike domain", {"origin": {**CUSTOM, "domain_name": "lb.notexample.com"}}),
    ("PT325", "a domain below", {"origin": {**CUSTOM, "domain_name": "lb.example.com.evil.org"}}),
    ("PT325", "a reference", {"origin": {**CUSTOM, "domain_name": "${aws_lb.x.dns_name}"}}),
    (
        "PT325",
        "a part of a template",
        {"origin": {**CUSTOM, "domain_name": "${var.x}.example.com"}},
    ),
    ("PT325", "its own host", {"origin": {**CUSTOM, "domain_name": "Shop.example.com."}}),
    ("PT325", "two names", {"origin": [CUSTOM, {**CUSTOM, "domain_name": "other.example.com"}]}),
    (
        "PT325",
        "an array in an array",
        {"origin": [[{"origin_id": "lb"}, {"domain_name": "x.org"}]]},
    ),
    ("PT325", "a bucket's block", {"origin": {**CUSTOM, "s3_origin_config": {}}}),
    ("PT325", "a VPC origin", {"origin": {**CUSTOM, "vpc_origin_config": {"vpc_origin_id": "x"}}}),
    ("PT325", "access control", {"origin": {**CUSTOM, "origin_access_control_id": "${x.y.id}"}}),
    ("PT325", "another port", {"origin": custom(http_port=8080, https_port=443)}),
    ("PT325", "an unknown port", {"origin": custom(http_port="${var.port}", https_port=443)}),
    ("PT325", "a group", {"origin_group": {"origin_id": "g", "member": [{"origin_id": "lb"}]}}),
    ("PT325", "staging", {"continuous_deployment_policy_id": "${x.y.id}"}),
    (
        "PT326",
        "allow-all",
        {"default_cache_behavior": behaviour(viewer_protocol_policy="allow-all")},
    ),
    ("PT326", "unknown", {"default_cache_behavior": behaviour(viewer_protocol_policy="${var.x}")}),
    ("PT326", "none", {"default_cache_behavior": behaviour(viewer_protocol_policy=None)}),
    (
        "PT326",
        "in another behaviour",
        {"ordered_cache_behavior": [behaviour(), behaviour(viewer_protocol_policy="allow-all")]},
    ),
    ("PT326", "no version", {"viewer_certificate": CERTIFICATE}),
    (
        "PT326",
        "TLS 1.0",
        {"viewer_certificate": {"minimum_protocol_version": "TLSv1", **CERTIFICATE}},
    ),
    ("PT326", "2018", {"viewer_certificate": {"minimum_protocol_version": "TLSv1.2_2018"}}),
    ("PT326", "SSL 3", {"viewer_certificate": {"minimum_protocol_version": "SSLv3"}}),
    ("PT326", "a variable", {"viewer_certificate": {"minimum_protocol_version": "${var.tls}"}}),
    ("PT326", "its own", {"viewer_certificate": {"cloudfront_default_certificate": True}}),
    ("PT326", "as text", {"viewer_certificate": {"cloudfront_default_certificate": "true"}}),
    ("PT326", "none at all", {"viewer_certificate": None}),
    (
        "PT326",
        "to the origin",
        {"origin": custom(origin_protocol_policy="https-only", origin_ssl_protocols=["TLSv1"])},
    ),
    ("PT327", "a foreign host", {"aliases": ["shop.example.net"]}),
    ("PT327", "a look-alike", {"aliases": ["example.com.evil.org"]}),
    ("PT327", "another alphabet", {"aliases": ["shop.ехample.com"]}),
    ("PT327", "a wildcard", {"aliases": ["*.example.com"]}),
    ("PT327", "a variable", {"aliases": ["${var.host}"]}),
    ("PT327", "an unknown list", {"aliases": "${var.hosts}"}),
    ("PT327", "a function", {"aliases": "${concat([], [])}"}),
    ("PT327", "twice", {"aliases": ["shop.example.com", "SHOP.example.com."]}),
    (
        "PT329",
        "an ARN",
        {"default_cache_behavior": behaviour(lambda_function_association={"lambda_arn": "arn:x"})},
    ),
    (
        "PT329",
        "a function that is not there",
        {
            "default_cache_behavior": behaviour(
                function_association=[{"function_arn": "${aws_cloudfront_function.x.arn}"}]
            )
        },
    ),
    (
        "PT329",
        "in another behaviour",
        {"ordered_cache_behavior": behaviour(function_association={"function_arn": "${var.x}"})},
    ),
    ("PT321", "a dynamic origin", {"dynamic": {"origin": {"for_each": [], "content": {}}}}),
]


@pytest.mark.parametrize(("rule", "why", "changes"), REFUSED, ids=lambda value: str(value)[:30])
def test_a_distribution_with_one_thing_wrong_is_refused_for_it(
    rule: str, why: str, changes: dict[str, Any]
) -> None:
    assert rule in ids(root(distribution(**changes), locals={"none": ""})), why


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("a looked-up web ACL", {"web_acl_id": "${data.aws_wafv2_web_acl.edge.arn}"}),
    ("one of several", {"web_acl_id": '${aws_wafv2_web_acl.edge["a"].arn}'}),
    ("a written-out one", {"web_acl_id": ACL}),
    ("by a local", {"web_acl_id": "${local.acl}"}),
    ("no alias", {"aliases": []}),
    ("capitals and a dot", {"origin": {**CUSTOM, "domain_name": "LB.example.com."}}),
    ("a name by a local", {"origin": {**CUSTOM, "domain_name": "${local.name}"}}),
    ("usual ports", {"origin": custom(http_port=80, https_port="443")}),
    ("old versions that are not used", {"origin": custom(origin_protocol_policy="http-only", origin_ssl_protocols=["TLSv1"])}),
    ("a secret header", {"origin": {**CUSTOM, "custom_header": [{"name": "x", "value": "${var.s}"}]}}),
    ("https only", {"default_cache_behavior": [behaviour(viewer_protocol_policy="https-only")]}),
    ("a newer version", {"viewer_certificate": {"minimum_protocol_version": "TLSv1.2_2025"}}),
    ("no own certificate", {"viewer_certificate": [{"cloudfront_default_certificate": False, "minimum_protocol_version": "TLSv1.2_2021"}]}),
    ("the domain itself", {"aliases": ["example.org"]}),
    ("an expression of a text", {"aliases": ['${"shop"}.example.com']}),
    ("a list in an expression", {"aliases": '${["shop.example.com"]}'}),
    ("tags", {"tags": {"a-${var.b}": "${upper(var.c)}"}}),
    ("one host that caches", {"default_cache_behavior": behaviour(cache_policy_id=CACHING_OPTIMIZED)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "changes"), ACCEPTED, ids=lambda value: str(value)[:30])
def test_what_only_looks_wrong_is_let_be(why: str, changes: dict[str, Any]) -> None:
    local = {
        "acl": "${aws_wafv2_web_acl.edge.arn}",
        "name": "${local.inner}",
        "inner": "lb.example.com",
    }
    assert judged(root(distribution(**changes), locals=local)) == [], why


def test_two_distributions_have_one_origin_and_no_host_in_common() -> None:
    other = distribution(aliases=["blog.example.com"])
    assert judged(root(distribution(), other)) == []
    assert judged(root(distribution(), distribution())) == [
        'PT327 "shop.example.com" belongs to aws_cloudfront_distribution.d0 already'
    ]
    elsewhere = distribution(
        aliases=["blog.example.com"], origin={"origin_id": "lb", "domain_name": "o.example.com"}
    )
    assert ids(root(distribution(), elsewhere)) == {"PT325"}


def test_where_the_name_of_the_load_balancer_is_known_no_other_is_let_be() -> None:
    other = distribution(origin={"origin_id": "lb", "domain_name": "other.example.com"})
    assert judged(root(other), KNOWN) == [
        'PT325 the origin "other.example.com" is not the shared load balancer, lb.example.com'
    ]


def test_where_no_domain_is_known_nothing_is_taken_for_the_platforms() -> None:
    assert ids(root(distribution()), CONTEXT._replace(domains=())) == {"PT325", "PT327"}


def test_a_web_acl_of_another_account_is_refused_where_the_account_is_known() -> None:
    foreign = ACL.replace("111122223333", "999999999999")
    assert judged(root(distribution(web_acl_id=foreign)), KNOWN) == [
        "PT324 web_acl_id is of another account, 999999999999"
    ]
    assert judged(root(distribution(web_acl_id=ACL)), KNOWN) == []


HOST = {"header_behavior": "whitelist", "headers": {"items": ["host"]}}


def key(**headers: Any) -> dict[str, Any]:
    """A cache policy with these headers in its key."""
    return {"parameters_in_cache_key_and_forwarded_to_origin": [{"headers_config": headers}]}


POLICIES = {
    "host": key(**HOST),
    "all": key(header_behavior="none"),
    "other": key(header_behavior="whitelist", headers={"items": ["Accept"]}),
    "unknown": key(header_behavior="whitelist", headers={"items": "${var.headers}"}),
    "nothing": {"max_ttl": 0, "min_ttl": 0},
}


@pytest.mark.parametrize(
    ("changes", "told_apart"),
    [
        ({}, True),
        ({"cache_policy_id": "83da9c7e-98b4-4e11-a168-04f0df8e2c65"}, True),
        ({"cache_policy_id": "4cc15a8a-d715-48a4-82b8-cc0b614638fe"}, True),
        ({"cache_policy_id": "${aws_cloudfront_cache_policy.host.id}"}, True),
        ({"cache_policy_id": "${aws_cloudfront_cache_policy.nothing.id}"}, True),
        ({"cache_policy_id": "${data.aws_cloudfront_cache_policy.disabled.id}"}, True),
        ({"cache_policy_id": None, "forwarded_values": {"headers": ["Host"]}}, True),
        ({"cache_policy_id": None, "forwarded_values": {"headers": ["*"]}}, True),
        ({"cache_policy_id": None, "forwarded_values": {}, "max_ttl": 0}, True),
        ({"cache_policy_id": CACHING_OPTIMIZED}, False),
        ({"cache_policy_id": "${var.policy}"}, False),
        ({"cache_policy_id": "${aws_cloudfront_cache_policy.all.id}"}, False),
        ({"cache_policy_id": "${aws_cloudfront_cache_policy.other.id}"}, False),
        ({"cache_policy_id": "${aws_cloudfront_cache_policy.unknown.id}"}, False),
        ({"cache_policy_id": "${aws_cloudfront_cache_policy.missing.id}"}, False),
        ({"cache_policy_id": "${data.aws_cloudfront_cache_policy.optimized.id}"}, False),
        ({"cache_policy_id": None}, False),
        ({"cache_policy_id": None, "forwarded_values": {"headers": ["Origin"]}}, False),
        ({"cache_policy_id": None, "forwarded_values": {"query_string": True}}, False),
    ],
)
@pytest.mark.parametrize("behaviours", ["default_cache_behavior", "ordered_cache_behavior"])
def test_a_shared_cache_tells_hosts_apart(
    behaviours: str, changes: dict[str, Any], told_apart: bool
) -> None:
    body = {"default_cache_behavior": behaviour(), behaviours: [behaviour(**changes)]}
    looked_up = {
        "disabled": {"name": "Managed-CachingDisabled"},
        "optimized": {"name": "Managed-CachingOptimized"},
    }
    text = root(
        distribution(aliases=["a.example.com", "b.example.com"], **body),
        aws_cloudfront_cache_policy=POLICIES,
        data={"aws_cloudfront_cache_policy": looked_up},
    )
    assert ids(text) == (set() if told_apart else {"PT328"})


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("function handler(event) { return event.request }", ""),
        ("$${not} an expression", ""),
        ("cf.updateRequestOrigin({domainName: 'evil.org'})", "sends requests to another origin"),
        ("${var.code}", "has code that only Terraform knows"),
        (None, "has code that only Terraform knows"),
    ],
)
def test_code_that_stands_beside_the_distribution_is_read(code: str | None, problem: str) -> None:
    body = behaviour(function_association={"function_arn": "${aws_cloudfront_function.x.arn}"})
    text = root(
        distribution(default_cache_behavior=body),
        aws_cloudfront_function={"x": {"name": "x"} if code is None else {"code": code}},
    )
    said = f"PT329 the function ${{aws_cloudfront_function.x.arn}} {problem}"
    assert judged(text) == ([said] if problem else [])


def test_code_in_an_archive_is_refused_also_when_it_is_of_the_root() -> None:
    body = behaviour(
        lambda_function_association=[{"lambda_arn": "${aws_lambda_function.x.qualified_arn}"}]
    )
    text = root(
        distribution(default_cache_behavior=body),
        aws_lambda_function={"x": {"function_name": "x", "role": "${aws_iam_role.x.arn}"}},
    )
    assert ids(text) == {"PT329"}
