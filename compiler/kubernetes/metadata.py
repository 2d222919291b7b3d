"""Names, labels and annotations that every rendered object has."""

from functools import cache
from typing import Any, NamedTuple

from compiler.constant import Constant
from compiler.link.unit import Unit
from compiler.link.workloads import Workload

Object = dict[str, Any]

MANAGED_BY = Constant({"app.kubernetes.io/managed-by": "portico"})
SOURCE = "portico.dev/source"
TEAM = "portico.dev/team"

# Flux deletes what is gone from Git; of these a deletion is never a consequence of a pull request.
# Source: fluxcd.io, Kustomization API, "Controlling the deletion behavior of resources".
KEEP = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


class Owner(NamedTuple):
    """The app whose objects they are, or its worker or job; mostly the same everywhere."""

    name: str
    team: str
    source: str
    part: tuple[str, str] | None = None
    """Of a worker or job: its own name, and the app's."""
    labels: tuple[tuple[str, str], ...] = ()
    """Of the spec's own."""

    def of_workload(self, workload: Workload) -> "Owner":
        """Whose the objects of one of the app's workloads are."""
        if workload.component is None:
            return self
        return self._replace(name=workload.name, part=(workload.component, self.name))


def owner_of(unit: Unit) -> Owner:
    labels = unit.app.labels
    return Owner(
        unit.interface.name,
        unit.interface.team,
        unit.source,
        labels=tuple(labels.items()) if labels else (),
    )


@cache
def selector(app: str) -> Constant:
    """The labels that select the app's pods. Immutable in a Deployment, so never anything more."""
    return Constant({"app.kubernetes.io/name": app})


@cache
def match(app: str) -> Constant:
    """What selects the app's pods, where labels are not the only way to do so."""
    return Constant({"matchLabels": selector(app)})


@cache
def app_metadata(owner: Owner) -> Constant:
    """The metadata of one of the app's objects. Most of them are named after the app."""
    return Constant(
        {
            "name": owner.name,
            "namespace": owner.team,
            "labels": app_labels(owner),
            "annotations": Constant({SOURCE: owner.source}),
        }
    )


@cache
def app_labels(owner: Owner, version: str | None = None) -> Constant:
    """The labels of an object of the app, and the recommended one for what has a version."""
    return Constant(
        {
            **selector(owner.name),
            **(
                {
                    "app.kubernetes.io/component": owner.part[0],
                    "app.kubernetes.io/part-of": owner.part[1],
                }
                if owner.part is not None
                else {}
            ),
            **({"app.kubernetes.io/version": version} if version is not None else {}),
            **MANAGED_BY,
            TEAM: owner.team,
            **dict(owner.labels),
        }
    )


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
