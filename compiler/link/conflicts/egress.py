"""Destinations outside the cluster that cannot be said, are said twice, or give too much away."""

from collections.abc import Iterator

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.unit import Unit
from compiler.spec.network import Egress, ports_of

INSTANCE_METADATA = Rule(
    "PT127",
    "egress to the credentials of the node",
    "At 169.254.169.254, and fd00:ec2::254, port 80, EC2 gives whoever asks the credentials of the "
    "node that it runs on. It is the first thing that somebody asks who got into an app.",
    what="Refuses a destination in `egress` that the metadata address of EC2 instances is a part "
    "of, on the port where it answers.",
    fix="Name the address ranges that are meant, or leave the address out with `except`. An app "
    "that needs AWS has a role of its own, and its region in a variable.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
egress: [{cidr: 0.0.0.0/0, ports: [80, 443]}]
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
egress: [{cidr: 0.0.0.0/0, except: [169.254.169.254/32], ports: [80, 443]}]
environments:
  dev:
""",
)

# Source: AWS, Amazon EC2 user guide, "Access instance metadata for an EC2 instance".
_METADATA = ("169.254.169.254", "fd00:ec2::254")
_METADATA_NAMES = ("instance-data.ec2.internal", "*.ec2.internal")
_METADATA_PORT = 80


def egress(unit: Unit) -> Iterator[Diagnostic]:
    yield from _listed_twice(unit)
    for index, destination in enumerate(unit.app.egress):
        if destination.dns is not None:
            yield from _name(unit, index, destination)
        if destination.except_ is not None:
            yield from _left_out(unit, index, destination, destination.except_)
        if _METADATA_PORT in ports_of(destination) and destination.protocol == "TCP":
            yield from _metadata(unit, index, destination)


def _listed_twice(unit: Unit) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str, int], tuple[str | int, ...]] = {}
    for index, destination in enumerate(unit.app.egress):
        where = destination.cidr or destination.dns or ""
        for number, port in enumerate(ports_of(destination)):
            at = (index, "port") if destination.ports is None else (index, "ports", number)
            other = first.setdefault((where, destination.protocol, port), at)
            if other is not at:
                udp = "UDP " if destination.protocol == "UDP" else ""
                yield Diagnostic(
                    CONFLICT,
                    f"{where} {udp}port {port} is listed twice",
                    unit.place("egress", *at),
                    (unit.place("egress", *other),),
                    help="remove one of the two",
                )


def _name(unit: Unit, index: int, destination: Egress) -> Iterator[Diagnostic]:
    if unit.environment.cluster.network_policies == "kubernetes":
        yield Diagnostic(
            CONFLICT,
            "NetworkPolicies of Kubernetes know addresses and no DNS names",
            unit.place("egress", index, "dns"),
            help=f"write the address range of {destination.dns} as `cidr`; or, where Cilium runs, "
            "`networkPolicies: cilium` below `cluster` in the environment's file",
        )
    if destination.except_ is not None:
        yield Diagnostic(
            CONFLICT,
            "`except` leaves out a part of an address range, and a DNS name is none",
            unit.place("egress", index, "except"),
            (unit.place("egress", index, "dns"),),
            help="remove `except`",
        )


def _left_out(
    unit: Unit, index: int, destination: Egress, parts: list[str]
) -> Iterator[Diagnostic]:
    if destination.cidr is None:
        return
    for number, part in enumerate(parts):
        if not _contains(destination.cidr, part) or part == destination.cidr:
            # Kubernetes refuses it: NetworkPolicy validation, ValidateIPBlock.
            yield Diagnostic(
                CONFLICT,
                f"{part} is no part of {destination.cidr}",
                unit.place("egress", index, "except", number),
                (unit.place("egress", index, "cidr"),),
                help="leave out a smaller range that lies in it",
            )


def _metadata(unit: Unit, index: int, destination: Egress) -> Iterator[Diagnostic]:
    if destination.dns in _METADATA_NAMES:
        yield Diagnostic(
            INSTANCE_METADATA,
            f"{destination.dns} port {_METADATA_PORT} is where a pod gets the credentials of its "
            "node",
            unit.place("egress", index, "dns"),
            help="remove it; an app that needs AWS has a role of its own",
        )
    for address in _METADATA if destination.cidr is not None else ():
        reached = _contains(destination.cidr or "", address)
        if reached and not any(_contains(part, address) for part in destination.except_ or ()):
            alone = f"{address}/{128 if ':' in address else 32}"
            yield Diagnostic(
                INSTANCE_METADATA,
                f"{destination.cidr} port {_METADATA_PORT} reaches {address}, where a pod gets the "
                "credentials of its node",
                unit.place("egress", index, "cidr"),
                help="name the ranges that are meant"
                + (f", or leave it out: `except: [{alone}]`" if alone != destination.cidr else ""),
            )


def _contains(cidr: str, part: str) -> bool:
    """Whether a range or address lies in a range."""
    from ipaddress import ip_network

    whole, inner = ip_network(cidr), ip_network(part)
    return whole.version == inner.version and inner.subnet_of(whole)  # type: ignore[arg-type]
