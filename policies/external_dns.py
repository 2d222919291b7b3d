"""PT231: there is one external-dns, and it looks at the shared Service only."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from compiler.policies.reading import POD_KINDS, described, mapping, pod_of, texts
from compiler.policies.shape import Context, Finding, Object

ID = "PT231"
TITLE = "external-dns that publishes more"
SEVERITY = "error"
RATIONALE = (
    "An external-dns that looks at Ingresses, or at every Service, publishes whatever anybody "
    "writes into an annotation: hosts of other teams, and names that lead past CloudFront."
)
WHAT = (
    "Refuses an external-dns outside the entrance's namespace, and one that has another source "
    "than Services of type LoadBalancer."
)
FIX = "Remove it; the one that comes with the environment keeps the load balancer's name."
KINDS = POD_KINDS
ONE_DOOR = False

FAILING = """\
apiVersion: v1
kind: Pod
metadata:
  name: external-dns
  namespace: edge
spec:
  containers:
  - name: external-dns
    image: registry.k8s.io/external-dns/external-dns:v0.22.0
    args:
    - --source=ingress
"""
PASSING = """\
apiVersion: v1
kind: Pod
metadata:
  name: external-dns
  namespace: edge
spec:
  containers:
  - name: external-dns
    image: registry.k8s.io/external-dns/external-dns:v0.22.0
    args:
    - --source=service
    - --service-type-filter=LoadBalancer
"""

_IMAGE = re.compile(r"(?:.*/)?external-dns(?:[:@].*)?")
_FILTER = "LoadBalancer"


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge the pods that are made of one object."""
    pod = pod_of(obj)
    for path, container in pod.containers() if pod is not None else ():
        image = container.get("image")
        if not isinstance(image, str) or not _is_external_dns(image):
            continue
        if not context.is_entrance(mapping(obj, "metadata").get("namespace")):
            yield Finding(
                (*path, "image"),
                f"{described(obj)} is an external-dns outside the entrance's namespace",
                "remove it; the one that comes with the environment keeps the one name",
            )
            continue
        words = texts(container.get("command")) + texts(container.get("args"))
        sources = _values(words, "--source")
        filters = _values(words, "--service-type-filter")
        if set(sources) != {"service"} or set(filters) != {_FILTER}:
            yield Finding(
                (*path, "args"),
                f"{described(obj)} publishes names of {', '.join(sources) or 'everything'} "
                f"(of type {', '.join(filters) or 'any'})",
                f"give it --source=service and --service-type-filter={_FILTER} only",
            )


# An app has the same image in each environment.
@lru_cache(maxsize=16384)
def _is_external_dns(image: str) -> bool:
    return _IMAGE.fullmatch(image) is not None


def _values(words: list[str], option: str) -> list[str]:
    """What the option is given, as one word or as two."""
    given = [word.removeprefix(f"{option}=") for word in words if word.startswith(f"{option}=")]
    return given + [after for word, after in pairwise(words) if word == option]
