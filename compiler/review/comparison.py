"""Two states of a repository, held against each other: all changes, and the risks in them."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic
from compiler.link.unit import Unit
from compiler.policies.shape import Policy
from compiler.review.change import Change, Sides
from compiler.review.disruption import blocks_drains, fewer_pods, fewer_routers
from compiler.review.estates import State, compared
from compiler.review.firewall import firewall, load_balancer
from compiler.review.foundations import foundations
from compiler.review.immutable import immutable, kinds, moves
from compiler.review.lost import apps_go, environment_goes, namespaces_go, volumes_go
from compiler.review.network import callers_let_in, egress_opened
from compiler.review.permissions import permissions_widened
from compiler.review.public_hosts import new_hosts, public_hosts
from compiler.review.risk import Both, Risk, Side, diagnostics_of, in_order
from compiler.review.rollout import together


class Comparison(NamedTuple):
    """What differs between two states of a repository."""

    changes: list[Change]
    """By environment, production last; in each, as a reviewer reads them."""
    risks: list[Diagnostic]
    """Errors first."""


def compare(
    before: dict[str, Side],
    after: dict[str, Side],
    own_before: list[Policy],
    own_after: list[Policy],
) -> Comparison:
    """Everything that differs.

    Of each side the environments are given, by name, and the rules that only its repository has.
    """
    changes: list[Change] = []
    risks: list[Risk] = []
    for name in in_order({*before, *after}):
        old, new = before.get(name), after.get(name)
        found = compared(
            name,
            State(old.estate, own_before) if old else None,
            State(new.estate, own_after) if new else None,
        )
        changes += found.changes
        if found.changes:
            risks += object_risks(name, found.objects)
            if old and new:
                risks += _risks(Both(name, old, new))
            elif old:
                risks += environment_goes(name, old)
            elif new:
                risks += new_hosts(name, new)
    found_risks = [*diagnostics_of(risks), *together(changes, before.keys() & after.keys())]
    return Comparison(changes, sorted(found_risks, key=lambda d: d.severity))


def object_risks(environment: str, objects: list[Sides]) -> Iterator[Risk]:
    """What is dangerous about objects of Kubernetes, whatever they were compiled from."""
    yield from immutable(environment, objects)
    yield from volumes_go(environment, objects)
    yield from blocks_drains(environment, objects)


def _risks(both: Both) -> Iterator[Risk]:
    yield from public_hosts(both)
    yield from firewall(both)
    yield from load_balancer(both)
    yield from foundations(both)
    yield from fewer_routers(both)
    yield from apps_go(both)
    yield from namespaces_go(both)
    for before, after in _in_both(both):
        # What is one object was made of one spec, and need not be read for this.
        if before is not after:
            yield from moves(both, before, after)
            yield from kinds(both, before, after)
            yield from fewer_pods(both, before, after)
            yield from egress_opened(both, before, after)
            yield from permissions_widened(both, before, after)
        yield from callers_let_in(both, after)


def _in_both(both: Both) -> Iterator[tuple[Unit, Unit]]:
    before = {unit.interface.name: unit for unit in both.before.estate.units}
    for unit in both.after.estate.units:
        if unit.interface.name in before:
            yield before[unit.interface.name], unit
