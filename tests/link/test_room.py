"""What empty folders may hold is within what Kubernetes lets the pod use."""

from typing import Any

import pytest

from compiler.link.room import disk, held, quantity
from compiler.link.workloads import workloads_of
from compiler.source.limits import MAX_BYTES
from compiler.spec.app import App
from compiler.spec.volumes import Volume

MEBIBYTE = 1024**2


def volumes(said: dict[str, Any]) -> dict[str, Volume]:
    app = {"name": "shop", "team": "sales", "image": "ghcr.io/acme/shop:1.4.2", "volumes": said}
    return workloads_of(App.model_validate(app))[0].volumes


@pytest.mark.parametrize(
    ("said", "on_disk", "in_memory", "limit"),
    [
        ({"a": {"mountPath": "/a"}}, 1280, 0, "2Gi"),
        ({"a": {"mountPath": "/a", "size": "20Gi"}}, 20736, 0, "21Gi"),
        ({"a": {"mountPath": "/a", "size": "500Mi"}}, 756, 0, "1524Mi"),
        ({"a": {"mountPath": "/a", "size": "1"}}, 257, 0, "1025Mi"),
        ({"a": {"mountPath": "/tmp", "size": "2Gi"}}, 2048, 0, "2816Mi"),
        ({"a": {"mountPath": "/tmp", "size": "64Mi"}}, 64, 0, "1Gi"),
        ({"a": {"mountPath": "/a", "medium": "Memory"}}, 256, 64, "1Gi"),
        ({"a": {"mountPath": "/tmp", "medium": "Memory", "size": "1Gi"}}, 0, 1024, "1Gi"),
        ({"a": {"mountPath": "/a", "existingClaim": "x"}}, 256, 0, "1Gi"),
        ({"a": {"mountPath": "/a", "secret": "x"}}, 256, 0, "1Gi"),
        ({"a": {"mountPath": "/a", "claim": "50Gi"}, "b": {"mountPath": "/b"}}, 1280, 0, "2Gi"),
    ],
)
def test_empty_folders_are_counted(
    said: dict[str, Any], on_disk: int, in_memory: int, limit: str
) -> None:
    found = volumes(said)
    assert -(-held(found, in_memory=False) // MEBIBYTE) == on_disk
    assert held(found, in_memory=True) == in_memory * MEBIBYTE
    assert disk(found) == limit


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "1Mi"), (MEBIBYTE, "1Mi"), (MEBIBYTE + 1, "2Mi"), (1024**3, "1Gi")],
)
def test_a_quantity_is_rounded_up(count: int, text: str) -> None:
    assert quantity(count) == text


def test_a_spec_is_never_longer_than_what_a_config_map_takes() -> None:
    """So nobody need count what its files have together. Source: kubernetes.io, ConfigMap."""
    assert MAX_BYTES < 1024 * 1024
