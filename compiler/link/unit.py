"""One app in one environment, with every default and override applied."""

from collections.abc import Callable
from typing import Any, NamedTuple

from compiler.diagnostics.model import Place
from compiler.link.layers import Layer, has, where
from compiler.spec.app import App
from compiler.spec.environment import Environment
from compiler.spec.permissions import Permissions


class Exposed(NamedTuple):
    """The public entrance of an app, as its `expose` says."""

    host: str
    path: str
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
    port: int | None
    calls: tuple[str, ...]
    expose: Exposed | None
    permissions: Permitted | None = None

    def plain(self) -> tuple[Any, ...]:
        """The same without names: `interface` makes it of this again."""
        expose = None if self.expose is None else tuple(self.expose)
        permissions = None if self.permissions is None else _plain(self.permissions)
        return self.name, self.team, self.port, self.calls, expose, permissions


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
    name, team, port, calls, expose, permissions = plain
    return Interface(
        name,
        team,
        port,
        calls,
        None if expose is None else Exposed(*expose),
        None if permissions is None else _permitted(*permissions),
    )


def interface_of(app: App) -> Interface:
    expose, permissions = app.expose, app.permissions
    return Interface(
        app.name,
        app.team,
        app.port,
        tuple(app.calls),
        None if expose is None else Exposed(expose.host, expose.path, expose.cache, expose.edge),
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
