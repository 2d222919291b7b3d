"""No Terraform block is too strange for a rule: each is judged, whatever stands in it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.policies.builtin import builtin
from tests.policies.terraform_root import KNOWN, judged

TYPES = sorted(
    {block for policy in builtin() for block in getattr(policy, "BLOCKS", ()) if "." in block}
)
# What rules look for, so that it is found in odd places.
WORD = (
    *("action", "actions", "addresses", "alias", "aliases", "allow", "and_statement", "arn"),
    *("assume_role_policy", "block", "cache_policy_id", "cidr", "cidr_blocks", "cidr_ipv4"),
    *("code", "condition", "count", "custom_origin_config", "default_action", "domain_name"),
    *("default_cache_behavior", "dynamic", "effect", "entry", "for_each", "forwarded_values"),
    *("function_association", "grant", "headers", "identifiers", "ingress", "inline_policy"),
    *("ip_set_reference_statement", "lambda_function_association", "managed_policy_arns"),
    *("managed_rule_group_statement", "name", "none", "ordered_cache_behavior", "origin"),
    *("override_action", "policy", "policy_arn", "prefix_list_ids", "principal", "principals"),
    *("rate_based_statement", "records", "role", "rule", "rule_action_override", "statement"),
    *("source_policy_documents", "type", "viewer_certificate", "web_acl_id", "zone_id"),
    *("acl", "access_control_policy", "function_url_auth_type", "limit", "max_ttl", "resource"),
    *("minimum_protocol_version", "origin_group", "publicly_accessible", "role_arn", "scope"),
    *("test", "uri", "values", "viewer_protocol_policy", "website", "allowed_account_ids"),
    *("origin_ssl_protocols", "rule_json", "action_to_use", "excluded_rule", "vpc", "backend"),
)
WORDS = st.sampled_from(WORD)
TEXTS = WORDS | st.sampled_from(
    [
        *("${var.x}", "${local.a}", "${local.b[0]}", "${", "$${x}", "%{ if x }", "*", "0.0.0.0/0"),
        *("::/0", "Allow", "CNAME", "${jsonencode({Statement = [{Action = var.x}]})}", "\ufffc"),
        *('{"Statement": [{"Action": {"a": 1}, "Condition": [1]}]}', '{"Statement": 1}', "[1]"),
        *("${aws_iam_role.x.arn}", "${data.aws_vpc.x}", "${data.aws_vpc}", "${aws_lb}", "${data}"),
        *(
            "${aws_wafv2_ip_set.x.arn}",
            "${aws_cloudfront_distribution.x.domain_name}",
            "1.2.3.4/99",
        ),
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=600, deadline=2000)
@given(
    st.lists(
        st.tuples(st.sampled_from(TYPES), st.dictionaries(WORDS, VALUES, max_size=5)), max_size=3
    ),
    VALUES,
    VALUES,
)
def test_every_block_is_judged(
    blocks: list[tuple[str, dict[str, Any]]], first: Any, second: Any
) -> None:
    text: dict[str, Any] = {"locals": {"a": first, "b": second}}
    for place, body in blocks:
        kind, type = place.split(".")
        text.setdefault(kind, {}).setdefault(type, {})["x"] = body
    said = judged(json.dumps(text), KNOWN)
    assert [line for line in said if "could not judge this" in line] == []


@pytest.mark.parametrize("place", TYPES)
@pytest.mark.parametrize("value", [[], {}, [[]], [[{}]], [None], "", 0, "${var.x}", [1], [{}, []]])
def test_an_argument_may_be_of_any_type(place: str, value: Any) -> None:
    kind, type = place.split(".")
    body = dict.fromkeys(WORD, value)
    said = judged(json.dumps({kind: {type: {"x": body}}}), KNOWN)
    assert [line for line in said if "could not judge this" in line] == []
