"""A pod lasts as long as its hooks take, and as long as somebody waits for its answer."""

from typing import Any

import pytest

from compiler.link.stopping import drain, grace_period, waits
from compiler.link.workloads import workloads_of
from compiler.source.yaml import read
from compiler.spec.app import App
from compiler.spec.environment import Environment
from tests.repository import ENVIRONMENT

DEV = Environment.model_validate(read("dev.yaml", ENVIRONMENT.encode()).data)
QUICK = Environment.model_validate(
    {**DEV.model_dump(by_alias=True, exclude_unset=True), "edge": {"originReadTimeout": 10}}
)


def grace(environment: Environment = DEV, **fields: Any) -> int:
    app = {"name": "shop", "team": "sales", "image": "ghcr.io/acme/shop:1.4.2", **fields}
    return grace_period(workloads_of(App.model_validate(app))[0], environment)


def hook(**fields: Any) -> dict[str, Any]:
    return {"preStop": fields}


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, 30),
        ({"port": 8080}, 65),
        ({"port": 8080, "lifecycle": hook(exec=["flush"])}, 65),
        ({"port": 8080, "lifecycle": hook(sleep=120)}, 150),
        ({"lifecycle": hook(sleep=60)}, 90),
        ({"lifecycle": {"postStart": {"sleep": 60}}}, 90),
        ({"sidecars": {"logs": {"lifecycle": hook(sleep=40)}}}, 70),
        ({"port": 8080, "sidecars": {"logs": {"lifecycle": hook(sleep=10)}}}, 65),
        ({"workers": {"mailer": {"lifecycle": hook(sleep=60)}}}, 90),
        ({"port": 8080, "rollout": {"terminationGracePeriodSeconds": 300}}, 300),
    ],
)
def test_a_pod_has_time_to_stop(fields: dict[str, Any], seconds: int) -> None:
    assert grace(**fields) == seconds


def test_an_answer_may_take_as_long_as_cloudfront_waits() -> None:
    assert (grace(port=8080), grace(QUICK, port=8080)) == (65, 55)
    assert grace(QUICK) == 30


def test_an_app_serves_for_longer_than_the_load_balancer_sends() -> None:
    assert drain(DEV) > DEV.load_balancer.draining


def test_the_sleep_of_an_app_that_serves_is_one_of_its_waits() -> None:
    app = {"name": "shop", "team": "sales", "image": "ghcr.io/acme/shop:1.4.2", "port": 8080}
    [workload] = workloads_of(App.model_validate(app))
    assert [(wait.hook, wait.seconds) for wait in waits(workload, DEV)] == [("preStop", 25)]
