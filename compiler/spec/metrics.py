"""Numbers that an app offers to Prometheus, and who collects them in an environment."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from compiler.spec.model import NOTHING, Form, Model, ShortForm, becomes, invalid, quoted
from compiler.spec.types import Duration, LabelKey, LabelValue, Name, PortReference


def _why_path(value: str) -> PydanticCustomError:
    if "?" in value:
        return invalid(
            f"{quoted(value)} has parameters, which Prometheus would take for a part of the path",
            f'leave them out: "{value.partition("?")[0]}"',
        )
    return invalid(
        f"{quoted(value)} is not a path of metrics",
        "begin with /, and use letters, digits and . _ ~ - / only: /metrics",
    )


MetricsPath = Annotated[
    str,
    Form(
        "path of metrics",
        "/[A-Za-z0-9._~/-]*",
        "begins with / and has letters, digits and . _ ~ - / only",
        _why_path,
        253,
    ),
]


class Metrics(Model):
    """Where an app tells its metrics, in the text form of Prometheus."""

    path: MetricsPath = Field(
        "/metrics",
        description="Where they are served.",
        examples=["/actuator/prometheus"],
        json_schema_extra=becomes("Becomes the path of the monitor, or of the annotations."),
    )
    port: PortReference | None = Field(
        None,
        description="The port, as a number or by its name; by default the app's first. On the "
        "port of a public app, metrics are as public as the app.",
        examples=[9090, "http"],
        json_schema_extra=becomes(
            "Becomes a port of the container named `metrics`, unless another one has this number. "
            "The NetworkPolicy admits who collects metrics to it, and nobody else."
        ),
    )
    interval: Duration | None = Field(
        None,
        description="How often they are collected; by default as often as Prometheus does it.",
        examples=["30s"],
        json_schema_extra=becomes("Becomes `interval` of the monitor; annotations have none."),
    )


class Collector(Model):
    """Who collects the metrics of an environment's apps, and how it finds them."""

    kind: Literal["serviceMonitor", "annotations"] = Field(
        description="`serviceMonitor`: objects of Prometheus Operator. `annotations`: "
        "`prometheus.io/scrape` and its like on the pods, where Prometheus is told to look for "
        "them.",
        examples=["serviceMonitor"],
        json_schema_extra=becomes(
            "Decides what `metrics` of an app becomes: a ServiceMonitor, or a PodMonitor where no "
            "Service leads to the pods; or annotations."
        ),
    )
    namespace: Name = Field(
        "monitoring",
        description="The namespace of the pods that collect them.",
        examples=["prometheus"],
        json_schema_extra=becomes(
            "Becomes what the NetworkPolicy of each app with `metrics` admits to that port."
        ),
    )
    labels: dict[LabelKey, LabelValue] = Field(
        NOTHING,
        description="Labels by which Prometheus finds its monitors.",
        examples=[{"release": "prometheus"}],
        json_schema_extra=becomes("Becomes labels of each ServiceMonitor and PodMonitor."),
    )


MetricsField = Annotated[
    Annotated[Metrics, ShortForm("path", str)] | None,
    Field(
        description="Where it tells its metrics: `/metrics`, or `{port, path, interval}`.",
        examples=["/metrics", {"port": 9090, "interval": "30s"}],
        json_schema_extra=becomes(
            "Becomes a ServiceMonitor, a PodMonitor, or annotations of the pods, as the "
            "environment's `metrics` says."
        ),
    ),
]
CollectorField = Annotated[
    Annotated[Collector, ShortForm("kind", str)] | None,
    Field(
        description="Who collects the metrics of apps.",
        examples=["annotations", {"kind": "serviceMonitor", "labels": {"release": "prometheus"}}],
        json_schema_extra=becomes(
            "A kind, or `{kind, namespace, labels}`. Without it no app here may have `metrics`. "
            "Annotations do no harm where nobody reads them."
        ),
    ),
]
