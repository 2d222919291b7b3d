"""WAF, security groups and DNS: ways around their rules, and what only looks like one."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.policies.terraform_root import CONTEXT, KNOWN, distribution, ids, judged, root

MANAGED = {"vendor_name": "AWS", "name": "AWSManagedRulesKnownBadInputsRuleSet"}
BLOCK = {
    "name": "rate",
    "priority": 1,
    "action": {"block": {}},
    "statement": {"rate_based_statement": {"limit": 500, "aggregate_key_type": "IP"}},
}


def managed(override: str = "none", **group: Any) -> dict[str, Any]:
    return {
        "name": "managed",
        "override_action": {override: {}},
        "statement": {"managed_rule_group_statement": MANAGED | group},
    }


def allow(statement: Any) -> dict[str, Any]:
    return {"name": "let in", "action": {"allow": {}}, "statement": statement}


def listed(name: str) -> dict[str, Any]:
    return {"ip_set_reference_statement": {"arn": f"${{aws_wafv2_ip_set.{name}.arn}}"}}


IP_SETS = {
    "office": {"addresses": ["203.0.113.0/28"]},
    "empty": {"addresses": []},
    "world": {"addresses": ["203.0.113.0/28", "0.0.0.0/1"]},
    "world6": {"addresses": ["2000::/3"]},
    "many": {"addresses": [f"{n}.0.0.0/8" for n in range(20, 60)]},
    "unknown": {"addresses": "${var.addresses}"},
}


def grouped(name: str) -> dict[str, Any]:
    arn = f"${{aws_wafv2_rule_group.{name}.arn}}"
    return {
        "name": "own",
        "override_action": {"none": {}},
        "statement": {"rule_group_reference_statement": {"arn": arn}},
    }


RULE_GROUPS = {
    "blocking": {"rule": [BLOCK]},
    "counting": {"rule": [BLOCK | {"action": {"count": {}}}]},
    "itself": {"rule": [grouped("itself")]},
}


def acl(*rules: Any, **changes: Any) -> str:
    body = {
        "name": "edge",
        "scope": "CLOUDFRONT",
        "default_action": {"allow": {}},
        "rule": list(rules),
    }
    return root(
        aws_wafv2_web_acl={"edge": body | changes},
        aws_wafv2_ip_set=IP_SETS,
        aws_wafv2_rule_group=RULE_GROUPS,
    )


COUNTED = [{"name": f"r{n}", "action_to_use": {"count": {}}} for n in range(30)]


@pytest.mark.parametrize(
    "text",
    [
        acl(),
        acl({"name": "x", "action": {"count": {}}, "statement": {}}),
        acl(managed("count")),
        acl(managed(rule_action_override=COUNTED)),
        acl(managed(excluded_rule=[{"name": o["name"]} for o in COUNTED])),
        acl(managed(name="SomebodysOwn", rule_action_override=COUNTED[:1])),
        acl(BLOCK | {"statement": {"rate_based_statement": {"limit": 2_000_000_000}}}),
        acl(BLOCK | {"statement": {"rate_based_statement": {"limit": "${var.limit}"}}}),
        acl(
            BLOCK
            | {
                "statement": {
                    "rate_based_statement": {"limit": 100, "scope_down_statement": {"x": {}}}
                }
            }
        ),
        acl(BLOCK | {"statement": listed("empty")}),
        acl(grouped("counting")),
        acl(grouped("missing")),
        acl(grouped("itself")),
        acl(BLOCK, rule_json="[]"),
        acl(BLOCK, allow(listed("world"))),
        acl(BLOCK, allow(listed("world6"))),
        acl(BLOCK, allow(listed("many"))),
        acl(BLOCK, allow(listed("unknown"))),
        acl(BLOCK, allow(listed("missing"))),
        acl(BLOCK, allow({"ip_set_reference_statement": {"arn": "${var.set}"}})),
        acl(BLOCK, allow({"byte_match_statement": {"search_string": "/"}})),
        acl(BLOCK, allow({"geo_match_statement": {"country_codes": ["NL"]}})),
        acl(BLOCK, allow({"not_statement": {"statement": listed("office")}})),
        acl(BLOCK, allow({"or_statement": {"statement": [listed("office"), {}]}})),
        acl(
            BLOCK,
            managed(rule_action_override=[{"name": "x", "action_to_use": {"allow": {}}}]),
        ),
    ],
)
def test_a_web_acl_that_stops_nobody_is_refused(text: str) -> None:
    assert ids(text) == {"PT330"}


@pytest.mark.parametrize(
    "text",
    [
        acl(BLOCK),
        acl(managed()),
        acl(grouped("blocking")),
        acl(managed("count"), BLOCK),
        acl(managed(name="AWSManagedRulesCommonRuleSet", rule_action_override=COUNTED[:2])),
        acl(BLOCK | {"action": [{"challenge": {}}]}),
        acl(BLOCK | {"statement": listed("office")}),
        acl(BLOCK, allow(listed("office"))),
        acl(BLOCK, allow({"and_statement": {"statement": [listed("office"), {"x": {}}]}})),
        acl(allow(listed("office")), default_action={"block": {}}),
        acl(BLOCK, scope="REGIONAL"),
    ],
)
def test_a_web_acl_that_stops_somebody_is_let_be(text: str) -> None:
    assert judged(text) == []


def test_a_web_acl_of_the_wrong_scope_is_refused_where_a_distribution_uses_it() -> None:
    text = root(
        distribution(),
        aws_wafv2_web_acl={
            "edge": {"scope": "REGIONAL", "default_action": {"block": {}}, "rule": [BLOCK]}
        },
    )
    assert judged(text) == [
        'PT330 aws_wafv2_web_acl.edge has the scope "REGIONAL", and a distribution uses it'
    ]


GROUPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "aws_security_group": lambda rule: {"name": "x", "ingress": [rule]},
    "aws_default_security_group": lambda rule: {"ingress": rule},
    "aws_security_group_rule": lambda rule: {"type": "ingress", **rule},
}
CLOUDFRONT = {"edge": {"name": "com.amazonaws.global.cloudfront.origin-facing"}}


def group(type: str, **rule: Any) -> str:
    return root(
        **{type: {"x": GROUPS[type](rule)}}, data={"aws_ec2_managed_prefix_list": CLOUDFRONT}
    )


OPEN: list[dict[str, Any]] = [
    {"cidr_blocks": ["0.0.0.0/0"]},
    {"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]},
    {"cidr_blocks": ["0.0.0.0/1", "128.0.0.0/1"]},
    {"cidr_blocks": ["000.0.0.0/0"]},
    {"cidr_blocks": ["1.2.3.4/0"]},
    {"cidr_blocks": ["64.0.0.0/2"]},
    {"cidr_blocks": [f"{n}.0.0.0/8" for n in range(11, 120)]},
    {"cidr_blocks": ["8.0.0.0/5"]},
    {"ipv6_cidr_blocks": ["::/0"]},
    {"ipv6_cidr_blocks": ["0:0::/0"]},
    {"ipv6_cidr_blocks": ["2000::/3"]},
    {"cidr_blocks": ["${var.cidr}"]},
    {"cidr_blocks": "${var.cidrs}"},
    {"cidr_blocks": '${["0.0.0.0/0"]}'},
    {"cidr_blocks": ['${"0.0.0.0"}/${0}']},
    {"cidr_blocks": ["${local.world}"]},
    {"prefix_list_ids": ["pl-0123456789abcdef0"]},
    {"prefix_list_ids": ["${var.list}"]},
    {"prefix_list_ids": ["${aws_ec2_managed_prefix_list.missing.id}"]},
    {"prefix_list_ids": ["${data.aws_ec2_managed_prefix_list.missing.id}"]},
]


@pytest.mark.parametrize("type", GROUPS)
@pytest.mark.parametrize("rule", OPEN, ids=str)
def test_a_group_that_lets_the_world_in_is_refused(type: str, rule: dict[str, Any]) -> None:
    text = json.loads(group(type, **rule))
    text["locals"] = {"world": "0.0.0.0/0"}
    assert ids(json.dumps(text)) == {"PT331"}


@pytest.mark.parametrize("type", GROUPS)
@pytest.mark.parametrize(
    "rule",
    [
        {"cidr_blocks": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]},
        {"cidr_blocks": ["203.0.113.0/24"]},
        {"cidr_blocks": ["${aws_vpc.main.cidr_block}", "${data.aws_vpc.main.cidr_block}"]},
        {"ipv6_cidr_blocks": ["2001:db8::/32", "fc00::/7"]},
        {"prefix_list_ids": ["${data.aws_ec2_managed_prefix_list.edge.id}"]},
        {"prefix_list_ids": ["pl-3b927c52"]},
        {"security_groups": ["${aws_security_group.y.id}"]},
        {"self": True, "from_port": 0, "to_port": 0, "protocol": "-1"},
    ],
    ids=str,
)
def test_a_group_that_lets_known_addresses_in_is_let_be(type: str, rule: dict[str, Any]) -> None:
    assert judged(group(type, **rule)) == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ('resource "aws_vpc_security_group_ingress_rule" "x" { cidr_ipv4 = "0.0.0.0/0" }', True),
        ('resource "aws_vpc_security_group_ingress_rule" "x" { cidr_ipv6 = "::/0" }', True),
        ('resource "aws_vpc_security_group_ingress_rule" "x" { cidr_ipv4 = var.x }', True),
        ('resource "aws_vpc_security_group_ingress_rule" "x" { prefix_list_id = "pl-1" }', True),
        ('resource "aws_vpc_security_group_ingress_rule" "x" { cidr_ipv4 = "10.0.0.0/16" }', False),
        ('resource "aws_ec2_managed_prefix_list_entry" "x" { cidr = "0.0.0.0/0" }', True),
        ('resource "aws_ec2_managed_prefix_list_entry" "x" { cidr = var.cidr }', True),
        ('resource "aws_ec2_managed_prefix_list_entry" "x" { cidr = "10.0.0.0/8" }', False),
        ('resource "aws_vpc_security_group_egress_rule" "x" { cidr_ipv4 = "0.0.0.0/0" }', False),
        ('resource "aws_security_group" "x" { ingress = [{ cidr_blocks = ["0.0.0.0/0"] }] }', True),
        ('resource "aws_security_group" "x" { ingress = var.rules }', True),
        ('resource "aws_security_group" "x" { ingress = [{ (var.k) = ["0.0.0.0/0"] }] }', True),
        ('resource "aws_security_group" "x" { ingress = [{ ("cidr_blocks") = ["0.0.0.0/0"] }] }', True),
        ('resource "aws_security_group" "x" { ingress = [for r in var.x : r] }', True),
        ('resource "aws_security_group" "x" { ingress = [] }', False),
        ('resource "aws_security_group" "x" {\n  egress { cidr_blocks = ["0.0.0.0/0"] }\n}', False),
        (
            'resource "aws_security_group_rule" "x" {\n  type = "egress"\n  cidr_blocks = ["0.0.0.0/0"]\n}',
            False,
        ),
        (
            'resource "aws_security_group_rule" "x" {\n  type = var.t\n  cidr_blocks = ["0.0.0.0/0"]\n}',
            True,
        ),
        (
            'resource "aws_security_group" "x" {\n  ingress { cidr_blocks = ["8.0.0.0/7"] }\n'
            '  ingress { cidr_blocks = ["12.0.0.0/8"] }\n}',
            True,
        ),
        (
            'resource "aws_security_group" "x" {\n'
            + "".join(f'  ingress {{ cidr_blocks = ["{n}.0.0.0/8"] }}\n' for n in range(11, 30))
            + "}",
            True,
        ),
    ],
)  # fmt: skip
def test_the_other_forms_of_a_rule(text: str, refused: bool) -> None:
    assert ids(text) == ({"PT331"} if refused else set())


@pytest.mark.parametrize(
    ("entry", "refused"),
    [('"10.0.0.0/8"', False), ('"0.0.0.0/0"', True), ("var.cidr", True)],
)
def test_a_prefix_list_of_the_root_is_judged_by_its_entries(entry: str, refused: bool) -> None:
    text = (
        'resource "aws_vpc_security_group_ingress_rule" "x" {\n'
        "  prefix_list_id = aws_ec2_managed_prefix_list.own.id\n}\n"
        f'resource "aws_ec2_managed_prefix_list" "own" {{\n  entry {{ cidr = {entry} }}\n}}\n'
    )
    assert ids(text) == ({"PT331"} if refused else set())


def record(**body: Any) -> str:
    usual = {"zone_id": "Z1", "name": "shop.example.com", "type": "CNAME", "ttl": 300}
    return root(distribution(), aws_route53_record={"x": usual | body})


TO_DISTRIBUTION = "${aws_cloudfront_distribution.d0.domain_name}"


@pytest.mark.parametrize(
    "body",
    [
        {"records": ["x.elb.amazonaws.com"]},
        {"records": ["${aws_lb.x.dns_name}"]},
        {"records": ["${var.target}"]},
        {"records": "${var.targets}"},
        {"records": ["d111111abcdef8.cloudfront.net"]},
        {"records": [TO_DISTRIBUTION, "evil.org"]},
        {"type": "A", "records": ["203.0.113.7"]},
        {"type": "a", "records": ["203.0.113.7"]},
        {"type": "AAAA", "records": ["2001:db8::1", "2600::1"]},
        {"type": "A", "alias": {"name": "${data.aws_lb.x.dns_name}", "zone_id": "Z"}},
        {"type": "A", "alias": {"name": "x.elb.amazonaws.com", "zone_id": "Z"}},
        {"type": "A", "alias": [[{"name": "x.elb.amazonaws.com"}, {"zone_id": "Z"}]]},
        {"type": "A", "alias": {"name": "${aws_cloudfront_distribution.d0.arn}", "zone_id": "Z"}},
        {"type": "HTTPS", "records": ["1 evil.org ."]},
        {"type": "NS", "records": ["ns.evil.org"]},
        {"type": "NS", "records": "${var.servers}"},
        {"type": "${var.type}", "records": ["evil.org"]},
        {"name": "*.example.com", "records": [TO_DISTRIBUTION]},
        {"name": "\\052.example.com", "records": [TO_DISTRIBUTION]},
        {"name": "shop.example.net", "records": [TO_DISTRIBUTION]},
        {"name": "${var.name}", "records": [TO_DISTRIBUTION]},
        {"records": [TO_DISTRIBUTION], "allow_overwrite": True},
        {"records": ["evil.org"], "set_identifier": "b", "weighted_routing_policy": {"weight": 1}},
        # Only looks as if something were proved.
        {"name": "_shop.example.com", "records": ["x.elb.eu-west-1.amazonaws.com"]},
        {"name": "_shop.example.com", "records": ["${var.target}"]},
        {"name": "_shop.example.com", "type": "A", "records": ["203.0.113.7"]},
        {"name": "_shop.example.com", "type": "A", "alias": {"name": "lb.x.org", "zone_id": "Z"}},
        # Only looks as if a certificate were validated.
        {"name": "${true ? \"shop\" : aws_acm_certificate.c.domain_validation_options}", "records": ["evil.org"]},
        {"name": "${local.made[\"a\"].name}", "records": ["${local.made[\"a\"].record}"]},
        {"name": "${tolist(aws_acm_certificate.c.domain_validation_options)[0].resource_record_name}", "records": ["evil.org"]},
        {
            "for_each": '${{for o in aws_acm_certificate.c.domain_validation_options : o.domain_name => {name = "shop.example.com", record = "evil.org", type = o.resource_record_type}}}',
            "name": "${each.value.name}", "type": "${each.value.type}", "records": ["${each.value.record}"],
        },
        {"for_each": "${var.all}", "name": "${each.value.name}", "records": ["${each.value.record}"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_that_leads_elsewhere_is_refused(body: dict[str, Any]) -> None:
    text = json.loads(record(**body))
    text["locals"]["made"] = '${{a = {name = "shop", record = "evil.org"}}}'
    assert ids(json.dumps(text)) == {"PT332"}


LOOP = (
    "${{for dvo in aws_acm_certificate.c.domain_validation_options : dvo.domain_name => {\n"
    "name = dvo.resource_record_name\nrecord = dvo.resource_record_value\n"
    "type = dvo.resource_record_type\n}}}"
)


@pytest.mark.parametrize("context", [CONTEXT, KNOWN], ids=["by domain", "by name"])
@pytest.mark.parametrize(
    "body",
    [
        {"records": [TO_DISTRIBUTION]},
        {"records": ["LB.example.com."]},
        {"type": "A", "alias": {"name": TO_DISTRIBUTION, "zone_id": "Z"}},
        {"type": "A", "alias": [{"name": '${aws_cloudfront_distribution.d0["a"].domain_name}'}]},
        {"name": "shop", "records": [TO_DISTRIBUTION]},
        {"for_each": '${toset(["A", "AAAA"])}', "type": "${each.key}", "alias": {"name": TO_DISTRIBUTION}},
        {"name": "", "type": "A", "alias": {"name": TO_DISTRIBUTION}},
        {"type": "A", "records": ["10.0.0.7"]},
        {"type": "TXT", "name": "example.net", "records": ["v=spf1 -all"]},
        {"type": "MX", "name": "example.com", "records": ["10 mail.example.net"]},
        {"type": "CAA", "records": ['0 issue "amazon.com"']},
        {"name": "_dmarc.example.com", "records": ["dmarc.example.net"]},
        {"name": "x._domainkey.example.com", "records": ["x.dkim.amazonses.com"]},
        {
            "for_each": LOOP, "name": "${each.value.name}", "type": "${each.value.type}",
            "records": ["${each.value.record}"], "allow_overwrite": True,
        },
        {
            "name": "${local.options[\"a\"][0].resource_record_name}",
            "type": "${local.options[\"a\"][0].resource_record_type}",
            "records": ["${local.options[\"a\"][0].resource_record_value}"],
        },
        {
            "name": "${tolist(aws_acm_certificate.c.domain_validation_options)[0].resource_record_name}",
            "records": ["${tolist(aws_acm_certificate.c.domain_validation_options)[0].resource_record_value}"],
        },
        {
            "name": "${element(aws_acm_certificate.c.domain_validation_options, 0).resource_record_name}",
            "type": "CNAME",
            "records": ["${aws_acm_certificate.c.domain_validation_options.0.resource_record_value}"],
        },
        {"zone_id": "${aws_route53_zone.inside.zone_id}", "name": "db", "records": ["x.rds.amazonaws.com"]},
        {"type": "NS", "name": "eu.example.com", "records": "${aws_route53_zone.inside.name_servers}"},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_that_leads_to_the_entrance_or_nowhere_is_let_be(
    body: dict[str, Any], context: Any
) -> None:
    text = json.loads(record(**body))
    text["locals"]["options"] = (
        "${{for o in aws_acm_certificate.c.domain_validation_options :"
        ' trimprefix(o.domain_name, "*.") => o...}}'
    )
    text["resource"]["aws_route53_zone"] = {"inside": {"name": "x", "vpc": {"vpc_id": "v"}}}
    assert judged(json.dumps(text), context) == []


def test_a_public_zone_is_the_platforms() -> None:
    assert judged('resource "aws_route53_zone" "x" { name = "shop.example.com" }') == [
        "PT332 aws_route53_zone.x is a public zone of its own: whoever is asked for its names is "
        "answered from there"
    ]
    assert judged('resource "aws_route53_zone" "x" {\n  vpc { vpc_id = "v" }\n}') == []


def test_the_name_of_the_load_balancer_belongs_to_external_dns() -> None:
    text = record(name="lb.example.com", records=[TO_DISTRIBUTION])
    assert judged(text, KNOWN) == [
        'PT332 "lb.example.com" is the name of the shared load balancer, which external-dns owns'
    ]
