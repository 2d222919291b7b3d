"""What is dangerous about objects of Kubernetes, whatever they were compiled from."""

from typing import Any

import pytest

from compiler.review.change import Sides
from compiler.review.comparison import object_risks

Object = dict[str, Any]


def obj(kind: str, spec: Object, **annotations: str) -> Object:
    metadata = {"name": "db", "namespace": "data", "annotations": annotations}
    return {"kind": kind, "metadata": metadata, "spec": spec}


def risks(*sides: tuple[Object | None, Object | None]) -> list[tuple[str, str]]:
    """The id of each rule, and what it says."""
    found = object_risks("prod", [Sides(*side) for side in sides])
    return [(risk.rule.id, risk.said) for risk in found]


@pytest.mark.parametrize(
    ("bound", "pods", "why"),
    [
        ({"minAvailable": 3}, 3, "minAvailable: 3, and there are at most 3"),
        ({"minAvailable": "67%"}, 3, "minAvailable: 67%, and there are at most 3"),
        ({"minAvailable": "1%"}, 1, "minAvailable: 1%, and there are at most 1"),
        ({"minAvailable": "100%"}, 9, "minAvailable: 100%"),
        ({"maxUnavailable": 0}, 9, "maxUnavailable: 0"),
        ({"maxUnavailable": "0%"}, 9, "maxUnavailable: 0%"),
        ({"minAvailable": "66%"}, 3, None),
        ({"minAvailable": 2}, 3, None),
        ({"maxUnavailable": "1%"}, 3, None),
    ],
)
def test_a_budget_that_lets_no_pod_go(bound: Object, pods: int, why: str | None) -> None:
    told = risks(
        (None, obj("PodDisruptionBudget", bound)), (None, obj("Deployment", {"replicas": pods}))
    )

    said = f'the disruption budget of "db" lets no pod go ({why})'
    assert told == ([] if why is None else [("PT160", said)])


def test_a_job_that_flux_leaves_alone_may_differ_from_the_one_that_is_there() -> None:
    before, after = {"template": {"spec": {"a": 1}}}, {"template": {"spec": {"a": 2}}}
    alone = {"kustomize.toolkit.fluxcd.io/ssa": "IfNotPresent"}

    assert risks((obj("Job", before, **alone), obj("Job", after, **alone))) == []
    assert [rule for rule, _ in risks((obj("Job", before), obj("Job", after)))] == ["PT150"]


CLAIMS = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}, {"metadata": {"name": "wal"}}]}
STAYS = "the StatefulSet db is deleted, and its disks (data, wal) stay behind"
GOES = "the StatefulSet db is deleted, with what is stored in it,"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({}, STAYS),
        ({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}, STAYS),
        ({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain"}}, STAYS),
        ({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}, GOES),
    ],
)
def test_what_becomes_of_the_disks_of_a_stateful_set(policy: Object, said: str) -> None:
    assert risks((obj("StatefulSet", {**CLAIMS, **policy}), None)) == [("PT152", said)]
    keep = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}
    assert risks((obj("StatefulSet", {**CLAIMS, **policy}, **keep), None)) == []
    assert risks((obj("StatefulSet", policy), None)) == []
