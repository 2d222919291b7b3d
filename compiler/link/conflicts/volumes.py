"""Files and volumes: one thing at each path, and room for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from compiler.diagnostics.model import Diagnostic, Place
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.room import held, quantity
from compiler.link.unit import Unit
from compiler.link.workloads import Container, Workload, file_key, workloads_of
from compiler.spec.quantity import bytes_of
from compiler.spec.resources import LIMITS

if TYPE_CHECKING:
    from compiler.spec.volumes import Volume

Path = tuple[str, ...]


def volumes(unit: Unit) -> Iterator[Diagnostic]:
    for workload in workloads_of(unit.app):
        if workload.files or workload.volumes:
            yield from _paths(unit, workload)
        if workload.files:
            yield from _files(unit, workload)
        for name, volume in workload.volumes.items():
            yield from _volume(unit, name, volume, workload)
        if workload.volumes:
            yield from _room(unit, workload)


def _paths(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    """Two things at one path, and things where nothing can be.

    A volume below another one, and a file in a volume, are as they should be: the container's
    runtime mounts what is less deep first, and makes what it mounts the rest on.
    """
    own: list[tuple[str, Path, str]] = [
        *((path, ("files", path), "is a file") for path in workload.files),
        *(
            (volume.mount_path, ("volumes", name, "mountPath"), _closed(volume))
            for name, volume in workload.volumes.items()
        ),
    ]
    closed = {path: why for path, _, why in own if why}
    taken: dict[str, Path] = {}
    for path, field, _ in own:
        twin = taken.setdefault(path, field)
        if twin is not field:
            yield Diagnostic(
                CONFLICT,
                f"two things would be mounted at {path}",
                _said(unit, workload, field),
                (_said(unit, workload, twin),),
                help="give one of them another path",
            )
    for path, field, _ in own:
        above = next((folder for folder in _above(path) if folder in closed), None)
        if above is not None:
            yield Diagnostic(
                CONFLICT,
                f"{above} {closed[above]}, in which nothing can be mounted at {path}",
                _said(unit, workload, field),
                (_said(unit, workload, taken[above]),),
                help="give one of them another path",
            )


def _closed(volume: Volume) -> str:
    """Why nothing can be mounted in a volume, if nothing can."""
    if volume.secret is not None:
        return "has the keys of a Secret"
    return "has the keys of a ConfigMap" if volume.config is not None else ""


def _above(path: str) -> Iterator[str]:
    while "/" in path[1:]:
        path = path.rpartition("/")[0]
        yield path


def _files(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    """Their texts are never more than a ConfigMap takes: a spec is not as long."""
    keys: dict[str, str] = {}
    for path in workload.files:
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


def _volume(unit: Unit, name: str, volume: Volume, workload: Workload) -> Iterator[Diagnostic]:
    at = (*workload.path, "volumes", name)
    sources = {
        "claim": volume.claim,
        "existingClaim": volume.existing_claim,
        "secret": volume.secret,
        "config": volume.config,
    }
    source = next((key for key, said in sources.items() if said is not None), None)
    if name == "tmp" and volume.mount_path != "/tmp":
        yield Diagnostic(
            CONFLICT,
            "the volume `tmp` is the one that is always there, at /tmp",
            unit.place(*at, "mountPath"),
            help="write `mountPath: /tmp`, or name the volume after what it holds",
        )
    if volume.medium is not None and source is not None:
        yield Diagnostic(
            CONFLICT,
            f"`medium` is of an empty folder, and this one has `{source}`",
            unit.place(*at, "medium"),
            (unit.place(*at, source),),
            help="remove it",
        )
    if volume.read_only and source in (None, "claim"):
        yield Diagnostic(
            CONFLICT,
            "nobody could ever write to this volume",
            unit.place(*at, "readOnly"),
            help="remove `readOnly`: it is for an `existingClaim` that somebody else fills",
        )
    if volume.sub_path is not None and not volume.lasts:
        what = {"secret": "a Secret", "config": "a ConfigMap"}.get(source or "", "an empty folder")
        yield Diagnostic(
            CONFLICT,
            f"{what} has no folder in it",
            unit.place(*at, "subPath"),
            help="remove `subPath`: it is for a `claim` or an `existingClaim`"
            if source is None
            else f"name one file of it in `files` instead: `{{{source}: name/key}}`",
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
    """Whether what empty folders may hold is within what the containers may use.

    The default limit of disk grows with the folders, that of memory does not.
    """
    limits = workload.container.resources.limits
    requests = workload.container.resources.requests
    in_memory = held(workload.volumes, in_memory=True)
    memory = _bytes(limits.memory) or max(_bytes(LIMITS["memory"]), _bytes(requests.memory))
    if in_memory >= memory:
        yield Diagnostic(
            CONFLICT,
            f"folders in memory may hold {quantity(in_memory)}, and the limit of memory is "
            f"{quantity(memory)}: Kubernetes would end the container before they are full",
            _said(unit, workload, ("volumes",)),
            help="lower their `size`, or raise `resources.limits.memory`",
        )
    if limits.ephemeral_storage is None:
        return
    on_disk = held(workload.volumes, in_memory=False)
    # Kubernetes counts what all containers of the pod may use.
    disk = _bytes(limits.ephemeral_storage) + sum(_disk(one) for one in workload.sidecars)
    if on_disk > disk:
        yield Diagnostic(
            CONFLICT,
            f"empty folders may hold {quantity(on_disk)} with /tmp, and the limit of "
            f"ephemeral-storage is {quantity(disk)}: Kubernetes would end the pod before they are "
            "full",
            _said(unit, workload, ("volumes",)),
            (unit.place(*workload.path, "resources", "limits", "ephemeral-storage"),),
            help="lower their `size`, or raise `resources.limits.ephemeral-storage`",
        )


def _disk(container: Container) -> int:
    limits, requests = container.resources.limits, container.resources.requests
    said = _bytes(limits.ephemeral_storage)
    return said or max(_bytes(LIMITS["ephemeral-storage"]), _bytes(requests.ephemeral_storage))


def _said(unit: Unit, workload: Workload, field: Path) -> Place:
    """Where a field of a workload stands; its files may be the app's."""
    if field[0] == "files" and workload.component is not None:
        parts = unit.app.workers if workload.path[0] == "workers" else unit.app.jobs
        if len(field) == 1 or field[1] not in parts[workload.component].files:
            return unit.place(*field)
    return unit.place(*workload.path, *field)


def _bytes(amount: str | None) -> int:
    return 0 if amount is None else bytes_of(amount) or 0
