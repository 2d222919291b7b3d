"""The same change in several environments, or of several apps, is told once."""

import json
from typing import Any, NamedTuple

from compiler.review.change import Change, Subject, Surface
from compiler.review.fields import Kind
from compiler.review.risk import in_order

SURFACES: tuple[Surface, ...] = ("public", "workload", "platform")

# Stands for the name of the app where several apps have the same change.
EACH = "*"

_HOST = "host"


class Line(NamedTuple):
    """A change, wherever it is."""

    subject: Subject
    path: str
    kind: Kind
    before: Any
    after: Any


class Group(NamedTuple):
    """What changes alike for these apps in these environments. The platform is the app ``."""

    surface: Surface
    apps: tuple[str, ...]
    environments: tuple[str, ...]
    lines: tuple[Line, ...]


def folded(changes: list[Change]) -> list[tuple[Line, tuple[str, ...]]]:
    """Each change once, with its environments, in the order in which they first come."""
    where: dict[str, tuple[Line, list[str]]] = {}
    for environment, subject, path, kind, before, after in changes:
        line = Line(subject, path, kind, before, after)
        where.setdefault(_key(line), (line, []))[1].append(environment)
    return [(line, tuple(in_order(dict.fromkeys(names)))) for line, names in where.values()]


def groups(changes: list[Change]) -> list[Group]:
    """The changes by surface, app and environments; apps that change alike are one group."""
    by_app: dict[tuple[Surface, str, tuple[str, ...]], list[Line]] = {}
    lines_of = folded(changes)
    hosts = _where_hosts_change(lines_of)
    for line, environments in lines_of:
        subject = line.subject
        where = hosts[subject.app] if subject.kind == _HOST else environments
        by_app.setdefault((subject.surface, subject.app, where), []).append(line)
    alike: dict[tuple[Any, ...], tuple[list[str], list[Line]]] = {}
    for (surface, app, environments), lines in by_app.items():
        told = tuple(_key(_of_each(line)) for line in lines)
        # The platform is no app, and is told on its own.
        apps, _ = alike.setdefault((surface, app == "", environments, told), ([], lines))
        apps.append(app)
    found = [
        Group(
            surface,
            tuple(sorted(apps)),
            environments,
            tuple(_hosts_first(lines if len(apps) == 1 else [_of_each(x) for x in lines])),
        )
        for (surface, _, environments, _), (apps, lines) in alike.items()
    ]
    return sorted(found, key=_order)


def _where_hosts_change(
    lines: list[tuple[Line, tuple[str, ...]]],
) -> dict[str, tuple[str, ...]]:
    """App -> all environments in which a host of its changes: a host's name tells which one."""
    where: dict[str, list[str]] = {}
    for line, environments in lines:
        if line.subject.kind == _HOST:
            where.setdefault(line.subject.app, []).extend(environments)
    return {app: tuple(in_order(set(names))) for app, names in where.items()}


def _order(group: Group) -> tuple[Any, ...]:
    names = in_order(group.environments)
    return SURFACES.index(group.surface), group.apps[0], -len(names), names


def _hosts_first(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.subject.kind != _HOST)


def _of_each(line: Line) -> Line:
    """The line without the name of its app, which may stand in the path too."""
    app = line.subject.app
    if not app:
        return line
    path = line.path.replace(f"[{app}]", f"[{EACH}]")
    return line._replace(subject=line.subject._replace(app=EACH), path=path)


def _key(line: Line) -> str:
    return json.dumps(line, default=str)
