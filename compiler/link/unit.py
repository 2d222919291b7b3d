"""One app in one environment, with every default and override applied."""

from collections.abc import Callable
from typing import Any, NamedTuple

from compiler.diagnostics.model import Place
from compiler.link.layers import Layer, has, removes, where
from compiler.link.ports import ContainerPort
from compiler.link.workloads import addresses_in, further_names, offered, workloads_named
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.permissions import Permissions


class Exposed(NamedTuple):
    """One public entrance of an app, as its `expose` says."""

    host: str | None
    hosts: tuple[str, ...]
    """In the place of `host`."""
    path: str
    paths: tuple[tuple[str, bool], ...]
    """In the place of `path`: each with whether it is exact."""
    redirects: tuple[str, ...]
    cache: str
    edge: str


class Allowed(NamedTuple):
    """What an app may do in AWS, as one of its `permissions.statements` says."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Operator, key and values."""


class Permitted(NamedTuple):
    """The IAM role of an app, as its `permissions` says: one that exists, or statements."""

    role: str | None
    statements: tuple[Allowed, ...]
    boundary: str | None


class Interface(NamedTuple):
    """All that linking reads of an app: what is shared is made of this, and of nothing else."""

    name: str
    team: str
    ports: tuple[ContainerPort, ...]
    """What its Service offers; an app without any cannot be called."""
    workloads: tuple[str, ...]
    """The names of its workloads, which its pods are told by; the app's own first."""
    names: tuple[str, ...]
    """The names of its objects beside its own: of its workers, jobs and further Services."""
    calls: tuple[str, ...]
    callers: tuple[str, ...] | None
    """The apps that may call it; None for any."""
    secrets: tuple[str, ...]
    """The names of the Secrets that are made for it in its team's namespace."""
    expose: tuple[Exposed, ...]
    extended: bool
    """Whether it has patches or further objects, so that what they come to must be judged."""
    manifests: tuple[tuple[str, str], ...]
    """Kind and name of its further objects, in their order."""
    addresses: tuple[str, ...]
    """The apps, and ports of apps, whose addresses its variables hold: `app` or `app/port`."""
    permissions: Permitted | None

    def plain(self) -> tuple[Any, ...]:
        """The same without names: `interface` makes it of this again."""
        expose = tuple(tuple(entrance) for entrance in self.expose)
        ports = tuple(tuple(port) for port in self.ports)
        seen = self.name, self.team, ports, self.workloads, self.names, self.calls
        permissions = None if self.permissions is None else _plain(self.permissions)
        said = self.callers, self.secrets, expose, self.extended, self.manifests
        return *seen, *said, self.addresses, permissions


class Content(NamedTuple):
    """What an app is in one environment, and where people wrote it."""

    app: App
    layers: tuple[Layer, ...]


class Unit:
    """One app in one environment.

    What apps share is made of their interfaces, so that an app that did not change need not be
    read for it: `load` reads the rest when it is asked for.
    """

    __slots__ = ("_load", "_loaded", "environment", "interface", "source")

    def __init__(
        self,
        interface: Interface,
        environment: Environment,
        source: str,
        load: Callable[[], Content],
    ) -> None:
        self.interface = interface
        self.environment = environment
        self.source = source
        """The spec that it came from: `apps/<name>.yaml`."""
        self._load = load
        self._loaded: Content | None = None

    @property
    def app(self) -> App:
        """Only for the objects that are the app's own."""
        return self.content.app

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What it was merged from: the environment's defaults, the spec, its override."""
        return self.content.layers

    def place(self, *path: str | int, note: str = "") -> Place:
        """Where a person wrote the value that applies here, be it in an override or a default."""
        return Place(where(self.layers).value(path), note)

    def place_of_key(self, *path: str | int) -> Place:
        """The same of the key that a person chose: of a label, or the name of a worker."""
        return Place(where(self.layers).key(path))

    def says(self, field: str) -> bool:
        """Whether the spec itself says something of a field, and not only the defaults."""
        saying = [layer for layer in self.layers[1:] if has(layer, field)]
        return bool(saying) and not removes(saying[-1], field)

    def removed(self, field: str) -> tuple[Place, ...]:
        """Where a person removed a field that the app does not have, if anybody did."""
        if not any(has(layer, field) for layer in self.layers):
            return ()
        return (self.place(field, note="removed here"),)

    @property
    def content(self) -> Content:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded


def unit_of(app: App, environment: Environment, layers: tuple[Layer, ...]) -> Unit:
    """The unit of an app that was just resolved."""
    content = Content(app, layers)
    return Unit(interface_of(app), environment, layers[-1][0].path, lambda: content)


def interface(plain: tuple[Any, ...]) -> Interface:
    name, team, ports, workloads, names, calls, callers, secrets, expose = plain[:9]
    extended, manifests, addresses, permissions = plain[9:]
    return Interface(
        name,
        team,
        tuple(ContainerPort(*port) for port in ports),
        workloads,
        names,
        calls,
        callers,
        secrets,
        tuple(Exposed(*entrance) for entrance in expose),
        extended,
        manifests,
        addresses,
        None if permissions is None else _permitted(*permissions),
    )


def interface_of(app: App) -> Interface:
    permissions = app.permissions
    return Interface(
        app.name,
        app.team,
        offered(app),
        workloads_named(app),
        further_names(app),
        tuple(app.calls),
        None if app.callers is None else tuple(app.callers),
        tuple(app.secrets),
        tuple(
            Exposed(
                entrance.host,
                tuple(entrance.hosts or ()),
                entrance.path,
                tuple((path.path, path.exact) for path in entrance.paths or ()),
                tuple(entrance.redirects or ()),
                entrance.cache,
                entrance.edge,
            )
            for entrance in app.expose or ()
        ),
        bool(app.patches or app.manifests),
        tuple((manifest.kind, manifest.metadata.name) for manifest in app.manifests),
        addresses_in(app),
        None if permissions is None else _permitted_of(permissions),
    )


def _permitted_of(permissions: Permissions) -> Permitted:
    statements = tuple(
        Allowed(
            tuple(statement.actions),
            tuple(statement.resources),
            tuple(
                (operator, key, tuple(values))
                for operator, keys in statement.conditions.items()
                for key, values in keys.items()
            ),
        )
        for statement in permissions.statements or ()
    )
    return Permitted(permissions.role, statements, permissions.boundary)


def _plain(permitted: Permitted) -> tuple[Any, ...]:
    role, statements, boundary = permitted
    return role, tuple(tuple(statement) for statement in statements), boundary


def _permitted(role: str | None, statements: tuple[Any, ...], boundary: str | None) -> Permitted:
    return Permitted(role, tuple(Allowed(*statement) for statement in statements), boundary)
