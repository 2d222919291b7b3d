"""Strategic merge patches, as the API server, `kubectl patch` and kustomize apply them.

Mappings are merged, null removes, and a list replaces a list, unless Kubernetes merges the two by a
key of their items. What the API server does is what counts: kustomize, whose schemas are older,
leaves items in another order, and tells ports by their protocol too.

Source: k8s.io/apimachinery/pkg/util/strategicpatch.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Union

from compiler.kubernetes.patching.refused import Refused
from compiler.kubernetes.patching.values import equal, with_key
from compiler.policies.kinds import BUILT_IN_GROUPS
from compiler.policies.reading import group_of

Path = tuple[str | int, ...]


class ByKey(NamedTuple):
    """A list whose items are merged by one of their fields."""

    key: str
    fields: "Fields" = MappingProxyType({})


class AsSet(NamedTuple):
    """A list of texts to which those of a patch are added."""


Fields = Mapping[str, Union["Fields", ByKey, AsSet]]
"""What there is below a mapping that is no list which another one replaces."""

How = Fields | ByKey | AsSet | None
"""The same of one value."""

# The tags `patchStrategy` and `patchMergeKey` in k8s.io/api; the schemas of kubernetes-validate do
# not have them. A test holds every list of every kind that apps consist of against kubectl.
_METADATA: Fields = {"finalizers": AsSet(), "ownerReferences": ByKey("uid")}
_CONTAINERS = ByKey(
    "name",
    {
        "env": ByKey("name"),
        "ports": ByKey("containerPort"),
        "volumeDevices": ByKey("devicePath"),
        "volumeMounts": ByKey("mountPath"),
    },
)
_TEMPLATE: Fields = {
    "metadata": _METADATA,
    "spec": {
        "containers": _CONTAINERS,
        "ephemeralContainers": _CONTAINERS,
        "hostAliases": ByKey("ip"),
        "imagePullSecrets": ByKey("name"),
        "initContainers": _CONTAINERS,
        "resourceClaims": ByKey("name"),
        "schedulingGates": ByKey("name"),
        "topologySpreadConstraints": ByKey("topologyKey"),
        "volumes": ByKey("name", {"ephemeral": {"volumeClaimTemplate": {"metadata": _METADATA}}}),
    },
}
_WORKLOAD: Fields = {"spec": {"template": _TEMPLATE}}
_KINDS: dict[str, Fields] = {
    "CronJob": {"spec": {"jobTemplate": {"metadata": _METADATA, **_WORKLOAD}}},
    "Deployment": _WORKLOAD,
    "Job": _WORKLOAD,
    "Service": {"spec": {"ports": ByKey("port")}},
    "ServiceAccount": {"secrets": ByKey("name")},
    "StatefulSet": _WORKLOAD,
}

_DIRECTIVE = "$patch"
_RETAIN = "$retainKeys"
_TAKE = "$deleteFromPrimitiveList/"
_MARKS = (_DIRECTIVE, _RETAIN)
_REPLACE = {_DIRECTIVE: "replace"}
# Stands for a value that a patch removes.
_GONE: Any = object()


def fields_of(obj: dict[str, Any]) -> Fields:
    """How Kubernetes merges an object of this kind. It has no such rules for custom resources, so
    of those a strategic merge is a JSON merge patch (RFC 7386)."""
    if group_of(obj) not in BUILT_IN_GROUPS:
        return {}
    return {"metadata": _METADATA, **_KINDS.get(obj["kind"], {})}


def merged(obj: dict[str, Any], patch: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The object as the patch leaves it. Raises Refused for a patch that cannot be applied, also
    for one that removes what is not there: the API server passes over that, and so a misspelt name
    would have no effect."""
    if _directive(patch, ()) != "merge":
        raise Refused(
            (_DIRECTIVE,),
            f"`{_DIRECTIVE}: {patch[_DIRECTIVE]}` would leave nothing of the object",
            "write it below the field that it is about",
        )
    result: dict[str, Any] = _mapping(obj, patch, fields, ())
    return result


