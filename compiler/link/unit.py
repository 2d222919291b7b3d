"""One app in one environment, with every default and override applied."""

from typing import NamedTuple

from compiler.diagnostics.model import Place
from compiler.link.layers import Layer, has, where
from compiler.spec.app import App
from compiler.spec.environment import Environment


class Unit(NamedTuple):
    """One app in one environment."""

    app: App
    environment: Environment
    layers: tuple[Layer, ...]

    @property
    def source(self) -> str:
        """The spec that it came from: `apps/<name>.yaml`."""
        return self.layers[-1][0].path

    def place(self, *path: str | int, note: str = "") -> Place:
        """Where a person wrote the value that applies here, be it in an override or a default."""
        return Place(where(self.layers).value(path), note)

    def removed(self, field: str) -> tuple[Place, ...]:
        """Where a person removed a field that the app does not have, if anybody did."""
        if not any(has(layer, field) for layer in self.layers):
            return ()
        return (self.place(field, note="removed here"),)
