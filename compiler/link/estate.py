"""All units of an environment -> Estate: everything that is public or shared, decided."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.link.certificate import certificate_names
from compiler.link.conflicts.rule import CONFLICT
from compiler.link.environments import DnsNames
from compiler.link.hosts import Host, hosts_of
from compiler.link.placement import Distribution, place
from compiler.link.unit import Unit
from compiler.source.yaml import Document
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean

UNKNOWN_APP = Rule(
    "PT113",
    "call to an app that is not there",
    "The call would fail in this environment, and the network policy would name nobody.",
    what="Refuses a name in `calls` that is no app, an app that is not in the same environment, or "
    "an app without a port; a name in `callers` that is no app; and a variable for the address of "
    "a port that an app does not have.",
    fix="Correct the name, add the environment to the called app, or override `calls` for the "
    "environment that has no such app.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
calls: [cart]             # there is no apps/cart.yaml
environments:
  dev:
""",
    passing="""\
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
calls: [cart]
environments:
  dev:
-- apps/cart.yaml --
name: cart
team: sales
image: ghcr.io/acme/cart:2.0.1
port: 8080
environments:
  dev:
""",
)


class Namespace(NamedTuple):
    """A team's namespace and the apps in it."""

    name: str
    units: tuple[Unit, ...]


class Estate(NamedTuple):
    """One environment, resolved: what `lower` turns into objects and resources."""

    environment: Environment
    source: str
    units: tuple[Unit, ...]
    namespaces: tuple[Namespace, ...]
    hosts: tuple[Host, ...]
    distributions: tuple[Distribution, ...]
    placement: dict[str, str]
    """Host name -> distribution, or `direct`."""
    certificate_names: tuple[str, ...]
    callers: dict[str, list[Unit]]
    """App name -> the units that call it, sorted by name."""
    callees: dict[str, list[Unit]]
    """App name -> the units that it calls, in the order of its `calls`."""
    permitted: tuple[Unit, ...]
    """The units that have an IAM role, sorted by name."""


def link(
    environment: Environment,
    document: Document,
    units: list[Unit],
    committed: Document | None,
    listed: dict[str, frozenset[str] | None],
    names: DnsNames,
) -> tuple[Estate, list[Diagnostic]]:
    """The environment's estate, and everything that is wrong between its apps.

    `units` are sorted by name. `listed` says of every app of the repository in which environments
    it is, and None of one that could not be read. `names` are those of all environments.
    """
    hosts, diagnostics = hosts_of(environment, units, names)
    distributions, placement, misplaced = place(hosts, committed)
    covered, too_many = certificate_names(environment, document, hosts)
    diagnostics += misplaced + too_many
    diagnostics += _calls(environment, units, listed)
    diagnostics += _teams(environment, units)
    diagnostics += _names(units)
    if makers := [unit for unit in units if unit.interface.secrets]:
        # Few repositories have any.
        from compiler.link.secrets import secrets_of_two

        diagnostics += secrets_of_two(makers)
    if guarded := [unit for unit in units if unit.interface.callers is not None]:
        from compiler.link.callers import refused_callers

        diagnostics += refused_callers(units, guarded, listed)
    if users := [unit for unit in units if unit.interface.addresses]:
        from compiler.link.addresses import unknown_ports

        diagnostics += unknown_ports(units, users)
    by_name = {unit.interface.name: unit for unit in units}
    callers: dict[str, list[Unit]] = {}
    callees: dict[str, list[Unit]] = {}
    teams: dict[str, list[Unit]] = {}
    with_manifests: list[Unit] = []
    permitted: list[Unit] = []
    for unit in units:
        if unit.interface.manifests:
            with_manifests.append(unit)
        if unit.interface.permissions is not None:
            permitted.append(unit)
        teams.setdefault(unit.interface.team, []).append(unit)
        for name in unit.interface.calls:
            if name in by_name:
                callers.setdefault(name, []).append(unit)
                callees.setdefault(unit.interface.name, []).append(by_name[name])
    if with_manifests:
        # Few apps have any.
        from compiler.link.manifests import not_their_own

        diagnostics += not_their_own(with_manifests, [unit.interface for unit in units])
    estate = Estate(
        environment=environment,
        source=document.path,
        units=tuple(units),
        namespaces=tuple(Namespace(team, tuple(teams[team])) for team in sorted(teams)),
        hosts=hosts,
        distributions=distributions,
        placement=placement,
        certificate_names=covered,
        callers=callers,
        callees=callees,
        permitted=tuple(permitted),
    )
    return estate, diagnostics


def _calls(
    environment: Environment, units: list[Unit], listed: dict[str, frozenset[str] | None]
) -> Iterator[Diagnostic]:
    here = {unit.interface.name: unit for unit in units}
    known = sorted(listed)
    for unit in units:
        for index, name in enumerate(unit.interface.calls):
            target = here.get(name)
            if target is None and name in listed:
                places = listed[name]
                if places is None or environment.name in places:
                    # It is there, with an error of its own.
                    continue
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.interface.name}" calls "{name}", which is not in {environment.name}',
                    unit.place("calls", index),
                    help=f"add `{environment.name}:` to the environments of apps/{name}.yaml, or "
                    f"override `calls` for {environment.name}",
                )
            elif target is None and (owner := _part_of(name, units)) is not None:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.interface.name}" calls "{name}", a worker or job of "{owner}", to '
                    "which no Service leads",
                    unit.place("calls", index),
                    help=f"call {owner}, or make what it calls an app of its own",
                )
            elif target is None:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.interface.name}" calls "{name}", and there is no such app',
                    unit.place("calls", index),
                    help=did_you_mean(name, [n for n in known if n != unit.interface.name]),
                )
            elif not target.interface.ports:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.interface.name}" calls "{name}", which has no port to call',
                    unit.place("calls", index),
                    target.removed("port") or (target.place("name"),),
                    help=f"give {name} a port, or remove it from `calls`",
                )


def _part_of(name: str, units: list[Unit]) -> str | None:
    """The app that has a worker or job of this name."""
    owners = (unit.interface for unit in units if name in unit.interface.workloads)
    return next((owner.name for owner in owners), None)


def _names(units: list[Unit]) -> Iterator[Diagnostic]:
    """Two apps of a namespace whose objects would have the same name."""
    own = {(unit.interface.team, unit.interface.name): unit for unit in units}
    further: dict[tuple[str, str], Unit] = {}
    for unit in units:
        for name in unit.interface.names:
            at = (unit.interface.team, name)
            other = own.get(at) or further.setdefault(at, unit)
            if other is not unit:
                yield Diagnostic(
                    CONFLICT,
                    f'objects of "{unit.interface.name}" and of "{other.interface.name}" would '
                    f'both be named "{name}"',
                    _part(unit, name),
                    (_part(other, name),),
                    help="name one of the two differently, or give the apps to different teams",
                )


def _part(unit: Unit, name: str) -> Place:
    """What of an app gives its objects this name."""
    part = name.removeprefix(f"{unit.interface.name}-")
    for kind, parts in (("workers", unit.app.workers), ("jobs", unit.app.jobs)):
        if part in parts:
            return unit.place_of_key(kind, part)
    return unit.place("volumes" if name != unit.interface.name else "name")


def _teams(environment: Environment, units: list[Unit]) -> Iterator[Diagnostic]:
    entrance = environment.load_balancer.namespace
    for unit in units:
        if unit.interface.team == entrance:
            yield Diagnostic(
                CONFLICT,
                f'"{entrance}" is the namespace of the entrance itself',
                unit.place("team"),
                help="name the team that answers for this app",
            )
