"""What an environment says about every app in it."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, ShortForm, becomes
from compiler.spec.resources import Resources
from compiler.spec.scale import Replicas
from compiler.spec.types import Cpu, Memory, MetricName, UserId


class Autoscaling(Model):
    """What the cluster can count besides CPU and memory."""

    requests_metric: MetricName = Field(
        description="The metric of requests per second and pod that the cluster's metrics API "
        "serves, by way of Prometheus Adapter or KEDA.",
        examples=["http_requests_per_second"],
        json_schema_extra=becomes(
            "Becomes the metric of the autoscaler of an app with `replicas.requests`."
        ),
    )


class Size(Model):
    """What one size of container is promised, in Kubernetes' quantities."""

    cpu: Cpu = Field(
        description="Cores: the request. The limit has its default.",
        examples=["500m"],
        json_schema_extra=becomes("Becomes `requests.cpu` of an app of this size."),
    )
    memory: Memory = Field(
        description="Bytes: the request, and the limit too.",
        examples=["512Mi"],
        json_schema_extra=becomes("Becomes `memory` in its `requests` and `limits`."),
    )
    ephemeral_storage: Memory | None = Field(
        None,
        alias="ephemeral-storage",
        description="Bytes of local disk: the request, and the limit too.",
        examples=["2Gi"],
        json_schema_extra=becomes("Becomes `ephemeral-storage` in its `requests` and `limits`."),
    )


# For an environment that names none.
SIZES = {
    "small": Size(cpu="100m", memory="128Mi"),
    "medium": Size(cpu="500m", memory="512Mi"),
    "large": Size(cpu="2", memory="2Gi"),
}


class Defaults(Model):
    """What every app of the environment gets unless it says otherwise."""

    replicas: Annotated[Replicas, ShortForm("min", int)] | None = Field(
        None,
        description="How many pods.",
        examples=[1, {"min": 2, "max": 6}],
        json_schema_extra=becomes("A number, or `{min, max, cpu}`, as in an app's spec."),
    )
    resources: Annotated[Resources, ShortForm("size", str)] | None = Field(
        None,
        description="CPU, memory and local disk.",
        examples=[{"requests": {"cpu": "50m", "memory": "64Mi"}}],
        json_schema_extra=becomes("As in an app's spec."),
    )
    run_as_user: UserId | None = Field(
        None,
        description="The user id of containers.",
        examples=[1000],
        json_schema_extra=becomes("As in an app's spec."),
    )
