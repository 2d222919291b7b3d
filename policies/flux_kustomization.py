"""PT224: Flux applies what was reviewed, as it is."""

from collections.abc import Iterator

from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, group_of, mapping
from compiler.policies.shape import Context, Finding, Object

ID = "PT224"
TITLE = "Flux Kustomization that changes what it applies"
SEVERITY = "error"
RATIONALE = (
    "Patches, substitutions, components and another namespace are applied by Flux after the "
    "build: what runs is then not what was reviewed and judged, and any ClusterIP can become a "
    "LoadBalancer."
)
WHAT = (
    "Refuses in a Flux Kustomization every field that changes objects or sends them elsewhere "
    "(patches, postBuild, components, images, targetNamespace, kubeConfig and the like), fields "
    "that are not known, and another source than this repository."
)
FIX = "Remove the field, and write the objects as they are to be."
KINDS = ("Kustomization",)
ONE_DOOR = True

FAILING = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  prune: true
  path: ./rendered/prod
  sourceRef: {kind: GitRepository, name: flux-system}
  patches:
  - target: {kind: Service}
    patch: |
      - {op: replace, path: /spec/type, value: LoadBalancer}
"""
PASSING = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  prune: true
  path: ./rendered/prod
  sourceRef: {kind: GitRepository, name: flux-system}
"""

# Source: fluxcd.io, Kustomization API v1. What is left out changes objects, or where they go.
_FIELDS = frozenset(
    (
        *("decryption", "deletionPolicy", "dependsOn", "force", "healthCheckExprs"),
        *("healthChecks", "interval", "path", "prune", "retryInterval", "serviceAccountName"),
        *("sourceRef", "suspend", "timeout", "wait"),
    )
)


def concerns(group: str, kind: object) -> bool:
    """Whether the kind is Flux's; kustomize's own files are judged by what they build."""
    return group == f"kustomize.{FLUX}"


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Flux Kustomization."""
    if not concerns(group_of(obj), obj.get("kind")):
        return
    spec = mapping(obj, "spec")
    for field in spec:
        if field not in _FIELDS and spec[field]:
            yield Finding(
                ("spec", field),
                f"{described(obj)} changes what it applies, or where, by {field}",
                f"remove {field}, and write the objects as they are to be",
            )
    source = mapping(spec, "sourceRef")
    namespace = source.get("namespace") or mapping(obj, "metadata").get("namespace")
    if (
        source.get("kind") != "GitRepository"
        or source.get("name") not in context.sources
        or namespace != "flux-system"
    ):
        yield Finding(
            ("spec", "sourceRef"),
            f"{described(obj)} applies {source.get('kind')} {namespace}/{source.get('name')}, "
            "which is not this repository",
            f"apply GitRepository flux-system/{' or '.join(sorted(context.sources))}",
        )
    path = spec.get("path")
    if isinstance(path, str) and ".." in path.split("/"):
        yield Finding(
            ("spec", "path"),
            f"{described(obj)} applies {path}, outside its source",
            "write a path below the repository's root",
        )
