"""The pods of a workload: who they are, where they run, what they consist of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from compiler.constant import Constant
from compiler.kubernetes.container import container
from compiler.kubernetes.metadata import Object, Owner, app_labels, app_metadata, match
from compiler.kubernetes.pod_security import pod_security_context
from compiler.kubernetes.volumes import files_digest, mounts, volumes
from compiler.link.names import app_role_arn
from compiler.link.ports import ContainerPort
from compiler.link.stopping import drain, grace_period
from compiler.link.unit import Unit
from compiler.link.workloads import Workload
from compiler.spec.app import App
from compiler.spec.types import image_tag

if TYPE_CHECKING:
    from compiler.spec.tolerations import Toleration

_ZONE, _NODE = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
_WHEN = {"preferred": "ScheduleAnyway", "required": "DoNotSchedule"}


def workload_metadata(unit: Unit, owner: Owner, workload: Workload) -> Object:
    """What the workload has beyond the app's other objects: its version, and what it is for."""
    app = unit.app
    if app.annotations or app.links or app.contact is not None:
        annotations: Object = {
            **app_metadata(owner)["annotations"],
            **({"kubernetes.io/description": app.description} if app.description else {}),
            **({"portico.dev/contact": app.contact} if app.contact else {}),
            **{f"portico.dev/link-{name}": url for name, url in app.links.items()},
            **app.annotations,
        }
    else:
        annotations = _annotations(owner, app.description)
    return {
        **app_metadata(owner),
        "labels": app_labels(owner, _version(workload.container.image)),
        "annotations": annotations,
    }


def pod_metadata(unit: Unit, owner: Owner, workload: Workload) -> Object:
    """The metadata of the pods. A change of a file's text, or of the role in AWS, changes it."""
    labels = app_labels(owner, _version(workload.container.image))
    digest = files_digest(workload) if workload.files else None
    annotations = {"portico.dev/files": digest} if digest is not None else {}
    role = app_role_arn(unit.environment, unit.interface)
    if role is not None:
        # Where credentials come from is put into a pod when it is made: another role, another pod.
        annotations["portico.dev/role"] = role
    if workload.metrics is not None:
        from compiler.kubernetes.metrics import scrape_annotations

        annotations |= scrape_annotations(unit.environment, workload)
    return {"labels": labels, **({"annotations": annotations} if annotations else {})}


def pod(unit: Unit, workload: Workload) -> Object:
    """The pod's spec, without what only some kinds of workloads have."""
    app, found = unit.app, mounts(workload)
    further = _port_of_metrics(workload)
    before = [
        *(container(one, found) for one in workload.init),
        *(container(one, found, sidecar=True) for one in workload.sidecars),
    ]
    return {
        "serviceAccountName": app.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        **(
            {"imagePullSecrets": [{"name": name} for name in app.image_pull_secrets]}
            if app.image_pull_secrets
            else {}
        ),
        "securityContext": pod_security_context(
            app.run_as_user,
            group=app.run_as_group,
            fs_group=app.fs_group,
            low_ports=_has_low_ports(workload, further),
            lasting=any(volume.lasts for volume in workload.volumes.values()),
        ),
        "terminationGracePeriodSeconds": grace_period(workload, unit.environment),
        **_nodes(app),
        **({"initContainers": before} if before else {}),
        "containers": [
            container(
                workload.container,
                found,
                drain=drain(unit.environment) if workload.serves else None,
                further=further,
                disk=_disk(workload),
            )
        ],
    }


def spread(app: App, workload: Workload, revision: str) -> Object:
    """How pods are spread over zones and nodes, for the pod's spec.

    `revision` is the label that tells pods of one version from those of the next.
    """
    zone, node = (
        ("preferred", "preferred") if app.spread is None else (app.spread.zone, app.spread.node)
    )
    constraints = [
        _spread(workload.name, topology, _WHEN[how], revision)
        for topology, how in ((_ZONE, zone), (_NODE, node))
        if how != "none"
    ]
    return {"topologySpreadConstraints": constraints} if constraints else {}


def pod_volumes(workload: Workload) -> Object:
    """The pod's volumes, for its spec."""
    found = volumes(workload)
    return {"volumes": found} if found else {}


def _disk(workload: Workload) -> str | None:
    """The limit of local disk that its empty folders ask for, if there are any."""
    if not workload.volumes:
        return None
    from compiler.link.room import disk

    return disk(workload.volumes)


def _port_of_metrics(workload: Workload) -> tuple[ContainerPort, ...]:
    """The port that is there for metrics alone, if there is one."""
    if workload.metrics is None:
        return ()
    from compiler.link.metrics import port_of_metrics_alone

    port = port_of_metrics_alone(workload)
    return () if port is None else (port,)


def _has_low_ports(workload: Workload, further: tuple[ContainerPort, ...]) -> bool:
    containers = (workload.container, *workload.sidecars) if workload.sidecars else None
    if containers is None:
        return any(port.port < 1024 for port in workload.container.ports)
    return any(port.port < 1024 for one in containers for port in one.ports)


def _nodes(app: App) -> Object:
    if not app.node_selector and app.architecture is None and not app.tolerations:
        return {}
    architecture = {"kubernetes.io/arch": app.architecture} if app.architecture else {}
    labels = {**architecture, **app.node_selector}
    return {
        **({"nodeSelector": labels} if labels else {}),
        **({"tolerations": [_toleration(t) for t in app.tolerations]} if app.tolerations else {}),
    }


def _toleration(taint: Toleration) -> Object:
    seconds = taint.toleration_seconds
    return {
        "key": taint.key,
        "operator": "Exists" if taint.value is None else "Equal",
        **({"value": taint.value} if taint.value is not None else {}),
        **({"effect": taint.effect} if taint.effect is not None else {}),
        **({"tolerationSeconds": seconds} if seconds is not None else {}),
    }


@cache
def _annotations(owner: Owner, description: str | None) -> Constant:
    annotations: Constant = app_metadata(owner)["annotations"]
    if description is None:
        return annotations
    # The well-known annotation; kubernetes.io, "Well-Known Labels, Annotations and Taints".
    return Constant({**annotations, "kubernetes.io/description": description})


@cache
def _version(image: str) -> str | None:
    """What the recommended label says, where the tag is a valid label value."""
    tag = image_tag(image)
    usable = tag is not None and len(tag) <= 63 and tag[0].isalnum() and tag[-1].isalnum()
    return tag if usable else None


@cache
def _spread(name: str, topology: str, when: str, revision: str) -> Constant:
    return Constant(
        {
            "maxSkew": 1,
            "topologyKey": topology,
            "whenUnsatisfiable": when,
            "labelSelector": match(name),
            # Only pods of the same revision count, so that a rollout ends as spread as it began.
            "matchLabelKeys": [revision],
        }
    )
