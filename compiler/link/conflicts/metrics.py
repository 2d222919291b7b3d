"""Metrics that nobody collects, or on a port that there is not."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.metrics import (
    METRICS,
    metrics_port,
    offered_for_metrics,
    port_of_metrics_alone,
    ports_of_pod,
)
from compiler.link.unit import Unit
from compiler.link.workloads import Workload, workloads_of
from compiler.spec.metrics import Metrics
from compiler.spec.parse import did_you_mean


def metrics(unit: Unit) -> Iterator[Diagnostic]:
    for workload in workloads_of(unit.app):
        if workload.metrics is not None:
            yield from _collected(unit, workload, workload.metrics)
            yield from _port(unit, workload, workload.metrics)


def _collected(unit: Unit, workload: Workload, said: Metrics) -> Iterator[Diagnostic]:
    collector = unit.environment.metrics
    if collector is None:
        yield Diagnostic(
            CONFLICT,
            "the environment does not say who collects metrics",
            unit.place(*workload.path, "metrics"),
            help="add `metrics: serviceMonitor` or `metrics: annotations` to the environment's "
            "file; or say `metrics: null` for the environment here",
        )
    elif collector.kind == "annotations" and said.interval is not None:
        yield Diagnostic(
            CONFLICT,
            "metrics are found by annotations, and those cannot say how often",
            unit.place(*workload.path, "metrics", "interval"),
            help="remove `interval`, for this environment with `null`; Prometheus has one for all",
        )


def _port(unit: Unit, workload: Workload, said: Metrics) -> Iterator[Diagnostic]:
    at = (*workload.path, "metrics")
    ports = [port for port in ports_of_pod(workload) if port.protocol == "TCP"]
    port, own = metrics_port(workload), port_of_metrics_alone(workload)
    if port is None and said.port is None:
        yield Diagnostic(
            CONFLICT,
            '"metrics" needs a port, and there is none',
            unit.place(*at),
            unit.removed("port") if not workload.path else (),
            help="name it: `metrics: {port: 9090}`",
        )
    elif port is None:
        yield Diagnostic(
            CONFLICT,
            f'no TCP port is named "{said.port}"',
            unit.place(*at, "port"),
            help=did_you_mean(str(said.port), [port.name for port in ports])
            or "write its number, or name it in `ports`",
        )
    for other in ports_of_pod(workload):
        if own is not None and other.name == METRICS:
            yield Diagnostic(
                CONFLICT,
                f'the port "{METRICS}" is {other.port}/{other.protocol}, and metrics are on '
                f"{own.port}",
                unit.place(*at, "port"),
                help="say the same number in both places, or name the port differently",
            )
    for offered in offered_for_metrics(unit.environment, workload):
        if any(port.service_port == offered.service_port for port in workload.offered):
            yield Diagnostic(
                CONFLICT,
                f"the Service has port {offered.service_port} already, for something else",
                unit.place(*at, "port"),
                help="serve metrics on another port",
            )
