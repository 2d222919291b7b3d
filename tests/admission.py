"""The API server's side of a ValidatingAdmissionPolicy, as far as the rules use it.

CEL is evaluated by Google's own C++ implementation. What Kubernetes adds to it (quantities, addresses,
the authorizer) is not there, so an expression that needs it does not compile. Anything in a policy
that is not modelled raises, rather than being passed over.

https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

import copy
import re
from typing import Any, Literal, NamedTuple

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

Object = dict[str, Any]

_VARIABLES = ("object", "oldObject", "request", "namespaceObject", "variables")
_CLUSTER_WIDE = {
    *("ClusterRole", "ClusterRoleBinding", "IngressClass", "Namespace", "Node"),
    *("PersistentVolume", "StorageClass", "ValidatingAdmissionPolicy"),
    *("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
}
_ENV = cel.NewEnv(
    variables=dict.fromkeys(_VARIABLES, cel.Type.DYN),
    extensions=[ext_bindings.ExtBindings(), ext_optional.ExtOptional(), ext_strings.ExtStrings()],
)


class Request(NamedTuple):
    """A request that the API server has authenticated, defaulted and validated."""

    object: Object
    old: Object | None = None
    operation: Literal["CREATE", "UPDATE"] = "CREATE"


class Unusable(Exception):
    """A policy that the API server would not take, or that this model does not cover."""


class _Failed(Exception):
    """An expression ended in an error: a field that is not there, a type without the operation."""


class _Expression:
    """A compiled expression."""

    def __init__(self, text: str, type: cel.Type, variables: frozenset[str]) -> None:
        try:
            self._compiled = _ENV.compile(text)
        except RuntimeError as error:
            raise Unusable(f"{text}: {error}") from error
        # The API server takes no expression whose type is only known when it runs.
        if type != cel.Type.DYN and self._compiled.return_type() != type:
            raise Unusable(f"{text}: is {self._compiled.return_type()}, and must be {type}")
        unknown = set(re.findall(r"\bvariables\.(\w+)", text)) - variables
        if unknown:
            raise Unusable(f"{text}: there is no variable {', '.join(sorted(unknown))}")
        self._text = text

    def value(self, data: dict[str, Any]) -> Any:
        result = self._compiled.eval(data=data)
        if result.type() == cel.Type.ERROR:
            raise _Failed(f"{self._text}: {result.value()}")
        return result.plain_value()


class AdmissionPolicy:
    """The spec of a ValidatingAdmissionPolicy, compiled. Raises Unusable."""

    def __init__(self, spec: dict[str, Any]) -> None:
        spec = dict(spec)
        self._fails = _one_of(spec.pop("failurePolicy", "Fail"), "Fail", "Ignore") == "Fail"
        self._constraints = dict(spec.pop("matchConstraints"))
        self._variables: list[tuple[str, _Expression]] = []
        known: frozenset[str] = frozenset()
        for entry in spec.pop("variables", ()):
            self._variables.append(
                (entry["name"], _Expression(entry["expression"], cel.Type.DYN, known))
            )
            known |= {entry["name"]}
        self._conditions = [
            _Expression(entry["expression"], cel.Type.BOOL, frozenset())
            for entry in spec.pop("matchConditions", ())
        ]
        self._validations = [self._validation(entry, known) for entry in spec.pop("validations")]
        if spec:
            raise Unusable(f"not modelled: {', '.join(spec)}")
        self.matches({"apiVersion": "v1", "kind": "Nothing"}, "CREATE")

    def refusal(self, request: Request) -> str | None:
        """What the API server says if it refuses the request; None if it admits it."""
        if not self.matches(request.object, request.operation):
            return None
        data = _data(request)
        try:
            if not self._conditions_hold(data):
                return None
        except _Failed as error:
            return str(error) if self._fails else None
        data["variables"] = self._values(data)
        for expression, message, said in self._validations:
            try:
                if expression.value(data):
                    continue
            except _Failed as error:
                if self._fails:
                    return str(error)
                continue
            if said is not None:
                try:
                    return str(said.value(data))
                except _Failed:
                    pass
            return message
        return None

    def matches(self, obj: Object, operation: str) -> bool:
        """Whether the policy is about such a request at all."""
        constraints = dict(self._constraints)
        _one_of(constraints.pop("matchPolicy", "Equivalent"), "Equivalent", "Exact")
        rules = constraints.pop("resourceRules", [])
        excluded = constraints.pop("excludeResourceRules", [])
        if constraints:
            raise Unusable(f"not modelled: {', '.join(constraints)}")
        covers = [_covers(rule, obj, operation) for rule in rules]
        excludes = [_covers(rule, obj, operation) for rule in excluded]
        return any(covers) and not any(excludes)

    def _validation(
        self, entry: dict[str, Any], known: frozenset[str]
    ) -> tuple[_Expression, str, _Expression | None]:
        expression = _Expression(entry["expression"], cel.Type.BOOL, known)
        said = entry.get("messageExpression")
        message = entry.get("message", f"failed expression: {entry['expression']}")
        return expression, message, _Expression(said, cel.Type.STRING, known) if said else None

    def _conditions_hold(self, data: dict[str, Any]) -> bool:
        """Any that is false decides, even if another one fails."""
        failed: list[_Failed] = []
        for condition in self._conditions:
            try:
                if not condition.value(data):
                    return False
            except _Failed as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return True

    def _values(self, data: dict[str, Any]) -> dict[str, Any]:
        """The variables; one that fails is left out, so that only what uses it fails."""
        values: dict[str, Any] = {}
        for name, expression in self._variables:
            try:
                values[name] = expression.value({**data, "variables": values})
            except _Failed:
                continue
        return values


def _data(request: Request) -> dict[str, Any]:
    obj = request.object
    group, _, version = obj["apiVersion"].rpartition("/")
    return {
        "object": obj,
        "oldObject": request.old,
        "namespaceObject": None,
        "variables": {},
        "request": {
            "operation": request.operation,
            "kind": {"group": group, "version": version, "kind": obj["kind"]},
            "name": obj["metadata"].get("name", ""),
            "namespace": obj["metadata"].get("namespace", ""),
            "resource": {"group": group, "version": version, "resource": plural(obj["kind"])},
            "userInfo": {"username": "somebody", "groups": ["system:authenticated"]},
        },
    }


def _covers(rule: dict[str, Any], obj: Object, operation: str) -> bool:
    rule = dict(rule)
    group, _, version = obj["apiVersion"].rpartition("/")
    scope = _one_of(rule.pop("scope", "*"), "*", "Cluster", "Namespaced")
    own_scope = "Cluster" if obj["kind"] in _CLUSTER_WIDE else "Namespaced"
    covered = all(
        (
            _listed(rule.pop("apiGroups"), group),
            _listed(rule.pop("apiVersions"), version),
            _listed(rule.pop("operations"), operation),
            _listed(rule.pop("resources"), plural(obj["kind"]), "*/*"),
            scope in ("*", own_scope),
        )
    )
    if rule:
        raise Unusable(f"not modelled: {', '.join(rule)}")
    return covered


def _listed(listed: list[str], *own: str) -> bool:
    return "*" in listed or any(name in listed for name in own)


def _one_of(value: str, *known: str) -> str:
    if value not in known:
        raise Unusable(f"{value} is none of {', '.join(known)}")
    return value


def plural(kind: str) -> str:
    """The resource of a kind: services of Service, ingresses of Ingress."""
    name = kind.lower()
    if name == "endpoints":
        return name
    if name.endswith(("s", "x", "ch")):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


# What the API server makes of an object before policies see it ---------------------------------

# Fields that stand in an object even if they are empty: their Go types have no `omitempty`, or are
# pointers, which are empty only when they are null.
_ALWAYS = {
    *("metadata", "spec", "port", "backend", "paths"),
    *("ingressClassName", "loadBalancerClass", "allocateLoadBalancerNodePorts"),
}
# Maps of texts, in which an empty text is a value as any other.
_TEXTS = {"annotations", "labels", "selector"}


def defaulted(obj: Object) -> Object:
    """The object as policies see it: read into Go's types, defaulted, addresses and ports given.

    https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go
    """
    made: Object = _as_go_has_it(copy.deepcopy(obj))
    made["metadata"].setdefault("uid", "0c0ffee0-0000-4000-8000-000000000000")
    made["metadata"].setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
    if (made["apiVersion"], made["kind"]) == ("v1", "Service"):
        _default_service(made.setdefault("spec", {}))
    elif made["kind"] == "Ingress":
        made.setdefault("spec", {})
    return made


def _default_service(spec: dict[str, Any]) -> None:
    type = spec.setdefault("type", "ClusterIP")
    spec.setdefault("sessionAffinity", "None")
    if type != "ExternalName":
        spec.setdefault("clusterIP", "10.100.0.7")
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if type in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if type == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    for index, port in enumerate(spec.get("ports", ())):
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port["port"])
        # Given out before policies are asked: the registry's BeginCreate comes first.
        if type == "NodePort" or (type == "LoadBalancer" and spec["allocateLoadBalancerNodePorts"]):
            port.setdefault("nodePort", 31000 + index)


def _as_go_has_it(value: Any) -> Any:
    """Without what Go leaves out when it is empty: null, "", 0, false, empty lists and maps."""
    if isinstance(value, list):
        return [_as_go_has_it(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: item if key in _TEXTS else _as_go_has_it(item) for key, item in value.items()}
    return {
        key: item for key, item in made.items() if item or (key in _ALWAYS and item is not None)
    }
