"""CPU, memory and local disk of a container."""

from pydantic import Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import Cpu, Memory


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
            "Becomes `ephemeral-storage`. Left out: a request of 128Mi, a limit of 1Gi."
        ),
    )


class Resources(Model):
    """What a pod is promised (requests) and what it may not exceed (limits)."""

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
