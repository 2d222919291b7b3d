"""The objects of an app that has patches or further objects: what its fields make, and the rest."""

from typing import NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Span
from compiler.kubernetes.manifests import further_objects, misfits
from compiler.kubernetes.metadata import Object, owner_of
from compiler.kubernetes.patches import Change, patched, place_in_patches
from compiler.link.unit import Unit

Path = tuple[str | int, ...]


class Extended(NamedTuple):
    """All objects of an app, and what a person wrote of them in so many words."""

    unit: Unit
    objects: list[Object]
    """Those that its fields make, patched; then the further ones."""
    changes: dict[int, list[Change]]
    """As `Patched` has them."""
    problems: list[Diagnostic]
    """Of patches and further objects that cannot be."""
    unfit: frozenset[int]
    """The further objects that cannot be, by their index."""

    @property
    def touched(self) -> list[tuple[int, Object | None]]:
        """Each object that is not as the app's fields make it, by its index; and how they do. Of
        those that cannot be, nothing more need be said."""
        first = len(self.objects) - len(self.unit.app.manifests)
        further = (index for index in range(first, len(self.objects)) if index not in self.unfit)
        changed = [(index, changes[0].before) for index, changes in self.changes.items()]
        return [*changed, *((index, None) for index in further)]

    def place(self, index: int, path: Path) -> Place | None:
        """Where a person wrote what an object has at `path`; None if its fields made it."""
        if index in self.changes:
            return place_in_patches(self.unit, self.changes[index], path)
        number = index - (len(self.objects) - len(self.unit.app.manifests))
        return self.unit.place("manifests", number, *path) if number >= 0 else None

    def blamed(self, index: int, path: Path) -> Place:
        """The same for what came by a patch or a further object, wherever it is found."""
        place = self.place(index, path)
        return place or self.unit.place("patches", self.changes[index][-1].patch)

    def written(self, index: int, path: Path) -> Span | None:
        """`place`, without a note."""
        place = self.place(index, path)
        return None if place is None else place.span


def extended(unit: Unit, objects: list[Object]) -> Extended:
    """The app's objects, where `objects` are those that its fields make."""
    own = patched(unit, objects)
    further = further_objects(unit, owner_of(unit))
    found = [*misfits(unit, own.objects, further)]
    problems = [*own.problems, *(problem for _, problem in found)]
    unfit = frozenset(len(objects) + index for index, _ in found)
    return Extended(unit, [*own.objects, *further], own.changes, problems, unfit)
