"""What a container runs: fields that apps, workers, jobs, init containers and sidecars share."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import becomes
from compiler.spec.types import Image, Text

OwnImage = Annotated[
    Image | None,
    Field(
        description="What runs, with a tag or digest; the app's image by default.",
        examples=["ghcr.io/acme/shop-tools:2.0.1"],
        json_schema_extra=becomes("Becomes the container's image as it is written."),
    ),
]
Command = Annotated[
    Annotated[list[Text], Field(min_length=1)] | None,
    Field(
        description="Replaces the image's entry point.",
        examples=[["python", "-m", "report"]],
        json_schema_extra=becomes("Becomes the container's `command`, one item for each word."),
    ),
]
Args = Annotated[
    list[Text] | None,
    Field(
        description="Replaces the image's arguments.",
        examples=[["--queue=orders", "--batch=20"]],
        json_schema_extra=becomes("Becomes the container's `args`, one item for each word."),
    ),
]
ReadOnly = Annotated[
    bool | None,
    Field(
        description="`false`: this container may write to its image's folders. What the app says "
        "holds for its own image only.",
        examples=[False],
        json_schema_extra=becomes("Becomes the container's `readOnlyRootFilesystem`."),
    ),
]
