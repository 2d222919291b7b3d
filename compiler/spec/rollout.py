"""How a new version takes the place of the old one."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Model, NumberOr, becomes
from compiler.spec.types import Share

_Pods = Annotated[int | str, NumberOr(0, 1000, Share)]


class Rollout(Model):
    """How pods are replaced when the app changes."""

    strategy: Literal["RollingUpdate", "Recreate"] = Field(
        "RollingUpdate",
        description="`RollingUpdate`, or `Recreate`: all old pods stop before new ones start, so "
        "that two versions never run together; meanwhile nobody answers.",
        examples=["Recreate"],
        json_schema_extra=becomes("Becomes the Deployment's `strategy.type`."),
    )
    max_surge: _Pods | None = Field(
        None,
        description='How many pods there may be too many, a number or a share; "25%" by default.',
        examples=[1, "50%"],
        json_schema_extra=becomes("Becomes `rollingUpdate.maxSurge`."),
    )
    max_unavailable: _Pods | None = Field(
        None,
        description="How many pods may be missing, a number or a share; none by default.",
        examples=[1, "10%"],
        json_schema_extra=becomes("Becomes `rollingUpdate.maxUnavailable`."),
    )
    min_ready_seconds: Annotated[int, Field(ge=0, le=3600)] | None = Field(
        None,
        description="Seconds that a new pod must be ready before the next one is replaced.",
        examples=[15],
        json_schema_extra=becomes("Becomes `minReadySeconds`."),
    )
    progress_deadline_seconds: Annotated[int, Field(ge=2, le=86400)] | None = Field(
        None,
        description="Seconds without progress after which the rollout has failed; Kubernetes "
        "waits 600.",
        examples=[900],
        json_schema_extra=becomes("Becomes the Deployment's `progressDeadlineSeconds`."),
    )
    termination_grace_period_seconds: Annotated[int, Field(ge=1, le=7200)] | None = Field(
        None,
        description="Seconds from the signal to stop to the end.",
        examples=[120],
        json_schema_extra=becomes(
            "Becomes the pods' `terminationGracePeriodSeconds`, instead of a value that follows "
            "from how long the load balancer drains."
        ),
    )


RolloutField = Annotated[
    Rollout | None,
    Field(
        description="How a new version takes the place of the old one: `{strategy, maxSurge, "
        "maxUnavailable, minReadySeconds, ...}`.",
        examples=[{"minReadySeconds": 15}, {"strategy": "Recreate"}],
        json_schema_extra=becomes("Becomes the Deployment's strategy and times."),
    ),
]
