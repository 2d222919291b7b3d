"""Further containers in an app's pods: before the app's own, or beside it."""

from typing import Annotated

from pydantic import Field

from compiler.spec.env import Env
from compiler.spec.env_from import EnvFroms
from compiler.spec.health import HealthField
from compiler.spec.lifecycle import LifecycleField
from compiler.spec.model import NONE, NOTHING, Model, becomes
from compiler.spec.ports import Ports
from compiler.spec.process import Args, Command, OwnImage, ReadOnly
from compiler.spec.resources import Resources, ResourcesField
from compiler.spec.types import Name


class Init(Model):
    """A container that ends before the app starts.

    Without an image of its own it is the app's, with the app's variables. It finds the same files
    and volumes.
    """

    image: OwnImage = None
    command: Command = None
    args: Args = None
    env: Env = NOTHING
    env_from: EnvFroms = NONE
    resources: ResourcesField = Resources()
    read_only_root_filesystem: ReadOnly = None


class Sidecar(Model):
    """A container that runs beside the app for as long as it does, and starts before it.

    Without an image of its own it is the app's, with the app's variables. It finds the same files
    and volumes.
    """

    image: OwnImage = None
    command: Command = None
    args: Args = None
    ports: Ports = NOTHING
    env: Env = NOTHING
    env_from: EnvFroms = NONE
    health: HealthField = None
    lifecycle: LifecycleField = None
    resources: ResourcesField = Resources()
    read_only_root_filesystem: ReadOnly = None


Inits = Annotated[
    dict[Name, Init],
    Field(
        description="Containers that run one after the other before the app starts, by name.",
        examples=[{"migrate": {"args": ["migrate", "--up"]}}],
        json_schema_extra=becomes("Becomes `initContainers`, in the order that they have here."),
    ),
]
Sidecars = Annotated[
    dict[Name, Sidecar],
    Field(
        description="Containers that run beside the app, by name.",
        examples=[{"proxy": {"image": "ghcr.io/acme/sql-proxy:2.14.1", "args": ["--port=5432"]}}],
        json_schema_extra=becomes(
            "Becomes `initContainers` with `restartPolicy: Always`: Kubernetes starts them before "
            "the app, after `init`, and stops them after it."
        ),
    ),
]
