"""Further workloads of an app: what works beside it, and what runs at times."""

from typing import Annotated

from pydantic import Field

from compiler.spec.disruption import DisruptionBudgetField
from compiler.spec.env import Env
from compiler.spec.env_from import EnvFroms
from compiler.spec.files import Files
from compiler.spec.health import HealthField
from compiler.spec.lifecycle import LifecycleField
from compiler.spec.metrics import MetricsField
from compiler.spec.model import NONE, NOTHING, Model, OneOf, becomes
from compiler.spec.ports import Ports
from compiler.spec.process import Args, Command, OwnImage
from compiler.spec.resources import Resources, ResourcesField
from compiler.spec.rollout import RolloutField
from compiler.spec.scale import Replicas, ReplicasField
from compiler.spec.schedule import OnceField, ScheduleField
from compiler.spec.types import Name
from compiler.spec.volumes import Volumes


class Worker(Model):
    """A Deployment beside the app's own, which no Service leads to.

    It has the app's image, variables, files, user and nodes; what it says itself goes before them.
    """

    image: OwnImage = None
    command: Command = None
    args: Args = None
    ports: Ports = NOTHING
    env: Env = NOTHING
    env_from: EnvFroms = NONE
    files: Files = NOTHING
    volumes: Volumes = NOTHING
    health: HealthField = None
    lifecycle: LifecycleField = None
    replicas: ReplicasField = Replicas(min=2)
    disruption_budget: DisruptionBudgetField = None
    rollout: RolloutField = None
    resources: ResourcesField = Resources()
    metrics: MetricsField = None


class Job(Model):
    """A job of the app: at certain times with `schedule`, or `once`.

    It has the app's image, variables, files, user and nodes; what it says itself goes before them.
    """

    image: OwnImage = None
    command: Command = None
    args: Args = None
    env: Env = NOTHING
    env_from: EnvFroms = NONE
    files: Files = NOTHING
    volumes: Volumes = NOTHING
    schedule: ScheduleField = None
    once: OnceField = None
    resources: ResourcesField = Resources()


_ONE_TIME = OneOf(
    ("schedule", "once"),
    ("image", "command", "args", "env", "envFrom", "files", "volumes", "resources"),
    "a job runs either on a schedule or once",
    'write `schedule: "30 2 * * *"` or `once: {}`',
)
Workers = Annotated[
    dict[Name, Worker],
    Field(
        description="What works beside the app with the same image, by name.",
        examples=[{"mailer": {"args": ["mailer", "--queue=orders"], "replicas": 1}}],
        json_schema_extra=becomes(
            "Becomes a Deployment `<app>-<name>` for each. An app without `port` and `schedule` "
            "consists of its workers and jobs alone."
        ),
    ),
]
Jobs = Annotated[
    dict[Name, Annotated[Job, _ONE_TIME]],
    Field(
        description="What the app does at times or once, by name.",
        examples=[
            {"cleanup": {"args": ["cleanup"], "schedule": "15 3 * * *"}},
            {"import": {"args": ["import", "--all"], "once": {}}},
        ],
        json_schema_extra=becomes("Becomes a CronJob or Job `<app>-<name>` for each."),
    ),
]
