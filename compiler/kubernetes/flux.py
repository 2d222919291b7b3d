"""Flux Kustomizations: guard, platform and namespaces, then one for each app.

Source: fluxcd.io, kustomize.toolkit.fluxcd.io/v1 (Flux 2.9). They stand in `flux/estate/` and not
in `flux/` itself: a kustomization.yaml there would have to name `flux-system/`, which exists only
after `flux bootstrap`, and without it Flux would no longer update itself. Where a folder has no
kustomization.yaml, Flux takes every folder below it, so bootstrap's and ours both.
"""

import zlib
from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import KEEP, MANAGED_BY, SOURCE, Object
from compiler.link.estate import Estate

_FLUX_NAMESPACE = "flux-system"

# The controller's own account, as `flux bootstrap` makes it. Flux takes it without being told,
# unless it was started with `--default-service-account`, as fluxcd.io has it for clusters of many
# tenants: then a Kustomization that names no account may apply nothing.
_ACCOUNT = "kustomize-controller"


def flux_files(estate: Estate) -> dict[str, list[Object]]:
    """File name -> Kustomizations, for `rendered/<env>/flux/estate/`.

    The guard comes first and is small. Apps wait for it and for their namespaces, not for the
    rest of the platform: a router that cannot roll out must not keep apps from being rolled back.
    An app's Kustomization goes with the app. The others stay if this folder goes: bootstrap's
    stands beside it, and with it alone Flux would take everything down, the guard included.
    """
    return {
        "guard.yaml": [_kustomization(estate, _lasting("guard", estate.source), "platform/guard")],
        "platform.yaml": [
            _kustomization(
                estate,
                _lasting("platform", estate.source),
                "platform",
                ["guard"],
                # A router of many pods behind an NLB takes minutes for each of them.
                timeout="20m",
            )
        ],
        "namespaces.yaml": [
            _kustomization(estate, _lasting("namespaces", estate.source), "namespaces", ["guard"])
        ],
        "apps.yaml": [
            _kustomization(
                estate,
                _of_app(unit.interface.name, unit.source, estate.environment.flux.shards),
                f"apps/{unit.interface.name}",
                ["namespaces"],
            )
            for unit in estate.units
        ],
    }


def _kustomization(
    estate: Estate,
    metadata: Constant,
    folder: str,
    after: list[str] | None = None,
    *,
    timeout: str = "5m",
) -> Object:
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": metadata,
        "spec": {
            **({"dependsOn": [_dependency(other) for other in after]} if after else {}),
            "interval": "60m",
            "retryInterval": "2m",
            "timeout": timeout,
            "prune": True,
            "wait": True,
            "force": False,
            "serviceAccountName": _ACCOUNT,
            "sourceRef": _source(estate.environment.flux.source),
            "path": f"./rendered/{estate.environment.name}/{folder}",
        },
    }


@cache
def _lasting(name: str, source: str) -> Constant:
    """The metadata of a Kustomization that Flux keeps if it is gone from Git."""
    return _metadata(name, MANAGED_BY, {SOURCE: source, **KEEP})


@cache
def _of_app(app: str, source: str, shards: int | None) -> Constant:
    """The metadata of an app's Kustomization."""
    shard = {"sharding.fluxcd.io/key": _shard(app, shards)} if shards else {}
    return _metadata(f"app-{app}", {**MANAGED_BY, **shard}, {SOURCE: source})


def _shard(app: str, shards: int) -> str:
    """The shard that an app belongs to, whichever other apps there are."""
    return f"shard{zlib.crc32(app.encode()) % shards + 1}"


def _metadata(name: str, labels: dict[str, str], annotations: dict[str, str]) -> Constant:
    return Constant(
        {
            "name": name,
            "namespace": _FLUX_NAMESPACE,
            "labels": labels,
            "annotations": annotations,
        }
    )


@cache
def _dependency(name: str) -> Constant:
    return Constant({"name": name})


@cache
def _source(name: str) -> Constant:
    return Constant({"kind": "GitRepository", "name": name})
