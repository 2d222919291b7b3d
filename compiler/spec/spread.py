"""How evenly pods are spread over zones and nodes."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Model, becomes

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


SpreadField = Annotated[
    Spread | None,
    Field(
        description="How evenly pods are spread over zones and nodes; both `preferred` by default.",
        examples=[{"zone": "required"}],
        json_schema_extra=becomes("Becomes `topologySpreadConstraints`."),
    ),
]
