"""Fewer pods in production, and budgets that let none of them be moved."""

from collections.abc import Iterator
from typing import Any

from compiler.diagnostics.model import Place, Rule
from compiler.kubernetes.metadata import Object
from compiler.link.budget import pods_meant
from compiler.link.unit import Unit
from compiler.link.workloads import Workload, workloads_of
from compiler.review.change import Sides
from compiler.review.immutable import source_of
from compiler.review.risk import Both, Risk, is_production
from compiler.spec.scale import Replicas

FEWER_PODS = Rule(
    "PT159",
    "fewer pods in production",
    "Fewer pods carry less, and what is left may be too little when a zone fails.",
    "warning",
    what="Warns when an app, one of its workers, or the router that everything goes through, runs "
    "in production with fewer pods than before: the lowest or the highest number is lower, or the "
    "worker is gone. Also when a fixed number becomes a range: Kubernetes then runs one pod, until "
    "the autoscaler sets another number.",
    fix="Look at the load of the busiest hour, and whether it could be carried without one of the "
    "zones. Lower the numbers step by step, and hand a number over to an autoscaler at a quiet "
    "hour.",
    failing="""\
-- environments/prod.yaml --
# ...
name: prod
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
replicas: 6
environments:
  prod:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
replicas: 2
environments:
  prod:
""",
    passing="""\
-- environments/prod.yaml --
# ...
name: prod
-- before/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
replicas: 6
environments:
  prod:
-- after/apps/shop.yaml --
name: shop
team: sales
image: ghcr.io/acme/shop:1.4.2
replicas: 8
environments:
  prod:
""",
)
BLOCKS_DRAINS = Rule(
    "PT160",
    "disruption budget that blocks drains",
    "A node with such a pod cannot be emptied: updates of the cluster hang until somebody deletes "
    "the pod by hand.",
    what="Refuses a PodDisruptionBudget that never lets a pod go: none may be missing, all must be "
    "there, or as many as there are at most.",
    fix="Write `maxUnavailable: 1`, as Portico does: one pod at a time can always be moved.",
    failing="""\
-- before/objects.yaml --
-- after/objects.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop, namespace: sales}
spec:
  maxUnavailable: 0
  selector: {matchLabels: {app.kubernetes.io/name: shop}}
""",
    passing="""\
-- before/objects.yaml --
-- after/objects.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop, namespace: sales}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app.kubernetes.io/name: shop}}
""",
)

_CARRIED = "look whether the busiest hour can be carried without one of the zones"


def fewer_pods(both: Both, before: Unit, after: Unit) -> Iterator[Risk]:
    """Whether an app that both sides have, or one of its workers, is left with fewer pods."""
    if not is_production(both.environment):
        return
    new = _staying(after)
    for name, was in _staying(before).items():
        becomes = new.get(name)
        place = after.place(*was.path, "replicas") if becomes is not None else after.place("name")
        said = _fewer(was.replicas, becomes.replicas if becomes is not None else None)
        if said:
            yield _risk(both, f'"{name}" runs with fewer pods, {said},', place, _CARRIED)
        elif becomes is not None and _is_handed_over(was.replicas, becomes.replicas):
            yield _risk(
                both,
                f'"{name}" runs with one pod instead of {was.replicas.min}, until the autoscaler '
                "sets their number,",
                place,
                "merge it at a quiet hour: Kubernetes takes one where no number is said any more",
            )


def _risk(both: Both, said: str, place: Place, help: str) -> Risk:
    return Risk(both.environment, FEWER_PODS, said, place, help)


def _staying(unit: Unit) -> dict[str, Workload]:
    """The workloads whose pods run all the time, by name."""
    return {
        workload.name: workload
        for workload in workloads_of(unit.app)
        if workload.kind in ("Deployment", "StatefulSet")
    }


def _fewer(was: Replicas, becomes: Replicas | None) -> str:
    """In which way there are fewer; nothing if there are not."""
    if becomes is None:
        return f"none instead of {was.min}"
    most_before, most_after = was.max or was.min, becomes.max or becomes.min
    if becomes.min < was.min:
        return f"at least {becomes.min} instead of {was.min}"
    return f"at most {most_after} instead of {most_before}" if most_after < most_before else ""


def _is_handed_over(was: Replicas, becomes: Replicas) -> bool:
    """Whether the manifest no longer says how many pods there are, and Kubernetes takes one.

    Source: kubernetes.io, "Migrating Deployments and StatefulSets to horizontal autoscaling".
    """
    return was.max is None and becomes.max is not None and was.min > 1


def fewer_routers(both: Both) -> Iterator[Risk]:
    was = both.before.estate.environment.router.replicas
    becomes = both.after.estate.environment.router.replicas
    if is_production(both.environment) and becomes < was:
        yield Risk(
            both.environment,
            FEWER_PODS,
            f"the router runs with fewer pods, {becomes} instead of {was},",
            both.after.place("router", "replicas"),
            _CARRIED,
        )


def blocks_drains(environment: str, objects: list[Sides]) -> Iterator[Risk]:
    """Every budget that could be met without a pod before, or was not there, and no longer can."""
    before = [one for one, _ in objects if one]
    after = [other for _, other in objects if other]
    known = {_key(budget) for budget, _ in _blocking(before)}
    for budget, why in _blocking(after):
        if _key(budget) not in known:
            yield Risk(
                environment,
                BLOCKS_DRAINS,
                f'the disruption budget of "{budget["metadata"]["name"]}" lets no pod go ({why})',
                source_of(budget),
                "write `maxUnavailable: 1`",
            )


def _blocking(objects: list[Object]) -> Iterator[tuple[Object, str]]:
    """The budgets that let no pod go, and why."""
    most = {_key(obj): pods for obj in objects if (pods := _most_pods(obj)) is not None}
    for obj in objects:
        if obj["kind"] == "PodDisruptionBudget":
            _, namespace, name = _key(obj)
            kinds = ("HorizontalPodAutoscaler", "Deployment", "StatefulSet")
            known = [most[key] for kind in kinds if (key := (kind, namespace, name)) in most]
            why = _blocked(obj["spec"], known[0] if known else None)
            if why:
                yield obj, why


def _blocked(spec: dict[str, Any], pods: int | None) -> str:
    """Why no pod may ever be missing; nothing if one may."""
    if spec.get("maxUnavailable") in (0, "0%"):
        return f"maxUnavailable: {spec['maxUnavailable']}"
    least = spec.get("minAvailable")
    if least == "100%":
        return "minAvailable: 100%"
    if pods is not None and isinstance(least, int | str) and pods_meant(least, pods) >= pods:
        return f"minAvailable: {least}, and there are at most {pods}"
    return ""


def _key(obj: Object) -> tuple[str, str | None, str]:
    return obj["kind"], obj["metadata"].get("namespace"), obj["metadata"]["name"]


def _most_pods(obj: Object) -> int | None:
    spec = obj.get("spec", {})
    if obj["kind"] == "HorizontalPodAutoscaler":
        most = spec.get("maxReplicas")
    else:
        most = spec.get("replicas")
    return most if isinstance(most, int) else None
