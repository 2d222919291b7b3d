"""Promotion: what an app has in one environment, it gets in another."""

from typing import Any

from compiler.author.edit import with_field, without_field
from compiler.author.edited import Edited, edited
from compiler.author.given import one_of
from compiler.author.image import changes, environments_of, image_in, refuse_absent
from compiler.author.refused import Refused
from compiler.author.spec import Spec
from compiler.spec.app import App
from compiler.spec.json_schema import FIXED, fields

PROMOTABLE = tuple(key for key, _ in fields(App) if key not in FIXED)
"""What may differ between environments."""


def promoted(
    spec: Spec, source: str, target: str, further: list[str], known: tuple[str, ...]
) -> Edited:
    """The spec in which `target` has the image of `source`, and says of these fields the same.

    `known` are the environments of the repository. Raises Refused.
    """
    if source == target:
        raise Refused(f"{source} is promoted to itself: name two environments")
    blocks = environments_of(spec)
    for name in (source, target):
        refuse_absent(spec, name, blocks, known)
    for field in further:
        one_of("field", field, PROMOTABLE)
    image, before = image_in(spec.document, source), image_in(spec.document, target)
    if not isinstance(image, str):
        raise Refused(f"{spec.path} says no image for {source}: see `portico check`")
    after, said = spec, list[str]()
    if image != before:
        after = with_field(after, ("environments", target, "image"), image)
        said += changes(spec.path, {target: before}, image)
    for field in dict.fromkeys(field for field in further if field != "image"):
        old, new = (_own(blocks[name], field) for name in (target, source))
        if old == new:
            continue
        path = ("environments", target, field)
        if new is None:
            after = without_field(after, path)
            said.append(f"{spec.path}: {target} has no {field} of its own any more, as {source}")
        else:
            after = with_field(after, path, new[0])
            said.append(f"{spec.path}: {target} has the {field} of {source}")
    if not said:
        same = " and ".join(["the image", *(field for field in further if field != "image")])
        said.append(f"{spec.path}: {target} has {same} of {source} already; nothing to do")
    return edited(spec, after, said)


def _own(block: Any, field: str) -> tuple[Any] | None:
    """What an environment's block says of a field, if it says anything; null is something."""
    return (block[field],) if isinstance(block, dict) and field in block else None
