"""Which nodes pods run on, and how they are spread over them."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import LabelKey, LabelValue

_How = Literal["preferred", "required", "none"]


class Spread(Model):
    """How evenly pods are spread."""

    zone: _How = Field(
        "preferred",
        description="Over availability zones: `preferred`; `required`: a pod that would make it "
        "uneven waits; `none`.",
        examples=["required"],
        json_schema_extra=becomes("Becomes a topology spread constraint, with a skew of 1."),
    )
    node: _How = Field(
        "preferred",
        description="Over nodes: `preferred`, `required`, or `none`.",
        examples=["none"],
        json_schema_extra=becomes("Becomes a topology spread constraint, with a skew of 1."),
    )


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


SpreadField = Annotated[
    Spread | None,
    Field(
        description="How evenly pods are spread over zones and nodes; both `preferred` by default.",
        examples=[{"zone": "required"}],
        json_schema_extra=becomes("Becomes `topologySpreadConstraints`."),
    ),
]
NodeSelector = Annotated[
    dict[LabelKey, LabelValue],
    Field(
        description="Labels that a node must have.",
        examples=[{"node.kubernetes.io/instance-type": "m7g.large"}],
        json_schema_extra=becomes("Becomes `nodeSelector`."),
    ),
]
Tolerations = Annotated[
    Annotated[list[Toleration], Field(max_length=50)],
    Field(
        description="Taints of nodes that the pods accept.",
        examples=[[{"key": "dedicated", "value": "batch", "effect": "NoSchedule"}]],
        json_schema_extra=becomes("Becomes `tolerations`."),
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
