"""Short forms of `resources`, written out: a size, or amounts without `requests` and `limits`.

They are written out in each layer before layers are merged, so that a short form in a spec goes
before an environment's default in full, and the other way round.
"""

from typing import Any

from compiler.spec.environment import Environment
from compiler.spec.parse import Path

_AMOUNTS = ("cpu", "memory", "ephemeral-storage")
_PARTS = ("workers", "jobs", "init", "sidecars")
_SIDES = ("requests", "limits")
# What a program has at most of what cannot be shared or throttled: as much as it is promised.
_LIMITED = ("memory", "ephemeral-storage")


def in_full(data: dict[str, Any], environment: Environment) -> dict[str, Any]:
    """A layer of a spec with every `resources` written out; the same object if all are.

    What is not as it should be stays, for the model to refuse.
    """
    full = data
    if "resources" in data:
        resources = _resources(data["resources"], environment)
        if resources is not data["resources"]:
            full = {**full, "resources": resources}
    for parts in _PARTS:
        if parts in data:
            each = _of_each(data[parts], environment)
            if each is not data[parts]:
                full = {**full, parts: each}
    return full


def defaults_in_full(defaults: dict[str, Any], environment: Environment) -> dict[str, Any]:
    """An environment's defaults for apps with `resources` written out.

    A size that is not to be had is none of any app's: the environment is told.
    """
    full = in_full(defaults, environment)
    resources = full.get("resources")
    if isinstance(resources, str) or (isinstance(resources, dict) and "size" in resources):
        return {field: value for field, value in full.items() if field != "resources"}
    return full


def removing_nothing(empty: list[Path], layer: dict[str, Any]) -> list[Path]:
    """The paths of nulls that removed nothing from what was merged, as the layer has them.

    `memory: null` removes the request and the limit, so it removed nothing only if neither was
    there.
    """
    found: list[Path] = []
    for path in empty:
        *at, amount = path
        if not at or at[-1] not in _SIDES or _said(layer, (*at, amount)):
            found.append(path)
            continue
        sides = _SIDES if amount in _LIMITED else _SIDES[:1]
        if all((*at[:-1], side, amount) in empty for side in sides):
            found.append((*at[:-1], amount))
    return [*dict.fromkeys(found)]


def _said(layer: Any, path: Path) -> bool:
    for step in path:
        if not isinstance(layer, dict) or step not in layer:
            return False
        layer = layer[step]
    return True


def _of_each(parts: Any, environment: Environment) -> Any:
    if not isinstance(parts, dict):
        return parts
    full = {
        name: in_full(part, environment) if isinstance(part, dict) else part
        for name, part in parts.items()
    }
    return parts if all(parts[name] is part for name, part in full.items()) else full


def _resources(said: Any, environment: Environment) -> Any:
    if isinstance(said, str) or (isinstance(said, dict) and said.keys() == {"size"}):
        size = environment.sizes.get(said if isinstance(said, str) else str(said["size"]))
        if size is None:
            return said
        said = size.model_dump(by_alias=True, exclude_none=True)
    if not isinstance(said, dict) or said.keys().isdisjoint(_AMOUNTS):
        return said
    short = {
        key: said[key] for key in _AMOUNTS if key in said and isinstance(said[key], str | None)
    }
    parts = {side: said.get(side, {}) for side in _SIDES}
    if not short or not all(isinstance(part, dict) for part in parts.values()):
        return said
    limited = {key: amount for key, amount in short.items() if key in _LIMITED}
    if short.keys() & parts["requests"].keys():
        # Said twice: `conflicts` says so.
        return said
    rest = {key: value for key, value in said.items() if key not in short and key not in parts}
    requests = {**short, **parts["requests"]}
    limits = {**limited, **parts["limits"]}
    return {**rest, "requests": requests, **({"limits": limits} if limits else {})}
