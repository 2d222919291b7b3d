"""Which object stands in which file: everything of an environment that Flux reads.

Each folder of files has a kustomization.yaml that names them.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from compiler.constant import Constant
from compiler.diagnostics.model import Span
from compiler.kubernetes import network, volumes
from compiler.kubernetes.admission import admission_guard
from compiler.kubernetes.deployment import deployment, stateful_set
from compiler.kubernetes.external_dns import external_dns
from compiler.kubernetes.flux import flux_files
from compiler.kubernetes.job import cron_job, job
from compiler.kubernetes.load_balancer import shared_service
from compiler.kubernetes.metadata import Object, Owner, owner_of
from compiler.kubernetes.namespace import edge_namespace, team_namespace
from compiler.kubernetes.routers import router_of
from compiler.kubernetes.routers.interface import Router
from compiler.kubernetes.scale import horizontal_pod_autoscaler, pod_disruption_budget
from compiler.kubernetes.service_account import service_account
from compiler.link.estate import Estate
from compiler.link.names import app_role_arn
from compiler.link.neighbours import Neighbours
from compiler.link.ports import ContainerPort
from compiler.link.unit import Unit
from compiler.link.workloads import Workload, headless_name, workloads_of
from compiler.policies.shape import Policy

Written = Callable[[int, tuple[str | int, ...]], Span | None] | None
"""Where in the spec a person wrote a value of an object in so many words, by the object's index and
the path in it; None if the object's other fields, or nobody, did."""


class File(NamedTuple):
    """A file to render: its path below `rendered/<env>/`, the spec it comes from, its objects."""

    path: str
    source: str
    objects: list[Object]
    written: Written = None


# The files of every app, below its folder.
APP_FILES = ("kustomization.yaml", "manifests.yaml")


def guard_files(estate: Estate, policies: list[Policy]) -> list[File]:
    """What is there before everything else, and is made of the environment and the rules alone.

    `policies` are the rules, as `policies.builtin` finds them; some guard the API server too.
    """
    guard = {
        "namespace.yaml": edge_namespace(estate),
        "admission.yaml": admission_guard(estate, policies),
    }
    return _folder("platform/guard", estate.source, guard)


def shared_files(estate: Estate) -> list[File]:
    """What all apps share: Flux's Kustomizations, the entrance, the teams' namespaces."""
    router = router_of(estate.environment)
    platform = {
        "load-balancer.yaml": [shared_service(estate, router)],
        "router.yaml": router.objects(estate),
        "hosts.yaml": [obj for host in estate.hosts for obj in router.host(host, estate)],
        "external-dns.yaml": external_dns(estate),
    }
    return [
        *_folder("flux/estate", estate.source, flux_files(estate)),
        *_folder("platform", estate.source, platform),
        *_folder(
            "namespaces",
            estate.source,
            {f"{n.name}.yaml": team_namespace(n.name, estate) for n in estate.namespaces},
        ),
    ]


def app_files(unit: Unit, neighbours: Neighbours, router: Router) -> list[File]:
    """The manifests of one app in one environment: `APP_FILES`."""
    folder = f"apps/{unit.interface.name}"
    objects = compiled_objects(unit, neighbours, router)
    if not unit.interface.extended:
        return _folder(folder, unit.source, {"manifests.yaml": objects})
    from compiler.kubernetes.extended import extended

    more = extended(unit, objects)
    kustomization, manifests = _folder(folder, unit.source, {"manifests.yaml": more.objects})
    return [kustomization, manifests._replace(written=more.written)]


def app_objects(unit: Unit, neighbours: Neighbours, router: Router) -> list[Object]:
    """All objects of one app in one environment, in the order in which a reader wants them."""
    objects = compiled_objects(unit, neighbours, router)
    if not unit.interface.extended:
        return objects
    # Few apps have patches or further objects.
    from compiler.kubernetes.extended import extended

    return extended(unit, objects).objects


def compiled_objects(unit: Unit, neighbours: Neighbours, router: Router) -> list[Object]:
    """Those that its fields make, before patches."""
    owner, workloads = owner_of(unit), workloads_of(unit.app)
    if neighbours.addresses:
        # Few apps have any.
        from compiler.kubernetes.addresses import with_addresses

        texts = dict(neighbours.addresses)
        workloads = tuple(with_addresses(workload, texts) for workload in workloads)
    # With EKS Pod Identity the association, in Terraform, says which role the pods get.
    annotated = unit.environment.cluster.oidc_issuer is not None
    role = app_role_arn(unit.environment, unit.interface) if annotated else None
    objects: list[Object] = [service_account(owner, role)]
    if unit.app.secrets:
        # Few apps have any.
        from compiler.kubernetes.external_secret import external_secrets

        objects += external_secrets(owner, unit.app.secrets, unit.environment.secret_stores)
    for workload in workloads:
        objects += _of_workload(unit, owner.of_workload(workload), workload)
    main = workloads[0]
    if main.serves:
        objects.append(network.service(owner, _offered(unit, main)))
    if main.kind == "StatefulSet":
        name = headless_name(main.name)
        objects.append(network.headless_service(owner, name, main.offered))
    for workload in workloads:
        if workload.metrics is not None:
            from compiler.kubernetes.metrics import monitors

            objects += monitors(unit.environment, owner.of_workload(workload), workload)
    if unit.app.expose is not None:
        objects += router.routes(unit)
    objects += (
        network.network_policy(
            unit, owner.of_workload(workload), workload, neighbours, router.selector
        )
        for workload in workloads
    )
    if unit.app.egress and unit.environment.cluster.network_policies == "cilium":
        from compiler.kubernetes.cilium import cilium_network_policies

        for workload in workloads:
            objects += cilium_network_policies(owner.of_workload(workload), unit.app.egress)
    return objects


def _offered(unit: Unit, main: Workload) -> tuple[ContainerPort, ...]:
    """The ports of the app's Service."""
    if main.metrics is None:
        return main.offered
    from compiler.link.metrics import offered_for_metrics

    return (*main.offered, *offered_for_metrics(unit.environment, main))


def _of_workload(unit: Unit, owner: Owner, workload: Workload) -> list[Object]:
    """What makes pods, and what says how many."""
    files = volumes.config_map(workload, owner) if workload.files else None
    objects = [files] if files is not None else []
    if workload.kind == "CronJob":
        return [*objects, cron_job(unit, owner, workload)]
    if workload.kind == "Job":
        return [*objects, job(unit, owner, workload)]
    make = stateful_set if workload.kind == "StatefulSet" else deployment
    objects.append(make(unit, owner, workload))
    if workload.replicas.max is not None:
        objects.append(horizontal_pod_autoscaler(unit.environment, owner, workload))
    objects.append(pod_disruption_budget(owner, workload.disruption_budget))
    return objects


def _folder(folder: str, source: str, files: dict[str, list[Object]]) -> list[File]:
    """The folder's files that hold anything, and the kustomization.yaml that names them."""
    held = {name: objects for name, objects in files.items() if objects}
    return [
        File(f"{folder}/kustomization.yaml", source, [_kustomization(*held)]),
        *(File(f"{folder}/{name}", source, objects) for name, objects in held.items()),
    ]


@cache
def _kustomization(*names: str) -> Constant:
    return Constant(
        {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": list(names),
        }
    )
