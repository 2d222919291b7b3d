"""What a part of a Kubernetes manifest, or of a Compose file, is in a spec: for help texts."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from compiler.spec.app import App
from compiler.spec.containers import Init, Sidecar
from compiler.spec.env import EnvValue
from compiler.spec.env_from import EnvFrom
from compiler.spec.flow import flow
from compiler.spec.health import Health
from compiler.spec.kinds import fields
from compiler.spec.lifecycle import Hook
from compiler.spec.ports import NamedPort
from compiler.spec.probe import Probe
from compiler.spec.volumes import Claim, Volume
from compiler.spec.workers import Job, Worker

Data = dict[str, Any]

# Longer, and nobody would read it as one.
_LONGEST = 160
_TIMES = (
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "successThreshold",
    "failureThreshold",
)


class _NotInASpec(Exception):
    """A spec does not say this, or does not say it in the same way."""


def in_a_spec(model: type[BaseModel], key: str, beside: Data) -> str:
    """What to write instead of a key and its value in a mapping, for a model that has no such.

    `beside` is the whole mapping. Empty if it is nothing of a manifest, or cannot be said.
    """
    part = _PARTS.get(model, {}).get(key)
    if part is None or key not in beside:
        return ""
    try:
        said = part(beside[key], beside)
    except _NotInASpec:
        return ""
    known = {name for name, _ in fields(model)}
    text = " and ".join(f"`{name}: {flow(value)}`" for name, value in said.items())
    usable = said.keys() <= known and len(text) <= _LONGEST and text.isprintable()
    return f"write {text}" if text and usable else ""


def _only(value: Any, *known: str) -> Data:
    """The mapping, which has no other keys."""
    if not isinstance(value, dict) or not value.keys() <= set(known):
        raise _NotInASpec
    return value


def _of(data: Data, key: str, kind: type | tuple[type, ...] = str) -> Any:
    """What stands at a key, which must be of this type."""
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _NotInASpec
    return value


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _NotInASpec
    return value


def _short(data: Data, field: str) -> Any:
    """The short form, if nothing else is said."""
    return data[field] if data.keys() == {field} else data


# Ports.


def _ports(value: Any, _: Data) -> Data:
    """The one for HTTP is an app's `port`; others need names."""
    named = [_port(item) for item in _items(value)]
    for index, (name, port) in enumerate(named):
        if name in (None, "http") and isinstance(port, int):
            others = dict([*named[:index], *named[index + 1 :]])
            if None in others or len(others) < len(named) - 1:
                raise _NotInASpec
            return {"port": port, **({"ports": others} if others else {})}
    return _named_ports(value, _)


def _named_ports(value: Any, _: Data) -> Data:
    named = [_port(item) for item in _items(value)]
    ports = dict(named)
    if None in ports or len(ports) < len(named):
        raise _NotInASpec
    return {"ports": ports}


def _port(item: Any) -> tuple[str | None, int | Data]:
    if isinstance(item, str | int) and not isinstance(item, bool):
        # As in a Compose file: published, and where the container listens.
        inside = str(item).rpartition(":")[2]
        if not (inside.isascii() and inside.isdigit()):
            raise _NotInASpec
        return None, int(inside)
    data = _only(item, "name", "containerPort", "protocol")
    number = _of(data, "containerPort", int)
    name = None if "name" not in data else _of(data, "name")
    protocol = data.get("protocol", "TCP")
    return name, number if protocol == "TCP" else {"port": number, "protocol": protocol}


def _number(value: Any, _: Data) -> Data:
    if type(value) is not int:
        raise _NotInASpec
    return {"port": value}


# Environment variables.


def _env(value: Any, _: Data) -> Data:
    found: Data = {}
    for item in _items(value):
        if isinstance(item, str) and "=" in item:
            name, text = item.split("=", 1)
            found[name] = text
            continue
        data = _only(item, "name", "value", "valueFrom")
        if "valueFrom" in data:
            found[_of(data, "name")] = _value_from(data["valueFrom"], data)
        else:
            found[_of(data, "name")] = _of(data, "value", (str, int, float))
    return {"env": found}


def _value_from(value: Any, _: Data) -> Data:
    data = _only(value, *_REFERENCES)
    if len(data) != 1:
        raise _NotInASpec
    [(kind, reference)] = data.items()
    return _REFERENCES[kind](reference, data)


def _key_of(field: str) -> Callable[[Any, Data], Data]:
    def reference(value: Any, _: Data) -> Data:
        data = _only(value, "name", "key", "optional")
        optional = {"optional": True} if data.get("optional") is True else {}
        return {field: f"{_of(data, 'name')}/{_of(data, 'key')}", **optional}

    return reference


def _field_ref(value: Any, _: Data) -> Data:
    return {"field": _of(_only(value, "fieldPath", "apiVersion"), "fieldPath")}


def _resource_ref(value: Any, _: Data) -> Data:
    return {"field": _of(_only(value, "resource"), "resource")}


