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


def waf(estate: Estate) -> Block:
    environment = estate.environment
    config = environment.edge.waf
    ip_sets: dict[str, Block] = {}
    rules: list[Block] = []

    for kind, addresses in (("allow", config.allow), ("block", config.block)):
        for version, members in _by_version(addresses):
            set_name = f"{kind}_{version}"
            ip_sets[set_name] = {
                "provider": US_EAST_1,
                "name": f"portico-{environment.name}-{kind}-{version}",
                "description": f"Addresses to {kind}, from {estate.source}",
                "scope": "CLOUDFRONT",
                "ip_address_version": version.upper(),
                "addresses": members,
            }
            rules.append(
                {
                    "name": f"{kind}-{version}",
                    "priority": len(rules),
                    "action": {kind: {}},
                    "statement": {
                        "ip_set_reference_statement": {
                            "arn": Expression(f"aws_wafv2_ip_set.{set_name}.arn")
                        }
                    },
                    "visibility_config": _visibility(f"{kind}-{version}"),
                }
            )
    rules.append(
        {
            "name": "rate-limit",
            "priority": len(rules),
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
    for group in config.managed_rule_groups:
        rules.append(_managed(group, priority=len(rules)))

    return {
        "resource": {
            **({"aws_wafv2_ip_set": ip_sets} if ip_sets else {}),
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
                                {"action_condition": {"action": action}}
                                for action in ("BLOCK", "COUNT")
                            ],
                        }
                    ],
                },
            }
        },
    }


def _by_version(addresses: list[str]) -> list[tuple[str, list[str]]]:
    """The addresses as a set holds them: one IP version each, sorted."""
    networks = sorted(
        {ipaddress.ip_network(address) for address in addresses},
        key=lambda network: (network.version, network.network_address, network.prefixlen),
    )
    return [
        (f"ipv{version}", [str(network) for network in networks if network.version == version])
        for version in (4, 6)
        if any(network.version == version for network in networks)
    ]


def _managed(group: ManagedRuleGroup, *, priority: int) -> Block:
    return {
        "name": group.name,
        "priority": priority,
        "override_action": {"count" if group.mode == "count" else "none": {}},
        "statement": {
            "managed_rule_group_statement": {"vendor_name": "AWS", "name": group.name},
        },
        "visibility_config": _visibility(group.name),
    }


def _visibility(metric: str) -> Block:
    return {
        "cloudwatch_metrics_enabled": True,
        "metric_name": metric,
        "sampled_requests_enabled": True,
    }
