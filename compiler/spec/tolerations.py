"""Taints of nodes that pods accept."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import LabelKey, LabelValue


class Toleration(Model):
    """A taint of nodes that the pods accept."""

    key: LabelKey = Field(
        description="The taint's key.",
        examples=["dedicated"],
        json_schema_extra=becomes("Becomes `key`."),
    )
    value: LabelValue | None = Field(
        None,
        description="The taint's value; any if it is left out.",
        examples=["batch"],
        json_schema_extra=becomes("Becomes `value`, with the operator Equal; without it, Exists."),
    )
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = Field(
        None,
        description="The taint's effect; any if it is left out.",
        examples=["NoSchedule"],
        json_schema_extra=becomes("Becomes `effect`."),
    )
    toleration_seconds: Annotated[int, Field(ge=0, le=86400)] | None = Field(
        None,
        description="Seconds that a pod may stay once there is such a taint, with NoExecute.",
        examples=[300],
        json_schema_extra=becomes("Becomes `tolerationSeconds`."),
    )


Tolerations = Annotated[
    Annotated[list[Toleration], Field(max_length=50)],
    Field(
        description="Taints of nodes that the pods accept.",
        examples=[[{"key": "dedicated", "value": "batch", "effect": "NoSchedule"}]],
        json_schema_extra=becomes("Becomes `tolerations`."),
    ),
]
