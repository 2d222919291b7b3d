"""What init containers and sidecars take from the app, and what of them its Service offers."""

from typing import Any

import pytest

from compiler.link.ports import ContainerPort
from compiler.link.workloads import Container, Workload, file_key, offered, workloads_of
from compiler.spec.app import App

APP = {"name": "shop", "team": "sales", "image": "ghcr.io/acme/shop:1.4.2"}
OTHER = "ghcr.io/acme/proxy:2.0.1"


def app(**fields: Any) -> App:
    return App.model_validate({**APP, **fields})


def main(**fields: Any) -> Workload:
    return workloads_of(app(**fields))[0]


def container(kind: str, said: dict[str, Any], **fields: Any) -> Container:
    """One that is named `it`, of an app with variables."""
    shared = {"env": {"A": "app", "B": "app"}, "envFrom": [{"config": "of-app"}]}
    made = main(port=8080, **shared, **fields, **{kind: {"it": said}})
    [one] = made.init if kind == "init" else made.sidecars
    return one


def variables(one: Container) -> tuple[dict[str, str | None], list[str | None]]:
    return (
        {name: value.value for name, value in one.env.items()},
        [item.config or item.secret for item in one.env_from],
    )


@pytest.mark.parametrize("kind", ["init", "sidecars"])
def test_a_container_of_the_apps_image_has_its_variables(kind: str) -> None:
    said = {"args": ["x"], "env": {"B": "own", "C": "own"}, "envFrom": [{"secret": "own"}]}
    one = container(kind, said)
    assert one.image == APP["image"]
    assert variables(one) == ({"A": "app", "B": "own", "C": "own"}, ["of-app", "own"])


@pytest.mark.parametrize("kind", ["init", "sidecars"])
def test_a_container_of_another_image_has_its_own_variables_alone(kind: str) -> None:
    assert variables(container(kind, {"image": OTHER})) == ({}, [])
    own = container(kind, {"image": OTHER, "env": {"C": "own"}, "envFrom": [{"secret": "own"}]})
    assert variables(own) == ({"C": "own"}, ["own"])


@pytest.mark.parametrize("kind", ["init", "sidecars"])
@pytest.mark.parametrize(
    ("of_app", "said", "expected"),
    [
        (True, {"args": ["x"]}, True),
        (False, {"args": ["x"]}, False),
        (False, {"image": OTHER}, True),
        (True, {"image": OTHER}, True),
        (True, {"image": OTHER, "readOnlyRootFilesystem": False}, False),
        (False, {"args": ["x"], "readOnlyRootFilesystem": True}, True),
    ],
)
def test_what_may_be_written_to_is_of_an_image(
    kind: str, of_app: bool, said: dict[str, Any], expected: bool
) -> None:
    assert container(kind, said, readOnlyRootFilesystem=of_app).read_only is expected


def test_a_service_offers_the_ports_of_the_app_and_of_sidecars_that_say_so() -> None:
    ports = {"grpc": {"port": 9000, "appProtocol": "grpc"}, "dns": {"port": 53, "protocol": "UDP"}}
    proxy = {"image": OTHER, "ports": {"admin": {"port": 9901, "servicePort": 81}, "sql": 5432}}
    said = app(port=8080, ports=ports, sidecars={"proxy": proxy})
    assert offered(said) == (
        ContainerPort("http", 8080, "TCP", 80, None),
        ContainerPort("grpc", 9000, "TCP", 9000, "grpc"),
        ContainerPort("dns", 53, "UDP", 53, None),
        ContainerPort("admin", 9901, "TCP", 81, None),
    )
    [workload] = workloads_of(said)
    assert workload.offered == offered(said)
    assert [port.name for port in workload.sidecars[0].ports] == ["admin", "sql"]


def test_no_service_leads_to_a_job_or_worker() -> None:
    proxy = {"image": OTHER, "ports": {"sql": 5432}}
    assert not main(schedule="30 2 * * *", sidecars={"proxy": proxy}).serves
    assert not main(workers={"w": {"ports": {"grpc": 9000}}}).serves
    assert main(sidecars={"proxy": {"ports": {"a": {"port": 1, "servicePort": 1}}}}).serves


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/etc/shop/shop.toml", "etc.shop.shop.toml"),
        ("/.env", ".env"),
        ("/a@b+c~d", "a_b_c_d"),
    ],
)
def test_the_key_of_a_file_is_its_path(path: str, key: str) -> None:
    assert file_key(path) == key
