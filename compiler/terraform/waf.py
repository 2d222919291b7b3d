"""The web ACL in front of every public host, and the address lists it reads.

Order: who is allowed skips everything else; then who is blocked; then who is too fast; then AWS's
managed rule groups. Source: AWS WAF developer guide, provider 5.100 `aws_wafv2_web_acl`.
"""

import ipaddress

from compiler.link.estate import Estate
from compiler.spec.environment import Environment, ManagedRuleGroup
from compiler.terraform.expression import Block, Expression, ref
from compiler.terraform.settings import US_EAST_1

WEB_ACL_ARN = ref("aws_wafv2_web_acl.edge.arn")


# Fixed places, so that a rule more or less changes no other. Equal priorities would be refused.
_PRIORITIES = {"allow": 0, "block": 10, "rate-limit": 20, "managed": 100}

# What is logged: everything but what was simply let through.
_LOGGED = ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT", "CAPTCHA", "CHALLENGE")


def waf(estate: Estate) -> Block:
    environment = estate.environment
    config = environment.edge.waf
    ip_sets: dict[str, Block] = {}
    rules: list[Block] = []
    # All four sets are always there, empty if need be: an IP set cannot be deleted while the web
    # ACL refers to it, and Terraform deletes before it updates.
    for kind, addresses in (("allow", config.allow), ("block", config.block)):
        for offset, version in enumerate((4, 6)):
            name = f"{kind}-ipv{version}"
            ip_sets[f"{kind}_ipv{version}"] = {
                "provider": US_EAST_1,
                "name": f"portico-{environment.name}-{name}",
                "description": f"Addresses to {kind}, from {estate.source}",
                "scope": "CLOUDFRONT",
                "ip_address_version": f"IPV{version}",
                "addresses": _of_version(version, addresses),
            }
            rules.append(
                {
                    "name": name,
                    "priority": _PRIORITIES[kind] + offset,
                    "action": {kind: {}},
                    "statement": {
                        "ip_set_reference_statement": {
                            "arn": Expression(f"aws_wafv2_ip_set.{kind}_ipv{version}.arn")
                        }
                    },
                    "visibility_config": _visibility(name),
                }
            )
    rules.append(
        {
            "name": "rate-limit",
            "priority": _PRIORITIES["rate-limit"],
            "action": {"block": {}},
            "statement": {
                "rate_based_statement": {
                    "limit": config.rate_limit,
                    "aggregate_key_type": "IP",
                    "evaluation_window_sec": 300,
                }
            },
            "visibility_config": _visibility("rate-limit"),
        }
    )
    for index, group in enumerate(config.managed_rule_groups):
        rules.append(_managed(group, priority=_PRIORITIES["managed"] + index))

    return {
        "resource": {
            "aws_wafv2_ip_set": ip_sets,
            "aws_wafv2_web_acl": {
                "edge": {
                    "provider": US_EAST_1,
                    "name": f"portico-{environment.name}-edge",
                    "description": f"In front of every public host of {environment.name}",
                    "scope": "CLOUDFRONT",
                    "default_action": {"allow": {}},
                    "rule": rules,
                    "visibility_config": _visibility(f"portico-{environment.name}-edge"),
                }
            },
            **_log(environment),
        }
    }


def _log(environment: Environment) -> Block:
    """The log of what was refused or counted, without what signs a visitor in."""
    return {
        "aws_cloudwatch_log_group": {
            "waf": {
                "provider": US_EAST_1,
                # AWS WAF writes to no group whose name begins otherwise.
                "name": f"aws-waf-logs-portico-{environment.name}",
                "retention_in_days": environment.edge.waf.log_retention_days,
            }
        },
        "aws_wafv2_web_acl_logging_configuration": {
            "edge": {
                "provider": US_EAST_1,
                "resource_arn": WEB_ACL_ARN,
                "log_destination_configs": [ref("aws_cloudwatch_log_group.waf.arn")],
                "redacted_fields": [
                    {"single_header": {"name": header}} for header in ("authorization", "cookie")
                ],
                "logging_filter": {
                    "default_behavior": "DROP",
                    "filter": [
                        {
                            "behavior": "KEEP",
                            "requirement": "MEETS_ANY",
                            "condition": [
                                {"action_condition": {"action": action}} for action in _LOGGED
                            ],
                        }
                    ],
                },
            }
        },
    }


def _of_version(version: int, addresses: list[str]) -> list[str]:
    """The addresses of one IP version, which is what a set holds; each once, sorted."""
    networks = {ipaddress.ip_network(address) for address in addresses}
    chosen = [network for network in networks if network.version == version]
    return [str(n) for n in sorted(chosen, key=lambda n: (n.network_address, n.prefixlen))]


def _managed(group: ManagedRuleGroup, *, priority: int) -> Block:
    statement: Block = {"vendor_name": "AWS", "name": group.name}
    if group.name == "AWSManagedRulesCommonRuleSet":
        # This one rule of the group refuses every body above 8 KiB: each upload, each larger form.
        # The router has the limit that apps expect.
        statement["rule_action_override"] = [
            {"name": "SizeRestrictions_BODY", "action_to_use": {"count": {}}}
        ]
    return {
        "name": group.name,
        "priority": priority,
        "override_action": {"count" if group.mode == "count" else "none": {}},
        "statement": {"managed_rule_group_statement": statement},
        "visibility_config": _visibility(group.name),
    }


def _visibility(metric: str) -> Block:
    return {
        "cloudwatch_metrics_enabled": True,
        "metric_name": metric,
        "sampled_requests_enabled": True,
    }
