"""Which kinds of objects there are, as far as rules need to know without a schema."""

import re
from typing import Any

from compiler.policies.reading import group_of, mapping

BUILT_IN_GROUPS = frozenset(
    (
        *("", "apps", "autoscaling", "batch", "extensions", "policy"),
        *("admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io"),
        *("authentication.k8s.io", "authorization.k8s.io", "certificates.k8s.io"),
        *("coordination.k8s.io", "discovery.k8s.io", "events.k8s.io"),
        *("flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io"),
        *("node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io"),
        *("scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io"),
    )
)
"""The API groups of Kubernetes itself: their kinds have a schema, or do not exist (any more)."""

KUSTOMIZE_GROUP = "kustomize.config.k8s.io"
"""The group of files that kustomize reads and no API server knows."""

FLUX = "toolkit.fluxcd.io"
_FLUX_KINDS = {
    "helm": ("HelmRelease",),
    "image": ("ImagePolicy", "ImageRepository", "ImageUpdateAutomation"),
    "kustomize": ("Kustomization",),
    "notification": ("Alert", "Provider", "Receiver"),
    "source": (
        *("ArtifactGenerator", "Bucket", "ExternalArtifact", "GitRepository", "HelmChart"),
        *("HelmRepository", "OCIRepository"),
    ),
}

KNOWN = frozenset(
    (
        *(f"{group}.{FLUX}/{kind}" for group, kinds in _FLUX_KINDS.items() for kind in kinds),
        *("autoscaling.k8s.io/VerticalPodAutoscaler", "cert-manager.io/Certificate"),
        *("cilium.io/CiliumNetworkPolicy", "keda.sh/ScaledObject"),
        "keda.sh/TriggerAuthentication",
        *("monitoring.coreos.com/PodMonitor", "monitoring.coreos.com/PrometheusRule"),
        "monitoring.coreos.com/ServiceMonitor",
    )
)
"""Kinds of custom resources that the rules know, as `group/Kind`."""

# Makes a Secret and is harmless, unless its target names another kind: any that there is.
_EXTERNAL_SECRET = "external-secrets.io/ExternalSecret"

# Groups whose objects open a way in or bring in what nobody reviewed here, and what they do. A key
# is a whole group, or begins with a dot and is how groups end.
_ENTRANCES = {
    "gateway.networking.k8s.io": "makes a load balancer, or routes past the shared one",
    "gateway.networking.x-k8s.io": "makes a load balancer, or routes past the shared one",
    "elbv2.k8s.aws": "configures a load balancer of the AWS Load Balancer Controller",
    "gateway.k8s.aws": "configures a load balancer of the AWS Load Balancer Controller",
    "aga.k8s.aws": "makes an AWS Global Accelerator",
    "eks.amazonaws.com": "configures load balancers and nodes of EKS Auto Mode",
    "externaldns.k8s.io": "has external-dns publish names",
    "multicluster.x-k8s.io": "exports a Service to other clusters",
    ".services.k8s.aws": "makes an AWS resource outside Terraform (ACK)",
    ".upbound.io": "makes an AWS resource outside Terraform (Crossplane)",
    ".crossplane.io": "makes resources outside Terraform (Crossplane)",
    "infra.contrib.fluxcd.io": "runs Terraform inside the cluster",
    "route.openshift.io": "makes an entrance of OpenShift's router",
    "networking.istio.io": "makes an entrance of Istio",
    "gateway.solo.io": "makes an entrance of Gloo",
    "getambassador.io": "makes an entrance of Ambassador",
    "traefik.io": "makes an entrance of Traefik",
    "traefik.containo.us": "makes an entrance of Traefik",
    "projectcontour.io": "makes an entrance of Contour",
    "configuration.konghq.com": "makes an entrance of Kong",
    "gateway-operator.konghq.com": "makes an entrance of Kong",
    "k8s.nginx.org": "makes an entrance of NGINX that no Ingress shows",
    "gateway.nginx.org": "makes an entrance of NGINX",
    "gateway.envoyproxy.io": "makes an entrance of Envoy Gateway",
    "core.haproxy.org": "configures an entrance of HAProxy",
    "apisix.apache.org": "makes an entrance of APISIX",
    "ingress.pomerium.io": "makes an entrance of Pomerium",
    "voyager.appscode.com": "makes an entrance of Voyager",
    "cilium.io": "makes routes, addresses or proxies of Cilium",
    "metallb.io": "gives out addresses (MetalLB)",
    "ingress.k8s.ngrok.com": "makes a tunnel (ngrok)",
    "ngrok.k8s.ngrok.com": "makes a tunnel (ngrok)",
    "tailscale.com": "makes a tunnel (Tailscale)",
    "networking.cfargotunnel.com": "makes a tunnel (Cloudflare)",
    "inlets.inlets.dev": "makes a tunnel (inlets)",
    "serving.knative.dev": "makes an entrance of Knative",
    "networking.internal.knative.dev": "makes an entrance of Knative",
    "argoproj.io": "brings in objects from elsewhere (Argo)",
    "fluxcd.controlplane.io": "brings in objects from elsewhere (Flux Operator)",
    "kro.run": "makes objects that stand in no file",
    "helm.cattle.io": "installs a chart (Helm controller)",
}

