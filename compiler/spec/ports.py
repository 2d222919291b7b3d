"""Further ports of an app, beside the one for HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import Model, ShortForm, becomes
from compiler.spec.types import Port, PortName


class NamedPort(Model):
    """One port that a container listens on, and the Service's port that leads to it."""

    port: Port = Field(
        description="Where the container listens.",
        examples=[9000],
        json_schema_extra=becomes("Becomes the container's port, under its name."),
    )
    protocol: Literal["TCP", "UDP"] = Field(
        "TCP",
        description="`TCP` or `UDP`.",
        examples=["UDP"],
        json_schema_extra=becomes("Becomes the protocol of the container's and Service's port."),
    )
    app_protocol: Literal["http", "grpc", "tcp"] | None = Field(
        None,
        description="What is spoken on it.",
        examples=["grpc"],
        json_schema_extra=becomes(
            "Becomes the Service port's `appProtocol`, for routers and meshes: `http`, for gRPC "
            "`kubernetes.io/h2c`, for tcp none."
        ),
    )
    service_port: Port | None = Field(
        None,
        description="The port of the Service; the same number by default, of a sidecar none.",
        examples=[80],
        json_schema_extra=becomes("Becomes the Service's port. No Service leads to workers."),
    )


Ports = Annotated[
    dict[PortName, Annotated[NamedPort, ShortForm("port", int)]],
    Field(
        description="Further ports by name: a number, or `{port, protocol, appProtocol, "
        "servicePort}`.",
        examples=[{"grpc": {"port": 9000, "appProtocol": "grpc"}}],
        json_schema_extra=becomes(
            "Becomes ports of the container, and of the Service: apps that call this one reach all "
            "of them. The `port` of an app is named http. A sidecar's is offered if it has a "
            "`servicePort`; one that only the pod itself reaches, at localhost, is not listed: a "
            "probe could not open it."
        ),
    ),
]
