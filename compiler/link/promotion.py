"""Which apps have an image in an environment that the environment before it does not have."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.diagnostics.model import Place
from compiler.link.estate import Estate
from compiler.link.unit import Unit
from compiler.spec.app import App

PARTS = ("workers", "jobs", "init", "sidecars")
"""The fields that hold parts of an app, which may have an image of their own."""

Part = tuple[str, ...]
"""Where a spec says a part; empty for the app itself."""


class Ahead(NamedTuple):
    """An app whose image is not the one that it has in the environment before."""

    app: str
    spec: str
    """Its file."""
    environment: str
    source: str
    """The environment that it is promoted from."""
    image: str
    image_in_source: str | None
    """None if the app is not there."""
    place: Place
    """Where the image is written."""
    reason: Place
    """Where the environment before is named."""


def ahead(estate: Estate) -> Iterator[Ahead]:
    """Sorted by app; nothing of an environment that names none before it.

    What any container of the app ran there counts as tried: a sidecar may become a worker.
    """
    source = estate.environment.promotes_from
    if source is None:
        return
    for unit in estate.units:
        document = unit.layers[-1][0]
        there = images_in(document.data, source)
        told: set[str] = set()
        for part, image in _images(unit.app):
            if image in told or image in there.values():
                continue
            told.add(image)
            yield Ahead(
                *(unit.app.name, document.path, estate.environment.name, source),
                *(image, there.get(part), unit.place(*part, "image")),
                reason=_reason(estate, unit),
            )


def _images(app: App) -> Iterator[tuple[Part, str]]:
    """The image of the app, and those of its parts that have one of their own."""
    yield (), app.image
    for kind in PARTS:
        for name, part in getattr(app, kind).items():
            if part.image is not None:
                yield (kind, name), part.image


def _reason(estate: Estate, unit: Unit) -> Place:
    document = unit.layers[0][0]
    environment = estate.environment
    note = f"{environment.name} is promoted from {environment.promotes_from}"
    return Place(document.span(("promotesFrom",)), note)


def images_in(spec: Any, environment: str) -> dict[Part, str]:
    """The images that a spec's data gives the app and its parts in an environment: of the parts
    those that have one of their own. Nothing if the app is not there.

    No defaults are asked: an environment has none for images. The data may be anything.
    """
    if not isinstance(spec, dict) or environment not in _mapping(spec.get("environments")):
        return {}
    block = _mapping(spec["environments"][environment])
    found: dict[Part, str] = {}
    for part in [(), *parts_in(spec, environment)]:
        base, over = at_part(spec, part), at_part(block, part)
        image = over["image"] if "image" in over else base.get("image")
        if isinstance(image, str):
            found[part] = image
    return found


def parts_in(spec: dict[str, Any], environment: str) -> list[Part]:
    """The parts that a spec's data gives the app in an environment."""
    block = _mapping(spec["environments"][environment])
    found: list[Part] = []
    for kind in PARTS:
        base, over = _mapping(spec.get(kind)), _mapping(block.get(kind))
        if kind in block and block[kind] is None:
            base = {}
        there = {**base, **over}
        found += [(kind, name) for name, part in there.items() if part is not None]
    return found


def at_part(layer: Any, part: Part) -> dict[str, Any]:
    """What a layer of a spec says of a part; nothing if it says nothing."""
    data = _mapping(layer)
    for step in part:
        data = _mapping(data.get(step))
    return data


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
