"""What every pod runs with: Pod Security `restricted`, and a root file system that is read-only.

Source: kubernetes.io, Pod Security Standards.
"""

from functools import cache

from compiler.constant import Constant


def namespace_labels(version: str) -> dict[str, str]:
    """As this Kubernetes version defines `restricted`: an upgrade changes nothing unseen."""
    return {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": f"v{version}",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
    }


@cache
def pod_security_context(
    user: int,
    *,
    group: int | None = None,
    fs_group: int | None = None,
    low_ports: bool = False,
    lasting: bool = False,
) -> Constant:
    """Groups are the user's number where nothing else is said.

    With `lasting` volumes, Kubernetes gives their files to the group once, and not with each pod:
    that takes minutes for millions of files. Source: kubernetes.io, Configure a Security Context.
    With `low_ports` the pod may listen below 1024 although it does not run as root. The sysctl for
    it counts as safe since Kubernetes 1.22 and `restricted` allows it.
    """
    return Constant(
        {
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": user if group is None else group,
            "fsGroup": user if fs_group is None else fs_group,
            **({"fsGroupChangePolicy": "OnRootMismatch"} if lasting else {}),
            "seccompProfile": {"type": "RuntimeDefault"},
            **(
                {"sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]}
                if low_ports
                else {}
            ),
        }
    )


@cache
def container_security_context(*, add: tuple[str, ...] = (), read_only: bool = True) -> Constant:
    return Constant(
        {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], **({"add": list(add)} if add else {})},
            "privileged": False,
            "readOnlyRootFilesystem": read_only,
        }
    )