def _mapping(there: dict[str, Any], patch: dict[str, Any], fields: Fields, path: Path) -> Any:
    directive = _directive(patch, path)
    if directive == "delete":
        return _GONE
    if directive == "replace":
        return _fresh(patch, path)
    result = _retained(there, patch, path)
    for key, value in patch.items():
        if key not in _MARKS:
            at = (*path, key)
            name = key.removeprefix(_TAKE)
            if name != key:
                new = _taken(there.get(name), value, fields.get(name), at)
            else:
                new = _value(result.get(key), value, fields.get(key), at)
            if new is not _GONE:
                result = with_key(result, name, new)
            else:
                result = {other: kept for other, kept in result.items() if other != name}
    return result


def _value(there: Any, patch: Any, how: How, path: Path) -> Any:
    """What becomes of a value; None if there is none."""
    if patch is None:
        if there is None:
            raise _nothing_to_remove(path)
        return _GONE
    if isinstance(patch, dict) and isinstance(there, dict):
        return _mapping(there, patch, how if isinstance(how, Mapping) else {}, path)
    if isinstance(patch, list) and isinstance(there, list):
        if isinstance(how, ByKey):
            return _by_key(there, patch, how, path)
        if isinstance(how, AsSet):
            both = [*there, *(item for item in patch if item not in there)]
            return _woven(both, patch, there)
    return _fresh(patch, path)


def _by_key(there: list[Any], patch: list[Any], how: ByKey, path: Path) -> list[Any]:
    if any(item == _REPLACE for item in patch):
        replacing: list[Any] = _fresh(patch, path)
        return replacing
    result = there
    for index, item in enumerate(patch):
        at = (*path, index)
        if not isinstance(item, dict) or how.key not in item:
            raise Refused(
                at,
                f"an item of `{path[-1]}` has no `{how.key}`, which tells the items apart",
                f"add the `{how.key}` of the item that is meant, or that is new",
            )
        same = [one for one in result if equal(one.get(how.key), item[how.key])]
        directive = _directive(item, at)
        if directive == "replace":
            raise Refused(
                (*at, _DIRECTIVE),
                "`$patch: replace` in an item of a list replaces the whole list, not the item",
                "write `- $patch: replace` as an item of its own for the whole list, and "
                "`$retainKeys` with the fields that stay for one item",
            )
        if directive == "delete":
            if not same:
                raise _nothing_to_remove(at)
            result = [one for one in result if one not in same]
        elif same:
            new = _mapping(same[0], item, how.fields, at)
            result = [new if one is same[0] else one for one in result]
        else:
            result = [*result, _fresh(item, at)]
    return _woven(result, patch, there, how.key)


def _woven(items: list[Any], patch: list[Any], before: list[Any], key: str = "") -> list[Any]:
    """The items in the order that the API server gives them: those that the patch names in its own
    order, each after the others that stood before it. So a new one comes first."""

    def identity(item: Any) -> Any:
        return item[key] if key else item

    named, old = [identity(item) for item in patch], [identity(item) for item in before]

    def place_before(item: Any) -> int:
        return old.index(identity(item))

    others = [item for item in items if identity(item) not in named]
    others.sort(key=place_before)
    mentioned = [item for item in items if identity(item) in named]
    mentioned.sort(key=lambda item: named.index(identity(item)))
    woven: list[Any] = []
    for item in mentioned:
        while others and identity(item) in old and place_before(others[0]) < place_before(item):
            woven.append(others.pop(0))
        woven.append(item)
    return woven + others


def _retained(there: dict[str, Any], patch: dict[str, Any], path: Path) -> dict[str, Any]:
    """What `$retainKeys` leaves of a mapping: the fields that it names."""
    if _RETAIN not in patch:
        return there
    kept = patch[_RETAIN]
    if not isinstance(kept, list) or not all(isinstance(key, str) for key in kept):
        raise Refused(
            (*path, _RETAIN),
            f"`{_RETAIN}` must be a list of fields",
            f"name the fields that stay: `{_RETAIN}: [name, emptyDir]`",
        )
    for key, value in patch.items():
        if value is not None and key not in kept and not key.startswith("$"):
            raise Refused(
                (*path, key),
                f"the patch sets `{key}`, and `{_RETAIN}` does not keep it",
                f"name `{key}` in `{_RETAIN}`, or remove it here",
            )
    return {key: value for key, value in there.items() if key in kept}


