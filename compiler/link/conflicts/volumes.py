"""Files and volumes: one thing at each path, and room for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Place
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.link.workloads import Workload, file_key, workloads_of
from compiler.spec.quantity import bytes_of

if TYPE_CHECKING:
    from compiler.spec.volumes import Volume

Path = tuple[str, ...]

# What etcd, and so the API server, takes of a ConfigMap's data. Source: kubernetes.io, ConfigMap.
_MOST_BYTES = 1024 * 1024
_TMP, _SIZE, _DISK = "256Mi", "1Gi", "1Gi"


def volumes(unit: Unit) -> Iterator[Diagnostic]:
    app = unit.app
    for workload in workloads_of(app):
        yield from _paths(unit, workload)
        if workload.files:
            yield from _files(unit, workload)
        for name, volume in workload.volumes.items():
            yield from _volume(unit, volume, workload, (*workload.path, "volumes", name))
        if workload.volumes:
            yield from _room(unit, workload)


def _paths(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    taken: dict[str, Place] = {}
    own = [
        *((path, ("files", path)) for path in workload.files),
        *((v.mount_path, ("volumes", name, "mountPath")) for name, v in workload.volumes.items()),
    ]
    for path, field in own:
        place = _said(unit, workload, field)
        twin = taken.setdefault(path, place)
        if twin is not place:
            yield Diagnostic(
                CONFLICT,
                f"two things would be mounted at {path}",
                place,
                (twin,),
                help="give one of them another path",
            )


def _files(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    keys: dict[str, str] = {}
    size = 0
    for path, file in workload.files.items():
        key = file_key(path)
        twin = keys.setdefault(key, path)
        if twin != path:
            yield Diagnostic(
                CONFLICT,
                f"{path} and {twin} would both be the key {key} of a ConfigMap",
                _said(unit, workload, ("files", path)),
                (_said(unit, workload, ("files", twin)),),
                help="give one of the files another name",
            )
        if len(key) > 253:
            yield Diagnostic(
                CONFLICT,
                f"the path has {len(key)} characters, and the key of a ConfigMap 253",
                _said(unit, workload, ("files", path)),
                help="use a shorter path",
            )
        size += len(key) + len((file.text or "").encode())
    if size > _MOST_BYTES:
        yield Diagnostic(
            CONFLICT,
            f"the files have {size} bytes together, and a ConfigMap takes {_MOST_BYTES}",
            _said(unit, workload, ("files",)),
            help="build large files into the image",
        )


def _volume(unit: Unit, volume: Volume, workload: Workload, at: Path) -> Iterator[Diagnostic]:
    lasting = [
        key
        for key, said in (("claim", volume.claim), ("existingClaim", volume.existing_claim))
        if said is not None
    ]
    if len(lasting) > 1:
        yield Diagnostic(
            CONFLICT,
            "a volume is a disk of its own, or one that is there",
            unit.place(*at, "existingClaim"),
            (unit.place(*at, "claim"),),
            help="keep `claim` or `existingClaim`",
        )
    for key, said in (("size", volume.size), ("medium", volume.medium)):
        if said is not None and lasting:
            yield Diagnostic(
                CONFLICT,
                f"`{key}` is of an empty folder, and this one has `{lasting[0]}`",
                unit.place(*at, key),
                (unit.place(*at, lasting[0]),),
                help="write `claim: {size: ...}`" if key == "size" else "remove it",
            )
    if volume.read_only and volume.existing_claim is None:
        yield Diagnostic(
            CONFLICT,
            "nobody could ever write to it",
            unit.place(*at, "readOnly"),
            help="remove `readOnly`: it is for an `existingClaim` that somebody else fills",
        )
    if volume.sub_path is not None and not lasting:
        yield Diagnostic(
            CONFLICT,
            "an empty folder has no folder in it",
            unit.place(*at, "subPath"),
            help="remove `subPath`: it is for a `claim` or an `existingClaim`",
        )
    if volume.claim is not None and workload.kind != "StatefulSet":
        what = "a job" if workload.kind in ("CronJob", "Job") else "a worker"
        yield Diagnostic(
            CONFLICT,
            f"{what} has no disk of its own",
            unit.place(*at, "claim"),
            help="use `existingClaim`, or make it an app of its own",
        )


def _room(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    """Whether what empty folders may hold is within what the container may use."""
    limits = workload.container.resources.limits
    requests = workload.container.resources.requests
    empty = [v for v in workload.volumes.values() if not (v.claim or v.existing_claim)]
    in_memory = sum(_bytes(v.size or _SIZE) for v in empty if v.medium == "Memory")
    on_disk = sum(_bytes(v.size or _SIZE) for v in empty if v.medium is None)
    if all(volume.mount_path != "/tmp" for volume in empty):
        on_disk += _bytes(_TMP)
    memory = max(_bytes(limits.memory or "256Mi"), _bytes(requests.memory or "0"))
    disk = max(_bytes(limits.ephemeral_storage or _DISK), _bytes(requests.ephemeral_storage or "0"))
    for held, limit, amount in (
        (in_memory, memory, "memory"),
        (on_disk, disk, "ephemeral-storage"),
    ):
        if held > limit:
            yield Diagnostic(
                CONFLICT,
                f"empty folders may hold {_mebibytes(held)} with /tmp, and the limit of {amount} "
                f"is {_mebibytes(limit)}: Kubernetes would end the pod before they are full"
                if amount == "ephemeral-storage"
                else f"folders in memory may hold {_mebibytes(held)}, and the limit of memory is "
                f"{_mebibytes(limit)}: Kubernetes would end the container before they are full",
                _said(unit, workload, ("volumes",)),
                help=f"lower their `size`, or raise `resources.limits.{amount}`",
            )


def _said(unit: Unit, workload: Workload, field: Path) -> Place:
    """Where a field of a workload stands; its files may be the app's."""
    if field[0] == "files" and workload.component is not None:
        parts = unit.app.workers if workload.path[0] == "workers" else unit.app.jobs
        if len(field) == 1 or field[1] not in parts[workload.component].files:
            return unit.place(*field)
    return unit.place(*workload.path, *field)


def _bytes(amount: str) -> int:
    return bytes_of(amount) or 0


def _mebibytes(count: int) -> str:
    return f"{count / 1024**2:.0f}Mi"
