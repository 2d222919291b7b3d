"""What a container does after it has started, and before it is told to stop."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import Model, OneOf, becomes
from compiler.spec.types import PortReference, ProbePath, Text


class Hook(Model):
    """One action: exactly one of `exec`, `http` and `sleep`."""

    exec: Annotated[list[Text], Field(min_length=1, max_length=100)] | None = Field(
        None,
        description="A command in the container.",
        examples=[["/usr/bin/flush", "--all"]],
        json_schema_extra=becomes("Becomes `exec.command`, one item for each word."),
    )
    http: ProbePath | None = Field(
        None,
        description="A path of the container that is asked for.",
        examples=["/quit"],
        json_schema_extra=becomes("Becomes `httpGet`."),
    )
    port: PortReference | None = Field(
        None,
        description="The port that `http` asks, as a number or a name; the app's by default.",
        examples=[8081],
        json_schema_extra=becomes("Becomes the port of `httpGet`."),
    )
    sleep: Annotated[int, Field(ge=1, le=3600)] | None = Field(
        None,
        description="Seconds to do nothing.",
        examples=[60],
        json_schema_extra=becomes("Becomes `sleep.seconds`."),
    )


_ONE_ACTION = OneOf(
    ("exec", "http", "sleep"),
    ("port",),
    "a hook does one thing",
    "write {exec: [command, argument]}, {http: /path} or {sleep: 30}",
    belongs=("port",),
)


class Lifecycle(Model):
    """What happens at the beginning and the end of a container's life."""

    post_start: Annotated[Hook, _ONE_ACTION] | None = Field(
        None,
        description="Done right after the container has started.",
        examples=[{"exec": ["/usr/bin/warm-up"]}],
        json_schema_extra=becomes("Becomes `lifecycle.postStart`."),
    )
    pre_stop: Annotated[Hook, _ONE_ACTION] | None = Field(
        None,
        description="Done before the signal to stop.",
        examples=[{"sleep": 60}],
        json_schema_extra=becomes(
            "Becomes `lifecycle.preStop`, instead of the sleep in which the load balancer stops "
            "sending requests."
        ),
    )


LifecycleField = Annotated[
    Lifecycle | None,
    Field(
        description="What is done after the start and before the end: `{postStart, preStop}`.",
        examples=[{"preStop": {"exec": ["/usr/bin/flush"]}}],
        json_schema_extra=becomes(
            "Becomes the container's `lifecycle`. Without `preStop`, an app with a port goes on "
            "serving for a while before it stops."
        ),
    ),
]
