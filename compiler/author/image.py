"""The image that an app, or a part of it, has in each environment, and giving it another."""

from typing import Any

from compiler.author.edit import with_field_below
from compiler.author.edited import Edited, edited
from compiler.author.given import listed, one_of, problem
from compiler.author.refused import Refused
from compiler.author.spec import Spec
from compiler.link.promotion import PARTS, Part, at_part, images_in, parts_in
from compiler.spec.types import Image


def set_image(
    spec: Spec,
    image: str,
    environments: list[str] | None,
    known: tuple[str, ...],
    part: str | None = None,
) -> Edited:
    """The spec with this image in these environments, or as the image of the spec itself.

    `known` are the environments of the repository. `part` is `workers.mailer`, `jobs.cleanup` or
    the like, of which the image is set instead of the app's. Raises Refused.
    """
    wrong = problem(Image, image)
    if wrong:
        raise Refused(wrong)
    blocks = environments_of(spec)
    of_part = () if part is None else _part(spec, blocks, part)
    if environments is None:
        return _set_for_all(spec, image, blocks, of_part)
    after, changed = spec, dict[str, Any]()
    for name in dict.fromkeys(environments):
        refuse_absent(spec, name, blocks, known)
        if of_part and of_part not in parts_in(spec.document.data, name):
            raise Refused(f"{spec.path} has no {part} in {name}")
        before = images_in(spec.document.data, name).get(of_part)
        if before != image:
            after = with_field_below(after, ("environments", name, *of_part, "image"), image)
            changed[name] = before
    if not changed:
        have = f"{listed(environments)} {'has' if len(environments) == 1 else 'have'}"
        return edited(spec, spec, [f"{spec.path}: {have} {image} already; nothing to do"])
    return edited(spec, after, changes(spec.path, changed, image, of_part))


def _set_for_all(spec: Spec, image: str, blocks: dict[str, Any], part: Part) -> Edited:
    data = spec.document.data
    if part and not at_part(data, part):
        raise Refused(
            f"{spec.path} has {'.'.join(part)} in some environments only: name them with "
            "--environment"
        )
    has_it = [name for name in blocks if not part or part in parts_in(data, name)]
    own = [name for name in has_it if "image" in at_part(blocks[name], part)]
    before = at_part(data, part).get("image")
    changed = {name: before for name in has_it if name not in own}
    if blocks and not changed:
        raise Refused(
            f"{spec.path} has an image for each environment, so another one for all would change "
            f"nothing: name environments with --environment ({', '.join(own)})"
        )
    keep = [f"{spec.path}: {listed(own)} {_keep(own)}"] if own else []
    if before == image:
        said = f"{spec.path}: the image is {image} already; nothing to do"
        return edited(spec, spec, [said, *keep])
    after = with_field_below(spec, (*part, "image"), image)
    return edited(spec, after, [*changes(spec.path, changed, image, part), *keep])


def _keep(own: list[str]) -> str:
    return "keeps an image of its own" if len(own) == 1 else "keep images of their own"


def _part(spec: Spec, blocks: dict[str, Any], said: str) -> Part:
    """The part that is named by its path. Raises Refused if the app has none of its name."""
    known = dict.fromkeys(
        ".".join(part) for name in blocks for part in parts_in(spec.document.data, name)
    )
    if not known:
        raise Refused(f"{spec.path} has nothing in {', '.join(PARTS)}")
    kind, _, name = one_of("part", said, tuple(known)).partition(".")
    return kind, name


def environments_of(spec: Spec) -> dict[str, Any]:
    """What the spec says of each environment. Raises Refused if it says it in no mapping."""
    blocks = spec.document.data.get("environments")
    if not isinstance(blocks, dict):
        raise Refused(f"{spec.path} does not say where the app runs: see `portico check`")
    return blocks


def refuse_absent(spec: Spec, name: str, blocks: dict[str, Any], known: tuple[str, ...]) -> None:
    """Raises Refused if there is no such environment, or the app is not in it."""
    if name not in blocks:
        one_of("environment", name, known)
        where = f"it is in {listed(list(blocks))}" if blocks else "it is in none"
        raise Refused(
            f'{spec.document.data.get("name")} is not in {name}: add "{name}:" to the '
            f"environments of {spec.path} ({where})"
        )


def changes(path: str, before: dict[str, Any], image: str, part: Part = ()) -> list[str]:
    """What changes where, a line for each image that there was. `before` is by environment."""
    environments: dict[Any, list[str]] = {}
    for name, old in before.items():
        environments.setdefault(old, []).append(name)
    whose = f"{'.'.join(part)}: " if part else ""
    none = "the app's image" if part else "no image"
    return [
        f"{path}: {whose}{old or none} → {image} in {listed(names)}"
        for old, names in environments.items()
    ]
