"""How many pods may be missing while nodes are emptied."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, NumberOr, OneOf, becomes
from compiler.spec.types import Share


class DisruptionBudget(Model):
    """How many pods may be missing while nodes are emptied: exactly one of the two."""

    max_unavailable: Annotated[int | str, NumberOr(0, 1000, Share)] | None = Field(
        None,
        description='The most that may be missing at a time: a number, or a share such as "25%".',
        examples=[2, "25%"],
        json_schema_extra=becomes("Becomes `maxUnavailable`."),
    )
    min_available: Annotated[int | str, NumberOr(1, 1000, Share)] | None = Field(
        None,
        description='The fewest that must be there: a number below that of `replicas`, or "50%".',
        examples=[2, "50%"],
        json_schema_extra=becomes("Becomes `minAvailable`."),
    )


_ONE_BOUND = OneOf(
    ("maxUnavailable", "minAvailable"),
    (),
    "a disruption budget has one bound",
    "write {maxUnavailable: 1} or {minAvailable: 2}",
)
DisruptionBudgetField = Annotated[
    Annotated[DisruptionBudget, _ONE_BOUND] | None,
    Field(
        description="How many pods may be missing while nodes are emptied; one by default.",
        examples=[{"maxUnavailable": "25%"}],
        json_schema_extra=becomes("Becomes the PodDisruptionBudget."),
    ),
]
