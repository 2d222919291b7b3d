"""What Pod Security `restricted` refuses of pods, and what it lets be."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.kubernetes.restricted import refused_pods

ROOT = Path(__file__).parents[2]
CONTEXT: dict[str, Any] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
POD_CONTEXT = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def pod(container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    shop = {"name": "shop", "securityContext": CONTEXT, **(container or {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "shop", "annotations": spec.pop("annotations", {})},
        "spec": {"securityContext": POD_CONTEXT, "containers": [shop], **spec},
    }


def context(**fields: Any) -> dict[str, Any]:
    return {"securityContext": {**CONTEXT, **fields}}


def of_pod(**fields: Any) -> dict[str, Any]:
    return pod(securityContext={**POD_CONTEXT, **fields})


FINE = {
    "the least": pod(),
    "all in the container": pod(
        context(runAsNonRoot=True, seccompProfile={"type": "Localhost", "localhostProfile": "x"}),
        securityContext={},
    ),
    "one capability": pod(context(capabilities={"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]})),
    "switches that are off": pod(context(privileged=False), hostNetwork=False, hostPID=False),
    "its usual volumes": pod(
        volumes=[{"name": "a", "emptyDir": {}}, {"name": "b", "image": {"reference": "a/b:1"}}]
    ),
    "a kernel parameter that is safe": of_pod(
        sysctls=[{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]
    ),
    "AppArmor": pod(
        context(appArmorProfile={"type": "RuntimeDefault"}),
        annotations={"container.apparmor.security.beta.kubernetes.io/shop": "localhost/mine"},
    ),
    "a container's SELinux": pod(context(seLinuxOptions={"type": "container_t", "level": "s0"})),
    "a port": pod({"ports": [{"containerPort": 80, "hostPort": 0}]}),
    "a hook": pod({"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}),
    "nothing that runs": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop"}},
}
SHOP = ("spec", "containers", 0)
REFUSED: dict[str, tuple[dict[str, Any], tuple[str | int, ...]]] = {
    "no context at all": (pod({"securityContext": {}}), SHOP),
    "privilege escalation": (
        pod({"securityContext": {"capabilities": {"drop": ["ALL"]}}}),
        (*SHOP, "securityContext"),
    ),
    "capabilities that are kept": (
        pod(context(capabilities={"drop": ["NET_RAW"]})),
        (*SHOP, "securityContext"),
    ),
    "no word about root": (pod(securityContext={}), (*SHOP, "securityContext")),
    "a capability": (
        pod(context(capabilities={"drop": ["ALL"], "add": ["CHOWN"]})),
        (*SHOP, "securityContext", "capabilities", "add"),
    ),
    "privileged": (pod(context(privileged=True)), (*SHOP, "securityContext", "privileged")),
    "root": (pod(context(runAsUser=0)), (*SHOP, "securityContext", "runAsUser")),
    "root for all": (of_pod(runAsUser=0), ("spec", "securityContext", "runAsUser")),
    "may be root": (pod(context(runAsNonRoot=False)), (*SHOP, "securityContext", "runAsNonRoot")),
    "no seccomp": (
        of_pod(seccompProfile={"type": "Unconfined"}),
        ("spec", "securityContext", "seccompProfile", "type"),
    ),
    "no AppArmor": (
        pod(context(appArmorProfile={"type": "Unconfined"})),
        (*SHOP, "securityContext", "appArmorProfile", "type"),
    ),
    "no AppArmor, as it was written": (
        pod(annotations={"container.apparmor.security.beta.kubernetes.io/shop": "unconfined"}),
        ("metadata", "annotations", "container.apparmor.security.beta.kubernetes.io/shop"),
    ),
    "SELinux of the node": (
        pod(context(seLinuxOptions={"type": "spc_t"})),
        (*SHOP, "securityContext", "seLinuxOptions", "type"),
    ),
    "a user of SELinux": (
        pod(context(seLinuxOptions={"user": "system_u"})),
        (*SHOP, "securityContext", "seLinuxOptions", "user"),
    ),
    "all of /proc": (
        pod(context(procMount="Unmasked")),
        (*SHOP, "securityContext", "procMount"),
    ),
    "the network of the node": (pod(hostNetwork=True), ("spec", "hostNetwork")),
    "the processes of the node": (pod(hostPID=True), ("spec", "hostPID")),
    "the memory of the node": (pod(hostIPC=True), ("spec", "hostIPC")),
    "a process of a Windows node": (
        pod(context(windowsOptions={"hostProcess": True})),
        (*SHOP, "securityContext", "windowsOptions", "hostProcess"),
    ),
    "a folder of the node": (
        pod(volumes=[{"name": "a", "hostPath": {"path": "/"}}]),
        ("spec", "volumes", 0, "hostPath"),
    ),
    "a disk past Kubernetes": (
        pod(volumes=[{"name": "a", "nfs": {"server": "x", "path": "/"}}]),
        ("spec", "volumes", 0, "nfs"),
    ),
    "a port of the node": (
        pod({"ports": [{"containerPort": 80, "hostPort": 80}]}),
        (*SHOP, "ports", 0, "hostPort"),
    ),
    "a kernel parameter": (
        of_pod(sysctls=[{"name": "kernel.msgmax", "value": "1"}]),
        ("spec", "securityContext", "sysctls", 0),
    ),
    "an init container": (pod(initContainers=[{"name": "a"}]), ("spec", "initContainers", 0)),
}


@pytest.mark.parametrize("name", FINE)
@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_what_kubernetes_takes_is_let_be(name: str, version: str) -> None:
    assert list(refused_pods(FINE[name], version)) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_kubernetes_refuses_is_said_with_its_place(name: str) -> None:
    obj, path = REFUSED[name]

    assert [place for place, _, _ in refused_pods(obj, "1.34")] == [path]


@pytest.mark.parametrize(("version", "refused"), [("1.33", 0), ("1.34", 2)])
def test_other_hosts_are_refused_since_a_version(version: str, refused: int) -> None:
    obj = pod(
        {
            "livenessProbe": {"httpGet": {"host": "example.com", "port": 80}},
            "lifecycle": {"preStop": {"tcpSocket": {"host": "example.com", "port": 80}}},
        }
    )
    assert len(list(refused_pods(obj, version))) == refused


@pytest.mark.parametrize(("version", "refused"), [("1.31", 1), ("1.32", 0)])
def test_kernel_parameters_are_let_in_since_a_version(version: str, refused: int) -> None:
    obj = of_pod(sysctls=[{"name": "net.ipv4.tcp_rmem", "value": "1 2 3"}])
    assert len(list(refused_pods(obj, version))) == refused


def test_all_pods_of_apps_are_as_they_must_be() -> None:
    pods = 0
    for file in sorted((ROOT / "rendered").glob("*/apps/*/manifests.yaml")):
        for obj in yaml.safe_load_all(file.read_text()):
            assert list(refused_pods(obj, "1.37")) == []
            pods += obj["kind"] in ("Deployment", "CronJob")
    assert pods > 10
