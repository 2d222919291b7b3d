"""The Ingresses of an app: one for each host of each entrance, named after what it serves."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler.kubernetes.routers.ingress import further_name
from tests.repository import ENVIRONMENT, portico, repository

SPEC = """\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
ports: {console: 9001}
expose:
- hosts: [shop, "@"]
  paths: [/, {path: /login, exact: true}]
  bodySize: 20Mi
  timeout: 45
  websocket: true
  sticky: true
- {host: shop, path: /admin, port: console, bodySize: 1Gi}
environments:
  dev:
"""
OLD_ROUTER = f"{ENVIRONMENT}router: ingress-nginx\n"
OPEN = ENVIRONMENT.replace(
    "cloudfrontSecurityGroups: [sg-0123456789abcdef0]", "openToTheWorld: true"
)


def ingresses(folder: Path, spec: str, environment: str = ENVIRONMENT) -> dict[str, Any]:
    """The Ingresses of a public app by their names; everything is clean by the rules, too."""
    root = repository(folder, {"apps/shop.yaml": spec, "environments/dev.yaml": environment})
    for command in ("compile", "check"):
        result = portico(root, command)
        assert result.code == 0, result.err
    text = (root / "rendered/dev/apps/shop/manifests.yaml").read_text()
    found = [obj for obj in yaml.safe_load_all(text) if obj["kind"] == "Ingress"]
    by_name = {ingress["metadata"]["name"]: ingress for ingress in found}
    assert len(by_name) == len(found)
    return by_name


def annotations(ingress: Any) -> dict[str, str]:
    """Those that the router reads."""
    return {k: v for k, v in ingress["metadata"]["annotations"].items() if "portico" not in k}


def paths(ingress: Any) -> list[tuple[str, str, int]]:
    [rule] = ingress["spec"]["rules"]
    return [
        (path["path"], path["pathType"], path["backend"]["service"]["port"]["number"])
        for path in rule["http"]["paths"]
    ]


def test_nginx_is_asked_by_its_own_annotations(tmp_path: Path) -> None:
    found = ingresses(tmp_path, SPEC)

    assert [*found] == ["shop", "dev.acme.example.shop", "shop.dev.acme.example.admin.shop"]
    assert annotations(found["shop"]) == {
        "nginx.org/mergeable-ingress-type": "minion",
        "nginx.org/client-max-body-size": "20m",
        "nginx.org/proxy-read-timeout": "45s",
        "nginx.org/proxy-send-timeout": "45s",
        "nginx.org/sticky-cookie-services": (
            "serviceName=shop portico-shop httponly secure samesite=lax path=/"
        ),
        "nginx.org/websocket-services": "shop",
    }
    assert annotations(found["dev.acme.example.shop"]) == annotations(found["shop"])
    assert paths(found["shop"]) == [("/", "Prefix", 80), ("/login", "Exact", 80)]
    admin = found["shop.dev.acme.example.admin.shop"]
    assert paths(admin) == [("/admin", "Exact", 9001), ("/admin/", "Prefix", 9001)]
    assert annotations(admin)["nginx.org/client-max-body-size"] == "1g"


def test_ingress_nginx_is_asked_by_its_own(tmp_path: Path) -> None:
    found = ingresses(tmp_path, SPEC, OLD_ROUTER)

    of_it = "nginx.ingress.kubernetes.io"
    assert annotations(found["shop"]) == {
        f"{of_it}/affinity": "cookie",
        f"{of_it}/affinity-mode": "persistent",
        f"{of_it}/proxy-body-size": "20m",
        f"{of_it}/proxy-read-timeout": "45",
        f"{of_it}/proxy-send-timeout": "45",
        f"{of_it}/session-cookie-name": "portico-shop",
        f"{of_it}/session-cookie-samesite": "Lax",
        f"{of_it}/session-cookie-secure": "true",
    }
    assert paths(found["shop"]) == [("/", "Prefix", 80), ("/login", "Exact", 80)]
    assert paths(found["shop.dev.acme.example.admin.shop"]) == [("/admin", "Prefix", 9001)]


@pytest.mark.parametrize("router", ["nginx", "ingress-nginx"])
def test_without_tls_a_cookie_may_travel_without_tls(router: str, tmp_path: Path) -> None:
    spec = SPEC.replace('- hosts: [shop, "@"]\n', "- hosts: [shop]\n  edge: direct\n")
    spec = spec.replace("port: console,", "port: console, edge: direct,")

    [first, _] = ingresses(tmp_path, spec, f"{OPEN}router: {router}\n").values()

    assert "portico-shop" in str(annotations(first))
    assert "secure" not in str(annotations(first))


def test_one_more_host_renames_no_other(tmp_path: Path) -> None:
    one = ingresses(tmp_path / "one", SPEC)
    more = SPEC.replace('[shop, "@"]', '[shop, books, "@"]')
    more = more.replace(
        "- {host: shop, path: /admin", "- {host: news}\n- {host: shop, path: /admin"
    )

    several = ingresses(tmp_path / "several", more)

    assert {name: ingress for name, ingress in several.items() if name in one} == one
    assert several.keys() - one.keys() == {
        "books.dev.acme.example.shop",
        "news.dev.acme.example.shop",
    }


_LABELS = st.sampled_from(["a", "b", "a-b", "b-a", "admin", "x" * 60])
_HOSTS = st.lists(_LABELS, min_size=1, max_size=4).map(
    lambda labels: ".".join([*labels, "example"])
)
_APPS = st.sampled_from(["a", "b", "a-b", "a-b-admin", "admin"])
_PATHS = st.sampled_from(["/", "/a", "/A", "/a/b", "/a.b", "/a-b", "/a/-b", "/~", "/" + "x" * 300])


@given(st.lists(st.tuples(_APPS, _HOSTS, _PATHS), unique=True, min_size=2, max_size=9))
def test_no_two_ingresses_of_a_team_share_a_name(served: list[tuple[str, str, str]]) -> None:
    names = [further_name(*one) for one in served]

    assert len({*names, *(app for app, _, _ in served)}) == len(names) + len(
        {a for a, _, _ in served}
    )
    for name in names:
        assert len(name) <= 253
        assert re.fullmatch(
            r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name
        )
