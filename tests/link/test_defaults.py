"""An environment's defaults are those of an app's parts too, and never ask for two databases."""

from typing import Any

import pytest

from compiler.link.defaults import one_with_a_disk, with_parts

DEFAULTS = {"replicas": 1, "resources": {"requests": {"cpu": "50m"}}, "runAsUser": 1000}
DISK = {"volumes": {"data": {"mountPath": "/data", "claim": "1Gi"}}}


def test_every_part_that_a_layer_names_has_the_defaults_of_its_kind() -> None:
    base = {"workers": {"mailer": {}, "gone": None}, "sidecars": {"proxy": {}}}
    override: dict[str, Any] = {"workers": {"here": {}}, "jobs": {"import": {}}}

    full = with_parts(DEFAULTS, base, override)

    resources = {"resources": DEFAULTS["resources"]}
    assert full == {
        **DEFAULTS,
        "workers": {"mailer": {"replicas": 1, **resources}, "here": {"replicas": 1, **resources}},
        "jobs": {"import": resources},
        "sidecars": {"proxy": resources},
    }


@pytest.mark.parametrize("layer", [{}, {"port": 80}, {"workers": {}}, {"jobs": None}])
def test_without_parts_the_defaults_are_as_they_were(layer: dict[str, Any]) -> None:
    assert with_parts(DEFAULTS, layer, {}) == DEFAULTS
    assert with_parts({}, {"workers": {"mailer": {}}}) == {}


@pytest.mark.parametrize(
    ("said", "replicas"),
    [
        (({}, {}), 1),
        (({"replicas": 3}, {}), 3),
        (({}, {"replicas": 3}), 3),
        (({"replicas": 3}, {"replicas": None}), 1),
        (({"replicas": None}, {"replicas": 2}), 2),
    ],
)
def test_pods_with_a_disk_are_one_unless_a_spec_asks_for_more(
    said: tuple[dict[str, Any], ...], replicas: int
) -> None:
    merged = {**DISK, "replicas": replicas if replicas > 1 else 6}

    assert one_with_a_disk(merged, *said)["replicas"] == replicas


@pytest.mark.parametrize(
    "volumes", [{}, None, [], {"a": None}, {"a": {"claim": None}}, {"a": {"existingClaim": "b"}}]
)
def test_without_a_claim_the_number_is_nobodys_business(volumes: Any) -> None:
    merged = {"volumes": volumes, "replicas": 6}

    assert one_with_a_disk(merged, {}) is merged
