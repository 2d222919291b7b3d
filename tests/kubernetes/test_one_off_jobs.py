"""A one-off job runs again when what it runs changes, and never because of anything else."""

from typing import Any

import pytest

from compiler.emit import yaml as emit_yaml
from compiler.kubernetes.files import app_objects
from compiler.kubernetes.routers import router_of
from compiler.link.neighbours import neighbours_of
from tests.repository import ENVIRONMENT
from tests.specs import linked

JOB = {"args": ["import", "--all"], "once": {}}
SPEC = {
    "name": "shop",
    "team": "sales",
    "image": "ghcr.io/acme/shop:1.4.2",
    "port": 8080,
    "env": {"LOG_LEVEL": "info", "PASSWORD": {"secret": "db/password"}},
    "files": {"/etc/shop/shop.toml": "level = 1\n"},
    "jobs": {"import": JOB},
    "environments": {"dev": {}},
}


def job_of(spec: dict[str, Any], environment: str = "") -> dict[str, Any]:
    files = {
        "apps/shop.yaml": emit_yaml.document(spec),
        "environments/dev.yaml": ENVIRONMENT + environment,
    }
    [estate] = linked(files).estates
    [unit] = estate.units
    objects = app_objects(unit, neighbours_of(unit, estate), router_of(estate.environment))
    [job] = [obj for obj in objects if obj["kind"] == "Job"]
    return dict(job)


def name_of(spec: dict[str, Any], environment: str = "") -> str:
    name: str = job_of(spec, environment)["metadata"]["name"]
    return name


def with_job(**fields: Any) -> dict[str, Any]:
    return {**SPEC, "jobs": {"import": {**JOB, **fields}}}


def test_its_name_is_frozen() -> None:
    """With another name, what was imported long ago is imported again in every environment."""
    assert name_of(SPEC) == "shop-import-36f57cc7"


@pytest.mark.parametrize(
    "spec",
    [
        {**SPEC, "image": "ghcr.io/acme/shop:1.4.3"},
        {**SPEC, "env": {"LOG_LEVEL": "debug", "PASSWORD": {"secret": "db/password"}}},
        {**SPEC, "env": {**SPEC["env"], "NEW": "1"}},  # type: ignore[dict-item]
        {**SPEC, "envFrom": [{"config": "settings"}]},
        {**SPEC, "files": {"/etc/shop/shop.toml": "level = 2\n"}},
        with_job(args=["import"]),
        with_job(command=["shop"]),
        with_job(image="ghcr.io/acme/tools:1"),
        with_job(env={"LOG_LEVEL": "debug"}),
        with_job(volumes={"work": {"mountPath": "/work", "size": "100Mi"}}),
        with_job(once={"run": 2}),
    ],
)
def test_it_runs_again_when_what_it_runs_changes(spec: dict[str, Any]) -> None:
    assert name_of(spec) != name_of(SPEC)


@pytest.mark.parametrize(
    ("spec", "environment"),
    [
        ({**SPEC, "labels": {"cost-center": "4711"}}, ""),
        ({**SPEC, "description": "The shop", "contact": "#sales"}, ""),
        ({**SPEC, "replicas": 5, "args": ["web"], "resources": "large"}, ""),
        ({**SPEC, "architecture": "arm64", "tolerations": [{"key": "batch"}]}, ""),
        ({**SPEC, "runAsUser": 1000, "readOnlyRootFilesystem": False}, ""),
        ({**SPEC, "egress": [{"cidr": "10.0.0.0/8", "port": 5432}]}, ""),
        ({**SPEC, "workers": {"mailer": {}}}, ""),
        ({**SPEC, "team": "finance"}, ""),
        (with_job(resources={"memory": "2Gi"}), ""),
        (with_job(once={"activeDeadlineSeconds": 7200, "backoffLimit": 0}), ""),
        (with_job(once={"run": 1, "backoffLimit": 2}), ""),
        (with_job(env={"LOG_LEVEL": {"value": "info"}}), ""),
        (SPEC, "defaults: {resources: large, runAsUser: 1000, replicas: 1}\n"),
        (
            {
                **SPEC,
                "image": "ghcr.io/acme/shop:2",
                "environments": {"dev": {"image": SPEC["image"]}},
            },
            "",
        ),
    ],
)
def test_it_does_not_run_again_for_anything_else(spec: dict[str, Any], environment: str) -> None:
    assert name_of(spec, environment) == name_of(SPEC)


def test_flux_leaves_alone_the_one_that_is_there() -> None:
    """Kubernetes refuses to change a Job, and with it Flux would apply nothing of the app."""
    annotations = job_of(SPEC)["metadata"]["annotations"]

    assert annotations["kustomize.toolkit.fluxcd.io/ssa"] == "IfNotPresent"
