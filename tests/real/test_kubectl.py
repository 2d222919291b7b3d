"""What kubectl prints is read as it was meant."""

from pathlib import Path

import pytest

from tests.kubectl import KubectlFailed, kustomize


def test_objects_come_back_with_the_types_that_kubernetes_sees(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [objects.yaml]\n")
    (tmp_path / "objects.yaml").write_text(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {switch: "on", octal: "012", time: "12:30", day: "2024-01-01", equals: "=", merge: "<<"}
---
apiVersion: example.org/v1
kind: Thing
metadata: {name: b}
spec: {large: 1e21, small: 0.5, whole: 10, yes: true, nothing: null}
"""
    )

    assert kustomize(tmp_path) == [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "a"},
            "data": {
                "switch": "on",
                "octal": "012",
                "time": "12:30",
                "day": "2024-01-01",
                "equals": "=",
                "merge": "<<",
            },
        },
        {
            "apiVersion": "example.org/v1",
            "kind": "Thing",
            "metadata": {"name": "b"},
            "spec": {"large": 1e21, "small": 0.5, "whole": 10, "yes": True, "nothing": None},
        },
    ]


def test_a_refusal_carries_what_kubectl_said(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [gone.yaml]\n")

    with pytest.raises(KubectlFailed, match=r"gone\.yaml"):
        kustomize(tmp_path)
