"""Folders of a pod that outlive a container, or the pod itself."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Exactly, Model, ShortForm, becomes
from compiler.spec.types import Memory, MountPath, ObjectName, SubPath, VolumeName


class Claim(Model):
    """A disk that each pod of the app has for itself, and keeps."""

    size: Memory = Field(
        description="How large it is: `10Gi`.",
        examples=["10Gi"],
        json_schema_extra=becomes(
            "Becomes the claim's storage request. Kubernetes cannot change it in a StatefulSet."
        ),
    )
    storage_class: ObjectName | None = Field(
        None,
        description="The kind of disk; the cluster's default kind if it is left out.",
        examples=["gp3"],
        json_schema_extra=becomes("Becomes `storageClassName`."),
    )
    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"] = Field(
        "ReadWriteOnce",
        description="Who may write: one node, one pod, or many, which needs a file system such as "
        "EFS.",
        examples=["ReadWriteOncePod"],
        json_schema_extra=becomes("Becomes the claim's one access mode."),
    )


class Volume(Model):
    """A folder: empty at first, or with `claim` or `existingClaim` one that lasts."""

    mount_path: MountPath = Field(
        description="Where the containers find it.",
        examples=["/var/lib/shop"],
        json_schema_extra=becomes("Becomes a mount in every container of the pod."),
    )
    size: Memory | None = Field(
        None,
        description="The most that an empty folder may hold; 1Gi by default.",
        examples=["2Gi"],
        json_schema_extra=becomes("Becomes the emptyDir's `sizeLimit`."),
    )
    medium: Literal["Memory"] | None = Field(
        None,
        description="`Memory`: what is in an empty folder counts as the container's memory.",
        examples=["Memory"],
        json_schema_extra=becomes("Becomes the emptyDir's `medium`."),
    )
    claim: Annotated[Claim, ShortForm("size", str)] | None = Field(
        None,
        description="A disk of this size for each pod: `10Gi`, or `{size, storageClass}`.",
        examples=["10Gi", {"size": "50Gi", "storageClass": "gp3"}],
        json_schema_extra=becomes(
            "Becomes a claim template, and the app a StatefulSet of one pod unless `replicas` says "
            "otherwise. The disk stays when the app goes."
        ),
    )
    existing_claim: ObjectName | None = Field(
        None,
        description="A PersistentVolumeClaim of the team's namespace that all pods share.",
        examples=["shop-media"],
        json_schema_extra=becomes("Becomes a volume of that claim, which somebody else made."),
    )
    read_only: Annotated[Literal[True], Exactly(bool)] | None = Field(
        None,
        description="`true`: the containers may only read what `existingClaim` holds.",
        examples=[True],
        json_schema_extra=becomes("Becomes the mount's `readOnly`."),
    )
    sub_path: SubPath | None = Field(
        None,
        description="The folder in it that is mounted, instead of the whole.",
        examples=["uploads"],
        json_schema_extra=becomes("Becomes the mount's `subPath`."),
    )


Volumes = Annotated[
    dict[VolumeName, Volume],
    Field(
        description="Folders that the app writes to, by name: `{mountPath, size}`, `{mountPath, "
        "claim}`, `{mountPath, existingClaim}`.",
        examples=[{"cache": {"mountPath": "/var/cache/shop", "size": "2Gi"}}],
        json_schema_extra=becomes(
            "Becomes volumes of the pod, mounted in all of its containers. `/tmp` is always there."
        ),
    ),
]
