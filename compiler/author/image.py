"""The image that an app has in each environment, and giving it another."""

from typing import Any

from compiler.author.edit import with_field
from compiler.author.edited import Edited, edited
from compiler.author.given import listed, one_of, problem
from compiler.author.refused import Refused
from compiler.author.spec import Spec
from compiler.source.yaml import Document
from compiler.spec.types import Image


def set_image(
    spec: Spec, image: str, environments: list[str] | None, known: tuple[str, ...]
) -> Edited:
    """The spec with this image in these environments, or as the image of the spec itself.

    `known` are the environments of the repository. Raises Refused.
    """
    wrong = problem(Image, image)
    if wrong:
        raise Refused(wrong)
    blocks = environments_of(spec)
    if environments is None:
        return _set_for_all(spec, image, blocks)
    after, changed = spec, dict[str, Any]()
    for name in dict.fromkeys(environments):
        refuse_absent(spec, name, blocks, known)
        before = image_in(spec.document, name)
        if before != image:
            after = with_field(after, ("environments", name, "image"), image)
            changed[name] = before
    if not changed:
        have = f"{listed(environments)} {'has' if len(environments) == 1 else 'have'}"
        return edited(spec, spec, [f"{spec.path}: {have} {image} already; nothing to do"])
    return edited(spec, after, changes(spec.path, changed, image))


def _set_for_all(spec: Spec, image: str, blocks: dict[str, Any]) -> Edited:
    own = [name for name, block in blocks.items() if _has_own(block)]
    changed = {name: spec.document.data.get("image") for name in blocks if name not in own}
    if blocks and not changed:
        raise Refused(
            f"{spec.path} has an image for each environment, so another one for all would change "
            f"nothing: name environments with --environment ({', '.join(own)})"
        )
    keep = [f"{spec.path}: {listed(own)} {_keep(own)}"] if own else []
    if spec.document.data.get("image") == image:
        said = f"{spec.path}: the image is {image} already; nothing to do"
        return edited(spec, spec, [said, *keep])
    after = with_field(spec, ("image",), image)
    return edited(spec, after, [*changes(spec.path, changed, image), *keep])


def _keep(own: list[str]) -> str:
    return "keeps an image of its own" if len(own) == 1 else "keep images of their own"


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


def image_in(document: Document, environment: str) -> Any:
    """The image that a spec gives the app in one environment; None if it gives it none there."""
    block = document.data["environments"][environment]
    return block["image"] if _has_own(block) else document.data.get("image")


def _has_own(block: Any) -> bool:
    return isinstance(block, dict) and "image" in block


def changes(path: str, before: dict[str, Any], image: str) -> list[str]:
    """What changes where, a line for each image that there was. `before` is by environment."""
    environments: dict[Any, list[str]] = {}
    for name, old in before.items():
        environments.setdefault(old, []).append(name)
    return [
        f"{path}: {old or 'no image'} → {image} in {listed(names)}"
        for old, names in environments.items()
    ]
