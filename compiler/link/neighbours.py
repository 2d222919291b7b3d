"""What an app's own objects take from the rest of its environment."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from compiler.link.estate import Estate
from compiler.link.unit import Unit


class Peer(NamedTuple):
    """Another app, as a network policy names it."""

    team: str
    name: str


class Neighbours(NamedTuple):
    """All that an app's objects are made of besides the app itself and its environment."""

    callers: tuple[Peer, ...]
    """The apps that call it, sorted by name."""
    callees: tuple[Peer, ...]
    """The apps that it calls, in the order of its `calls`."""


def neighbours_of(unit: Unit, estate: Estate) -> Neighbours:
    name = unit.interface.name
    return Neighbours(
        _peers(estate.callers.get(name, ())),
        _peers(estate.callees.get(name, ())),
    )


def neighbours(plain: tuple[Any, ...]) -> Neighbours:
    """From the same without names."""
    callers, callees = plain
    return Neighbours(
        tuple(Peer(*peer) for peer in callers), tuple(Peer(*peer) for peer in callees)
    )


def _peers(units: Iterable[Unit]) -> tuple[Peer, ...]:
    return tuple(Peer(unit.interface.team, unit.interface.name) for unit in units)
