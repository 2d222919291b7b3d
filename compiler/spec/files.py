"""Files in a container: text of the spec, or keys of Secrets and ConfigMaps."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Exactly, Model, OneOf, ShortForm, becomes
from compiler.spec.types import ConfigReference, FileText, MountPath, SecretReference


class File(Model):
    """What stands in one file: exactly one of `text`, `secret` and `config`."""

    text: FileText | None = Field(
        None,
        description="The text itself.",
        examples=["listen = 8080"],
        json_schema_extra=becomes(
            "Becomes a key of the ConfigMap `<name>-files`, in plain sight; a change of it starts "
            "new pods."
        ),
    )
    secret: SecretReference | None = Field(
        None,
        description="A key of a Secret in the team's namespace, as `name/key`.",
        examples=["shop-tls/tls.key"],
        json_schema_extra=becomes("Becomes a source of the projected volume `files`."),
    )
    config: ConfigReference | None = Field(
        None,
        description="A key of a ConfigMap in the team's namespace, as `name/key`.",
        examples=["company-ca/ca.crt"],
        json_schema_extra=becomes("Becomes a source of the projected volume `files`."),
    )
    executable: Annotated[Literal[True], Exactly(bool)] | None = Field(
        None,
        description="`true`: the file can be run.",
        examples=[True],
        json_schema_extra=becomes("Becomes the mode 0555; otherwise it is 0444."),
    )


_ONE_CONTENT = OneOf(
    ("text", "secret", "config"),
    ("executable",),
    "a file is one text, or one key of a Secret or ConfigMap",
    "write the text itself, {secret: name/key} or {config: name/key}",
)

Files = Annotated[
    dict[MountPath, Annotated[File, _ONE_CONTENT, ShortForm("text", str)]],
    Field(
        description="Files that the container finds at these paths: text, or `{secret: name/key}`, "
        "`{config: name/key}`.",
        examples=[{"/etc/shop/shop.toml": "listen = 8080"}],
        json_schema_extra=becomes(
            "Becomes the ConfigMap `<name>-files` and the volume `files`, of which each is mounted "
            "alone and read-only, so that what lies beside it in the image stays."
        ),
    ),
]
