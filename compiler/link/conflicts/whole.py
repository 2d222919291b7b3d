"""Every contradiction in what an app says."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.network import network
from compiler.link.conflicts.resources import amounts
from compiler.link.conflicts.scale import scale
from compiler.link.conflicts.workloads import workloads
from compiler.link.unit import Unit
from compiler.spec.app import App


def conflicts(unit: Unit) -> Iterator[Diagnostic]:
    """All of them; what most specs do not say is not looked for."""
    app = unit.app
    yield from workloads(unit)
    yield from scale(unit)
    yield from network(unit)
    yield from amounts(unit)
    if app.expose is not None and not all(entrance.is_plain for entrance in app.expose):
        from compiler.link.conflicts.exposure import exposure

        yield from exposure(unit)
    if app.labels or app.annotations or app.links:
        from compiler.link.conflicts.identity import identity

        yield from identity(unit)
    if app.node_selector or app.tolerations or app.spread is not None:
        from compiler.link.conflicts.nodes import nodes

        yield from nodes(unit)
    stops = app.lifecycle is not None or app.rollout is not None
    if stops or app.workers or app.sidecars or _has_more_than_a_path(app):
        from compiler.link.conflicts.probes import probes

        yield from probes(unit)
    if app.schedule is not None or app.jobs:
        from compiler.link.conflicts.runs import runs

        yield from runs(unit)
    if app.ports or app.sidecars or app.workers:
        from compiler.link.conflicts.ports import ports

        yield from ports(unit)
    if unit.interface.addresses:
        from compiler.link.conflicts.addresses import addresses

        yield from addresses(unit)
    if app.egress:
        from compiler.link.conflicts.egress import egress

        yield from egress(unit)
    if app.metrics is not None or app.workers:
        from compiler.link.conflicts.metrics import metrics

        yield from metrics(unit)
    if app.secrets:
        from compiler.link.conflicts.secrets import secrets

        yield from secrets(unit)
    if app.files or app.volumes or app.workers or app.jobs:
        from compiler.link.conflicts.volumes import volumes

        yield from volumes(unit)
    permitted = unit.interface.permissions
    if permitted is not None:
        from compiler.link.conflicts.permissions import permissions

        yield from permissions(unit, permitted)
    if unit.interface.extended:
        from compiler.link.free_text import unusable_in_patches
        from compiler.link.manifests import unfit

        yield from unusable_in_patches(unit)
        yield from unfit(unit)


def _has_more_than_a_path(app: App) -> bool:
    """Whether `health` is more than a path and its port, which is right."""
    health = app.health
    if health is None:
        return False
    is_path = health.path is not None and health.model_fields_set <= {"path", "port"}
    return not is_path or (app.port is None and health.port is None)
