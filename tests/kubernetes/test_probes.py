"""What each probe asks where a spec says little, and that what a spec says is asked."""

from itertools import product
from typing import Any

import pytest

from compiler.kubernetes.probes import probes
from compiler.link.ports import ContainerPort
from compiler.link.questions import questions
from compiler.spec.health import Health

HTTP = ContainerPort("http", 8080, "TCP", 80, None)
GRPC = ContainerPort("grpc", 9000, "TCP", 9000, "grpc")
DNS = ContainerPort("dns", 5353, "UDP", 53, None)
NAMES = ("startupProbe", "readinessProbe", "livenessProbe")


def asked(health: Any, *ports: ContainerPort, sidecar: bool = False) -> tuple[str, ...]:
    """What startup, readiness and liveness ask, in short; a dash for none."""
    said = None if health is None else Health.model_validate(health)
    found = probes(said, ports, sidecar=sidecar)
    return tuple(_short(found.get(name)) for name in NAMES)


def _short(probe: Any) -> str:
    if probe is None:
        return "-"
    [(way, question)] = [(k, v) for k, v in probe.items() if not k.endswith(("Seconds", "old"))]
    if way == "httpGet":
        return f"GET {question['path']} {question['port']}"
    return f"{way} {question.get('port', question.get('command'))}"


@pytest.mark.parametrize(
    ("health", "ports", "expected"),
    [
        (None, (), ("-", "-", "-")),
        (None, (DNS,), ("-", "-", "-")),
        (None, (HTTP,), ("tcpSocket http",) * 3),
        (None, (DNS, GRPC, HTTP), ("tcpSocket grpc",) * 3),
        ({"path": "/up"}, (HTTP,), ("GET /up http", "GET /up http", "tcpSocket http")),
        ({"path": "/up", "port": 1}, (HTTP,), ("GET /up 1", "GET /up 1", "tcpSocket http")),
        ({"path": "/up", "port": 1}, (), ("GET /up 1", "GET /up 1", "-")),
        (
            {"readiness": {"grpc": "grpc"}},
            (HTTP, GRPC),
            ("grpc 9000", "grpc 9000", "tcpSocket http"),
        ),
        (
            {"path": "/up", "readiness": {"http": "/ready"}},
            (HTTP,),
            ("GET /ready http", "GET /ready http", "tcpSocket http"),
        ),
        (
            {"path": "/up", "liveness": {"http": "/live"}},
            (HTTP,),
            ("GET /up http", "GET /up http", "GET /live http"),
        ),
        (
            {"startup": {"exec": ["started"]}},
            (HTTP,),
            ("exec ['started']", "tcpSocket http", "tcpSocket http"),
        ),
        ({"liveness": {"exec": ["alive"]}}, (), ("exec ['alive']", "-", "exec ['alive']")),
        (
            {"readiness": {"exec": ["ready"]}, "liveness": {"exec": ["alive"]}},
            (),
            ("exec ['ready']", "exec ['ready']", "exec ['alive']"),
        ),
        (
            {"path": "/up", "readiness": {"enabled": False}},
            (HTTP,),
            ("GET /up http", "-", "tcpSocket http"),
        ),
        (
            {"path": "/up", "startup": {"enabled": False}, "liveness": {"enabled": False}},
            (HTTP,),
            ("-", "GET /up http", "-"),
        ),
    ],
)
def test_a_container_is_asked(health: Any, ports: Any, expected: tuple[str, ...]) -> None:
    assert asked(health, *ports) == expected


@pytest.mark.parametrize(
    ("health", "ports", "expected"),
    [
        (None, (GRPC,), ("tcpSocket grpc",) * 3),
        ({"path": "/up"}, (GRPC,), ("tcpSocket grpc", "GET /up grpc", "tcpSocket grpc")),
        ({"path": "/up", "port": 1}, (), ("tcpSocket 1", "GET /up 1", "-")),
        ({"readiness": {"exec": ["ready"]}}, (), ("-", "exec ['ready']", "-")),
        ({"liveness": {"exec": ["alive"]}}, (), ("-", "-", "exec ['alive']")),
        ({"startup": {"http": "/up", "port": 1}}, (), ("GET /up 1", "-", "-")),
    ],
)
def test_an_app_waits_for_a_sidecar_until_its_port_is_open(
    health: Any, ports: Any, expected: tuple[str, ...]
) -> None:
    assert asked(health, *ports, sidecar=True) == expected


@pytest.mark.parametrize("sidecar", [False, True])
@pytest.mark.parametrize(
    ("port", "ports"),
    [(8081, ()), (8081, (HTTP,)), (8081, (DNS,)), (None, (HTTP,)), (None, (DNS, GRPC))],
)
def test_a_path_alone_means_the_same_as_in_full(
    port: int | None, ports: tuple[ContainerPort, ...], sidecar: bool
) -> None:
    """Most specs say no more, so that it is made without asking what each probe asks."""
    alone = Health(path="/up", port=port)
    in_full = Health.model_validate(
        {
            "path": "/up",
            **({"port": port} if port is not None else {}),
            # Says what it is without it, and so that nothing is left out of the long way.
            "startup": {"periodSeconds": 2},
        }
    )
    assert probes(alone, ports, sidecar=sidecar) == probes(in_full, ports, sidecar=sidecar)


@pytest.mark.parametrize("path", [None, "/up"])
def test_readiness_is_not_liveness_unless_there_is_but_a_port(path: str | None) -> None:
    _, ready, alive = asked({"path": path} if path else None, HTTP)
    assert (ready == alive) == (path is None)


def test_times_are_those_that_are_said_and_for_the_rest_the_usual_ones() -> None:
    health = Health.model_validate(
        {
            "readiness": {"initialDelaySeconds": 5, "successThreshold": 2},
            "liveness": {"periodSeconds": 30},
            "startup": {"failureThreshold": 300, "timeoutSeconds": 9},
        }
    )
    found = probes(health, (HTTP,))
    assert [{k: v for k, v in found[name].items() if k != "tcpSocket"} for name in NAMES] == [
        {"periodSeconds": 2, "timeoutSeconds": 9, "failureThreshold": 300},
        {
            "initialDelaySeconds": 5,
            "periodSeconds": 5,
            "timeoutSeconds": 2,
            "successThreshold": 2,
            "failureThreshold": 3,
        },
        {"periodSeconds": 30, "timeoutSeconds": 2, "failureThreshold": 6},
    ]


def test_a_path_is_asked_for_with_all_that_is_said_of_it() -> None:
    said = {"http": "/r", "port": 8443, "scheme": "HTTPS", "httpHeaders": {"Host": "a", "X": "b"}}
    found = probes(Health.model_validate({"readiness": said}), (HTTP,))
    assert found["readinessProbe"]["httpGet"] == {
        "path": "/r",
        "port": 8443,
        "scheme": "HTTPS",
        "httpHeaders": [{"name": "Host", "value": "a"}, {"name": "X", "value": "b"}],
    }


@pytest.mark.parametrize(
    ("one", "sidecar"), list(product(["startup", "readiness", "liveness"], [False, True]))
)
def test_what_a_spec_says_itself_is_what_is_asked(one: str, sidecar: bool) -> None:
    health = Health.model_validate({"path": "/up", one: {"exec": ["x"]}})
    asks = questions(health, (HTTP,), sidecar=sidecar)
    assert getattr(asks, one) is getattr(health, one)
