"""How many pods an app has."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, ShortForm, becomes

_Pods = Annotated[int, Field(ge=1, le=1000)]
_Percent = Annotated[int, Field(ge=1, le=100)]


class Replicas(Model):
    """A fixed number of pods, or a range for the HorizontalPodAutoscaler."""

    min: _Pods = Field(
        description="The fewest pods; where none should run, leave the environment out (a worker: "
        "set it to `null`).",
        examples=[3],
        json_schema_extra=becomes(
            "Becomes the Deployment's `replicas`; with `max`, the autoscaler's `minReplicas`."
        ),
    )
    max: _Pods | None = Field(
        None,
        description="The most pods; with it, a HorizontalPodAutoscaler sets the number.",
        examples=[12],
        json_schema_extra=becomes("Becomes the autoscaler's `maxReplicas`."),
    )
    cpu: _Percent = Field(
        70,
        description="Percent of the requested CPU at which pods are added.",
        examples=[60],
        json_schema_extra=becomes(
            "Becomes the autoscaler's target `averageUtilization`; without `max` it has no effect."
        ),
    )
    memory: _Percent | None = Field(
        None,
        description="Percent of the requested memory at which pods are added.",
        examples=[80],
        json_schema_extra=becomes("Becomes a second target of the autoscaler."),
    )
    requests: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None,
        description="Requests per second that one pod is meant for; more, and pods are added.",
        examples=[50],
        json_schema_extra=becomes(
            "Becomes a target of the autoscaler on the metric that the environment names as "
            "`autoscaling.requestsMetric`."
        ),
    )
    scale_down_after: Annotated[int, Field(ge=0, le=3600)] | None = Field(
        None,
        description="Seconds of less load before pods are removed; Kubernetes waits 300.",
        examples=[600],
        json_schema_extra=becomes("Becomes `behavior.scaleDown.stabilizationWindowSeconds`."),
    )


ReplicasField = Annotated[
    Annotated[Replicas, ShortForm("min", int)],
    Field(
        description="`3`, or `{min, max, cpu}`.",
        examples=[3, {"min": 3, "max": 12}],
        json_schema_extra=becomes(
            "How many pods: becomes the Deployment's `replicas`, or a HorizontalPodAutoscaler. An "
            "environment may have another default."
        ),
    ),
]
