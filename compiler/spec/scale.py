"""How many pods an app has."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, becomes


class Replicas(Model):
    """A fixed number of pods, or a range for the HorizontalPodAutoscaler."""

    min: Annotated[int, Field(ge=1, le=1000)] = Field(
        description="The fewest pods; where none should run, leave the environment out.",
        examples=[3],
        json_schema_extra=becomes(
            "Becomes the Deployment's `replicas`; with `max`, the autoscaler's `minReplicas`."
        ),
    )
    max: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="The most pods; with it, a HorizontalPodAutoscaler sets the number.",
        examples=[12],
        json_schema_extra=becomes("Becomes the autoscaler's `maxReplicas`."),
    )
    cpu: Annotated[int, Field(ge=1, le=100)] = Field(
        70,
        description="Percent of the requested CPU at which pods are added.",
        examples=[60],
        json_schema_extra=becomes(
            "Becomes the autoscaler's target `averageUtilization`; without `max` it has no effect."
        ),
    )
