"""Short forms of `resources`, written out: a size, or amounts without `requests` and `limits`.

They are written out in each layer before layers are merged, so that a short form in a spec goes
before an environment's default in full, and the other way round.
"""

from typing import Any

from compiler.spec.environment import Environment

_AMOUNTS = ("cpu", "memory", "ephemeral-storage")
# What a program has at most of what cannot be shared or throttled: as much as it is promised.
_LIMITED = ("memory", "ephemeral-storage")


def in_full(data: dict[str, Any], environment: Environment) -> dict[str, Any]:
    """A layer of a spec with every `resources` written out; the same object if all are.

    What is not as it should be stays, for the model to refuse.
    """
    changed = {
        key: _of_each(value, environment)
        if key in ("workers", "jobs", "init", "sidecars")
        else _resources(value, environment)
        for key, value in data.items()
        if key in ("resources", "workers", "jobs", "init", "sidecars")
    }
    if all(data[key] is value for key, value in changed.items()):
        return data
    return {**data, **changed}


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
    short = {key: said[key] for key in _AMOUNTS if isinstance(said.get(key), str)}
    parts = {part: said.get(part, {}) for part in ("requests", "limits")}
    if not all(isinstance(part, dict) for part in parts.values()):
        return said
    limited = {key: amount for key, amount in short.items() if key in _LIMITED}
    if short.keys() & parts["requests"].keys():
        # Said twice: `conflicts` says so.
        return said
    rest = {key: value for key, value in said.items() if key not in short and key not in parts}
    requests = {**short, **parts["requests"]}
    limits = {**limited, **parts["limits"]}
    return {**rest, "requests": requests, **({"limits": limits} if limits else {})}
