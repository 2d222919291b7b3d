"""App -> the workloads that it consists of, each with all that it takes from the app.

The main one is what the fields of the app itself say. Workers and jobs have what it has, unless
they say something else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from compiler.link.ports import ContainerPort, ports_beside, ports_of
from compiler.spec.resources import Resources
from compiler.spec.scale import Replicas

if TYPE_CHECKING:
    from compiler.spec.app import App
    from compiler.spec.containers import Init, Sidecar
    from compiler.spec.disruption import DisruptionBudget
    from compiler.spec.env import EnvValue
    from compiler.spec.env_from import EnvFrom
    from compiler.spec.files import File
    from compiler.spec.health import Health
    from compiler.spec.lifecycle import Lifecycle
    from compiler.spec.metrics import Metrics
    from compiler.spec.rollout import Rollout
    from compiler.spec.schedule import Once, Schedule
    from compiler.spec.volumes import Volume
    from compiler.spec.workers import Job, Worker

# The longest name of a workload: a CronJob's may have 52 characters, because Kubernetes appends 11
# to name its Jobs, and a StatefulSet's too, because its pods' labels hold it and a digest.
MAX_WORKLOAD_NAME = 52

# What `/tmp` may hold where no volume takes its place.
TMP = "256Mi"

Kind = Literal["Deployment", "StatefulSet", "CronJob", "Job"]
Path = tuple[str, ...]


class Container(NamedTuple):
    """One container of a pod."""

    name: str
    path: Path
    """Where a spec says it."""
    image: str
    command: list[str] | None
    args: list[str] | None
    ports: tuple[ContainerPort, ...]
    env: dict[str, EnvValue]
    env_from: list[EnvFrom]
    health: Health | None
    lifecycle: Lifecycle | None
    resources: Resources
    read_only: bool
    """Whether it cannot write to its image's folders."""


class Workload(NamedTuple):
    """One object that makes pods, and what those consist of."""

    kind: Kind
    name: str
    component: str | None
    """The worker's or job's own name; None for the app itself."""
    container: Container
    init: tuple[Container, ...]
    sidecars: tuple[Container, ...]
    files: dict[str, File]
    files_from: str
    """The workload whose ConfigMap holds the files' texts."""
    volumes: dict[str, Volume]
    replicas: Replicas
    disruption_budget: DisruptionBudget | None
    rollout: Rollout | None
    run: Schedule | Once | None
    """When it runs, of a CronJob or Job."""
    metrics: Metrics | None
    offered: tuple[ContainerPort, ...]
    """The ports of the Service that leads to its pods, if there is one."""

    @property
    def path(self) -> Path:
        """Where a spec says it; empty for the app itself."""
        return self.container.path

    @property
    def serves(self) -> bool:
        """Whether a Service leads to its pods."""
        return bool(self.offered)


def workloads_of(app: App) -> tuple[Workload, ...]:
    """The app itself, its workers, its jobs."""
    if not app.workers and not app.jobs:
        return (_main(app),)
    return (
        *((_main(app),) if has_main(app) else ()),
        *(_worker(app, name, worker) for name, worker in app.workers.items()),
        *(_job(app, name, job) for name, job in app.jobs.items()),
    )


def workloads_named(app: App) -> tuple[str, ...]:
    """The names of the app's workloads, which its pods are told by."""
    main = (app.name,) if has_main(app) else ()
    return (*main, *(f"{app.name}-{name}" for name in (*app.workers, *app.jobs)))


def further_names(app: App) -> tuple[str, ...]:
    """The names that objects of the app have beside the app's own."""
    parts = tuple(f"{app.name}-{name}" for name in (*app.workers, *app.jobs))
    return (*parts, headless_name(app.name)) if app.volumes and claims(app.volumes) else parts


def headless_name(app: str) -> str:
    """The Service that gives each pod of a StatefulSet a name of its own."""
    return f"{app}-pods"


def has_main(app: App) -> bool:
    """Whether the app's own fields say a workload, and not only what its parts have alike."""
    return bool(offered(app)) or app.schedule is not None or not (app.workers or app.jobs)


def offered(app: App) -> tuple[ContainerPort, ...]:
    """The ports of the app's Service, in its order: its own, then those of its sidecars."""
    if app.schedule is not None:
        return ()
    own = ports_of(app.port, app.ports)
    if not app.sidecars:
        return own
    beside = (port for one in app.sidecars.values() for port in ports_beside(one.ports))
    return (*own, *(port for port in beside if port.service_port is not None))


