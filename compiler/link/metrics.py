"""Which port of a workload's pods its metrics are read from."""

from collections.abc import Iterator

from compiler.link.ports import ContainerPort, default_port
from compiler.link.workloads import Workload
from compiler.spec.environment import Environment

# The name of a port that is there for metrics alone.
METRICS = "metrics"


def metrics_port(workload: Workload) -> ContainerPort | None:
    """The port that `metrics` means; None if the workload has no such port, or no metrics."""
    metrics = workload.metrics
    if metrics is None:
        return None
    if metrics.port is None:
        return default_port(workload.container.ports)
    for port in ports_of_pod(workload):
        if metrics.port in (port.name, port.port) and port.protocol == "TCP":
            return port
    if isinstance(metrics.port, str):
        return None
    return ContainerPort(METRICS, metrics.port, "TCP", metrics.port, None)


def port_of_metrics_alone(workload: Workload) -> ContainerPort | None:
    """The port that is there for metrics alone, and that only who collects them may reach."""
    port = metrics_port(workload)
    return None if port is None or port in ports_of_pod(workload) else port


def ports_of_pod(workload: Workload) -> Iterator[ContainerPort]:
    """The ports of all its containers that go on running."""
    for container in (workload.container, *workload.sidecars):
        yield from container.ports


def is_found_by_service(environment: Environment, workload: Workload) -> bool:
    """Whether Prometheus finds the workload's pods by their Service.

    Two Services lead to the pods of a StatefulSet, by which each pod would be read twice.
    """
    collector = environment.metrics
    by_monitor = collector is not None and collector.kind == "serviceMonitor"
    return by_monitor and workload.serves and workload.kind == "Deployment"


def offered_for_metrics(environment: Environment, workload: Workload) -> tuple[ContainerPort, ...]:
    """What the Service offers so that a ServiceMonitor can name it, if it does not already."""
    port = metrics_port(workload) if is_found_by_service(environment, workload) else None
    if port is None or port in workload.offered:
        return ()
    return (port._replace(service_port=port.service_port or port.port),)
