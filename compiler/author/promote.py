"""Promotion: what an app has in one environment, it gets in another."""

from typing import Any

from compiler.author.edit import with_field, with_field_below, without_field
from compiler.author.edited import Edited, edited
from compiler.author.given import one_of
from compiler.author.image import changes, environments_of, refuse_absent
from compiler.author.refused import Refused
from compiler.author.spec import Path, Spec
from compiler.link.promotion import at_part, images_in, parts_in
from compiler.source.repository import Sources
from compiler.spec.app import App
from compiler.spec.json_schema import FIXED
from compiler.spec.kinds import fields

PROMOTABLE = tuple(key for key, _ in fields(App) if key not in FIXED)
"""What may differ between environments."""


def promoted(
    spec: Spec, source: str, target: str, further: list[str], known: tuple[str, ...]
) -> Edited:
    """The spec in which `target` has the image of `source`, and says of these fields the same.

    So have the parts of the app that are in both, as far as they have images of their own.
    `known` are the environments of the repository. Raises Refused.
    """
    if source == target:
        raise Refused(f"{source} is promoted to itself: name two environments")
    blocks = environments_of(spec)
    for name in (source, target):
        refuse_absent(spec, name, blocks, known)
    for field in further:
        one_of("field", field, PROMOTABLE)
    data = spec.document.data
    there, here = images_in(data, source), images_in(data, target)
    if () not in there:
        raise Refused(f"{spec.path} says no image for {source}: see `portico check`")
    after, said = spec, list[str]()
    for part in [(), *(part for part in parts_in(data, target) if part in parts_in(data, source))]:
        image, before = there.get(part), here.get(part)
        path = ("environments", target, *part, "image")
        if image == before:
            continue
        if image is not None:
            after = with_field_below(after, path, image)
            said += changes(spec.path, {target: before}, image, part)
            continue
        is_said = "image" in at_part(data, part)
        after = with_field_below(after, path, None) if is_said else without_field(after, path)
        named = ".".join(part)
        said.append(f"{spec.path}: {named} has the app's image in {target}, as in {source}")
    for field in dict.fromkeys(field for field in further if field != "image"):
        old, new = (_own(blocks[name], field) for name in (target, source))
        if old == new:
            continue
        path = ("environments", target, field)
        if new is None:
            after = without_field(after, path)
            said.append(f"{spec.path}: {target} has no {field} of its own any more, as {source}")
        else:
            after = _with_value(after, path, old, new)
            said.append(f"{spec.path}: {target} has the {field} of {source}")
    if not said:
        same = " and ".join(["the image", *(field for field in further if field != "image")])
        said.append(f"{spec.path}: {target} has {same} of {source} already; nothing to do")
    return edited(spec, after, said)


def source_of(target: str, sources: Sources) -> str:
    """The environment that another one is promoted from. Raises Refused if it names none."""
    one_of("environment", target, sources.environment_names)
    document = sources.environments.get(target)
    named = document.data.get("promotesFrom") if document is not None else None
    if not isinstance(named, str):
        raise Refused(f"environments/{target}.yaml has no promotesFrom: give --from")
    return named


def _with_value(spec: Spec, path: Path, old: tuple[Any] | None, new: tuple[Any]) -> Spec:
    """The spec with a value in place of another; of mappings only the fields that differ change."""
    before, after = old[0] if old else None, new[0]
    if not (before and after and isinstance(before, dict) and isinstance(after, dict)):
        return with_field(spec, path, after)
    for key in after:
        if _own(before, key) != (after[key],):
            spec = _with_value(spec, (*path, key), _own(before, key), (after[key],))
    for key in [key for key in before if key not in after]:
        spec = without_field(spec, (*path, key))
    return spec


def _own(block: Any, field: str) -> tuple[Any] | None:
    """What an environment's block says of a field, if it says anything; null is something."""
    return (block[field],) if isinstance(block, dict) and field in block else None
