"""Flux Kustomizations: guard, platform and namespaces, then one for each app.

Source: fluxcd.io, kustomize.toolkit.fluxcd.io/v1 (Flux 2.9). They stand in `flux/estate/` and not
in `flux/` itself: a kustomization.yaml there would have to name `flux-system/`, which exists only
after `flux bootstrap`, and without it Flux would no longer update itself. Where a folder has no
kustomization.yaml, Flux takes every folder below it, so bootstrap's and ours both.
"""

from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import MANAGED_BY, SOURCE, Object
from compiler.link.estate import Estate

_FLUX_NAMESPACE = "flux-system"


def flux_files(estate: Estate) -> dict[str, list[Object]]:
    """File name -> Kustomizations, for `rendered/<env>/flux/estate/`.

    The guard comes first and is small. Apps wait for it and for their namespaces, not for the
    rest of the platform: a router that cannot roll out must not keep apps from being rolled back.
    """
    return {
        "guard.yaml": [_kustomization(estate, "guard", estate.source, "platform/guard")],
        "platform.yaml": [
            # A router of many pods behind an NLB takes minutes for each of them.
            _kustomization(estate, "platform", estate.source, "platform", ["guard"], timeout="20m")
        ],
        "namespaces.yaml": [
            _kustomization(estate, "namespaces", estate.source, "namespaces", ["guard"])
        ],
        "apps.yaml": [
            _kustomization(
                estate,
                f"app-{unit.interface.name}",
                unit.source,
                f"apps/{unit.interface.name}",
                ["namespaces"],
            )
            for unit in estate.units
        ],
    }


def _kustomization(
    estate: Estate,
    name: str,
    source: str,
    folder: str,
    after: list[str] | None = None,
    *,
    timeout: str = "5m",
) -> Object:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": _metadata(name, source),
        "spec": {
            **({"dependsOn": [_dependency(other) for other in after]} if after else {}),
            "interval": "60m",
            "retryInterval": "2m",
            "timeout": timeout,
            "prune": True,
            "wait": True,
            "force": False,
            "sourceRef": _source(estate.environment.flux.source),
            "path": f"./rendered/{estate.environment.name}/{folder}",
        },
    }


@cache
def _metadata(name: str, source: str) -> Constant:
    return Constant(
        {
            "name": name,
            "namespace": _FLUX_NAMESPACE,
            "labels": MANAGED_BY,
            "annotations": {SOURCE: source},
        }
    )


@cache
def _dependency(name: str) -> Constant:
    return Constant({"name": name})


@cache
def _source(name: str) -> Constant:
    return Constant({"kind": "GitRepository", "name": name})
