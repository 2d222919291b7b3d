"""What every container of the platform and of apps runs with: Pod Security `restricted`."""

from compiler.kubernetes.metadata import Object

# Source: kubernetes.io, Pod Security Standards. `restricted` demands the fields;
# readOnlyRootFilesystem goes beyond it.
NAMESPACE_LABELS = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "latest",
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
}


def pod_security_context(user: int) -> Object:
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security_context(*, add: tuple[str, ...] = ()) -> Object:
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"], **({"add": list(add)} if add else {})},
        "privileged": False,
        "readOnlyRootFilesystem": True,
    }
