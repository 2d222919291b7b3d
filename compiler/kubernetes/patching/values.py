"""Plain data that is never changed in place: what is equal, and where a new key stands."""

from typing import Any

# In which order the fields of containers and pods that hold more than a single value are rendered.
_ORDERS = (
    (
        *("command", "args", "ports", "envFrom", "env", "startupProbe", "readinessProbe"),
        *("livenessProbe", "lifecycle", "resources", "securityContext", "volumeMounts"),
    ),
    (
        *("imagePullSecrets", "nodeSelector", "tolerations", "initContainers", "containers"),
        *("topologySpreadConstraints", "volumes"),
    ),
)

# An object of 1.5 MiB, the most that etcd takes, has fewer values; none of Kubernetes' is so deep.
_MOST_VALUES, _DEEPEST = 100_000, 100


def equal(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON. To Python alone, true is 1."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(equal(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return (
            isinstance(other, list)
            and len(one) == len(other)
            and all(equal(*pair) for pair in zip(one, other, strict=True))
        )
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def is_excessive(value: Any) -> bool:
    """Whether a value is larger or deeper than any object. Copies of copies soon have no end."""
    left, count = [(value, 0)], 0
    while left:
        value, depth = left.pop()
        count += 1
        if count > _MOST_VALUES or depth > _DEEPEST:
            return True
        if isinstance(value, dict | list):
            below = value.values() if isinstance(value, dict) else value
            left += ((one, depth + 1) for one in below)
    return False


def with_key(mapping: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The mapping with a value. A new key stands where a reader looks for it: a single value after
    the other single values, everything else where it is rendered otherwise, or at the end."""
    if key in mapping or "apiVersion" in mapping:
        return {**mapping, key: value}
    later = {name for order in _ORDERS if key in order for name in order[order.index(key) :]}
    if isinstance(value, dict | list):
        place = next((i for i, name in enumerate(mapping) if name in later), len(mapping))
    else:
        place = max((i for i, v in enumerate(mapping.values(), 1) if _is_single(v)), default=0)
    entries = [*mapping.items()]
    return dict([*entries[:place], (key, value), *entries[place:]])


def _is_single(value: Any) -> bool:
    return not isinstance(value, dict | list)
