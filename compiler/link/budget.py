"""What a bound of a disruption budget means in pods."""

import re

_SHARE = re.compile(r"([0-9]{1,3})%")


def pods_meant(bound: int | str, replicas: int) -> int:
    """How many pods a bound means. Kubernetes rounds a share of them up: half of three is two.

    A text that is no share is none of them.
    """
    if isinstance(bound, int):
        return bound
    share = _SHARE.fullmatch(bound)
    return -(-replicas * int(share[1]) // 100) if share else 0
