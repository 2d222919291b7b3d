"""What an app's own objects take from the rest of its environment."""

from typing import Any, NamedTuple

from compiler.link.addresses import addresses_of
from compiler.link.estate import Estate
from compiler.link.unit import Interface, Unit


class Peer(NamedTuple):
    """Another app, as a network policy names it."""

    team: str
    pods: tuple[str, ...]
    """The names of the workloads whose pods are meant."""
    ports: tuple[tuple[str, str], ...]
    """Protocol and name of each port that is called; none of an app that only calls."""


class Neighbours(NamedTuple):
    """All that an app's objects are made of besides the app itself and its environment."""

    callers: tuple[Peer, ...]
    """The apps that call it, sorted by name."""
    callees: tuple[Peer, ...]
    """The apps that it calls, in the order of its `calls`."""
    addresses: tuple[tuple[str, str], ...]
    """What its variables name of them, each with the address that it is."""


def neighbours_of(unit: Unit, estate: Estate) -> Neighbours:
    name = unit.interface.name
    return Neighbours(
        tuple(_caller(unit.interface) for unit in estate.callers.get(name, ())),
        tuple(callee(unit.interface) for unit in estate.callees.get(name, ())),
        addresses_of(unit, estate) if unit.interface.addresses else (),
    )


def neighbours(plain: tuple[Any, ...]) -> Neighbours:
    """From the same without names."""
    callers, callees, addresses = plain
    return Neighbours(
        tuple(Peer(*peer) for peer in callers),
        tuple(Peer(*peer) for peer in callees),
        addresses,
    )


def _caller(app: Interface) -> Peer:
    return Peer(app.team, app.workloads, ())


def callee(app: Interface) -> Peer:
    """Its Service leads to the app itself, not to its workers and jobs."""
    return Peer(app.team, (app.name,), tuple((port.protocol, port.name) for port in app.ports))
