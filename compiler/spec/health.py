"""How Kubernetes learns how an app is."""

from pydantic import Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import Port, UrlPath


class Health(Model):
    """How Kubernetes learns that the app can take requests."""

    path: UrlPath = Field(
        description="Answers 2xx or 3xx when the app can take requests.",
        examples=["/healthz"],
        json_schema_extra=becomes(
            "Becomes the startup probe (every 2 seconds, for 2 minutes) and the readiness probe "
            "(every 5 seconds; out after 3 failures). The liveness probe only opens the app's "
            "port, so that no dependency restarts it."
        ),
    )
    port: Port | None = Field(
        None,
        description="The port it is served on; the app's by default.",
        examples=[8081],
        json_schema_extra=becomes("Becomes the port of these probes; a TCP port number."),
    )