# Of these groups only these kinds do.
_ONLY = {
    "gateway.networking.k8s.io": "Gateway|GatewayClass|X?ListenerSet|[A-Z]+Route",
    "gateway.networking.x-k8s.io": "Gateway|GatewayClass|X?ListenerSet|[A-Z]+Route",
    "eks.amazonaws.com": "IngressClassParams|TargetGroupBinding",
    "multicluster.x-k8s.io": "ServiceExport",
    "networking.istio.io": "Gateway|VirtualService|ServiceEntry|EnvoyFilter",
    "traefik.io": "IngressRoute(TCP|UDP)?|TraefikService",
    "traefik.containo.us": "IngressRoute(TCP|UDP)?|TraefikService",
    "k8s.nginx.org": "VirtualServer(Route)?|TransportServer|GlobalConfiguration",
    "argoproj.io": "Application|ApplicationSet|AppProject",
    "cilium.io": (
        "CiliumLoadBalancerIPPool|Cilium(Clusterwide)?EnvoyConfig|CiliumLocalRedirectPolicy"
        "|CiliumGatewayClassConfig|CiliumL2AnnouncementPolicy|CiliumBGP.*"
    ),
}


def entrance(obj: dict[str, Any]) -> str:
    """What an object's kind is known to do that opens a way in; nothing if it is not."""
    return entrance_of(group_of(obj), obj.get("kind"))


def entrance_of(group: str, kind: object) -> str:
    """The same of a kind and its API group."""
    if group in BUILT_IN_GROUPS:
        return ""
    if group in _ENTRANCES:
        only = _ONLY.get(group)
        return _ENTRANCES[group] if only is None or re.fullmatch(only, str(kind)) else ""
    return next(
        (does for end, does in _ENTRANCES.items() if end[0] == "." and group.endswith(end)), ""
    )


def is_known(obj: dict[str, Any], let_in: frozenset[str]) -> bool:
    """Whether rules or schemas know the object's kind, or the platform has let it in."""
    group, kind = group_of(obj), obj.get("kind")
    if is_known_to_all(group, kind) or f"{group}/{kind}" in let_in:
        return True
    return f"{group}/{kind}" == _EXTERNAL_SECRET and not target_of_external_secret(obj)


def target_of_external_secret(obj: dict[str, Any]) -> str:
    """What an ExternalSecret makes instead of a Secret, as `kind in apiVersion`.

    Nothing if it makes a Secret, or is no ExternalSecret. Source: external-secrets.io,
    ExternalSecret v1, `spec.target.manifest`.
    """
    target = mapping(obj, "spec", "target")
    if f"{group_of(obj)}/{obj.get('kind')}" != _EXTERNAL_SECRET or target.get("manifest") is None:
        return ""
    manifest = mapping(target, "manifest")
    return f"{manifest.get('kind')} in {manifest.get('apiVersion')}"


def is_known_to_all(group: str, kind: object) -> bool:
    """Whether rules or schemas know a kind, whoever has it."""
    return group in BUILT_IN_GROUPS or group == KUSTOMIZE_GROUP or f"{group}/{kind}" in KNOWN


def is_of_an_operator(group: str, kind: object) -> bool:
    """Whether rules know a kind of which Kubernetes itself has no schema."""
    known = is_known_to_all(group, kind) or f"{group}/{kind}" == _EXTERNAL_SECRET
    return known and group not in BUILT_IN_GROUPS