_REFERENCES: dict[str, Callable[[Any, Data], Data]] = {
    "secretKeyRef": _key_of("secret"),
    "configMapKeyRef": _key_of("config"),
    "fieldRef": _field_ref,
    "resourceFieldRef": _resource_ref,
}


def _env_from(value: Any, _: Data) -> Data:
    return {"envFrom": [_whole(item) for item in _items(value)]}


def _whole(item: Any) -> Data:
    data = _only(item, "secretRef", "configMapRef", "prefix")
    said: Data = {}
    for kind, field in (("secretRef", "secret"), ("configMapRef", "config")):
        if kind in data:
            said |= _named(field)(data[kind], data)
    return {**said, **({"prefix": data["prefix"]} if data.get("prefix") else {})}


def _named(field: str, name: str = "name") -> Callable[[Any, Data], Data]:
    """A reference to an object by its name."""

    def reference(value: Any, _: Data) -> Data:
        data = _only(value, name, "optional")
        optional = {"optional": True} if data.get("optional") is True else {}
        return {field: _of(data, name), **optional}

    return reference


# Probes and hooks.


def _probe(value: Any) -> Data:
    data = _only(value, *_QUESTIONS, *_TIMES)
    asks: Data = {}
    for key in _QUESTIONS.keys() & data.keys():
        asks |= _QUESTIONS[key](data[key], data)
    return {**asks, **{time: data[time] for time in _TIMES if time in data}}


def _http_get(value: Any, _: Data) -> Data:
    data = _only(value, "path", "port", "scheme", "httpHeaders")
    said: Data = {"http": data.get("path", "/")}
    if "port" in data:
        said["port"] = _of(data, "port", (int, str))
    if data.get("scheme", "HTTP") != "HTTP":
        said["scheme"] = data["scheme"]
    if "httpHeaders" in data:
        said |= _http_headers(data["httpHeaders"], data)
    return said


def _http_headers(value: Any, _: Data) -> Data:
    headers = [_only(item, "name", "value") for item in _items(value)]
    return {"httpHeaders": {_of(one, "name"): _of(one, "value") for one in headers}}


def _tcp_socket(value: Any, _: Data) -> Data:
    return {"tcp": _of(_only(value, "port"), "port", (int, str))}


def _grpc(value: Any, _: Data) -> Data:
    data = _only(value, "port", "service")
    service = {"service": data["service"]} if data.get("service") else {}
    return {"grpc": _of(data, "port", int), **service}


def _exec(value: Any, _: Data) -> Data:
    return {"exec": _of(_only(value, "command"), "command", list)}


_QUESTIONS: dict[str, Callable[[Any, Data], Data]] = {
    "httpGet": _http_get,
    "tcpSocket": _tcp_socket,
    "grpc": _grpc,
    "exec": _exec,
}


def _one_of_health(probe: str) -> Callable[[Any, Data], Data]:
    def said(value: Any, _: Data) -> Data:
        return {probe: _short(_probe(value), "http")}

    return said


def _in_health(probe: str) -> Callable[[Any, Data], Data]:
    def said(value: Any, beside: Data) -> Data:
        return {"health": _one_of_health(probe)(value, beside)}

    return said


def _path(value: Any, _: Data) -> Data:
    data = _only(value, "path", "port")
    port = {"port": _of(data, "port", int)} if "port" in data else {}
    return {"path": data.get("path", "/"), **port}


def _readiness(way: str) -> Callable[[Any, Data], Data]:
    """What `health` as a whole does not have, a probe in it may have."""

    def said(value: Any, _: Data) -> Data:
        return {"readiness": _probe({way: value})}

    return said


def _hook(way: str) -> Callable[[Any, Data], Data]:
    def said(value: Any, beside: Data) -> Data:
        asks = _QUESTIONS[way](value, beside)
        if not asks.keys() <= {"http", "port", "exec"}:
            raise _NotInASpec
        return asks

    return said


def _sleep(value: Any, _: Data) -> Data:
    return {"sleep": _of(_only(value, "seconds"), "seconds", int)}


# Volumes.


def _volumes(_: Any, beside: Data) -> Data:
    """Where they are mounted stands beside them, for one container."""
    sources = [_only(item, "name", *_SOURCES) for item in _items(beside.get("volumes"))]
    mounts = [
        _only(item, "name", "mountPath", "readOnly", "subPath")
        for item in _items(beside.get("volumeMounts"))
    ]
    by_name = {_of(mount, "name"): mount for mount in mounts}
    if len(by_name) < len(mounts) or by_name.keys() != {_of(one, "name") for one in sources}:
        raise _NotInASpec
    return {"volumes": {one["name"]: _volume(one, by_name[one["name"]]) for one in sources}}


def _volume(source: Data, mount: Data) -> Data:
    said: Data = {"mountPath": _of(mount, "mountPath")}
    for key, value in source.items():
        if key != "name":
            said |= _SOURCES[key](value, source)
    if "subPath" in mount:
        said["subPath"] = mount["subPath"]
    if mount.get("readOnly") is True and "existingClaim" in said:
        said["readOnly"] = True
    return said


