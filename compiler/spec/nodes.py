"""Which nodes pods run on."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import becomes
from compiler.spec.types import LabelKey, LabelValue

NodeSelector = Annotated[
    dict[LabelKey, LabelValue],
    Field(
        description="Labels that a node must have.",
        examples=[{"node.kubernetes.io/instance-type": "m7g.large"}],
        json_schema_extra=becomes("Becomes `nodeSelector`."),
    ),
]
Architecture = Annotated[
    Literal["amd64", "arm64"] | None,
    Field(
        description="The processor that the image is made for, if it is made for one only.",
        examples=["arm64"],
        json_schema_extra=becomes("Becomes the node selector `kubernetes.io/arch`."),
    ),
]
