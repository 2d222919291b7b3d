"""What a pod's containers find and keep in their file system beside their images.

`/tmp` is always there, since the root file system is read-only. Files stand in one volume, of which
each is mounted alone, so that what lies beside it in the image stays.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object, Owner, app_metadata
from compiler.link.workloads import TMP, Workload, file_key, has_plain_tmp

if TYPE_CHECKING:
    from compiler.spec.files import File
    from compiler.spec.volumes import Volume

_TMP = Constant({"name": "tmp", "emptyDir": {"sizeLimit": TMP}})
_TMP_MOUNT = Constant({"name": "tmp", "mountPath": "/tmp"})
_FILES = "files"
_READ = 0o444
# Dollars of a file are the file's own: Flux replaces nothing in this object.
# Source: fluxcd.io, Kustomization API, "Post build variable substitution".
_AS_WRITTEN = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}


def volumes(workload: Workload) -> list[Object]:
    """The volumes of the workload's pods, but for those of claim templates."""
    if not workload.files and not workload.volumes:
        return [_TMP]
    return [
        *([_TMP] if has_plain_tmp(workload.volumes) else []),
        *([_files(workload)] if workload.files else []),
        *(
            _volume(name, volume)
            for name, volume in workload.volumes.items()
            if volume.claim is None
        ),
    ]


def mounts(workload: Workload) -> list[Object]:
    """What each container of the workload's pods mounts."""
    if not workload.files and not workload.volumes:
        return [_TMP_MOUNT]
    return [
        *([_TMP_MOUNT] if has_plain_tmp(workload.volumes) else []),
        *(
            {"name": _FILES, "mountPath": path, "subPath": file_key(path), "readOnly": True}
            for path in workload.files
        ),
        *(
            {
                "name": name,
                "mountPath": volume.mount_path,
                **({"subPath": volume.sub_path} if volume.sub_path is not None else {}),
                **({"readOnly": True} if volume.read_only or volume.of_keys else {}),
            }
            for name, volume in workload.volumes.items()
        ),
    ]


def claim_templates(workload: Workload) -> list[Object]:
    """The disks that each pod of a StatefulSet has for itself."""
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": name, "labels": {"app.kubernetes.io/name": workload.name}},
            "spec": {
                "accessModes": [volume.claim.access_mode],
                **(
                    {"storageClassName": volume.claim.storage_class}
                    if volume.claim.storage_class is not None
                    else {}
                ),
                "resources": {"requests": {"storage": volume.claim.size}},
            },
        }
        for name, volume in workload.volumes.items()
        if volume.claim is not None
    ]


def config_map(workload: Workload, owner: Owner) -> Object | None:
    """The texts of the files, if the workload's own ConfigMap holds any."""
    texts = _texts(workload.files)
    if not texts or workload.files_from != workload.name:
        return None
    metadata = app_metadata(owner)
    annotations = {**metadata["annotations"], **_AS_WRITTEN}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**metadata, "name": _config_map_name(workload), "annotations": annotations},
        "data": {file_key(path): text for path, text in texts.items()},
    }


def files_digest(workload: Workload) -> str | None:
    """Changes with the texts of the files, and so starts new pods, which mount them anew."""
    texts = _texts(workload.files)
    if not texts:
        return None
    digest = blake2b(digest_size=16)
    for path, text in sorted(texts.items()):
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()


def _texts(files: dict[str, File]) -> dict[str, str]:
    return {path: file.text for path, file in files.items() if file.text is not None}


def _config_map_name(workload: Workload) -> str:
    return f"{workload.files_from}-files"


def _files(workload: Workload) -> Object:
    sources: dict[tuple[str, str], list[Object]] = {}
    for path, file in workload.files.items():
        mode = {"mode": 0o555} if file.executable else {}
        if file.text is not None:
            kind, name, key = "configMap", _config_map_name(workload), file_key(path)
        elif file.secret is not None:
            kind, (name, _, key) = "secret", file.secret.partition("/")
        else:
            assert file.config is not None
            kind, (name, _, key) = "configMap", file.config.partition("/")
        items = sources.setdefault((kind, name), [])
        items.append({"key": key, "path": file_key(path), **mode})
    return {
        "name": _FILES,
        "projected": {
            "defaultMode": _READ,
            "sources": [
                {kind: {"name": name, "items": items}} for (kind, name), items in sources.items()
            ],
        },
    }


def _volume(name: str, volume: Volume) -> Object:
    if volume.existing_claim is not None:
        read_only = {"readOnly": True} if volume.read_only else {}
        claim = {"claimName": volume.existing_claim, **read_only}
        return {"name": name, "persistentVolumeClaim": claim}
    if volume.secret is not None:
        return {"name": name, "secret": {"secretName": volume.secret, "defaultMode": _READ}}
    if volume.config is not None:
        return {"name": name, "configMap": {"name": volume.config, "defaultMode": _READ}}
    from compiler.link.room import size_of

    medium = {"medium": volume.medium} if volume.medium is not None else {}
    return {"name": name, "emptyDir": {**medium, "sizeLimit": size_of(volume)}}
