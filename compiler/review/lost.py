"""What goes and is hard to bring back: environments, apps in production, namespaces, volumes."""

from collections.abc import Iterator

from compiler.diagnostics.model import Place, Rule, Span
from compiler.kubernetes.metadata import KEEP, Object
from compiler.link.unit import Unit
from compiler.review.change import Sides
from compiler.review.immutable import source_of
from compiler.review.risk import Both, Risk, Side, is_production

NAMESPACE_GOES = Rule(
    "PT151",
    "namespace that is no longer compiled",
    "Flux is told to keep namespaces. It stays in the cluster with its Secrets, with nobody who "
    "answers for it and no pull request that could change it.",
    "warning",
    what="Warns when the last app of a team leaves an environment, and the team's namespace with "
    "it.",
    fix="After the merge, look what is left in the namespace and delete it by hand. If the team "
    "comes back, its first app takes the namespace over again.",
    failing="""\
-- before/apps/stock.yaml --
name: stock
team: warehouse
image: ghcr.io/acme/stock:2.0.1
environments:
  dev:
""",
    passing="""\
-- before/apps/stock.yaml --
name: stock
team: warehouse
image: ghcr.io/acme/stock:2.0.1
environments:
  dev:
-- after/apps/count.yaml --
name: count
team: warehouse
image: ghcr.io/acme/count:1.0.0
environments:
  dev:
""",
)
VOLUME_GOES = Rule(
    "PT152",
    "volume that goes",
    "Flux deletes what is gone from Git, and with a claim, as a rule, the disk and what is on it. "
    "The disks of a StatefulSet stay behind: nobody reads them, and everybody pays for them.",
    what="Refuses to remove a PersistentVolumeClaim, or a StatefulSet with claims (an app whose "
    "`volumes` have a `claim`), that Flux was not told to keep.",
    fix="Move the data away first, and say so in the pull request. Of an app, delete the claims "
    "that stay behind by hand, once nobody needs them: an app of the same name, team and volumes "
    "finds them again. Other claims can be kept: with the annotation "
    "`kustomize.toolkit.fluxcd.io/prune: disabled` Flux leaves them alone.",
    failing="""\
-- before/objects.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: sales}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 10Gi}}
-- after/objects.yaml --
""",
    passing="""\
-- before/objects.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: sales}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 10Gi}}
-- after/objects.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: sales}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 20Gi}}
""",
)
APP_GOES = Rule(
    "PT153",
    "app that leaves production",
    "Flux deletes it with the merge: its pods, its Service, its way in.",
    what="Refuses to remove an app from an environment of production, with its spec or from the "
    "list of its environments.",
    fix="Make sure that nobody calls it any more, and say so in the pull request. A renamed app is "
    "a new app: let both run until the new one has taken over.",
    failing="""\
-- environments/prod.yaml --
# ...
name: prod
-- before/apps/stock.yaml --
name: stock
team: sales
image: ghcr.io/acme/stock:2.0.1
environments:
  prod:
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  prod:
""",
    passing="""\
-- environments/test.yaml --
# ...
name: test
-- before/apps/stock.yaml --
name: stock
team: sales
image: ghcr.io/acme/stock:2.0.1
environments:
  test:
-- apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
environments:
  test:
""",
)
ENVIRONMENT_GOES = Rule(
    "PT165",
    "environment that goes",
    "The folder that Flux and Terraform read is gone. Flux still finds what bootstrap wrote beside "
    "it, and deletes every app of the environment; Terraform can no longer tell what it once made.",
    what="Refuses to remove an environment's file.",
    fix="First remove the apps and have that applied, then `terraform destroy`, then the "
    "environment's file. A renamed environment is a new one.",
    failing="""\
-- before/environments/test.yaml --
# ...
name: test
cluster: {name: acme-test, kubernetes: "1.34", vpcCidrs: [10.1.0.0/16]}
domains: [{name: test.acme.example, hostedZoneId: Z0000000TEST}]
loadBalancer:
  dnsName: lb-test.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
-- environments/dev.yaml --
# ...
""",
    passing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
router: {kind: nginx, replicas: 4}
""",
)


def environment_goes(environment: str, before: Side) -> Iterator[Risk]:
    apps = len(before.estate.units)
    yield Risk(
        "",
        ENVIRONMENT_GOES,
        f"the environment {environment} goes, with {apps} {'app' if apps == 1 else 'apps'}",
        Place(Span(before.estate.source)),
        "remove its apps first and have that applied, then `terraform destroy`, then the file",
    )


def apps_go(both: Both) -> Iterator[Risk]:
    if not is_production(both.environment):
        return
    here = {unit.interface.name for unit in both.after.estate.units}
    for unit in both.before.estate.units:
        if unit.interface.name not in here:
            yield Risk(
                both.environment,
                APP_GOES,
                f'the app "{unit.interface.name}" of {unit.interface.team} is deleted',
                Place(Span(unit.source)),
                _calls(unit, both.before),
            )


def namespaces_go(both: Both) -> Iterator[Risk]:
    here = {namespace.name for namespace in both.after.estate.namespaces}
    for namespace in both.before.estate.namespaces:
        if namespace.name not in here:
            yield Risk(
                both.environment,
                NAMESPACE_GOES,
                f'the namespace "{namespace.name}" loses its last app, and stays behind',
                Place(Span(namespace.units[0].source)),
                "after the merge, look what is left in it and delete it by hand",
            )


def volumes_go(environment: str, objects: list[Sides]) -> Iterator[Risk]:
    for before, after in objects:
        if before is None or after is not None or not _holds_data(before):
            continue
        kind, metadata = before["kind"], before["metadata"]
        if kind == "StatefulSet" and _keeps_disks(before):
            names = ", ".join(c["metadata"]["name"] for c in before["spec"]["volumeClaimTemplates"])
            yield Risk(
                environment,
                VOLUME_GOES,
                f"the StatefulSet {metadata['name']} is deleted, and its disks ({names}) stay "
                "behind",
                source_of(before),
                f"move the data away, then delete the claims in {metadata['namespace']} by hand; "
                "until then an app of the same name finds them again",
            )
            continue
        yield Risk(
            environment,
            VOLUME_GOES,
            f"the {kind} {metadata['name']} is deleted, with what is stored in it,",
            source_of(before),
            "move the data away first, or tell Flux to keep it",
        )


def _keeps_disks(stateful_set: Object) -> bool:
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy", {})
    return bool(policy.get("whenDeleted", "Retain") == "Retain")


def _holds_data(obj: Object) -> bool:
    annotations = obj["metadata"].get("annotations", {})
    if annotations.items() >= KEEP.items():
        return False
    claims = obj.get("spec", {}).get("volumeClaimTemplates")
    return obj["kind"] == "PersistentVolumeClaim" or (obj["kind"] == "StatefulSet" and bool(claims))


def _calls(unit: Unit, before: Side) -> str:
    callers = before.estate.callers.get(unit.interface.name)
    if callers:
        names = ", ".join(caller.interface.name for caller in callers)
        return f"until now it is called by {names}: make sure that they can do without it"
    return "make sure that nobody needs it any more, and say so in the pull request"
