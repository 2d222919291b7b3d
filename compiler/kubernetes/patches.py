"""An app's own objects, as its `patches` leave them."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from compiler.diagnostics.model import Diagnostic, Place, Rule
from compiler.kubernetes.manifests import told_otherwise
from compiler.kubernetes.metadata import Object
from compiler.kubernetes.patching import json_patch, strategic_merge
from compiler.kubernetes.patching.refused import Refused
from compiler.kubernetes.patching.values import equal
from compiler.kubernetes.restricted import refused_pods
from compiler.link.manifests import OURS
from compiler.link.unit import Unit
from compiler.policies.reading import described, mapping, pod_of
from compiler.spec.kinds import bare
from compiler.spec.model import quoted
from compiler.spec.parse import did_you_mean
from compiler.spec.patches import Patch, Target
from compiler.spec.types import Image

Path = tuple[str | int, ...]
Problem = tuple[Path, str, str]
"""Where in the patched object, what is wrong, what to write instead."""

IMPOSSIBLE_PATCH = Rule(
    "PT122",
    "patch that cannot be applied",
    "A patch is a promise about what is rendered. One that meets nothing, changes nothing, or "
    "makes another object of the one it meets, would break it without a word.",
    what="Refuses a patch whose target is not there or could be several objects, one that changes "
    "nothing, and one that changes what Kubernetes, Flux and the rest of the app's objects know an "
    "object by: name, namespace, kind, selectors and what they select, Portico's labels and "
    "annotations, the pods' ServiceAccount and its role, what an Ingress serves. Refuses "
    "operations that name places which are not there.",
    fix="Write what the message proposes. Where a patch is meant for one environment only, write "
    "`patches` below that environment: a list there replaces the whole list.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
patches:
- target: Service
  merge: {spec: {sessionAfinity: None, selector: {app: other}}}
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
port: 8080
patches:
- target: Service
  merge: {spec: {sessionAffinity: ClientIP}}
environments:
  dev:
""",
)

# Annotations by which EKS gives the pods of a ServiceAccount an AWS role.
_ROLES = "eks.amazonaws.com/"

_KNOWN_BY = "an object is known by it: remove it from the patch"
_SELECTS = "it is compiled from the spec, and the app's other objects go by it: remove it"
_KEPT: dict[tuple[str, ...], str] = {
    ("apiVersion",): _KNOWN_BY,
    ("kind",): _KNOWN_BY,
    ("metadata", "name"): _KNOWN_BY,
    ("metadata", "namespace"): _KNOWN_BY,
    ("metadata", "generateName"): _KNOWN_BY,
    ("metadata", "annotations", "eks.amazonaws.com/role-arn"): (
        "say it with `permissions`, which is judged, and told to reviewers"
    ),
    ("spec", "selector"): _SELECTS,
    ("spec", "podSelector"): _SELECTS,
    ("spec", "endpointSelector"): _SELECTS,
    ("spec", "scaleTargetRef"): _SELECTS,
}
"""What a patch leaves as it is, and what to do about one that does not."""
# The second is the first by a name that Kubernetes still takes.
_ACCOUNT = ("serviceAccountName", "serviceAccount")


class Change(NamedTuple):
    """What a patch did to an object."""

    patch: int
    """Which of the app's patches it was."""
    before: Object
    after: Object
    operations: list[Path]
    """Of a JSON patch, what each operation changed."""


class Patched(NamedTuple):
    """The objects of an app after its patches."""

    objects: list[Object]
    changes: dict[int, list[Change]]
    """Index of an object that was changed -> what changed it, in this order."""
    problems: list[Diagnostic]
    """Of the patches that cannot be applied, and were not."""


def patched(unit: Unit, objects: list[Object]) -> Patched:
    """The objects with the app's patches applied, one after the other."""
    result = Patched([*objects], {}, [])
    for index, patch in enumerate(unit.app.patches):
        found = _target(unit, index, patch.target, result.objects)
        if isinstance(found, Diagnostic):
            result.problems.append(found)
            continue
        obj = result.objects[found]
        changed = _changed(unit, index, patch, obj, scaled=_is_scaled(obj, objects))
        if isinstance(changed, Change):
            result.objects[found] = changed.after
            result.changes.setdefault(found, []).append(changed)
        else:
            result.problems.extend(changed)
    return result


