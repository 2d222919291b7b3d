"""A firewall that lets more through, and a load balancer that more may reach."""

import ipaddress
from collections.abc import Iterable, Iterator

from compiler.diagnostics.model import Place, Rule
from compiler.review.risk import Both, Risk
from compiler.spec.environment import Access, Waf

LOOSENED = Rule(
    "PT157",
    "firewall that lets more through",
    "The web ACL stands in front of every host of the environment: one line opens all of them.",
    what="Refuses a web ACL that lets through what it stopped before: an address more that skips "
    "all rules, one less that is blocked, a higher rate limit, a rule group that is gone or only "
    "counts.",
    fix="Keep the rule and let through only what must be: the narrowest address range, or an app "
    "that sends what the rule accepts. Otherwise say in the pull request why, and until when.",
    failing="""\
-- before/environments/dev.yaml --
# ...
edge:
  waf: {rateLimit: 2000}
-- after/environments/dev.yaml --
# ...
edge:
  waf: {rateLimit: 20000}
""",
    passing="""\
-- before/environments/dev.yaml --
# ...
edge:
  waf: {rateLimit: 2000}
-- after/environments/dev.yaml --
# ...
edge:
  waf: {rateLimit: 1000}
""",
)
OPENED = Rule(
    "PT158",
    "load balancer that more may reach",
    "Whoever reaches the load balancer reaches every app behind it, past CloudFront and its "
    "firewall.",
    what="Refuses an environment whose load balancer admits address ranges or security groups that "
    "it did not admit before.",
    fix="Keep `loadBalancer.access` as it is. Where CloudFront serves every host, nobody but "
    "CloudFront has to reach the load balancer.",
    failing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
loadBalancer:
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {openToTheWorld: true}
""",
    passing="""\
-- before/environments/dev.yaml --
# ...
loadBalancer:
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {openToTheWorld: true}
-- after/environments/dev.yaml --
# ...
""",
)


def firewall(both: Both) -> Iterator[Risk]:
    before = both.before.estate.environment.edge.waf
    after = both.after.estate.environment.edge.waf
    if before == after:
        return
    for said, path, help in _loosened(before, after):
        place = both.after.place("edge", "waf", *path)
        yield Risk(both.environment, LOOSENED, said, place, help)


def _loosened(before: Waf, after: Waf) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """What is let through, where the environment says so, what to write instead."""
    for index, cidr in enumerate(after.allow):
        if not covered(cidr, before.allow):
            yield (
                f"{cidr} skips every rule of the firewall",
                ("allow", index),
                "allow the narrowest range that does",
            )
    for cidr in before.block:
        if not covered(cidr, after.block):
            yield f"{cidr} is no longer blocked", ("block",), "keep it, or say why it may come back"
    if after.rate_limit > before.rate_limit:
        yield (
            f"one address may send {after.rate_limit} requests in five minutes instead of "
            f"{before.rate_limit}",
            ("rateLimit",),
            "keep the limit, or say who needs more",
        )
    modes = {group.name: group.mode for group in after.managed_rule_groups}
    for group in before.managed_rule_groups:
        if group.name not in modes:
            yield (
                f"the rule group {group.name} is gone",
                ("managedRuleGroups",),
                "keep it, or let it only count while its false alarms are looked into",
            )
        elif group.mode == "block" and modes[group.name] == "count":
            yield (
                f"the rule group {group.name} only counts what it blocked",
                ("managedRuleGroups",),
                "say until when, and how what it counts is looked into",
            )


def load_balancer(both: Both) -> Iterator[Risk]:
    before = both.before.estate.environment.load_balancer.access
    after = both.after.estate.environment.load_balancer.access
    for said, place in _opened(before, after, both):
        yield Risk(
            both.environment,
            OPENED,
            said,
            place,
            "keep the access as it is, or say who needs it, and why not through CloudFront",
        )


def _opened(before: Access, after: Access, both: Both) -> Iterator[tuple[str, Place]]:
    if before.open_to_the_world:
        return
    path = ("loadBalancer", "access")
    if after.open_to_the_world:
        yield "the load balancer is open to the world", both.after.place(*path, "openToTheWorld")
    for index, cidr in enumerate(after.source_ranges or ()):
        if not covered(cidr, before.source_ranges or ()):
            place = both.after.place(*path, "sourceRanges", index)
            yield f"the load balancer admits {cidr}", place
    for index, group in enumerate(after.cloudfront_security_groups or ()):
        if group not in (before.cloudfront_security_groups or ()):
            place = both.after.place(*path, "cloudfrontSecurityGroups", index)
            yield f"the load balancer admits whom {group} admits", place


def covered(cidr: str, ranges: Iterable[str]) -> bool:
    """Whether an address range lies in the others, taken together."""
    network = ipaddress.ip_network(cidr)
    same = [n for n in map(ipaddress.ip_network, ranges) if n.version == network.version]
    # Two halves that are both there are the whole.
    merged = ipaddress.collapse_addresses(same)  # type: ignore[type-var]
    return any(network.subnet_of(other) for other in merged)  # type: ignore[arg-type]
