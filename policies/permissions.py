"""PT223: no app is allowed to make a way in by itself."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, items, mapping, texts
from compiler.policies.shape import Context, Finding, Object

ID = "PT223"
TITLE = "permission to make a way in"
SEVERITY = "error"
RATIONALE = (
    "An app that may create Services or Ingresses, change the guard in the API server, or act as "
    "somebody who may, makes its own way in at run time, where no review sees it."
)
WHAT = (
    "Refuses Roles and ClusterRoles that allow writing Services, Ingresses, Gateways, endpoints, "
    "quotas, admission rules or permissions, or to act as others, and bindings of ServiceAccounts "
    "outside flux-system to cluster-admin, admin, edit or Flux's own roles, and aws-auth."
)
FIX = (
    "Allow only what the app needs, by name. A controller that has to write such objects needs a "
    "waiver with an owner and a date."
)
KINDS = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap")
ONE_DOOR = False

FAILING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: shop
  namespace: shop
rules:
- apiGroups: [""]
  resources: [services]
  verbs: [get, create]
"""
PASSING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: shop
  namespace: shop
rules:
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch]
"""

# Resources that are or guard a way in, by API group. Subresources such as services/status count:
# a status can take the traffic of an address (CVE-2020-8554).
_GUARDED = {
    "": ("services", "endpoints", "resourcequotas", "namespaces"),
    "discovery.k8s.io": ("endpointslices",),
    "networking.k8s.io": ("ingresses", "ingressclasses"),
    "extensions": ("ingresses",),
    "gateway.networking.k8s.io": ("gateways", "gatewayclasses", "httproutes", "listenersets"),
    "elbv2.k8s.aws": ("targetgroupbindings", "ingressclassparams"),
    "admissionregistration.k8s.io": (
        *("validatingadmissionpolicies", "validatingadmissionpolicybindings"),
        *("mutatingadmissionpolicies", "mutatingadmissionpolicybindings"),
        *("validatingwebhookconfigurations", "mutatingwebhookconfigurations"),
    ),
    "kustomize.toolkit.fluxcd.io": ("kustomizations",),
    "helm.toolkit.fluxcd.io": ("helmreleases",),
    "source.toolkit.fluxcd.io": ("gitrepositories", "ocirepositories", "buckets"),
}
# What a router itself writes: where an Ingress is served.
_STATUS_OF_ROUTERS = ("ingresses/status",)
# Whoever makes tokens of an account is that account.
_TOKENS = "serviceaccounts/token"
_WRITING = ("create", "update", "patch", "delete", "deletecollection", "*")
_BECOMING = ("escalate", "bind", "impersonate")
# The roles of Flux, as its own installation names them: whoever has one of the first two lets
# Flux apply anything, with all its rights.
_FLUX_ROLES = (*("crd-controller-flux-system", "flux-edit-flux-system", "flux-view-flux-system"),)
_POWERFUL = ("cluster-admin", "admin", "edit", *_FLUX_ROLES[:2])
# Makes whoever has an AWS role a user of the cluster, with any group.
_AWS_AUTH = ("kube-system", "aws-auth")
_EVERY_APP = (
    *("system:authenticated", "system:unauthenticated", "system:serviceaccounts"),
    "system:anonymous",
)


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one role or binding, or the ConfigMap by which EKS has them."""
    if obj.get("kind") in ("Role", "ClusterRole"):
        yield from _role(obj)
    elif obj.get("kind") != "ConfigMap":
        yield from _binding(obj)
    elif (mapping(obj, "metadata").get("namespace"), mapping(obj, "metadata").get("name")) == (
        _AWS_AUTH
    ):
        yield Finding(
            ("data",),
            f"{described(obj)} gives AWS roles any right in the cluster",
            "grant access with EKS access entries, in Terraform",
        )


def _role(obj: Object) -> Iterator[Finding]:
    is_flux = mapping(obj, "metadata").get("name") in _FLUX_ROLES
    for index, rule in items(obj.get("rules")):
        verbs = {verb.lower() for verb in texts(rule.get("verbs"))}
        resources = [resource.lower() for resource in texts(rule.get("resources"))]
        becoming = sorted(verbs.intersection(_BECOMING))
        written = [
            resource
            for resource in resources
            if any(
                _matches(resource, group)
                for group in texts(rule.get("apiGroups"))
                if not (is_flux and group.endswith(FLUX))
            )
        ]
        if becoming:
            yield Finding(
                ("rules", index, "verbs"),
                f"{described(obj)} allows to {becoming[0]}: to become somebody who may do more",
                "remove the verb",
            )
        elif verbs.intersection(_WRITING) and written:
            yield Finding(
                ("rules", index),
                f"{described(obj)} allows writing {', '.join(written)}",
                "allow get, list and watch only, or other resources by name",
            )
    if mapping(obj, "aggregationRule"):
        yield Finding(
            ("aggregationRule",),
            f"{described(obj)} takes in the rules of other roles, now and later",
            "write its rules out",
        )


def _matches(resource: str, group: str) -> bool:
    """Whether a rule's resource and group take in something guarded."""
    if resource in _STATUS_OF_ROUTERS:
        return False
    base = resource.partition("/")[0]
    if resource == _TOKENS and group in ("", "*"):
        return True
    if group == "*":
        return base == "*" or any(base in guarded for guarded in _GUARDED.values())
    guarded = _GUARDED.get(group, ())
    return base in guarded or (base == "*" and bool(guarded))


def _binding(obj: Object) -> Iterator[Finding]:
    role = mapping(obj, "roleRef").get("name")
    if role not in _POWERFUL:
        return
    for index, subject in items(obj.get("subjects")):
        who = _app(subject)
        if who:
            yield Finding(
                ("subjects", index),
                f"{described(obj)} lets {who} do everything that {role} may",
                "bind a role that allows what the app needs",
            )


def _app(subject: dict[str, Any]) -> str:
    """The app, or all apps, that a subject of a binding is; nothing for people and for Flux."""
    name = subject.get("name")
    if subject.get("kind") == "ServiceAccount":
        # Flux applies everything, so it may everything: its own ServiceAccounts, made by bootstrap.
        if subject.get("namespace") == "flux-system":
            return ""
        return f"ServiceAccount {subject.get('namespace')}/{name}"
    if isinstance(name, str) and name.startswith(_EVERY_APP):
        return name
    return ""