def addresses_in(app: App) -> tuple[str, ...]:
    """The apps, and ports of apps, that the variables of its containers name, each once."""
    found = [value.app for value in app.env.values() if value.app is not None]
    parts = (app.init, app.sidecars, app.workers, app.jobs)
    if any(parts):
        found += [
            value.app
            for named in parts
            for part in named.values()
            for value in part.env.values()
            if value.app is not None
        ]
    return tuple(dict.fromkeys(found)) if found else ()


def claims(volumes: dict[str, Volume]) -> bool:
    """Whether each pod has a disk of its own."""
    return any(volume.claim is not None for volume in volumes.values())


def has_plain_tmp(volumes: dict[str, Volume]) -> bool:
    """Whether `/tmp` is the folder that is there in any case, and no volume of the spec's."""
    return all(volume.mount_path != "/tmp" for volume in volumes.values())


def file_key(path: str) -> str:
    """The key of a file in a ConfigMap or volume: its path with dots for slashes.

    Two paths may have the same key.
    """
    return re.sub(r"[^-._a-zA-Z0-9]", "_", path[1:].replace("/", "."))


def _main(app: App) -> Workload:
    kind: Kind = "Deployment"
    if app.schedule is not None:
        kind = "CronJob"
    elif app.volumes and claims(app.volumes):
        kind = "StatefulSet"
    container = Container(
        app.name,
        (),
        app.image,
        app.command,
        app.args,
        ports_of(app.port, app.ports),
        app.env,
        app.env_from,
        app.health,
        app.lifecycle,
        app.resources,
        app.read_only_root_filesystem,
    )
    return Workload(
        kind,
        app.name,
        None,
        container,
        tuple(_init(app, name, init) for name, init in app.init.items()),
        tuple(_sidecar(app, name, sidecar) for name, sidecar in app.sidecars.items()),
        app.files,
        app.name,
        app.volumes,
        app.replicas,
        app.disruption_budget,
        app.rollout,
        app.schedule,
        app.metrics,
        offered(app),
    )


def _worker(app: App, name: str, worker: Worker) -> Workload:
    container = Container(
        f"{app.name}-{name}",
        ("workers", name),
        worker.image or app.image,
        worker.command,
        worker.args,
        ports_beside(worker.ports),
        {**app.env, **worker.env},
        [*app.env_from, *worker.env_from],
        worker.health,
        worker.lifecycle,
        worker.resources,
        app.read_only_root_filesystem,
    )
    return Workload(
        "Deployment",
        container.name,
        name,
        container,
        (),
        (),
        {**app.files, **worker.files},
        container.name if worker.files else app.name,
        worker.volumes,
        worker.replicas,
        worker.disruption_budget,
        worker.rollout,
        None,
        worker.metrics,
        (),
    )


def _job(app: App, name: str, job: Job) -> Workload:
    container = Container(
        f"{app.name}-{name}",
        ("jobs", name),
        job.image or app.image,
        job.command,
        job.args,
        (),
        {**app.env, **job.env},
        [*app.env_from, *job.env_from],
        None,
        None,
        job.resources,
        app.read_only_root_filesystem,
    )
    return Workload(
        "Job" if job.schedule is None else "CronJob",
        container.name,
        name,
        container,
        (),
        (),
        {**app.files, **job.files},
        container.name if job.files else app.name,
        job.volumes,
        Replicas(min=1),
        None,
        None,
        job.schedule or job.once,
        None,
        (),
    )


def _init(app: App, name: str, init: Init) -> Container:
    return Container(
        name,
        ("init", name),
        init.image or app.image,
        init.command,
        init.args,
        (),
        _env(app, init),
        _env_from(app, init),
        None,
        None,
        init.resources,
        _read_only(app, init),
    )


def _sidecar(app: App, name: str, sidecar: Sidecar) -> Container:
    return Container(
        name,
        ("sidecars", name),
        sidecar.image or app.image,
        sidecar.command,
        sidecar.args,
        ports_beside(sidecar.ports),
        _env(app, sidecar),
        _env_from(app, sidecar),
        sidecar.health,
        sidecar.lifecycle,
        sidecar.resources,
        _read_only(app, sidecar),
    )


def _read_only(app: App, beside: Init | Sidecar) -> bool:
    """What the app's image must write to, another one need not."""
    said = beside.read_only_root_filesystem
    if said is not None:
        return said
    return beside.image is not None or app.read_only_root_filesystem


def _env(app: App, beside: Init | Sidecar) -> dict[str, EnvValue]:
    """Another image is somebody else's program, which need not know the app's secrets."""
    return beside.env if beside.image is not None else {**app.env, **beside.env}


def _env_from(app: App, beside: Init | Sidecar) -> list[EnvFrom]:
    return beside.env_from if beside.image is not None else [*app.env_from, *beside.env_from]
