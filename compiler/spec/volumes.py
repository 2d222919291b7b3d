"""Folders of a pod: empty ones, disks that outlive it, and Secrets and ConfigMaps as a whole."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Exactly, Model, OneOf, ShortForm, becomes
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
    """A folder: empty at first, with `claim` or `existingClaim` one that lasts, with `secret` or
    `config` one with a file for each key."""

    mount_path: MountPath = Field(
        description="Where the containers find it.",
        examples=["/var/lib/shop"],
        json_schema_extra=becomes("Becomes a mount in every container of the pod."),
    )
    size: Memory | None = Field(
        None,
        description="The most that an empty folder may hold; 1Gi by default, in memory 64Mi.",
        examples=["2Gi"],
        json_schema_extra=becomes(
            "Becomes the emptyDir's `sizeLimit`; the default limit of `ephemeral-storage` grows "
            "with it."
        ),
    )
    medium: Literal["Memory"] | None = Field(
        None,
        description="`Memory`: an empty folder is in memory, and counts as the container's.",
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
        description="A PersistentVolumeClaim of the team's namespace that all pods share; more "
        "than one pod needs a file system such as EFS.",
        examples=["shop-media"],
        json_schema_extra=becomes("Becomes a volume of that claim, which somebody else made."),
    )
    secret: ObjectName | None = Field(
        None,
        description="A Secret of the team's namespace: a file for each key.",
        examples=["shop-tls"],
        json_schema_extra=becomes(
            "Becomes a read-only volume of that Secret, which follows its changes; a key of "
            "`files` does not."
        ),
    )
    config: ObjectName | None = Field(
        None,
        description="A ConfigMap of the team's namespace: a file for each key.",
        examples=["shop-themes"],
        json_schema_extra=becomes(
            "Becomes a read-only volume of that ConfigMap, which follows its changes; a key of "
            "`files` does not."
        ),
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

    @property
    def lasts(self) -> bool:
        """Whether what is in it is there for the next pod."""
        return self.claim is not None or self.existing_claim is not None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it at first."""
        return not self.lasts and not self.of_keys

    @property
    def of_keys(self) -> bool:
        """Whether what is in it is a file for each key of an object."""
        return self.secret is not None or self.config is not None


_ONE_SOURCE = OneOf(
    ("size", "claim", "existingClaim", "secret", "config"),
    (),
    "a volume is one thing: an empty folder, a disk, a Secret or a ConfigMap",
    "keep one of size, claim, existingClaim, secret and config; a disk of its own is `claim: 10Gi`",
    required=False,
    belongs=("medium", "readOnly", "subPath"),
)

Volumes = Annotated[
    dict[VolumeName, Annotated[Volume, _ONE_SOURCE]],
    Field(
        description="Folders beside those of the image, by name: `{mountPath}` for an empty one, "
        "`{mountPath, claim}`, `{mountPath, existingClaim}`, `{mountPath, secret}`, `{mountPath, "
        "config}`.",
        examples=[{"cache": {"mountPath": "/var/cache/shop", "size": "2Gi"}}],
        json_schema_extra=becomes(
            "Becomes volumes of the pod, mounted in all of its containers. `/tmp` is always there; "
            "one of 256Mi, if no volume has that path."
        ),
    ),
]
