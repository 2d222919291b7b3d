"""CPU, memory and local disk of a container."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, ShortForm, becomes
from compiler.spec.types import Cpu, Memory, SizeName

# Requests, and limits for who says nothing; a limit is never below its request.
REQUESTS = {"cpu": "100m", "memory": "128Mi", "ephemeral-storage": "128Mi"}
LIMITS = {"cpu": "1", "memory": "256Mi", "ephemeral-storage": "1Gi"}


class Amounts(Model):
    """Amounts of what a container uses, in Kubernetes' quantities."""

    cpu: Cpu | None = Field(
        None,
        description="Cores: `250m` or `2`.",
        examples=["250m", "2"],
        json_schema_extra=becomes(
            "`250m` is a quarter of one. Becomes `cpu`. Left out: a request of 100m, a limit of 1 "
            "core."
        ),
    )
    memory: Memory | None = Field(
        None,
        description="Bytes: `256Mi`.",
        examples=["256Mi", "2Gi"],
        json_schema_extra=becomes(
            "Becomes `memory`. Left out: a request of 128Mi, a limit of 256Mi."
        ),
    )
    ephemeral_storage: Memory | None = Field(
        None,
        alias="ephemeral-storage",
        description="Bytes of local disk: logs, /tmp and the container's own layer.",
        examples=["1Gi"],
        json_schema_extra=becomes(
            "Becomes `ephemeral-storage`. Left out: a request of 128Mi, a limit of 1Gi and "
            "what the empty folders of `volumes` may hold."
        ),
    )


class Resources(Model):
    """What a pod is promised (requests) and what it may not exceed (limits)."""

    size: SizeName | None = Field(
        None,
        description="One of the environment's sizes: small, medium and large, if it names no "
        "others.",
        examples=["medium"],
        json_schema_extra=becomes("Becomes the amounts of that size; excludes all other fields."),
    )
    cpu: Cpu | None = Field(
        None,
        description="Cores: the request. The limit has its default.",
        examples=["250m"],
        json_schema_extra=becomes("The short form of `requests: {cpu}`."),
    )
    memory: Memory | None = Field(
        None,
        description="Bytes: the request, and the limit too.",
        examples=["256Mi"],
        json_schema_extra=becomes("The short form of `memory` in both `requests` and `limits`."),
    )
    ephemeral_storage: Memory | None = Field(
        None,
        alias="ephemeral-storage",
        description="Bytes of local disk: the request, and the limit too.",
        examples=["2Gi"],
        json_schema_extra=becomes(
            "The short form of `ephemeral-storage` in both `requests` and `limits`."
        ),
    )
    requests: Amounts = Field(
        Amounts(),
        description="What the scheduler sets aside.",
        examples=[{"cpu": "500m", "memory": "512Mi"}],
        json_schema_extra=becomes(
            "Becomes the container's `resources.requests`. What is left out has a default, and "
            "never more than a limit that is given."
        ),
    )
    limits: Amounts = Field(
        Amounts(),
        description="What the container is throttled or ended above.",
        examples=[{"memory": "1Gi"}],
        json_schema_extra=becomes(
            "Becomes the container's `resources.limits`. What is left out has a default, and never "
            "less than the request."
        ),
    )


ResourcesField = Annotated[
    Annotated[Resources, ShortForm("size", str)],
    Field(
        description="CPU, memory and local disk: `{cpu, memory}`, the name of a size, or "
        "`{requests, limits}`.",
        examples=[
            {"cpu": "250m", "memory": "256Mi"},
            "medium",
            {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
        ],
        json_schema_extra=becomes(
            "Becomes the container's `resources`. An environment may have other defaults."
        ),
    ),
]
