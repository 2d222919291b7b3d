"""The frame of a ValidatingAdmissionPolicy: what the rules that guard the API server share."""

from typing import Any

from compiler.policies.shape import Shared

_SERVICES = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["services"]}
_INGRESSES = {
    "apiGroups": ["networking.k8s.io"],
    "apiVersions": ["v1"],
    "resources": ["ingresses"],
}

_ANNOTATIONS = "(has({0}.metadata.annotations) ? {0}.metadata.annotations : {{}})"
STAYS = (
    "!(request.operation == 'UPDATE' && has(object.metadata.deletionTimestamp)"
    " && object.spec == oldObject.spec"
    f" && {_ANNOTATIONS.format('object')} == {_ANNOTATIONS.format('oldObject')})"
)
"""What is being deleted is let go as it is: its controllers still have to take it down. Only as it
is: a finalizer can keep a deleted object, and it is served until then."""


def of_services(*validations: tuple[str, str]) -> dict[str, Any]:
    """The spec of a policy over Services; each validation is a CEL expression and what it says."""
    return _spec(_SERVICES, validations)


def of_ingresses(*validations: tuple[str, str]) -> dict[str, Any]:
    """The spec of a policy over Ingresses; each validation is a CEL expression and what it says."""
    return _spec(_INGRESSES, validations)


def _spec(matched: dict[str, Any], validations: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [{**matched, "operations": ["CREATE", "UPDATE"]}],
        },
        "matchConditions": [{"name": "stays", "expression": STAYS}],
        "validations": [
            {"expression": expression, "message": message, "reason": "Forbidden"}
            for expression, message in validations
        ],
    }


def is_shared(shared: Shared) -> str:
    """A CEL expression: the object is the shared Service."""
    return (
        f"(object.metadata.namespace == {text(shared.namespace)}"
        f" && object.metadata.name == {text(shared.name)})"
    )


def text(value: str) -> str:
    """A CEL string literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def texts(values: list[str]) -> str:
    """A CEL list of strings."""
    return f"[{', '.join(text(value) for value in values)}]"
