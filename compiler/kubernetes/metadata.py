"""Names, labels and annotations that every rendered object has."""

from typing import Any

from compiler.link.unit import Unit

Object = dict[str, Any]

MANAGED_BY = {"app.kubernetes.io/managed-by": "portico"}
SOURCE = "portico.dev/source"
TEAM = "portico.dev/team"

# Flux deletes what is gone from Git; of these a deletion is never a consequence of a pull request.
# Source: fluxcd.io, Kustomization API, "Controlling the deletion behavior of resources".
KEEP = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


def selector(unit: Unit) -> dict[str, str]:
    """The labels that select the app's pods. Immutable in a Deployment, so never anything more."""
    return selector_of(unit.interface.name)


def selector_of(app: str) -> dict[str, str]:
    """The same of an app that is known by its name only."""
    return {"app.kubernetes.io/name": app}


def app_metadata(unit: Unit, **labels: str) -> Object:
    """The metadata of one of the app's objects. All of them are named after the app."""
    return {
        "name": unit.app.name,
        "namespace": unit.app.team,
        "labels": {**selector(unit), **labels, **MANAGED_BY, TEAM: unit.app.team},
        "annotations": {SOURCE: unit.source},
    }


def platform_metadata(
    name: str,
    source: str,
    *,
    namespace: str | None = None,
    labels: dict[str, str] | None = None,
    annotations: dict[str, str] | None = None,
) -> Object:
    """The metadata of an object that belongs to the platform; cluster-wide without a namespace."""
    return {
        "name": name,
        **({"namespace": namespace} if namespace else {}),
        "labels": {"app.kubernetes.io/name": name, **(labels or {}), **MANAGED_BY},
        "annotations": {SOURCE: source, **(annotations or {})},
    }
