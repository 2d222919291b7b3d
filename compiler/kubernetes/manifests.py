"""An app's further objects, and what of theirs would make more than they show."""

from collections.abc import Iterator, Sequence

from compiler.diagnostics.model import Diagnostic
from compiler.kubernetes.metadata import KEEP, SOURCE, Object, Owner, app_labels
from compiler.link.free_text import texts
from compiler.link.manifests import BAD_MANIFEST
from compiler.link.unit import Unit
from compiler.policies.reading import described, items, mapping
from compiler.policies.reading import texts as texts_of
from compiler.spec.manifests import Manifest

Path = tuple[str | int, ...]
Problem = tuple[Path, str, str]
"""Where in an object, what is wrong, what to write instead."""

# Flux replaces ${...} where it is told to, but not in an object that says this.
# Source: fluxcd.io, Kustomization API, "Post build variable substitution".
_NO_SUBSTITUTION = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}

_READING = frozenset(("get", "list", "watch"))
# What an app may write by way of a Role, as `group/resource`. Whoever writes Services, Ingresses
# or objects that make some, makes a way in at run time.
_WRITABLE = frozenset(
    (
        *("/configmaps", "/events", "/pods", "batch/jobs", "coordination.k8s.io/leases"),
        "events.k8s.io/events",
    )
)
# Parts of objects that only show something. To read others is to act: an exec is a GET.
_SHOWN = ("", "log", "scale", "status")
# The one ClusterRole of Kubernetes' own that allows no more than reading, and no Secrets.
_VIEW = "view"


def further_objects(unit: Unit, owner: Owner) -> list[Object]:
    """The app's further objects, in the order of the spec."""
    return [_object(manifest, owner) for manifest in unit.app.manifests]


def _object(manifest: Manifest, owner: Owner) -> Object:
    meta = manifest.metadata
    substituted = any("${" in text for _, text in texts(manifest.content))
    return {
        "apiVersion": manifest.api_version,
        "kind": manifest.kind,
        "metadata": {
            "name": meta.name,
            "namespace": owner.team,
            "labels": {**app_labels(owner), **meta.labels},
            "annotations": {
                SOURCE: owner.source,
                # What it holds is lost with it, and a commit is too little to lose it by.
                **(KEEP if manifest.kind == "PersistentVolumeClaim" else {}),
                **(_NO_SUBSTITUTION if substituted else {}),
                **meta.annotations,
            },
        },
        **manifest.content,
    }


def misfits(
    unit: Unit, own: Sequence[Object], further: Sequence[Object]
) -> Iterator[tuple[int, Diagnostic]]:
    """What is wrong with the further objects, each by its place among them, beside the app's own as
    they are rendered."""
    there = {(obj["kind"], obj["metadata"]["name"]) for obj in own}
    for index, obj in enumerate(further):
        kind, name = obj["kind"], obj["metadata"]["name"]
        problems = [*_of_kind(obj, own, further)]
        if (kind, name) in there:
            message = f"the app has a {kind} {name} already"
            problems.append((("metadata", "name"), message, "give this one another name"))
        for path, message, help in problems:
            place = unit.place("manifests", index, *path)
            yield index, Diagnostic(BAD_MANIFEST, message, place, help=help)


def told_otherwise(before: Object, after: Object) -> Iterator[Problem]:
    """What a patch lets one of the app's own objects make more than it shows."""
    were = [*_of_kind(before, (), ())]
    yield from (problem for problem in _of_kind(after, (), ()) if problem not in were)


def _of_kind(obj: Object, own: Sequence[Object], further: Sequence[Object]) -> Iterator[Problem]:
    match obj["kind"]:
        case "Role":
            yield from _role(obj)
        case "RoleBinding":
            yield from _role_binding(obj, own, further)
        case "ExternalSecret":
            yield from _external_secret(obj)
        case "PodMonitor" | "ServiceMonitor":
            yield from _monitor(obj)
        case "ScaledObject":
            yield from _scaled_object(obj, own)
        case "VerticalPodAutoscaler":
            yield from _scaled(obj, own, "targetRef")


def _role(role: Object) -> Iterator[Problem]:
    for index, rule in items(role.get("rules")):
        at: Path = ("rules", index)
        parts = {key: texts_of(rule.get(key)) for key in ("apiGroups", "resources", "verbs")}
        wild = next((key for key, words in parts.items() if "*" in words), None)
        if wild is not None:
            yield (*at, wild), f"{described(role)} allows all {wild}", "name those that it needs"
            continue
        writing = [verb for verb in parts["verbs"] if verb not in _READING]
        for group in parts["apiGroups"]:
            for resource in parts["resources"]:
                base, _, part = resource.partition("/")
                if (writing and f"{group}/{resource}" not in _WRITABLE) or part not in _SHOWN:
                    yield (
                        (*at, "resources"),
                        f"{described(role)} allows to {(writing or parts['verbs'])[0]} {resource}",
                        "an app may read, and write configmaps, events, leases, pods and jobs; "
                        "more than that belongs to the platform team",
                    )
                elif (group, base) == ("", "secrets") and (
                    parts["verbs"] != ["get"] or not rule.get("resourceNames")
                ):
                    yield (
                        (*at, "resources"),
                        f"{described(role)} allows to read all Secrets of the team",
                        "allow `verbs: [get]` alone, of those that `resourceNames` lists",
                    )


