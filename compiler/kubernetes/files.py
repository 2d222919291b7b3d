"""Which object stands in which file: everything of an environment that Flux reads.

Each folder of files has a kustomization.yaml that names them.
"""

from functools import cache
from typing import NamedTuple

from compiler.constant import Constant
from compiler.kubernetes import network, workload
from compiler.kubernetes.admission import admission_guard
from compiler.kubernetes.external_dns import external_dns
from compiler.kubernetes.flux import flux_files
from compiler.kubernetes.load_balancer import shared_service
from compiler.kubernetes.metadata import Object, owner_of
from compiler.kubernetes.namespace import edge_namespace, team_namespace
from compiler.kubernetes.routers import router_of
from compiler.kubernetes.routers.interface import Router
from compiler.link.estate import Estate
from compiler.link.names import app_role_arn
from compiler.link.neighbours import Neighbours
from compiler.link.unit import Unit
from compiler.policies.shape import Policy


class File(NamedTuple):
    """A file to render: its path below `rendered/<env>/`, the spec it comes from, its objects."""

    path: str
    source: str
    objects: list[Object]


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
    objects = app_objects(unit, neighbours, router)
    return _folder(f"apps/{unit.app.name}", unit.source, {"manifests.yaml": objects})


def app_objects(unit: Unit, neighbours: Neighbours, router: Router) -> list[Object]:
    """All objects of one app in one environment, in the order in which a reader wants them."""
    app, owner = unit.app, owner_of(unit)
    # With EKS Pod Identity the association, in Terraform, says which role the pods get.
    annotated = unit.environment.cluster.oidc_issuer is not None
    role = app_role_arn(unit.environment, unit.interface) if annotated else None
    objects: list[Object] = [workload.service_account(owner, role)]
    if app.schedule is not None:
        objects.append(workload.cron_job(unit, owner))
    else:
        objects.append(workload.deployment(unit, owner))
        if app.replicas.max is not None:
            objects.append(workload.horizontal_pod_autoscaler(owner, app.replicas))
        objects.append(workload.pod_disruption_budget(owner))
    if app.port is not None:
        objects.append(network.service(owner))
    if neighbours.host is not None:
        objects += router.route(unit, neighbours.host)
    objects.append(network.network_policy(unit, owner, neighbours, router.selector))
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
