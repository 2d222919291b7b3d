"""One probe in full: what it asks, and when."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.spec.model import NOTHING, Exactly, Model, OneOf, ShortForm, becomes
from compiler.spec.types import HeaderName, HeaderValue, PortReference, ProbePath, Text

_Seconds = Annotated[int, Field(ge=1, le=3600)]


class Probe(Model):
    """One probe: what it asks, and when. What is left out is as it would be without it."""

    http: ProbePath | None = Field(
        None,
        description="A path that answers 2xx or 3xx.",
        examples=["/healthz"],
        json_schema_extra=becomes("Becomes `httpGet`."),
    )
    port: PortReference | None = Field(
        None,
        description="The port that `http` asks, as a number or a name; the app's by default.",
        examples=[8081, "admin"],
        json_schema_extra=becomes("Becomes the port of `httpGet`."),
    )
    scheme: Literal["HTTP", "HTTPS"] | None = Field(
        None,
        description="`HTTPS` where `http` is asked over TLS; no certificate is checked.",
        examples=["HTTPS"],
        json_schema_extra=becomes("Becomes the scheme of `httpGet`; HTTP by default."),
    )
    http_headers: dict[HeaderName, HeaderValue] = Field(
        NOTHING,
        description="Headers that `http` is asked with.",
        examples=[{"Host": "shop.acme.example"}],
        json_schema_extra=becomes(
            "Becomes the headers of `httpGet`: a `Host` for apps that answer to their own name "
            "alone."
        ),
    )
    tcp: PortReference | None = Field(
        None,
        description="A port that takes connections, as a number or a name.",
        examples=[6379, "redis"],
        json_schema_extra=becomes("Becomes `tcpSocket`."),
    )
    grpc: PortReference | None = Field(
        None,
        description="A port whose gRPC health service answers SERVING, as a number or a name.",
        examples=[9000, "grpc"],
        json_schema_extra=becomes("Becomes `grpc`."),
    )
    service: Text | None = Field(
        None,
        description="The service that the gRPC health service is asked for.",
        examples=["shop.v1.Cart"],
        json_schema_extra=becomes("Becomes `grpc.service`."),
    )
    exec: Annotated[list[Text], Field(min_length=1, max_length=100)] | None = Field(
        None,
        description="A command in the container that exits with 0.",
        examples=[["redis-cli", "ping"]],
        json_schema_extra=becomes("Becomes `exec.command`, one item for each word."),
    )
    enabled: Annotated[Literal[False], Exactly(bool)] | None = Field(
        None,
        description="`false`: no such probe.",
        examples=[False],
        json_schema_extra=becomes("Nothing is rendered for it."),
    )
    initial_delay_seconds: Annotated[int, Field(ge=0, le=3600)] | None = Field(
        None,
        description="Seconds before the first time.",
        examples=[5],
        json_schema_extra=becomes("Becomes `initialDelaySeconds`."),
    )
    period_seconds: _Seconds | None = Field(
        None,
        description="Seconds from one time to the next.",
        examples=[10],
        json_schema_extra=becomes("Becomes `periodSeconds`."),
    )
    timeout_seconds: _Seconds | None = Field(
        None,
        description="Seconds to wait for an answer.",
        examples=[3],
        json_schema_extra=becomes("Becomes `timeoutSeconds`."),
    )
    success_threshold: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None,
        description="Good answers in a row to be ready again.",
        examples=[2],
        json_schema_extra=becomes("Becomes `successThreshold`, of readiness only."),
    )
    failure_threshold: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="Bad answers in a row to act.",
        examples=[3],
        json_schema_extra=becomes("Becomes `failureThreshold`."),
    )


_ONE_QUESTION = OneOf(
    ("http", "tcp", "grpc", "exec", "enabled"),
    (),
    "a probe asks one thing",
    "keep one of http, tcp, grpc, exec and `enabled: false`",
    required=False,
    belongs=("port", "scheme", "httpHeaders", "service"),
)
ProbeField = Annotated[Probe, _ONE_QUESTION, ShortForm("http", str)] | None