def place_in_patches(unit: Unit, changes: Sequence[Change], path: Path) -> Place | None:
    """Where in its patches a person wrote what a patched object has at `path`; None if the patches
    do not say it."""
    for change in reversed(changes):
        place = _place(unit, change, changes[-1].after, path)
        if place is not None:
            return place
    return None


def _target(unit: Unit, index: int, target: Target, objects: Sequence[Object]) -> int | Diagnostic:
    """The index of the object that is meant."""
    of_kind = [i for i, obj in enumerate(objects) if obj["kind"] == target.kind]
    named = [i for i in of_kind if target.name in (None, objects[i]["metadata"]["name"])]
    if len(named) == 1:
        return named[0]
    app = unit.interface.name
    names = [objects[i]["metadata"]["name"] for i in of_kind]
    place = unit.place("patches", index, "target")
    if named:
        return Diagnostic(
            IMPOSSIBLE_PATCH,
            f"{app} has {len(named)} objects of the kind {target.kind}",
            place,
            help=f"say which is meant: `target: {{kind: {target.kind}, name: {names[0]}}}`; "
            f"there are {', '.join(names)}",
        )
    if of_kind:
        message = f"{app} has no {target.kind} named {target.name}"
        return Diagnostic(
            IMPOSSIBLE_PATCH, message, place, help=did_you_mean(target.name or "", names)
        )
    kinds = dict.fromkeys(obj["kind"] for obj in objects)
    return Diagnostic(
        IMPOSSIBLE_PATCH,
        f"{app} has no {target.kind} to patch",
        place,
        help=did_you_mean(target.kind, [*kinds]),
    )


def _is_scaled(obj: Object, objects: Sequence[Object]) -> bool:
    """Whether an autoscaler decides how many pods a workload has."""
    name = {"kind": obj["kind"], "name": obj["metadata"]["name"]}
    scaled = [mapping(other, "spec", "scaleTargetRef") for other in objects]
    return any(name.items() <= target.items() for target in scaled)


def _changed(
    unit: Unit, index: int, patch: Patch, obj: Object, *, scaled: bool
) -> Change | list[Diagnostic]:
    """What a patch makes of its object, or why it may not."""
    operations: list[Path] = []
    sort = "json" if patch.merge is None else "merge"
    try:
        if patch.merge is not None:
            after = strategic_merge.merged(obj, patch.merge, strategic_merge.fields_of(obj))
        else:
            after, operations = json_patch.applied(obj, patch.operations or [])
    except Refused as refused:
        place = unit.place("patches", index, sort, *refused.path)
        return [Diagnostic(IMPOSSIBLE_PATCH, refused.message, place, help=refused.help)]
    change = Change(index, obj, after, operations)
    problems: list[Diagnostic] = []
    wrong = [*_wrong(obj, after, unit.environment.cluster.kubernetes)]
    if scaled and "replicas" in mapping(after, "spec"):
        message = f"an autoscaler decides how many pods {described(obj)} has"
        help = "remove `replicas` here: Flux would set back what the autoscaler sets"
        wrong.append((("spec", "replicas"), message, help))
    for path, message, help in wrong:
        place = _place(unit, change, after, path) or unit.place("patches", index, sort)
        if place not in [problem.primary for problem in problems]:
            problems.append(Diagnostic(IMPOSSIBLE_PATCH, message, place, help=help))
    if not problems and equal(obj, after):
        problems.append(
            Diagnostic(
                IMPOSSIBLE_PATCH,
                f"the patch changes nothing of {described(obj)}",
                unit.place("patches", index),
                help="remove it, or correct what it sets: the object is like this already",
            )
        )
    return problems or change


def _wrong(before: Object, after: Object, kubernetes: str) -> Iterator[Problem]:
    """What a patch made of an object and must not."""
    yield from _not_kept(before, after)
    were = [*refused_pods(before, kubernetes)]
    yield from (problem for problem in refused_pods(after, kubernetes) if problem not in were)
    yield from _other_images(before, after)
    yield from told_otherwise(before, after)


