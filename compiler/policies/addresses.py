"""How much of the internet lists of addresses stand for."""

import ipaddress
from typing import Any

UNJUDGED = "?"
"""Stands for addresses that are not written down."""

CLOUDFRONT_LISTS = (
    "com.amazonaws.global.cloudfront.origin-facing",
    "com.amazonaws.global.ipv6.cloudfront.origin-facing",
)
"""AWS's own prefix lists of the addresses from which CloudFront asks origins."""

CLOUDFRONT_LIST_IDS = frozenset(
    (
        *("pl-58a04531", "pl-22a6434b", "pl-9aa247f3", "pl-31a34658", "pl-b8a742d1"),
        *("pl-38a64351", "pl-a3a144ca", "pl-fab65393", "pl-4fa04526", "pl-93a247fa"),
        *("pl-75b1541c", "pl-5da64334", "pl-3b927c52", "pl-b6a144df", "pl-4ea04527"),
        "pl-82a045eb",
    )
)
"""The ids of the first, which differ by region. Source: AWS blog, "Limit access to your origins
using the AWS-managed prefix list for Amazon CloudFront"."""

# The widest ranges that one owner has: a /8 of IPv4; no one has a /16 of IPv6.
_WIDEST = {4: 8, 6: 16}
# RFC 1918, RFC 6598, RFC 4193, and what never leaves a machine or a link.
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"),
        *("169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128"),
    )
)

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def widest(ranges: list[Any]) -> str:
    """The range that is too wide to be known addresses; nothing if none is, alone or together.

    UNJUDGED if one of them is no range of addresses.
    """
    total = {4: 0, 6: 0}
    networks: set[_Network] = set()
    for text in ranges:
        try:
            if not isinstance(text, str):
                raise ValueError
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            return UNJUDGED
        if not is_private(network):
            networks.add(network)
    for network in networks:
        if network.prefixlen < _WIDEST[network.version]:
            return str(network)
        total[network.version] += network.num_addresses
    for version, bits in ((4, 32), (6, 128)):
        # Four of the widest ranges together.
        if total[version] > 4 << (bits - _WIDEST[version]):
            return f"{len(networks)} ranges, which together are too much of the internet"
    return ""


def is_private(network: _Network) -> bool:
    """Whether a range lies in one that the internet does not route."""
    return any(
        network.version == private.version and network.subnet_of(private)  # type: ignore[arg-type]
        for private in _PRIVATE
    )
