"""PT233: the Ingress that a chart makes is held to the rules for every Ingress."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.host_names import problem_of_host
from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, group_of, mapping
from compiler.policies.router_annotations import is_allowed, is_routers
from compiler.policies.shape import Context, Finding, Object

ID = "PT233"
TITLE = "Ingress of a chart past the rules"
SEVERITY = "error"
RATIONALE = (
    "A chart makes its Ingress in the cluster, from its values. With another class, a wildcard, "
    "somebody else's host or a snippet it is the same way in as an Ingress that stands in a file."
)
WHAT = (
    "Refuses values of a HelmRelease that switch on an Ingress without the shared class, with "
    "hosts that are not plain names of the domains or belong to another namespace, or with "
    "annotations of the router that are not harmless; routes and Gateways; and whole objects as "
    "text."
)
FIX = (
    "Set the shared class and the app's own host in the values, or switch the Ingress off and "
    "expose the app with `expose` in a spec."
)
KINDS = ("HelmRelease",)
ONE_DOOR = True

FAILING = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: podinfo
      version: 6.7.0
      sourceRef: {kind: HelmRepository, name: podinfo}
  values:
    service: {type: ClusterIP}
    ingress:
      enabled: true
      className: alb
      hosts: [{host: shop.example.com}]
"""
PASSING = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: shop
  namespace: shop
spec:
  interval: 10m
  chart:
    spec:
      chart: podinfo
      version: 6.7.0
      sourceRef: {kind: HelmRepository, name: podinfo}
  values:
    service: {type: ClusterIP}
    ingress:
      enabled: true
      className: edge
      hosts: [{host: shop.example.com}]
"""

_MAX_DEPTH = 32
_CLASS_KEYS = ("className", "ingressClassName", "ingressClass", "class", "ingressClassname")
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_HOST_KEYS = ("host", "hosts", "hostname", "hostnames", "extraHosts", "domain", "domains", "fqdn")
_HELP = "set the shared class and the app's own host, or switch it off and use `expose` in a spec"


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the values of one HelmRelease."""
    if group_of(obj) != f"helm.{FLUX}":
        return
    for path, what in _problems(
        mapping(obj, "spec").get("values"), ("spec", "values"), obj, context
    ):
        yield Finding(path, f"{described(obj)} {what}", _HELP)


def _problems(
    value: Any, path: tuple[str | int, ...], obj: Object, context: Context
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if len(path) > _MAX_DEPTH:
        return
    if isinstance(value, str) and "kind:" in value and "apiVersion:" in value:
        yield path, "passes a whole object to the chart as text, which nobody judges"
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _problems(item, (*path, index), obj, context)
    if not isinstance(value, dict):
        return
    if value.get("parentRefs"):
        yield (*path, "parentRefs"), "makes a route of a Gateway"
    if isinstance(value.get("kind"), str) and isinstance(value.get("apiVersion"), str):
        yield path, f"passes a whole {value['kind']} to the chart, which nobody judges"
    for key, item in value.items():
        here = (*path, key)
        if "ingress" in str(key).lower() and isinstance(item, dict) and _is_on(item):
            yield from _ingress(item, here, obj, context)
        else:
            yield from _problems(item, here, obj, context)


def _is_on(ingress: dict[str, Any]) -> bool:
    switch = ingress.get("enabled", ingress.get("create"))
    if switch is None:
        return any(ingress.get(key) for key in _HOST_KEYS)
    return switch not in (False, "false", "no", "off", 0)


def _ingress(
    ingress: dict[str, Any], path: tuple[str | int, ...], obj: Object, context: Context
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    noted = mapping(ingress, "annotations")
    classes = [ingress[key] for key in _CLASS_KEYS if ingress.get(key)]
    classes += [noted[_CLASS_ANNOTATION]] if _CLASS_ANNOTATION in noted else []
    if not classes:
        yield (
            path,
            "makes an Ingress without a class, which the default controller serves",
        )
    for name in classes:
        if name not in context.ingress_classes:
            yield path, f'makes an Ingress of the class "{name}", which is not the shared one'
    for key, value in noted.items():
        if isinstance(key, str) and is_routers(key) and not is_allowed(key, value):
            yield (*path, "annotations", key), f"makes an Ingress with {key}: {value}"
    hosts = [host for key in _HOST_KEYS for host in _hosts(ingress.get(key))]
    if not hosts:
        yield path, "makes an Ingress for hosts that only the chart knows"
    own = mapping(obj, "metadata").get("namespace")
    for host in hosts:
        problem = problem_of_host(host, context.domains)
        if problem:
            yield path, f'makes an Ingress for "{host}", {problem}'
        elif any(claim.namespace != own for claim in context.hosts.get(host, ())):
            yield path, f"makes an Ingress for {host}, which belongs to another namespace"


def _hosts(value: Any) -> Iterator[Any]:
    """Every host in one of the forms that charts take: a name, a list, or mappings with one."""
    if isinstance(value, list):
        for item in value:
            yield from _hosts(item)
    elif isinstance(value, dict):
        for key in ("host", "name", "hostname"):
            if value.get(key):
                yield value[key]
                return
        # {"shop.example.com": [paths]}
        yield from value
    elif value not in (None, ""):
        yield value
