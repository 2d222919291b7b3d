"""What a bound of a disruption budget means in pods, as Kubernetes counts."""

import pytest

from compiler.link.budget import pods_meant


@pytest.mark.parametrize(
    ("bound", "replicas", "pods"),
    [
        (0, 5, 0),
        (3, 5, 3),
        ("0%", 5, 0),
        ("1%", 5, 1),
        ("50%", 3, 2),
        ("50%", 4, 2),
        ("67%", 3, 3),
        ("100%", 7, 7),
        ("many", 7, 0),
    ],
)
def test_a_share_is_rounded_up(bound: int | str, replicas: int, pods: int) -> None:
    assert pods_meant(bound, replicas) == pods
