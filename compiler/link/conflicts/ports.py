"""The ports of a pod: each name and each number once, and all that is said of them is used."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Place
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.ports import HTTP, ContainerPort
from compiler.link.unit import Unit
from compiler.link.workloads import Container, Workload, workloads_of

# A port, and the container that has it.
_Said = tuple[Container, ContainerPort]


def ports(unit: Unit) -> Iterator[Diagnostic]:
    if HTTP in unit.app.ports:
        yield Diagnostic(
            CONFLICT,
            f'"{HTTP}" is the name of `port`',
            unit.place("ports", HTTP),
            help=f"write `port: {unit.app.ports[HTTP].port}` instead, or use another name",
        )
    for workload in workloads_of(unit.app):
        yield from _in_pod(unit, workload)
        yield from _of_service(unit, workload)
        for container in (workload.container, *workload.sidecars):
            for port in container.ports:
                yield from _spoken(unit, workload, container, port)


def _in_pod(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    """Containers of a pod share its address, and a Service's port may name a port of any."""
    by_name: dict[str, _Said] = {}
    by_number: dict[tuple[int, str], _Said] = {}
    for container in (workload.container, *workload.sidecars):
        for port in container.ports:
            said = (container, port)
            twin = by_name.setdefault(port.name, said)
            if twin is not said and (container.path or port.name != HTTP):
                yield Diagnostic(
                    CONFLICT,
                    f'two ports of the pod are named "{port.name}"',
                    _place(unit, *said),
                    (_place(unit, *twin),),
                    help="name one of the two differently",
                )
            other = by_number.setdefault((port.port, port.protocol), said)
            if other is not said:
                yield Diagnostic(
                    CONFLICT,
                    f"two ports of the pod are {port.port}/{port.protocol}",
                    _place(unit, *said),
                    (_place(unit, *other),),
                    help="containers of a pod share its ports: use another number",
                )


def _of_service(unit: Unit, workload: Workload) -> Iterator[Diagnostic]:
    offered: dict[tuple[int, str], _Said] = {}
    for container in (workload.container, *workload.sidecars):
        for port in container.ports:
            if port.service_port is None or not workload.serves:
                continue
            said = (container, port)
            twin = offered.setdefault((port.service_port, port.protocol), said)
            if twin is not said:
                yield Diagnostic(
                    CONFLICT,
                    f"two ports of the Service would be {port.service_port}/{port.protocol}",
                    _place(unit, *said),
                    (_place(unit, *twin),),
                    help="give one of them another `servicePort`; that of `port` is 80",
                )


def _spoken(
    unit: Unit, workload: Workload, container: Container, port: ContainerPort
) -> Iterator[Diagnostic]:
    """What is said of a port for a Service, where none leads to it; and of UDP."""
    at = (*container.path, "ports", port.name)
    if port.service_port is not None and container.path and not workload.serves:
        yield Diagnostic(
            CONFLICT,
            f"no Service leads to {_whose(workload)}",
            unit.place(*at, "servicePort"),
            help="remove `servicePort`, or make it an app of its own",
        )
    if port.app_protocol is None:
        return
    if port.service_port is None:
        yield Diagnostic(
            CONFLICT,
            "`appProtocol` is told by a Service, and none leads to this port",
            unit.place(*at, "appProtocol"),
            help="add `servicePort`, or remove `appProtocol`"
            if workload.component is None
            else "remove it",
        )
    elif port.protocol == "UDP":
        yield Diagnostic(
            CONFLICT,
            f"{port.app_protocol} is spoken over TCP, and the port is one for UDP",
            unit.place(*at, "appProtocol"),
            (unit.place(*at, "protocol"),),
            help="remove one of the two",
        )


def _whose(workload: Workload) -> str:
    return "a worker" if workload.component is not None else "a job"


def _place(unit: Unit, container: Container, port: ContainerPort) -> Place:
    if not container.path and port.name == HTTP:
        return unit.place("port")
    return unit.place(*container.path, "ports", port.name)
