"""How Prometheus finds an app's metrics: by a monitor of its operator, or by annotations.

Source: Prometheus Operator, API reference, monitoring.coreos.com/v1. Prometheus itself knows no
annotations: the names are those of the scrape configuration that its Helm chart brings along.
"""

from compiler.kubernetes.metadata import Object, Owner, app_labels, app_metadata, match
from compiler.link.metrics import is_found_by_service, metrics_port
from compiler.link.workloads import Workload
from compiler.spec.environment import Environment


def monitors(environment: Environment, owner: Owner, workload: Workload) -> list[Object]:
    """The monitor of a workload with metrics; none where annotations take its place."""
    collector, metrics, port = environment.metrics, workload.metrics, metrics_port(workload)
    if collector is None or collector.kind != "serviceMonitor" or metrics is None or port is None:
        return []
    endpoint = {
        "port": port.name,
        "path": metrics.path,
        **({"interval": metrics.interval} if metrics.interval is not None else {}),
    }
    labels = {**app_labels(owner), **collector.labels}
    by_service = is_found_by_service(environment, workload)
    return [
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "ServiceMonitor" if by_service else "PodMonitor",
            "metadata": {**app_metadata(owner), "labels": labels},
            "spec": {
                # As Prometheus names the job of a ServiceMonitor by itself: after the Service.
                **({} if by_service else {"jobLabel": "app.kubernetes.io/name"}),
                "selector": match(owner.name),
                "endpoints" if by_service else "podMetricsEndpoints": [endpoint],
            },
        }
    ]


def scrape_annotations(environment: Environment, workload: Workload) -> Object:
    """The annotations of the pods, where they are how Prometheus finds them."""
    collector, metrics, port = environment.metrics, workload.metrics, metrics_port(workload)
    if collector is None or collector.kind != "annotations" or metrics is None or port is None:
        return {}
    return {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(port.port),
        "prometheus.io/path": metrics.path,
    }
