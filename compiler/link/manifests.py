"""Further objects that apps bring along: which may be, and whose they are.

An object here opens no way in, is in the team's namespace, and belongs to one app. What could make
one that does, such as a Role that allows creating Services, is refused where it is written: nobody
would see at review what comes of it in the cluster.
"""

import re
from collections.abc import Iterator, Sequence

from compiler.diagnostics.model import Diagnostic, Rule
from compiler.link.unit import Interface, Unit
from compiler.spec.manifests import Manifest
from compiler.spec.parse import Path, nearest

BAD_MANIFEST = Rule(
    "PT123",
    "further object that an app cannot have",
    "An object that nobody's fields describe could be another way in, another app's, or a secret "
    "in plain sight, and Flux would apply it.",
    what="Refuses objects in `manifests` of kinds that are not on the list in docs/patches.md, in "
    "another namespace, with the name of another app or of an object that is there already, with "
    "labels or annotations that are Portico's or Flux's; Roles that allow more than an app needs, "
    "bindings of others, and fields by which an operator makes something else than it shows.",
    fix="Write what the message proposes. What is no app's belongs to the platform team, in a "
    "folder of its own that `portico scan` judges.",
    failing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
manifests:
- apiVersion: v1
  kind: Secret
  metadata: {name: shop-db}
  stringData: {theme: dark}
environments:
  dev:
""",
    passing="""\
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
manifests:
- apiVersion: external-secrets.io/v1
  kind: ExternalSecret
  metadata: {name: shop-db}
  spec:
    secretStoreRef: {kind: ClusterSecretStore, name: aws}
    data:
    - secretKey: password
      remoteRef: {key: shop/db}
environments:
  dev:
""",
)

ALLOWED = {
    "ConfigMap": "v1",
    "ExternalSecret": "external-secrets.io/v1",
    "PersistentVolumeClaim": "v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "PrometheusRule": "monitoring.coreos.com/v1",
    "Role": "rbac.authorization.k8s.io/v1",
    "RoleBinding": "rbac.authorization.k8s.io/v1",
    "ScaledObject": "keda.sh/v1alpha1",
    "ServiceMonitor": "monitoring.coreos.com/v1",
    "TriggerAuthentication": "keda.sh/v1alpha1",
    "VerticalPodAutoscaler": "autoscaling.k8s.io/v1",
}
"""Kind -> its apiVersion. docs/patches.md says why these, and why no others."""

_RUNS = "what runs is compiled from a spec: write `workers`, or give it an app of its own"
_JOB = "what runs is compiled from a spec: write `jobs`, or `schedule` in an app of its own"
_ENTRANCE = "the only way in is `expose`"
_INSTEAD = {
    "Secret": "what is committed is no secret: keep it in AWS, and write `secrets`",
    "SealedSecret": "keep it in AWS, and write `secrets`",
    **dict.fromkeys(("DaemonSet", "Deployment", "Pod", "ReplicaSet", "StatefulSet"), _RUNS),
    **dict.fromkeys(("CronJob", "Job", "ScaledJob"), _JOB),
    "Service": "it is compiled from `port`, and reached inside the cluster only",
    **dict.fromkeys(("Gateway", "GRPCRoute", "HTTPRoute", "Ingress", "TCPRoute"), _ENTRANCE),
    "NetworkPolicy": "say who calls whom with `calls`, `callers` and `egress`; for the rest patch "
    "the app's own: `target: NetworkPolicy`",
    "HorizontalPodAutoscaler": "write `replicas: {min: 2, max: 6}`",
    "PodDisruptionBudget": "the app has one: patch it with `target: PodDisruptionBudget`",
    "ServiceAccount": "the app has one: patch it with `target: ServiceAccount`",
}

# Every namespace has it, and the cluster writes it.
_TAKEN = ("ConfigMap", "kube-root-ca.crt")

OURS = re.compile(
    r"(?:(?:.+\.)?portico\.dev|(?:.+\.)?fluxcd\.io|(?:internal\.)?config\.kubernetes\.io)/.*"
    r"|app\.kubernetes\.io/(?:name|managed-by)"
)
"""Labels and annotations by which Portico, Flux and kustomize know what is theirs."""


def unfit(unit: Unit) -> Iterator[Diagnostic]:
    """What an app's further objects are, or call themselves, and must not."""
    seen: dict[tuple[str, str], int] = {}
    for index, manifest in enumerate(unit.app.manifests):
        name = manifest.metadata.name
        first = seen.setdefault((manifest.kind, name), index)
        if first != index:
            yield Diagnostic(
                BAD_MANIFEST,
                f"there are two objects {manifest.kind} {name}",
                unit.place("manifests", index, "metadata", "name"),
                (unit.place("manifests", first, "metadata", "name"),),
                help="give one of them another name, or remove it",
            )
        for path, message, help in _wrong(manifest, unit.interface.team):
            place = unit.place("manifests", index, *path)
            yield Diagnostic(BAD_MANIFEST, message, place, help=help)


Problem = tuple[Path, str, str]
"""Where in an object, what is wrong, what to write instead."""


def _wrong(manifest: Manifest, team: str) -> Iterator[Problem]:
    kind, meta = manifest.kind, manifest.metadata
    if kind not in ALLOWED:
        yield (
            ("kind",),
            f"the kind {kind} is none that an app may have in `manifests`",
            _instead(kind),
        )
        return
    if manifest.api_version != ALLOWED[kind]:
        message = f"{kind} of {manifest.api_version} is none that an app may have in `manifests`"
        yield ("apiVersion",), message, f"write `apiVersion: {ALLOWED[kind]}`"
    if meta.namespace not in (None, team):
        message = f"the objects of this app are in {team}, and this one in {meta.namespace}"
        yield ("metadata", "namespace"), message, "remove `namespace`"
    if (kind, meta.name) == _TAKEN:
        message = f"the cluster itself keeps a {kind} {meta.name} in every namespace"
        yield ("metadata", "name"), message, "give it another name"
    for field, pairs in (("labels", meta.labels), ("annotations", meta.annotations)):
        for key in pairs:
            if OURS.fullmatch(key):
                yield (
                    ("metadata", field, key),
                    f"{key} is not for apps to say",
                    "remove it; what Portico says of every object of an app, it adds itself",
                )
    if "status" in manifest.content:
        yield ("status",), "the status of an object is written by the cluster", "remove it"


def _instead(kind: str) -> str:
    if kind in _INSTEAD:
        return _INSTEAD[kind]
    near = nearest(kind, tuple(ALLOWED))
    if near is not None:
        return f"did you mean {near}?"
    return f"known here: {', '.join(ALLOWED)}; other kinds belong to the platform team"


def not_their_own(units: Sequence[Unit], apps: Sequence[Interface]) -> Iterator[Diagnostic]:
    """What the further objects of an environment's apps call themselves, and are not.

    `units` are those that have any, `apps` are all. A name belongs to the app that it begins with;
    of two such, to the one with the longer name.
    """
    owners: dict[tuple[str, str, str], tuple[Unit, int]] = {}
    for unit in units:
        own, team = unit.interface.name, unit.interface.team
        others = [app.name for app in apps if app.team == team]
        for index, (kind, name) in enumerate(unit.interface.manifests):
            place = ("manifests", index, "metadata", "name")
            owner = max((app for app in others if _begins(name, app)), key=len, default=own)
            if owner != own:
                yield Diagnostic(
                    BAD_MANIFEST,
                    f'"{name}" is a name of the app {owner}',
                    unit.place(*place),
                    help=f"let it begin with {own}, or move it to apps/{owner}.yaml",
                )
                continue
            first, at = owners.setdefault((team, kind, name), (unit, index))
            if first is not unit:
                yield Diagnostic(
                    BAD_MANIFEST,
                    f"{kind} {name} of the team {team} is in two apps",
                    first.place("manifests", at, "metadata", "name"),
                    (unit.place(*place, note="and here"),),
                    help="keep it in one of the two, or let their names begin with their apps'",
                )


def _begins(name: str, app: str) -> bool:
    return name == app or name.startswith((f"{app}-", f"{app}."))
