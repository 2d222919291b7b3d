"""Which apps have an image in an environment that the environment before it does not have."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from compiler.diagnostics.model import Place
from compiler.link.estate import Estate
from compiler.link.unit import Unit


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
    """Sorted by app; nothing of an environment that names none before it."""
    source = estate.environment.promotes_from
    if source is None:
        return
    for unit in estate.units:
        document = unit.layers[-1][0]
        there = image_in(document.data, source)
        if there != unit.app.image:
            yield Ahead(
                *(unit.app.name, document.path, estate.environment.name, source),
                *(unit.app.image, there, unit.place("image")),
                reason=_reason(estate, unit),
            )


def _reason(estate: Estate, unit: Unit) -> Place:
    document = unit.layers[0][0]
    environment = estate.environment
    note = f"{environment.name} is promoted from {environment.promotes_from}"
    return Place(document.span(("promotesFrom",)), note)


def image_in(spec: Any, environment: str) -> str | None:
    """The image that a spec's data gives the app in an environment; None if it is not there.

    No defaults are asked: an environment has none for images. The data may be anything.
    """
    blocks = spec.get("environments") if isinstance(spec, dict) else None
    if not isinstance(blocks, dict) or environment not in blocks:
        return None
    block = blocks[environment]
    image = block["image"] if isinstance(block, dict) and "image" in block else spec.get("image")
    return image if isinstance(image, str) else None
