"""What Kubernetes refuses of pods in a team's namespace, which enforces `restricted`.

The Deployment is accepted all the same, and its pods never start. Source: kubernetes.io, Pod
Security Standards, for Linux, as of 1.30 and later.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from compiler.kubernetes.metadata import Object
from compiler.policies.reading import described, items, mapping, pod_of

Path = tuple[str | int, ...]
Problem = tuple[Path, str, str]
"""Where in the object, what is wrong, what to write instead."""

# Each field that must be false or left out, of a pod and of a container.
_POD_SWITCHES = (("hostNetwork",), ("hostPID",), ("hostIPC",))
_SWITCHES = (("securityContext", "privileged"),)
_HOST_PROCESS = ("securityContext", "windowsOptions", "hostProcess")

_VOLUMES = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"),
    *("persistentVolumeClaim", "projected", "secret"),
)
_PROFILES = ("RuntimeDefault", "Localhost")
_SELINUX_TYPES = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t")
# The version of Kubernetes since which a kernel parameter may be set.
_SYSCTLS = {
    **dict.fromkeys(
        (
            *("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"),
            *("net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range"),
            *("net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time"),
            *("net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl"),
            "net.ipv4.tcp_keepalive_probes",
        ),
        "1.30",
    ),
    **dict.fromkeys(("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"), "1.32"),
}
# Since then no probe or hook may name another host than the pod.
_NO_HOSTS = "1.34"
_APPARMOR_PROFILE = "runtime/default|localhost/.*"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def refused_pods(obj: Object, kubernetes: str) -> Iterator[Problem]:
    """What is wrong with the pods that are made of an object, in this version of Kubernetes."""
    pod = pod_of(obj)
    if pod is None:
        return
    what = described(obj)
    at: Path = (*pod.path, "spec")
    yield from _switched_on(what, at, pod.spec, (*_POD_SWITCHES, _HOST_PROCESS))
    own = mapping(pod.spec, "securityContext")
    yield from _context(what, (*at, "securityContext"), own)
    for index, sysctl in items(own.get("sysctls")):
        if _SYSCTLS.get(str(sysctl.get("name")), "9") > kubernetes:
            yield (
                (*at, "securityContext", "sysctls", index),
                f"{what}: a pod may not set {sysctl.get('name')}",
                "remove it",
            )
    for index, volume in items(pod.spec.get("volumes")):
        for sort in [key for key in volume if key != "name" and key not in _VOLUMES]:
            yield (
                (*at, "volumes", index, sort),
                f"{what}: a volume may not be a {sort}",
                f"take one of {', '.join(_VOLUMES)}",
            )
    for key, profile in mapping(pod.metadata, "annotations").items():
        if key.startswith(_APPARMOR) and not re.fullmatch(_APPARMOR_PROFILE, str(profile)):
            path = (*pod.path, "metadata", "annotations", key)
            yield path, f"{what}: a container may not run without AppArmor", "remove it"
    for path, container in pod.containers():
        yield from _container(what, path, container, own, kubernetes)


def _container(
    what: str, at: Path, container: dict[str, Any], of_pod: dict[str, Any], kubernetes: str
) -> Iterator[Problem]:
    name = f"{what}: the container {container.get('name')}"
    context = mapping(container, "securityContext")
    here = (*at, "securityContext")
    yield from _switched_on(what, at, container, (*_SWITCHES, _HOST_PROCESS))
    yield from _context(what, here, context)
    added = mapping(context, "capabilities").get("add") or []
    lacking: dict[str, Any] = {}
    if context.get("allowPrivilegeEscalation") is not False:
        lacking["allowPrivilegeEscalation"] = "false"
    if "ALL" not in (mapping(context, "capabilities").get("drop") or []):
        lacking["capabilities"] = "{drop: [ALL]}"
    if True not in (context.get("runAsNonRoot"), of_pod.get("runAsNonRoot")):
        lacking["runAsNonRoot"] = "true"
    if not (context.get("seccompProfile") or of_pod.get("seccompProfile")):
        lacking["seccompProfile"] = "{type: RuntimeDefault}"
    if lacking:
        fields = ", ".join(f"{key}: {value}" for key, value in lacking.items())
        yield (
            here if context else at,
            f"{name} lacks what Kubernetes asks of every container here",
            f"give it `securityContext: {{{fields}}}`",
        )
    for capability in [one for one in added if one != "NET_BIND_SERVICE"]:
        path = (*here, "capabilities", "add")
        yield path, f"{name} may not have the capability {capability}", "remove it"
    for index, port in items(container.get("ports")):
        if port.get("hostPort"):
            path = (*at, "ports", index, "hostPort")
            yield path, f"{name} may not open a port of its node", "remove hostPort"
    if kubernetes >= _NO_HOSTS:
        yield from _hosts(name, at, container)


def _switched_on(
    what: str, at: Path, value: dict[str, Any], switches: Iterable[tuple[str, ...]]
) -> Iterator[Problem]:
    for *above, switch in switches:
        if mapping(value, *above).get(switch) not in (None, False):
            yield (*at, *above, switch), f"{what}: {switch} may not be on", "remove it"


def _context(what: str, at: Path, context: dict[str, Any]) -> Iterator[Problem]:
    """What neither a pod nor a container may say of how it runs."""
    if context.get("runAsUser") == 0:
        yield (*at, "runAsUser"), f"{what}: nothing may run as root", "write another user id"
    if context.get("runAsNonRoot") is False:
        yield (*at, "runAsNonRoot"), f"{what}: nothing may run as root", "remove it"
    if context.get("procMount") not in (None, "Default"):
        yield (*at, "procMount"), f"{what}: /proc may not be mounted otherwise", "remove it"
    for field in ("seccompProfile", "appArmorProfile"):
        profile = mapping(context, field).get("type")
        if profile is not None and profile not in _PROFILES:
            yield (*at, field, "type"), f"{what}: {field} may not be {profile}", "remove it"
    selinux = mapping(context, "seLinuxOptions")
    if selinux.get("type", "") not in ("", *_SELINUX_TYPES):
        path = (*at, "seLinuxOptions", "type")
        yield path, f"{what}: the SELinux type may not be {selinux['type']}", "remove it"
    for field in ("user", "role"):
        if selinux.get(field):
            path = (*at, "seLinuxOptions", field)
            yield path, f"{what}: the SELinux {field} may not be set", "remove it"


def _hosts(name: str, at: Path, container: dict[str, Any]) -> Iterator[Problem]:
    """The probes and hooks that name a host."""
    probes = [(probe,) for probe in ("livenessProbe", "readinessProbe", "startupProbe")]
    for above in (*probes, ("lifecycle", "preStop"), ("lifecycle", "postStart")):
        for sort in ("httpGet", "tcpSocket"):
            if mapping(container, *above, sort).get("host"):
                path = (*at, *above, sort, "host")
                yield path, f"{name} may not ask another host how it is", "remove host"
