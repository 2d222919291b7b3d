"""A container: what it runs, with which variables, probes, amounts and rights."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from compiler.constant import Constant
from compiler.kubernetes.metadata import Object
from compiler.kubernetes.pod_security import container_security_context
from compiler.kubernetes.probes import probes
from compiler.kubernetes.resources import resources
from compiler.link.ports import ContainerPort, default_port
from compiler.link.workloads import Container
from compiler.spec.env import EnvValue

if TYPE_CHECKING:
    from compiler.spec.env_from import EnvFrom
    from compiler.spec.lifecycle import Hook, Lifecycle


def container(
    one: Container,
    mounts: list[Object],
    *,
    drain: int | None = None,
    sidecar: bool = False,
    further: tuple[ContainerPort, ...] = (),
    disk: str | None = None,
) -> Object:
    """With `drain`, it goes on serving for so many seconds before it is told to stop.

    A `sidecar` is an init container that restarts. `further` ports are no business of its probes.
    `disk` is its limit of local disk if it says none.
    """
    lifecycle = _lifecycle(one.lifecycle, drain, one.ports)
    ports = (*one.ports, *further)
    return {
        "name": one.name,
        "image": one.image,
        "imagePullPolicy": "Always",
        **({"restartPolicy": "Always"} if sidecar else {}),
        **({"command": one.command} if one.command is not None else {}),
        **({"args": one.args} if one.args is not None else {}),
        **({"ports": [_port(port) for port in ports]} if ports else {}),
        **({"envFrom": [_env_from(item) for item in one.env_from]} if one.env_from else {}),
        **({"env": [_env(*variable) for variable in one.env.items()]} if one.env else {}),
        **probes(one.health, one.ports, sidecar=sidecar),
        **({"lifecycle": lifecycle} if lifecycle else {}),
        "resources": resources(one.resources.requests, one.resources.limits, disk),
        "securityContext": container_security_context(read_only=one.read_only),
        "volumeMounts": mounts,
    }


@cache
def _port(port: ContainerPort) -> Constant:
    return Constant({"name": port.name, "containerPort": port.port, "protocol": port.protocol})


def _env(name: str, value: EnvValue) -> Constant:
    # Texts are compared faster than models.
    return _text(name, value.value) if value.value is not None else _reference(name, value)


@cache
def _text(name: str, value: str) -> Constant:
    return Constant({"name": name, "value": value})


@cache
def _reference(name: str, value: EnvValue) -> Constant:
    return Constant({"name": name, "valueFrom": _value_from(value)})


def _value_from(value: EnvValue) -> Object:
    may_lack = {"optional": True} if value.optional else {}
    if value.secret is not None:
        name, _, key = value.secret.partition("/")
        return {"secretKeyRef": {"name": name, "key": key, **may_lack}}
    if value.config is not None:
        name, _, key = value.config.partition("/")
        return {"configMapKeyRef": {"name": name, "key": key, **may_lack}}
    assert value.field is not None
    if value.field.startswith(("limits.", "requests.")):
        return {"resourceFieldRef": {"resource": value.field}}
    return {"fieldRef": {"fieldPath": value.field}}


def _env_from(item: EnvFrom) -> Object:
    prefix = {"prefix": item.prefix} if item.prefix is not None else {}
    may_lack = {"optional": True} if item.optional else {}
    if item.secret is not None:
        return {**prefix, "secretRef": {"name": item.secret, **may_lack}}
    return {**prefix, "configMapRef": {"name": item.config, **may_lack}}


def _lifecycle(
    said: Lifecycle | None, drain: int | None, ports: tuple[ContainerPort, ...]
) -> Object:
    if said is None:
        return {} if drain is None else _draining(drain)
    stop: Object = {} if drain is None else _draining(drain)
    return {
        **({"postStart": _hook(said.post_start, ports)} if said.post_start is not None else {}),
        **({"preStop": _hook(said.pre_stop, ports)} if said.pre_stop is not None else stop),
    }


@cache
def _draining(seconds: int) -> Constant:
    return Constant({"preStop": {"sleep": {"seconds": seconds}}})


def _hook(hook: Hook, ports: tuple[ContainerPort, ...]) -> Object:
    if hook.sleep is not None:
        return {"sleep": {"seconds": hook.sleep}}
    if hook.exec is not None:
        return {"exec": {"command": hook.exec}}
    own = default_port(ports)
    port = hook.port or (None if own is None else own.name)
    return {"httpGet": {"path": hook.http, "port": port, "scheme": "HTTP"}}
