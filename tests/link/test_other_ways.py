"""An override may say in another way what the spec says: the one takes the place of the other."""

from typing import Any

import pytest

from compiler.link.layers import merge
from compiler.spec.app import App

SHOP = {"name": "shop", "team": "sales", "image": "ghcr.io/acme/shop:1.4.2", "port": 8080}

WAYS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a secret over a text": (
        {"env": {"PASSWORD": "none", "MODE": "fast"}},
        {"env": {"PASSWORD": {"secret": "shop/password"}}},
        {"env": {"PASSWORD": {"secret": "shop/password"}, "MODE": "fast"}},
    ),
    "a text over a secret": (
        {"env": {"PASSWORD": {"secret": "shop/password", "optional": True}}},
        {"env": {"PASSWORD": "none"}},
        {"env": {"PASSWORD": "none"}},
    ),
    "a field over an optional secret": (
        {"env": {"NAME": {"secret": "shop/name", "optional": True}}},
        {"env": {"NAME": {"field": "metadata.name"}}},
        {"env": {"NAME": {"field": "metadata.name"}}},
    ),
    "another secret stays optional": (
        {"env": {"DSN": {"secret": "shop/dsn", "optional": True}}},
        {"env": {"DSN": {"secret": "shop-dev/dsn"}}},
        {"env": {"DSN": {"secret": "shop-dev/dsn", "optional": True}}},
    ),
    "a variable removed": (
        {"env": {"MODE": "fast", "LEVEL": "info"}},
        {"env": {"MODE": None}},
        {"env": {"LEVEL": "info"}},
    ),
    "lists of envFrom replace": (
        {"envFrom": [{"secret": "a"}, {"secret": "b"}]},
        {"envFrom": [{"config": "c"}]},
        {"envFrom": [{"config": "c"}]},
    ),
    "gRPC over a path": (
        {"health": {"readiness": "/ready"}},
        {"health": {"readiness": {"grpc": 9000}}},
        {"health": {"readiness": {"grpc": 9000}}},
    ),
    "TCP over a path with what belongs to it; times stay": (
        {
            "health": {
                "liveness": {
                    "http": "/live",
                    "port": 8081,
                    "scheme": "HTTPS",
                    "httpHeaders": {"Host": "shop"},
                    "periodSeconds": 20,
                }
            }
        },
        {"health": {"liveness": {"tcp": 8080}}},
        {"health": {"liveness": {"tcp": 8080, "periodSeconds": 20}}},
    ),
    "another path keeps its port": (
        {"health": {"liveness": {"http": "/live", "port": 8081}}},
        {"health": {"liveness": {"http": "/alive"}}},
        {"health": {"liveness": {"http": "/alive", "port": 8081}}},
    ),
    "a short form over a long one": (
        {"health": {"readiness": {"grpc": 9000, "periodSeconds": 30}, "liveness": "/live"}},
        {"health": "/healthz"},
        {"health": "/healthz"},
    ),
    "times beside a short form": (
        {"health": "/healthz"},
        {"health": {"startup": {"failureThreshold": 300}}},
        {"health": {"path": "/healthz", "startup": {"failureThreshold": 300}}},
    ),
    "times of a probe in its short form": (
        {"health": {"readiness": "/ready"}},
        {"health": {"readiness": {"periodSeconds": 30}}},
        {"health": {"readiness": {"http": "/ready", "periodSeconds": 30}}},
    ),
    "a probe left out": (
        {"health": {"liveness": {"exec": ["alive"]}}},
        {"health": {"liveness": {"enabled": False}}},
        {"health": {"liveness": {"enabled": False}}},
    ),
    "a probe that was left out": (
        {"health": {"liveness": {"enabled": False}}},
        {"health": {"liveness": "/live"}},
        {"health": {"liveness": "/live"}},
    ),
    "a probe removed": (
        {"health": {"readiness": "/ready", "liveness": "/live"}},
        {"health": {"liveness": None}},
        {"health": {"readiness": "/ready"}},
    ),
    "all probes removed": ({"health": {"readiness": "/ready"}}, {"health": None}, {}),
    "a hook that does something else": (
        {"lifecycle": {"preStop": {"http": "/quit", "port": 8081}}},
        {"lifecycle": {"preStop": {"sleep": 60}}},
        {"lifecycle": {"preStop": {"sleep": 60}}},
    ),
    "a hook removed": (
        {"lifecycle": {"preStop": {"sleep": 60}, "postStart": {"exec": ["warm-up"]}}},
        {"lifecycle": {"preStop": None}},
        {"lifecycle": {"postStart": {"exec": ["warm-up"]}}},
    ),
    "a claim over an empty folder": (
        {"volumes": {"data": {"mountPath": "/data", "size": "1Gi", "medium": "Memory"}}},
        {"volumes": {"data": {"claim": "10Gi"}}},
        {"volumes": {"data": {"mountPath": "/data", "claim": "10Gi"}}},
    ),
    "an empty folder over a part of a claim": (
        {
            "volumes": {
                "data": {
                    "mountPath": "/data",
                    "existingClaim": "shop",
                    "readOnly": True,
                    "subPath": "a",
                }
            }
        },
        {"volumes": {"data": {"size": "2Gi"}}},
        {"volumes": {"data": {"mountPath": "/data", "size": "2Gi"}}},
    ),
    "another claim keeps what is said of it": (
        {"volumes": {"data": {"mountPath": "/d", "existingClaim": "a", "readOnly": True}}},
        {"volumes": {"data": {"existingClaim": "b"}}},
        {"volumes": {"data": {"mountPath": "/d", "existingClaim": "b", "readOnly": True}}},
    ),
    "a larger claim of the same class": (
        {"volumes": {"data": {"mountPath": "/d", "claim": {"size": "1Gi", "storageClass": "a"}}}},
        {"volumes": {"data": {"claim": {"size": "9Gi"}}}},
        {"volumes": {"data": {"mountPath": "/d", "claim": {"size": "9Gi", "storageClass": "a"}}}},
    ),
    "the class of a claim in its short form": (
        {"volumes": {"data": {"mountPath": "/d", "claim": "1Gi"}}},
        {"volumes": {"data": {"claim": {"storageClass": "a"}}}},
        {"volumes": {"data": {"mountPath": "/d", "claim": {"size": "1Gi", "storageClass": "a"}}}},
    ),
    "a volume removed": (
        {"volumes": {"a": {"mountPath": "/a"}, "b": {"mountPath": "/b"}}},
        {"volumes": {"a": None}},
        {"volumes": {"b": {"mountPath": "/b"}}},
    ),
    "a file of a Secret over a text": (
        {"files": {"/etc/a": "text"}},
        {"files": {"/etc/a": {"secret": "shop/a"}}},
        {"files": {"/etc/a": {"secret": "shop/a"}}},
    ),
    "another content stays executable": (
        {"files": {"/etc/a": {"text": "#!/bin/sh", "executable": True}}},
        {"files": {"/etc/a": {"config": "shop/a"}}},
        {"files": {"/etc/a": {"config": "shop/a", "executable": True}}},
    ),
    "a port in full over its number": (
        {"ports": {"grpc": 9000}},
        {"ports": {"grpc": {"appProtocol": "grpc"}}},
        {"ports": {"grpc": {"port": 9000, "appProtocol": "grpc"}}},
    ),
    "a sidecar in one environment only": (
        {"sidecars": {"proxy": {"args": ["a"]}}},
        {"sidecars": {"proxy": None, "debug": {"args": ["b"]}}},
        {"sidecars": {"debug": {"args": ["b"]}}},
    ),
    "arguments of an init container replace": (
        {"init": {"migrate": {"args": ["a", "b"], "env": {"X": "1"}}}},
        {"init": {"migrate": {"args": ["c"]}}},
        {"init": {"migrate": {"args": ["c"], "env": {"X": "1"}}}},
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_override_is_what_holds(name: str) -> None:
    said, over, expected = WAYS[name]

    merged = merge(said, over, [])

    assert merged == expected
    App.model_validate({**SHOP, **merged})
