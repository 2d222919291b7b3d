"""Which kinds of objects there are, as far as rules need to know without a schema."""

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
        "cert-manager.io/Certificate",
    )
)
"""Kinds of custom resources that the rules know, as `group/Kind`."""
