"""What Flux is told by annotations of an object."""

from typing import Any

from compiler.policies.reading import annotations

# Annotations by which Flux leaves an object as it is in the cluster. Source: fluxcd.io,
# Kustomization API, "Controlling the apply behavior of resources".
_LEFT_ALONE = {
    "kustomize.toolkit.fluxcd.io/reconcile": ("disabled",),
    "kustomize.toolkit.fluxcd.io/ssa": ("Merge", "IfNotPresent", "Ignore"),
}


def left_alone(obj: dict[str, Any]) -> str:
    """The annotation by which Flux would not put the object right; nothing if there is none."""
    noted = annotations(obj)
    return next((key for key, refused in _LEFT_ALONE.items() if noted.get(key) in refused), "")