def _role_binding(
    binding: Object, own: Sequence[Object], further: Sequence[Object]
) -> Iterator[Problem]:
    reference = mapping(binding, "roleRef")
    role = (reference.get("kind"), reference.get("name"))
    roles = [("Role", obj["metadata"]["name"]) for obj in further if obj["kind"] == "Role"]
    if role not in (*roles, ("ClusterRole", _VIEW)):
        yield (
            ("roleRef",),
            f"{described(binding)} gives a role that this app does not define",
            f"name a Role of this app's `manifests`, or the ClusterRole {_VIEW}",
        )
    accounts = [obj["metadata"]["name"] for obj in own if obj["kind"] == "ServiceAccount"]
    for index, subject in items(binding.get("subjects")):
        is_own = subject.get("kind") == "ServiceAccount" and subject.get("name") in accounts
        if not is_own or subject.get("namespace") != binding["metadata"]["namespace"]:
            yield (
                ("subjects", index),
                f"{described(binding)} gives it to somebody else than the app",
                f"write `{{kind: ServiceAccount, name: {accounts[0]}, "
                f"namespace: {binding['metadata']['namespace']}}}`",
            )


def _external_secret(obj: Object) -> Iterator[Problem]:
    target = mapping(obj, "spec", "target")
    if "manifest" in target:
        yield (
            ("spec", "target", "manifest"),
            f"{described(obj)} makes an object of any kind instead of a Secret",
            "remove `manifest`",
        )
    if mapping(target, "template").get("type") == "kubernetes.io/service-account-token":
        yield (
            ("spec", "target", "template", "type"),
            f"{described(obj)} has the cluster put the token of a ServiceAccount in its Secret",
            "remove `type`",
        )


def _monitor(monitor: Object) -> Iterator[Problem]:
    selector = mapping(monitor, "spec", "namespaceSelector")
    if selector not in ({}, {"matchNames": [monitor["metadata"]["namespace"]]}):
        yield (
            ("spec", "namespaceSelector"),
            f"{described(monitor)} is about other namespaces too",
            "remove `namespaceSelector`: it is about the team's own then",
        )
    for field in ("endpoints", "podMetricsEndpoints"):
        for index, endpoint in items(mapping(monitor, "spec").get(field)):
            for at, holder in (((), endpoint), (("tlsConfig",), mapping(endpoint, "tlsConfig"))):
                for key in [key for key in holder if key.endswith("File")]:
                    yield (
                        ("spec", field, index, *at, key),
                        f"{described(monitor)} has Prometheus send a file of its own, such as its "
                        "token, to this app",
                        "name a Secret instead, with `authorization` or in `tlsConfig`",
                    )


def _scaled_object(obj: Object, own: Sequence[Object]) -> Iterator[Problem]:
    yield from _scaled(obj, own, "scaleTargetRef")
    target = mapping(obj, "spec", "scaleTargetRef")
    kind, name = target.get("kind", "Deployment"), target.get("name")
    for workload in own:
        is_target = (workload["kind"], workload["metadata"]["name"]) == (kind, name)
        if is_target and "replicas" in mapping(workload, "spec"):
            yield (
                ("spec", "scaleTargetRef"),
                f"{described(workload)} says how many pods there are, and Flux would set back what "
                "this one sets",
                f"add a patch: `{{target: {{kind: {kind}, name: {name}}}, "
                "merge: {spec: {replicas: null}}}`",
            )


def _scaled(obj: Object, own: Sequence[Object], field: str) -> Iterator[Problem]:
    """What is wrong with the workload that an autoscaler says it scales."""
    target = mapping(obj, "spec", field)
    kind, name = target.get("kind", "Deployment"), target.get("name")
    scaled = [w for w in own if (w["kind"], w["metadata"]["name"]) == (kind, name)]
    if not scaled:
        workloads = ", ".join(
            f"{w['kind']} {w['metadata']['name']}" for w in own if "template" in mapping(w, "spec")
        )
        yield (
            ("spec", field),
            f"{described(obj)} scales {kind} {name}, which this app does not have",
            f"name one that it has: {workloads}" if workloads else "remove it",
        )
    for other in own:
        scales = mapping(other, "spec", "scaleTargetRef")
        if scaled and (scales.get("kind"), scales.get("name")) == (kind, name):
            yield (
                ("spec", field),
                f"{described(other)} scales the same pods",
                "write a number for `replicas`, instead of a range: one of the two decides",
            )
