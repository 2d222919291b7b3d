"""Two states of one environment -> what changes in it.

Only what can differ is lowered: an app whose unit, host, callers and callees are the same on both
sides has the same objects, because lowering reads nothing else.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from compiler.kubernetes.files import app_objects
from compiler.kubernetes.metadata import Object
from compiler.kubernetes.routers import router_of
from compiler.link.estate import Estate
from compiler.link.neighbours import neighbours_of
from compiler.link.unit import Unit
from compiler.link.workloads import has_main
from compiler.policies.shape import Policy
from compiler.review import surface
from compiler.review.change import Change, Sides, Subject
from compiler.review.fields import differences
from compiler.review.surface import Things
from compiler.spec.types import DEFAULT_DENY

_VERSION = '["app.kubernetes.io/version"]'

# Of these only changes are told; whether they are there follows from hosts, apps and teams.
_IMPLIED = {"Ingress", "Flux Kustomization"}
# What a namespace has from the start.
_OF_A_NAMESPACE = {"one-door", DEFAULT_DENY}


class State(NamedTuple):
    """An environment as it is on one side, and the rules that only its repository has."""

    estate: Estate
    own: list[Policy]


class Compared(NamedTuple):
    """What differs between the two states of an environment."""

    changes: list[Change]
    objects: list[Sides]
    """Those of Kubernetes that belong to what differs, each on both sides."""


def compared(environment: str, before: State | None, after: State | None) -> Compared:
    """Everything that differs. A side that is None does not have the environment."""
    old = before.estate if before else None
    new = after.estate if after else None
    objects: list[Sides] = []
    changes: list[Change] = []
    if old is None or new is None:
        changes += _whole(environment, old, new)
    told = _differing(_hosts(old), _hosts(new))
    owners = {**_owners(old), **_owners(new)}
    changes += (
        change._replace(subject=change.subject._replace(app=owners[change.subject.name]))
        for change in _changes(environment, *told)
    )
    for one, other in _shared(before, after):
        changes += _platform_changes(environment, one, other, whole=old is None or new is None)
        objects += _paired(one, other)
    were, are = _units(old), _units(new)
    for name in sorted({*were, *are}):
        was, becomes = _AppSide(were.get(name), old), _AppSide(are.get(name), new)
        if not _is_same(was, becomes):
            both = was.objects(), becomes.objects()
            changes += _app_changes(environment, name, was.unit, becomes.unit, *both)
            objects += _app_objects(*both)
    return Compared(changes, objects)


class _AppSide(NamedTuple):
    """An app on one side, if it is there, and its objects as they are made when needed."""

    unit: Unit | None
    estate: Estate | None

    def objects(self) -> list[Object]:
        if self.unit is None or self.estate is None:
            return []
        neighbours = neighbours_of(self.unit, self.estate)
        return app_objects(self.unit, neighbours, router_of(self.estate.environment))


def _is_same(one: _AppSide, other: _AppSide) -> bool:
    """Whether everything that lowering reads of the app is the same on both sides."""
    before, after = one.estate, other.estate
    if one.unit is None or other.unit is None or before is None or after is None:
        return False
    return (one.unit is other.unit or _is_equal(one.unit, other.unit)) and (
        neighbours_of(one.unit, before) == neighbours_of(other.unit, after)
    )


def _is_equal(one: Unit, other: Unit) -> bool:
    same = one.app == other.app and one.environment == other.environment
    return same and one.source == other.source


def _app_changes(
    environment: str,
    name: str,
    one: Unit | None,
    other: Unit | None,
    was: list[Object],
    becomes: list[Object],
) -> Iterator[Change]:
    subject = Subject("workload", name, "app")
    if one is None and other is not None:
        yield Change(environment, subject, "", "appears", None, _summary(other, becomes))
    if one is not None and other is None:
        yield Change(environment, subject, "", "disappears", _summary(one, was), None)
    old = surface.app_things(one, was) if one else {}
    new = surface.app_things(other, becomes) if other else {}
    whole = one is None or other is None
    for change in _changes(environment, *_differing(old, new)):
        # What a whole app is made of is summed up, but for whom it admits and what it may do.
        if whole and change.subject.kind not in ("network policy", "permissions"):
            continue
        if change.path or change.subject.kind not in _IMPLIED:
            yield change


def _app_objects(was: list[Object], becomes: list[Object]) -> Iterator[Sides]:
    old, new = _by_name(was), _by_name(becomes)
    for key in {**old, **new}:
        yield Sides(old.get(key), new.get(key))


def _by_name(objects: list[Object]) -> dict[tuple[str, ...], Object]:
    return {
        (obj["kind"], obj["metadata"]["namespace"], obj["metadata"]["name"]): obj for obj in objects
    }


def _summary(unit: Unit, objects: list[Object]) -> dict[str, Any]:
    """What a new app, or one that goes, is."""
    app = unit.app
    fewest, most = app.replicas.min, app.replicas.max
    pods = fewest if most is None else f"{fewest} to {most}"
    runs: dict[str, Any] = {"pods": pods} if has_main(app) else {}
    return {
        "team": app.team,
        "image": app.image,
        **({"schedule": app.schedule.cron} if app.schedule is not None else runs),
        **({"port": app.port} if app.port is not None else {}),
        **({"workers": [*app.workers]} if app.workers else {}),
        **({"jobs": [*app.jobs]} if app.jobs else {}),
        "objects": [obj["kind"] for obj in objects],
    }


def _whole(environment: str, before: Estate | None, after: Estate | None) -> Iterator[Change]:
    """The environment itself, if one side does not have it."""
    there = after or before
    if there is None:
        return
    aws = there.environment.aws
    summary = {
        "account": aws.account,
        "region": aws.region,
        "cluster": there.environment.cluster.name,
        "apps": len(there.units),
    }
    subject = Subject("platform", "", "environment")
    if after is not None:
        yield Change(environment, subject, "", "appears", None, summary)
    else:
        yield Change(environment, subject, "", "disappears", summary, None)


def _shared(before: State | None, after: State | None) -> Iterator[tuple[Things, Things]]:
    """What is not an app's, on both sides, in parts of which equal ones are left out.

    The edge is made of the environment and the hosts; the entrance in the cluster of these, the
    names of the apps and the rules; the namespaces of the environment and its teams.
    """
    old = before.estate if before else None
    new = after.estate if after else None
    same_environment = old is not None and new is not None and _same_environment(old, new)
    same_hosts = same_environment and _hosts(old) == _hosts(new)
    # Two rules of one name may differ in what they ask.
    no_rules = not (before and before.own) and not (after and after.own)
    if not same_hosts:
        yield (surface.edge(old) if old else {}), (surface.edge(new) if new else {})
    if not (same_hosts and no_rules and _units(old).keys() == _units(new).keys()):
        yield (
            surface.platform(old, before.own) if old and before else {},
            surface.platform(new, after.own) if new and after else {},
        )
    if not (same_environment and _teams(old) == _teams(new)):
        yield (surface.namespaces(old) if old else {}), (surface.namespaces(new) if new else {})


def _same_environment(before: Estate, after: Estate) -> bool:
    return before.source == after.source and (
        before.environment is after.environment or before.environment == after.environment
    )


def _platform_changes(
    environment: str, old: Things, new: Things, *, whole: bool
) -> Iterator[Change]:
    made = {
        _namespace(s) for s in {*old, *new} if s.kind == "Namespace" and (s in old) != (s in new)
    }
    for change in _changes(environment, *_differing(old, new)):
        subject = change.subject
        if change.path == "" and change.kind != "changes":
            implied = subject.kind in _IMPLIED or (whole and subject.surface == "platform")
            in_namespace = (
                subject.name.partition("/")[2] in _OF_A_NAMESPACE and _namespace(subject) in made
            )
            if implied or in_namespace:
                continue
        yield change


def _namespace(subject: Subject) -> str:
    return subject.name.partition("/")[0]


def _paired(old: Things, new: Things) -> Iterator[Sides]:
    """The objects of Kubernetes among them; a policy is told in words, and is not one of them."""
    for subject in {**old, **new}:
        one, other = old.get(subject), new.get(subject)
        if one != other and any(isinstance(o, dict) and "apiVersion" in o for o in (one, other)):
            yield Sides(one, other)


def _changes(environment: str, old: Things, new: Things) -> Iterator[Change]:
    for subject in {**new, **old}:
        if subject not in old:
            yield Change(environment, subject, "", "appears", None, new[subject])
        elif subject not in new:
            yield Change(environment, subject, "", "disappears", old[subject], None)
        else:
            found = list(differences(old[subject], new[subject]))
            # A label that repeats the image's version says nothing more.
            image = any(difference.path.endswith(".image") for difference in found)
            for path, kind, before, after in found:
                if not (image and path.endswith(_VERSION)):
                    yield Change(environment, subject, path, kind, before, after)


def _differing(old: Things, new: Things) -> tuple[Things, Things]:
    """Both sides without what is equal on both."""
    equal = {subject for subject, data in old.items() if subject in new and new[subject] == data}
    return _without(old, equal), _without(new, equal)


def _without(things: Things, subjects: Iterable[Subject]) -> Things:
    return {subject: data for subject, data in things.items() if subject not in subjects}


def _units(estate: Estate | None) -> dict[str, Unit]:
    return {unit.interface.name: unit for unit in estate.units} if estate else {}


def _teams(estate: Estate | None) -> list[str]:
    return [namespace.name for namespace in estate.namespaces] if estate else []


def _hosts(estate: Estate | None) -> Things:
    return surface.hosts(estate) if estate else {}


def _owners(estate: Estate | None) -> dict[str, str]:
    """The app in whose group a host is told: the one at its first path."""
    return {host.name: host.unit.interface.name for host in estate.hosts} if estate else {}
