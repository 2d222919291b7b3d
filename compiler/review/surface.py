"""What an environment is made of, as a reviewer names it: subject -> plain data.

The public surface is told in the words of the platform, because one host is two records, an alias
and two Ingresses. What the compiler derives from something that is told already is left out:
validation records, outputs, kustomization.yaml files, the master Ingress of a host, the guard.
"""

from typing import Any

from compiler.kubernetes.admission import admission_guard
from compiler.kubernetes.external_dns import external_dns
from compiler.kubernetes.flux import flux_files
from compiler.kubernetes.load_balancer import shared_service
from compiler.kubernetes.metadata import TEAM, Object
from compiler.kubernetes.namespace import edge_namespace, team_namespace
from compiler.kubernetes.routers import router_of
from compiler.link.estate import Estate
from compiler.link.hosts import Host
from compiler.link.unit import Unit
from compiler.policies.shape import Policy
from compiler.review.change import Subject
from compiler.review.permission_words import permitted_in_words
from compiler.review.policy_peers import peers_of, peers_of_cilium
from compiler.terraform.root import terraform_files

Things = dict[Subject, Any]

# Told by the hosts, the certificate's names, the distributions and the permissions of apps.
_DERIVED_FILES = {"outputs.tf.json", "app_roles.tf.json"}
_DERIVED_TYPES = {
    *("aws_route53_record", "aws_acm_certificate", "aws_acm_certificate_validation"),
    "aws_cloudfront_function",
}


def hosts(estate: Estate) -> Things:
    """Each public host: who answers for it, and what its name in DNS points at."""
    return {Subject("public", "", "host", host.name): _host(host, estate) for host in estate.hosts}


def edge(estate: Estate) -> Things:
    """Domains, certificate, distributions, firewall, and the rest of the Terraform root."""
    environment = estate.environment
    things: Things = {
        Subject("public", "", "domain", domain.name): {"hosted zone": domain.hosted_zone_id}
        for domain in environment.domains
    }
    certificate = environment.edge.certificate
    things[Subject("public", "", "certificate")] = (
        {"names": list(estate.certificate_names)}
        if certificate is None
        else {"arn": certificate.arn}
    )
    for file, content in terraform_files(estate).items():
        if file not in _DERIVED_FILES:
            things |= _terraform(content)
    return things


def app_things(unit: Unit, objects: list[Object]) -> Things:
    """What the app and its objects are. Their namespace is the team's, and is told once."""
    name = unit.interface.name
    things: Things = {Subject("workload", name, "app"): {"team": unit.interface.team}}
    if unit.interface.permissions is not None:
        things[Subject("workload", name, "permissions")] = permitted_in_words(unit)
    for obj in objects:
        kind = obj["kind"]
        called = _called(obj)
        own = "" if called == name else called
        if kind == "NetworkPolicy":
            things[Subject("public", name, "network policy", own)] = peers_of(obj)
        elif kind == "CiliumNetworkPolicy":
            # Beside the app's own, of which it says more: names.
            of_cilium = Subject("public", name, "network policy", f"{own} cilium".strip())
            things[of_cilium] = peers_of_cilium(obj)
        elif kind == "Ingress":
            # Its rules are the host's.
            spec = {k: v for k, v in obj["spec"].items() if k != "rules"}
            things[Subject("public", name, kind, own)] = {**_teamless(obj), "spec": spec}
        else:
            things[Subject("workload", name, kind, own)] = _teamless(obj)
    return things


def _called(obj: Object) -> str:
    """The object's name; a one-off job has another one for each of its runs, and is the same."""
    metadata = obj["metadata"]
    name: str = metadata["name"]
    job: str = metadata.get("labels", {}).get("app.kubernetes.io/name", name)
    return job if obj["kind"] == "Job" and name.startswith(f"{job}-") else name


def namespaces(estate: Estate) -> Things:
    """Each team's namespace, with what is in it from the start."""
    things: Things = {}
    for namespace in estate.namespaces:
        things |= _platform(team_namespace(namespace.name, estate))
    return things


def platform(estate: Estate, own: list[Policy]) -> Things:
    """The entrance in the cluster, and how Flux applies everything.

    Of the guard only what the repository's `own` rules become: the rest follows from the
    environment.
    """
    router = router_of(estate.environment)
    things = _platform(
        [
            *edge_namespace(estate),
            *admission_guard(estate, own),
            *router.objects(estate),
            *(obj for host in estate.hosts for obj in router.host(host, estate)),
            *external_dns(estate),
        ]
    )
    balancer = shared_service(estate, router)
    metadata = balancer["metadata"]
    name = f"{metadata['namespace']}/{metadata['name']}"
    things[Subject("public", "", "load balancer", name)] = balancer
    apps = {f"app-{unit.interface.name}": unit.interface.name for unit in estate.units}
    for objects in flux_files(estate).values():
        for obj in objects:
            name = obj["metadata"]["name"]
            app = apps.get(name, "")
            subject = Subject("platform", app, "Flux Kustomization", "" if app else name)
            things[subject] = obj
    return things


def _host(host: Host, estate: Estate) -> Any:
    placed = estate.placement[host.name]
    direct = host.expose.edge == "direct"
    return {
        "team": host.team,
        **_answer(host),
        "served by": "the load balancer, past CloudFront" if direct else placed,
        "records": ["CNAME"] if direct else ["A", "AAAA"],
        "hosted zone": host.domain.hosted_zone_id,
        "cache": host.expose.cache,
    }


def _answer(host: Host) -> dict[str, Any]:
    """Who answers at which path, or where the host leads."""
    if host.redirect is not None:
        return {"redirects to": host.redirect.target}
    return {
        "paths": {
            f"{route.path} (exact)" if route.exact else route.path: route.unit.interface.name
            for route in host.routes
        }
    }


def _terraform(content: Object) -> Things:
    things: Things = {}
    for section, value in content.items():
        if section not in ("resource", "data"):
            things[Subject("platform", "", "Terraform", section)] = value
            continue
        for kind, blocks in value.items():
            for name, block in blocks.items():
                if kind in _DERIVED_TYPES:
                    continue
                if kind == "aws_cloudfront_distribution":
                    # Its aliases are told by the hosts.
                    own = {k: v for k, v in block.items() if k != "aliases"}
                    things[Subject("public", "", "distribution", name)] = own
                elif kind == "aws_wafv2_ip_set":
                    things[Subject("public", "", "IP set", name)] = block
                elif kind == "aws_wafv2_web_acl":
                    things[Subject("public", "", "web ACL", name)] = block
                else:
                    things[Subject("platform", "", kind, name)] = block
    return things


def _platform(objects: list[Object]) -> Things:
    things: Things = {}
    for obj in objects:
        metadata = obj["metadata"]
        name = metadata["name"]
        if "namespace" in metadata:
            name = f"{metadata['namespace']}/{name}"
        if obj["kind"] == "NetworkPolicy":
            things[Subject("public", "", "network policy", name)] = peers_of(obj)
        else:
            things[Subject("platform", "", obj["kind"], name)] = obj
    return things


def _teamless(obj: Object) -> Object:
    """The object without what says its team: the namespace, and the label wherever it stands."""
    metadata = {k: v for k, v in obj["metadata"].items() if k != "namespace"}
    return _unlabelled({**obj, "metadata": metadata})


def _unlabelled(value: Object) -> Object:
    bare: Object = {}
    for key, child in value.items():
        if isinstance(child, dict):
            child = _unlabelled(child)
            if key == "labels":
                child.pop(TEAM, None)
        bare[key] = child
    return bare
