"""How Kubernetes learns how an app is."""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from compiler.spec.later import later
from compiler.spec.model import Model, ShortForm, becomes
from compiler.spec.types import Port, ProbePath

if TYPE_CHECKING:
    from compiler.spec.probe import ProbeField
else:
    ProbeField = later("probe", "ProbeField")


class Health(Model):
    """How Kubernetes learns that the app can take requests, and that it still works."""

    path: ProbePath | None = Field(
        None,
        description="Answers 2xx or 3xx when the app can take requests.",
        examples=["/healthz"],
        json_schema_extra=becomes(
            "Becomes the startup probe (every 2 seconds, for 2 minutes) and the readiness probe "
            "(every 5 seconds; out after 3 failures). The liveness probe only opens the app's "
            "port, so that no dependency restarts it; so does the startup probe of a sidecar, for "
            "which the app waits."
        ),
    )
    port: Port | None = Field(
        None,
        description="The port it is served on; the app's by default.",
        examples=[8081],
        json_schema_extra=becomes("Becomes the port of these probes; a TCP port number."),
    )
    readiness: ProbeField = Field(
        None,
        description="Whether it can take requests now: a path, or `{http, tcp, grpc, exec}` and "
        "its times.",
        examples=["/ready", {"grpc": 9000, "periodSeconds": 10}],
        json_schema_extra=becomes("Becomes the readiness probe, every 5 seconds."),
    )
    liveness: ProbeField = Field(
        None,
        description="Whether it must be restarted: a path, or `{http, tcp, grpc, exec}` and its "
        "times.",
        examples=[{"tcp": 8080, "failureThreshold": 10}, {"enabled": False}],
        json_schema_extra=becomes(
            "Becomes the liveness probe, every 10 seconds; without it, one that opens the app's "
            "port."
        ),
    )
    startup: ProbeField = Field(
        None,
        description="Whether it has started: a path, or `{http, tcp, grpc, exec}` and its times.",
        examples=[{"failureThreshold": 150}],
        json_schema_extra=becomes(
            "Becomes the startup probe, every 2 seconds for 2 minutes; without it, one that asks "
            "what readiness asks, or liveness where nothing is asked for readiness. Of a sidecar "
            "it only opens the port."
        ),
    )


HealthField = Annotated[
    Annotated[Health, ShortForm("path", str)] | None,
    Field(
        description="`/healthz`, or `{path, port}`, or each probe in full. Without it, an open "
        "port is healthy.",
        examples=["/healthz", {"path": "/health/ready", "port": 8081}],
        json_schema_extra=becomes("Becomes the startup, readiness and liveness probes."),
    ),
]
