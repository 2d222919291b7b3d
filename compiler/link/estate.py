"""All units of an environment -> Estate: everything that is public or shared, decided."""

from collections.abc import Iterator
from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.certificate import certificate_names
from compiler.link.hosts import Host, hosts_of
from compiler.link.placement import Distribution, place
from compiler.link.unit import CONFLICT, Unit
from compiler.source.yaml import Document
from compiler.spec.environment import Environment
from compiler.spec.parse import did_you_mean

UNKNOWN_APP = Rule(
    "PT113",
    "call to an app that is not there",
    "The call would fail in this environment, and the network policy would name nobody.",
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
    host_of: dict[str, Host]
    """App name -> its public host."""
    callers: dict[str, list[Unit]]
    """App name -> the units that call it, sorted by name."""
    callees: dict[str, list[Unit]]
    """App name -> the units that it calls, in the order of its `calls`."""


def link(
    environment: Environment,
    document: Document,
    units: list[Unit],
    committed: Document | None,
    app_names: tuple[str, ...],
    domain_owners: dict[str, str],
) -> tuple[Estate, list[Diagnostic]]:
    """The environment's estate, and everything that is wrong between its apps.

    `units` are sorted by name. `app_names` are all apps of the repository, also those that could
    not be read; `domain_owners` say which environment a public domain belongs to, of all of them.
    """
    hosts, diagnostics = hosts_of(environment, units, domain_owners)
    distributions, placement, misplaced = place(hosts, committed)
    names, too_many = certificate_names(environment, document, hosts)
    diagnostics += misplaced + too_many
    diagnostics += _calls(environment, units, app_names)
    diagnostics += _teams(environment, units)
    by_name = {unit.app.name: unit for unit in units}
    callers: dict[str, list[Unit]] = {}
    callees: dict[str, list[Unit]] = {}
    teams: dict[str, list[Unit]] = {}
    for unit in units:
        teams.setdefault(unit.app.team, []).append(unit)
        for name in unit.app.calls:
            if name in by_name:
                callers.setdefault(name, []).append(unit)
                callees.setdefault(unit.app.name, []).append(by_name[name])
    estate = Estate(
        environment=environment,
        source=document.path,
        units=tuple(units),
        namespaces=tuple(Namespace(team, tuple(teams[team])) for team in sorted(teams)),
        hosts=hosts,
        distributions=distributions,
        placement=placement,
        certificate_names=names,
        host_of={route.unit.app.name: host for host in hosts for route in host.routes},
        callers=callers,
        callees=callees,
    )
    return estate, diagnostics


def _calls(
    environment: Environment, units: list[Unit], app_names: tuple[str, ...]
) -> Iterator[Diagnostic]:
    here = {unit.app.name: unit for unit in units}
    for unit in units:
        for index, name in enumerate(unit.app.calls):
            target = here.get(name)
            if target is None and name in app_names:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.app.name}" calls "{name}", which is not in {environment.name}',
                    unit.place("calls", index),
                    help=f"add `{environment.name}:` to the environments of apps/{name}.yaml, or "
                    f"override `calls` for {environment.name}",
                )
            elif target is None:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.app.name}" calls "{name}", and there is no such app',
                    unit.place("calls", index),
                    help=did_you_mean(name, sorted(app_names)),
                )
            elif target.app.port is None:
                yield Diagnostic(
                    UNKNOWN_APP,
                    f'"{unit.app.name}" calls "{name}", which has no port to call',
                    unit.place("calls", index),
                    (target.place("name"),),
                    help=f"give {name} a port, or remove it from `calls`",
                )


def _teams(environment: Environment, units: list[Unit]) -> Iterator[Diagnostic]:
    entrance = environment.load_balancer.namespace
    for unit in units:
        if unit.app.team == entrance:
            yield Diagnostic(
                CONFLICT,
                f'"{entrance}" is the namespace of the entrance itself',
                unit.place("team"),
                help="name the team that answers for this app",
            )
