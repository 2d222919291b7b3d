"""What an app consists of, and what its parts have of it."""

from typing import Any

import pytest

from compiler.link.workloads import further_names, has_main, workloads_named, workloads_of
from compiler.spec.app import App


def app(**fields: Any) -> App:
    return App.model_validate({"name": "shop", "team": "sales", "image": "shop:1", **fields})


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({}, {"shop": "Deployment"}),
        ({"port": 80}, {"shop": "Deployment"}),
        ({"schedule": "@daily"}, {"shop": "CronJob"}),
        ({"volumes": {"a": {"mountPath": "/a", "claim": "1Gi"}}}, {"shop": "StatefulSet"}),
        ({"volumes": {"a": {"mountPath": "/a", "existingClaim": "b"}}}, {"shop": "Deployment"}),
        ({"workers": {"a": {}}}, {"shop-a": "Deployment"}),
        ({"port": 80, "workers": {"a": {}}}, {"shop": "Deployment", "shop-a": "Deployment"}),
        (
            {"ports": {"grpc": 80}, "jobs": {"a": {"once": {}}}},
            {"shop": "Deployment", "shop-a": "Job"},
        ),
        (
            {"schedule": "@daily", "jobs": {"a": {"schedule": "@daily"}}},
            {"shop": "CronJob", "shop-a": "CronJob"},
        ),
    ],
)
def test_an_app_consists_of_what_it_says(fields: dict[str, Any], kinds: dict[str, str]) -> None:
    one = app(**fields)

    assert {workload.name: workload.kind for workload in workloads_of(one)} == kinds
    assert workloads_named(one) == tuple(kinds)
    assert has_main(one) == ("shop" in kinds)


def test_every_name_of_an_object_is_known_to_the_linker() -> None:
    one = app(
        port=80,
        volumes={"a": {"mountPath": "/a", "claim": "1Gi"}},
        workers={"b": {}},
        jobs={"c": {"once": {}}},
    )

    assert further_names(one) == ("shop-b", "shop-c", "shop-pods")
    assert further_names(app()) == ()


def test_a_worker_has_the_image_variables_and_files_of_the_app_and_its_own_go_before_them() -> None:
    one = app(
        port=80,
        args=["web"],
        env={"A": "app", "B": "app"},
        envFrom=[{"config": "app"}],
        files={"/a": "app", "/b": "app"},
        volumes={"cache": {"mountPath": "/cache"}},
        resources={"requests": {"cpu": "2"}},
        replicas=5,
        workers={
            "plain": {},
            "own": {
                "image": "mailer:2",
                "env": {"B": "own", "C": "own"},
                "envFrom": [{"secret": "own"}],
                "files": {"/b": "own"},
            },
        },
    )

    _, plain, own = workloads_of(one)

    assert (plain.container.image, own.container.image) == ("shop:1", "mailer:2")
    assert {k: v.value for k, v in plain.container.env.items()} == {"A": "app", "B": "app"}
    assert {k: v.value for k, v in own.container.env.items()} == {
        "A": "app",
        "B": "own",
        "C": "own",
    }
    assert [item.config or item.secret for item in own.container.env_from] == ["app", "own"]
    assert {k: v.text for k, v in own.files.items()} == {"/a": "app", "/b": "own"}
    assert (plain.files_from, own.files_from) == ("shop", "shop-own")
    assert plain.container.args is None
    assert plain.volumes == {}
    assert plain.replicas.min == 2
    assert plain.container.resources.requests.cpu is None
    assert not plain.serves


def test_a_part_with_an_image_of_its_own_beside_the_app_does_not_see_its_variables() -> None:
    one = app(
        env={"PASSWORD": {"secret": "db/password"}},
        init={"migrate": {}, "wait": {"image": "wait:1"}},
    )

    [main] = workloads_of(one)

    assert [list(init.env) for init in main.init] == [["PASSWORD"], []]
