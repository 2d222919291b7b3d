"""PT218: external-dns keeps one name, that of the shared load balancer."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compiler.policies.reading import annotations, described, mapping, pod_of
from compiler.policies.shape import Context, Finding, Object

ID = "PT218"
TITLE = "name that external-dns would publish"
SEVERITY = "error"
RATIONALE = (
    "external-dns writes the names that it finds in annotations into DNS: the addresses of pods, "
    "or a host of another team that then leads past CloudFront. The load balancer's own name is "
    "the only one that it keeps; every public host is Terraform's."
)
WHAT = (
    "Refuses annotations that external-dns reads on anything but the shared Service, and on that "
    "one every name but the load balancer's own."
)
FIX = "Remove the annotation. A public host is asked for with `expose` in the app's spec."
KINDS = ("*",)
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
  annotations: {external-dns.alpha.kubernetes.io/hostname: shop.example.com}
spec:
  ports:
  - port: 80
"""
PASSING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  ports:
  - port: 80
"""

# The default prefixes of external-dns, before and since v0.22, of kOps' dns-controller, and ours.
_PREFIXES = (
    *("external-dns.alpha.kubernetes.io", "external-dns.kubernetes.io"),
    *("dns.alpha.kubernetes.io", "edge.portico.dev"),
)
_HARMLESS = "exclude"
_NAMES = ("hostname", "internal-hostname")


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the annotations of one object, and of the pods that are made of it."""
    pod = pod_of(obj)
    if pod is not None and pod.path:
        for key, value in mapping(pod.metadata, "annotations").items():
            if _action(key) is not None:
                yield Finding(
                    (*pod.path, "metadata", "annotations", key),
                    f'{described(obj)} has external-dns publish "{value}" for its pods ({key})',
                    "remove the annotation; a public host is asked for with `expose` in a spec",
                )
    for key, value in annotations(obj).items():
        action = _action(key)
        if action is None:
            continue
        path = ("metadata", "annotations", key)
        shared = context.shared_named_by(obj) if obj.get("kind") == "Service" else None
        if shared is None:
            yield Finding(
                path,
                f'{described(obj)} has external-dns publish "{value}" ({key})',
                "remove the annotation; a public host is asked for with `expose` in a spec",
            )
        elif shared.compiled is not None:
            # Held against the compiled Service, annotation by annotation, by the rule about it.
            continue
        elif action not in _NAMES or not _is_own_name(value, context):
            yield Finding(
                path,
                f'the shared {described(obj)} has external-dns publish "{value}" ({key})',
                "publish one name of the load balancer's own, below a domain or in another one",
            )


# Thousands of objects have the same few annotations.
@lru_cache(maxsize=1024)
def _action(key: Any) -> str | None:
    """What an annotation tells external-dns; None if it is not for external-dns, or harmless."""
    if not isinstance(key, str):
        return None
    prefix, _, name = key.lower().rpartition("/")
    if prefix in _PREFIXES or "external-dns" in prefix or "externaldns" in prefix:
        return None if name == _HARMLESS else name
    return None


def _is_own_name(value: Any, context: Context) -> bool:
    """Whether a name can be the load balancer's: one name, nobody's host, no domain itself."""
    if not isinstance(value, str):
        return False
    name = value.lower().rstrip(".")
    if context.origins:
        return name in context.origins
    is_one = bool(name) and not any(mark in name for mark in ",* \n{$")
    return is_one and name not in context.domains and name not in context.hosts
