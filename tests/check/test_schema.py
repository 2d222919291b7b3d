"""The strict schemas refuse what the API server would refuse, and say where."""

import re
from typing import Any

import pytest

from compiler.check.kind_schema import SchemaFiles
from compiler.check.schema import Schemas, SchemasByVersion, Subject, schema_errors
from compiler.diagnostics.model import Span


def errors(obj: dict[str, Any], version: str = "1.34") -> list[str]:
    def locate(path: tuple[str | int, ...]) -> Span:
        return Span(".".join(map(str, path)))

    found = schema_errors([Subject(obj, locate, "correct it")], Schemas(version))
    assert {d.help for d in found} <= {"correct it"}
    return [f"{d.rule.id} {d.primary.span}: {d.message}" for d in found]


def service(**spec: object) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": spec}


def test_a_valid_object_passes() -> None:
    assert errors(service(ports=[{"port": 80}])) == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"prots": []}, 'spec has no field "prots"'),
        ({"prots": [], "selectr": {}}, 'spec has no fields "prots" or "selectr"'),
        (
            {"ports": [{"port": "80"}]},
            'spec.ports[0].port is the text "80", and must be a whole number',
        ),
        ({"ports": [{"name": "web"}]}, 'spec.ports[0] lacks the field "port"'),
        ({"ports": {}}, "spec.ports is a mapping, and must be a list or nothing"),
        (
            {"ports": [{"port": 80, "targetPort": True}]},
            "spec.ports[0].targetPort is true, and must be a whole number, text or nothing",
        ),
    ],
)
def test_what_is_refused_is_said_with_its_path(spec: dict[str, Any], said: str) -> None:
    [error] = errors(service(**spec))
    assert re.fullmatch(rf"PT203 [a-zA-Z0-9.]+: Service x: {re.escape(said)}", error)


def test_the_place_is_the_value_that_is_wrong() -> None:
    [error] = errors(service(ports=[{"port": "80"}]))
    assert error.startswith("PT203 spec.ports.0.port: ")


def test_every_error_of_an_object_is_reported() -> None:
    assert len(errors(service(ports=[{"port": "80"}], prots=1))) == 2


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("extensions/v1beta1", "Ingress"), ("v1", "Sevrice"), ("example.com/v1", "Widget")],
)
def test_a_kind_without_a_schema_is_refused_not_passed_over(api_version: str, kind: str) -> None:
    [error] = errors({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}})
    assert error == f"PT204 apiVersion: Kubernetes 1.34 has no {kind} in {api_version}"


def test_the_schemas_are_those_of_the_environments_version() -> None:
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingAdmissionPolicy",
        "metadata": {"name": "x"},
        "spec": {},
    }
    assert errors(policy, "1.30") == [
        "PT204 apiVersion: Kubernetes 1.30 has no MutatingAdmissionPolicy in "
        "admissionregistration.k8s.io/v1"
    ]
    assert errors(policy, "1.37") == []


def test_a_schema_that_is_known_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: dict[str, dict[str, str]] = {}
    kinds = SchemasByVersion(texts).of("1.34")
    assert kinds.validator(service()) is not None
    assert list(texts["1.34"]) == ["v1 Service"]

    def unread(*identity: str) -> str:
        raise AssertionError(identity)

    monkeypatch.setattr(SchemaFiles, "text", unread)
    known = SchemasByVersion(texts).of("1.34").validator(service())
    assert known is not None
    assert not known.is_valid(service(prots=[]))
