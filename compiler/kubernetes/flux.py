"""Flux Kustomizations: platform and namespaces first, then one for each app.

Source: fluxcd.io, kustomize.toolkit.fluxcd.io/v1 (Flux 2.9). They stand in `flux/estate/` and not
in `flux/` itself: a kustomization.yaml there would have to name `flux-system/`, which exists only
after `flux bootstrap`, and without it Flux would no longer update itself. Where a folder has no
kustomization.yaml, Flux takes every folder below it, so bootstrap's and ours both.
"""

from compiler.kubernetes.metadata import MANAGED_BY, SOURCE, Object
from compiler.link.estate import Estate

_FLUX_NAMESPACE = "flux-system"


def flux_files(estate: Estate) -> dict[str, list[Object]]:
    """File name -> Kustomizations, for `rendered/<env>/flux/estate/`."""
    return {
        "platform.yaml": [_kustomization(estate, "platform", estate.source, "platform")],
        "namespaces.yaml": [
            # Not before the platform: its admission policy guards what comes after it.
            _kustomization(estate, "namespaces", estate.source, "namespaces", ["platform"])
        ],
        "apps.yaml": [
            _kustomization(
                estate,
                f"app-{unit.app.name}",
                unit.source,
                f"apps/{unit.app.name}",
                ["platform", "namespaces"],
            )
            for unit in estate.units
        ],
    }


def _kustomization(
    estate: Estate, name: str, source: str, folder: str, after: list[str] | None = None
) -> Object:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {
            "name": name,
            "namespace": _FLUX_NAMESPACE,
            "labels": MANAGED_BY,
            "annotations": {SOURCE: source},
        },
        "spec": {
            **({"dependsOn": [{"name": other} for other in after]} if after else {}),
            "interval": "60m",
            "retryInterval": "2m",
            "timeout": "5m",
            "prune": True,
            "wait": True,
            "force": False,
            "sourceRef": {"kind": "GitRepository", "name": estate.environment.flux.source},
            "path": f"./rendered/{estate.environment.name}/{folder}",
        },
    }
