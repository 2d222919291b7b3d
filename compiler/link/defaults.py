"""What an environment's defaults mean for what an app consists of."""

from typing import Any

# What each kind of part takes from the environment's defaults for apps.
_PARTS = {
    "workers": ("replicas", "resources"),
    "jobs": ("resources",),
    "init": ("resources",),
    "sidecars": ("resources",),
}


def with_parts(defaults: dict[str, Any], *said: dict[str, Any]) -> dict[str, Any]:
    """The defaults, with those of every worker, job and container that one of the layers names."""
    if not defaults or all(layer.keys().isdisjoint(_PARTS) for layer in said):
        return defaults
    parts = {
        part: {
            name: {key: defaults[key] for key in keys if key in defaults}
            for layer in said
            for name, value in _mapping(layer.get(part)).items()
            if value is not None
        }
        for part, keys in _PARTS.items()
    }
    return {**defaults, **{part: named for part, named in parts.items() if named}}


def default_of(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where the environment's defaults say what stands at a path of an app: a worker's replicas
    are those of any app."""
    is_of_part = len(path) > 2 and path[2] in _PARTS.get(str(path[0]), ())
    return path[2:] if is_of_part else path


def one_with_a_disk(merged: dict[str, Any], *said: dict[str, Any]) -> dict[str, Any]:
    """One pod where each has a disk of its own and nobody asked for several.

    Two pods with a disk each are two databases, which is right only for programs made for it.
    """
    volumes = _mapping(merged.get("volumes"))
    has_claim = any(_mapping(volume).get("claim") is not None for volume in volumes.values())
    asked = [layer["replicas"] for layer in said if "replicas" in layer]
    if not has_claim or (asked and asked[-1] is not None):
        return merged
    return {**merged, "replicas": 1}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