def _taken(there: Any, items: Any, how: How, path: Path) -> Any:
    """What `$deleteFromPrimitiveList/...` leaves of a list of texts."""
    if not isinstance(how, AsSet) or not isinstance(items, list):
        raise Refused(
            path,
            f"`{path[-1]}` is of use for a list of texts to which patches add, such as finalizers",
            "write the list as it should be; from a list of mappings, take one with "
            "`$patch: delete` and what tells it apart",
        )
    for index, item in enumerate(items):
        if item not in (there or ()):
            raise _nothing_to_remove((*path, index))
    return [item for item in there if item not in items]


def _fresh(value: Any, path: Path) -> Any:
    """A value that was not there, or takes the place of another, without the directives in it."""
    if isinstance(value, list):
        return [
            _fresh(item, (*path, index)) for index, item in enumerate(value) if item != _REPLACE
        ]
    if not isinstance(value, dict):
        return value
    if _directive(value, path) == "delete":
        raise _nothing_to_remove(path)
    for key, below in value.items():
        if below is None or key.startswith(_TAKE):
            raise _nothing_to_remove((*path, key))
    return {key: _fresh(below, (*path, key)) for key, below in value.items() if key not in _MARKS}


def _directive(patch: dict[str, Any], path: Path) -> Any:
    """What `$patch` says of a mapping. Raises Refused for what is no directive of a patch."""
    for key in patch:
        if key.startswith("$") and key not in _MARKS and not key.startswith(_TAKE):
            raise Refused(
                (*path, key),
                f"`{key}` is nothing that a patch here can say",
                "to change the order of a list, write all of it after an item `- $patch: replace`"
                if key.startswith("$setElementOrder")
                else f"known here: {', '.join(_MARKS)}, {_TAKE}...",
            )
    directive = patch.get(_DIRECTIVE, "merge")
    if directive not in ("merge", "replace", "delete"):
        raise Refused(
            (*path, _DIRECTIVE),
            f"`{_DIRECTIVE}` cannot be {directive}",
            "write merge, replace or delete",
        )
    return directive


def _nothing_to_remove(path: Path) -> Refused:
    name = next(step for step in reversed(path) if isinstance(step, str))
    what = f"`{name}`" if name == path[-1] else f"item of `{name.removeprefix(_TAKE)}`"
    return Refused(
        path, f"there is no such {what} to remove", "correct its name, or remove this line"
    )


def where(patch: Any, obj: Any, how: How, path: Path) -> Path | None:
    """Where in the patch it stands what the patched object has at `path`, or lacks there; None if
    the patch does not say it."""
    at: list[str | int] = []
    for step in path:
        place: str | int | None = None
        below: How = None
        if isinstance(patch, dict):
            place = step if step in patch else None
            below = how.get(str(step)) if isinstance(how, Mapping) else None
        elif isinstance(patch, list):
            place = _item_of(patch, obj, how, step)
            below = how.fields if isinstance(how, ByKey) else None
        if place is None:
            says_all = not isinstance(patch, dict | list) or _DIRECTIVE in patch
            return tuple(at) if at and says_all else None
        at.append(place)
        patch, obj, how = patch[place], _below(obj, step), below
    return tuple(at)


def _below(value: Any, step: Any) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    is_item = isinstance(value, list) and step in range(len(value))
    return value[step] if is_item else None


def _item_of(patch: list[Any], items: Any, how: How, index: Any) -> int | None:
    """Which item of a list in a patch made an item of the patched list."""
    found = _below(items, index)
    if isinstance(how, ByKey) and isinstance(found, dict):
        key = found.get(how.key)
        same = [i for i, item in enumerate(patch) if equal(item.get(how.key), key)]
    elif isinstance(how, AsSet):
        same = [i for i, item in enumerate(patch) if equal(item, found)]
    else:
        same = [i for i, item in enumerate(patch) if item != _REPLACE][index : index + 1]
    return same[0] if same else None