def _not_kept(before: Object, after: Object) -> Iterator[Problem]:
    """What the object is known by, and is changed."""
    what = described(before)
    for path, help in _KEPT.items():
        if not equal(_at(before, path), _at(after, path)):
            yield path, f"a patch cannot change {'.'.join(path)} of {what}", help
    pod = pod_of(before)
    accounts: list[Path] = [] if pod is None else [(*pod.path, "spec", f) for f in _ACCOUNT]
    for account in accounts:
        if not equal(_at(before, account), _at(after, account)):
            help = "another one has the role in AWS of another app: remove it from the patch"
            yield account, f"a patch cannot change the ServiceAccount of {what}", help
    if before["kind"] == "Ingress" and not equal(before.get("spec"), after.get("spec")):
        yield (
            ("spec",),
            f"a patch cannot change what {what} serves",
            "say it with `expose`: CloudFront, DNS and the team's other apps go by that",
        )
    if before["kind"] == "Job" and not equal(before.get("spec"), after.get("spec")):
        # Flux makes it where there is none of its name, which says what it runs.
        yield (
            ("spec",),
            f"a patch cannot change what {what} runs, because its name would stay",
            "say it with fields of the job: Kubernetes changes no Job, so another takes its place",
        )
    if before["kind"] == "ConfigMap" and not equal(before.get("data"), after.get("data")):
        yield (
            ("data",),
            f"a patch cannot change the files in {what}",
            "write them in `files`: by what stands there the pods are replaced",
        )
    places: list[tuple[Path, str]] = [
        (("metadata", "labels"), "label"),
        (("metadata", "annotations"), "annotation"),
        *([((*pod.path, "metadata", "labels"), "label")] if pod is not None else []),
        *([((*pod.path, "metadata", "annotations"), "annotation")] if pod is not None else []),
    ]
    for keys, sort in places:
        one, other = (mapping(_at(obj, keys)) for obj in (before, after))
        for key in {**one, **other}:
            if key.startswith(_ROLES) and one.get(key) != other.get(key):
                yield (
                    (*keys, key),
                    f"a patch cannot change the AWS role of {what}",
                    "say what the app may do with `permissions`",
                )
            is_ours = key.startswith("app.kubernetes.io/") or OURS.fullmatch(key)
            if is_ours and one.get(key) != other.get(key):
                yield (
                    (*keys, key),
                    f"a patch cannot change the {sort} {key} of {what}",
                    "Portico, Flux and selectors know the object by it: remove it from the patch",
                )


def _other_images(before: Object, after: Object) -> Iterator[Problem]:
    """Containers of the app's own that are gone or run something else, and what new ones run."""
    what = described(before)
    own = {(at[-2], one["name"]): (at, one) for at, one in _containers(before)}
    left = {(at[-2], one.get("name")): (at, one) for at, one in _containers(after)}
    for key, (at, _) in own.items():
        if key not in left:
            message = f"a patch cannot remove the container {key[1]} of {what}"
            yield at[:-1], message, "remove this line"
    for key, (at, container) in left.items():
        image = container.get("image")
        if key not in own:
            yield from _unfit_image(f"the container {key[1]} of {what}", (*at, "image"), image)
        elif image != own[key][1]["image"]:
            yield (
                (*at, "image"),
                f"a patch cannot change the image of {what}",
                "write it as `image:` in the spec, where promotions and Flux look for it",
            )


def _unfit_image(what: str, at: Path, image: Any) -> Iterator[Problem]:
    form = bare(Image).form
    assert form is not None
    if not isinstance(image, str):
        yield at[:-1], f"{what} has no image", "add `image:`"
    elif not form.matches(image):
        yield at, f"{what} has the image {quoted(image)}", f"write {form.hint}"


def _containers(obj: Object) -> Iterator[tuple[Path, dict[str, Any]]]:
    pod = pod_of(obj)
    return iter(()) if pod is None else pod.containers()


def _at(obj: Any, path: Path) -> Any:
    for step in path:
        obj = obj.get(step) if isinstance(obj, dict) else None
    return obj


def _place(unit: Unit, change: Change, obj: Object, path: Path) -> Place | None:
    """Where a patch says what an object has at `path`."""
    patch = unit.app.patches[change.patch]
    if patch.merge is not None:
        how = strategic_merge.fields_of(change.before)
        merge = strategic_merge.where(patch.merge, obj, how, path)
        return None if merge is None else unit.place("patches", change.patch, "merge", *merge)
    json = json_patch.where(patch.operations or [], change.operations, path)
    return None if json is None else unit.place("patches", change.patch, "json", *json)