def _empty_dir(value: Any, _: Data) -> Data:
    data = _only(value or {}, "sizeLimit", "medium")
    size = {"size": data["sizeLimit"]} if "sizeLimit" in data else {}
    return {**size, **({"medium": data["medium"]} if data.get("medium") else {})}


def _claimed(value: Any, _: Data) -> Data:
    data = _only(value, "claimName", "readOnly")
    read_only = {"readOnly": True} if data.get("readOnly") is True else {}
    return {"existingClaim": _of(data, "claimName"), **read_only}


_SOURCES: dict[str, Callable[[Any, Data], Data]] = {
    "emptyDir": _empty_dir,
    "persistentVolumeClaim": _claimed,
    "secret": _named("secret", "secretName"),
    "configMap": _named("config"),
}


def _storage(value: Any, _: Data) -> Data:
    requests = _only(_only(value, "requests").get("requests"), "storage")
    return {"size": _of(requests, "storage")}


def _access_mode(value: Any, _: Data) -> Data:
    if not isinstance(value, list) or len(value) != 1:
        raise _NotInASpec
    return {"accessMode": value[0]}


# Containers.


def _init_containers(value: Any, _: Data) -> Data:
    said: dict[str, Data] = {"init": {}, "sidecars": {}}
    for item in _items(value):
        data = _only(item, *_OF_CONTAINER, "restartPolicy")
        kind = "sidecars" if data.get("restartPolicy") == "Always" else "init"
        said[kind][_of(data, "name")] = _container(data)
    return {kind: containers for kind, containers in said.items() if containers}


def _listed(kind: str) -> Callable[[Any, Data], Data]:
    """Containers that stand in a list, each with its name."""

    def said(value: Any, _: Data) -> Data:
        containers = [_only(item, *_OF_CONTAINER) for item in _items(value)]
        return {kind: {_of(one, "name"): _container(one) for one in containers}}

    return said


def _containers(value: Any, _: Data) -> Data:
    """The first is the app, the others are beside it."""
    first, *others = (_only(item, *_OF_CONTAINER) for item in _items(value))
    said = _container({key: value for key, value in first.items() if key != "ports"})
    if "ports" in first:
        said |= _ports(first["ports"], first)
    return {**said, **(_listed("sidecars")(others, {}) if others else {})}


def _container(data: Data) -> Data:
    said: Data = {key: value for key, value in data.items() if key in _ALIKE}
    for key, part in _OF_CONTAINER.items():
        if key in data and part is not None:
            said |= part(data[key], data)
    probes = {key: probe for key, probe in _PROBES.items() if key in data}
    health = {probe: _short(_probe(data[key]), "http") for key, probe in probes.items()}
    return {**said, **({"health": health} if health else {})}


_ALIKE = ("image", "command", "args", "resources")
_PROBES = {
    "readinessProbe": "readiness",
    "livenessProbe": "liveness",
    "startupProbe": "startup",
}
_OF_CONTAINER: dict[str, Callable[[Any, Data], Data] | None] = {
    "name": None,
    **dict.fromkeys(_ALIKE),
    "ports": _named_ports,
    "env": _env,
    "envFrom": _env_from,
    **dict.fromkeys(_PROBES),
}

_OF_ALL: dict[str, Callable[[Any, Data], Data]] = {"env": _env, "envFrom": _env_from}
_WITH_PROBES = {key: _in_health(probe) for key, probe in _PROBES.items()}
_WITH_VOLUMES = {"volumes": _volumes, "volumeMounts": _volumes}
_PARTS: dict[type[BaseModel], dict[str, Callable[[Any, Data], Data]]] = {
    App: {
        **_OF_ALL,
        **_WITH_PROBES,
        **_WITH_VOLUMES,
        "ports": _ports,
        "containerPort": _number,
        "containers": _containers,
        "initContainers": _init_containers,
        "init": _listed("init"),
        "sidecars": _listed("sidecars"),
    },
    Worker: {**_OF_ALL, **_WITH_PROBES, **_WITH_VOLUMES, "ports": _named_ports},
    Job: {**_OF_ALL, **_WITH_VOLUMES},
    Init: _OF_ALL,
    Sidecar: {**_OF_ALL, **_WITH_PROBES, "ports": _named_ports},
    NamedPort: {"containerPort": _number, "targetPort": _number},
    EnvValue: {"valueFrom": _value_from, **_REFERENCES},
    EnvFrom: {"secretRef": _named("secret"), "configMapRef": _named("config")},
    Health: {
        "httpGet": _path,
        **{way: _readiness(way) for way in (*_QUESTIONS, *_TIMES) if way != "httpGet"},
        **{key: _one_of_health(probe) for key, probe in _PROBES.items()},
    },
    Probe: {**_QUESTIONS, "httpHeaders": _http_headers},
    Hook: {"httpGet": _hook("httpGet"), "exec": _hook("exec"), "sleep": _sleep},
    Volume: _SOURCES,
    Claim: {"resources": _storage, "accessModes": _access_mode},
}
