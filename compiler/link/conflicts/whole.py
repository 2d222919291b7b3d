"""Every contradiction in what an app says."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic
from compiler.link.conflicts.identity import identity
from compiler.link.conflicts.network import network
from compiler.link.conflicts.resources import amounts
from compiler.link.conflicts.scale import scale
from compiler.link.conflicts.workloads import workloads
from compiler.link.unit import Unit


def conflicts(unit: Unit) -> Iterator[Diagnostic]:
    """All of them; what most specs do not say is not looked for."""
    app = unit.app
    yield from workloads(unit)
    yield from scale(unit)
    yield from network(unit)
    yield from amounts(unit)
    if app.expose is not None:
        from compiler.link.conflicts.exposure import exposure

        yield from exposure(unit)
    if app.labels or app.annotations or app.links:
        yield from identity(unit)
    if app.node_selector or app.tolerations or app.spread is not None:
        from compiler.link.conflicts.nodes import nodes

        yield from nodes(unit)
    says = (app.health, app.lifecycle, app.rollout)
    if any(said is not None for said in says) or app.workers or app.sidecars:
        from compiler.link.conflicts.probes import probes

        yield from probes(unit)
    if app.ports or app.sidecars or app.workers:
        from compiler.link.conflicts.ports import ports

        yield from ports(unit)
    if app.secrets:
        from compiler.link.conflicts.secrets import secrets

        yield from secrets(unit)
    if app.files or app.volumes or app.workers or app.jobs:
        from compiler.link.conflicts.volumes import volumes

        yield from volumes(unit)
