"""The language that app teams write: `apps/<name>.yaml`.

`App` is one app in one environment, after environment defaults and overrides are merged in. What
a file adds around it, the `environments:` map, is taken apart by `link.resolve`. What a field
consists of stands in the module of its concern.
"""

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from compiler.spec.env import Env
from compiler.spec.expose import Exposes
from compiler.spec.health import HealthField
from compiler.spec.identity import Annotations, Contact, Labels, Links
from compiler.spec.later import later
from compiler.spec.model import NONE, NOTHING, Model, becomes
from compiler.spec.network import Egresses
from compiler.spec.nodes import Architecture, NodeSelector
from compiler.spec.process import Args, Command
from compiler.spec.resources import Resources, ResourcesField
from compiler.spec.scale import Replicas, ReplicasField
from compiler.spec.types import (
    AppName,
    FsGroupId,
    GroupId,
    Image,
    ObjectName,
    Port,
    TeamName,
    Text,
    UserId,
)

if TYPE_CHECKING:
    from compiler.spec.containers import Inits, Sidecars
    from compiler.spec.disruption import DisruptionBudgetField
    from compiler.spec.env_from import EnvFroms
    from compiler.spec.files import Files
    from compiler.spec.lifecycle import LifecycleField
    from compiler.spec.manifests import Manifests
    from compiler.spec.metrics import MetricsField
    from compiler.spec.patches import Patches
    from compiler.spec.permissions import PermissionsField
    from compiler.spec.ports import Ports
    from compiler.spec.rollout import RolloutField
    from compiler.spec.schedule import ScheduleField
    from compiler.spec.secrets import Secrets
    from compiler.spec.spread import SpreadField
    from compiler.spec.tolerations import Tolerations
    from compiler.spec.volumes import Volumes
    from compiler.spec.workers import Jobs, Workers
else:
    Inits, Sidecars = later("containers", "Inits"), later("containers", "Sidecars")
    DisruptionBudgetField = later("disruption", "DisruptionBudgetField")
    EnvFroms = later("env_from", "EnvFroms")
    Files = later("files", "Files")
    LifecycleField = later("lifecycle", "LifecycleField")
    Manifests = later("manifests", "Manifests")
    Patches = later("patches", "Patches")
    MetricsField = later("metrics", "MetricsField")
    PermissionsField = later("permissions", "PermissionsField")
    Ports = later("ports", "Ports")
    RolloutField = later("rollout", "RolloutField")
    ScheduleField = later("schedule", "ScheduleField")
    Secrets = later("secrets", "Secrets")
    SpreadField = later("spread", "SpreadField")
    Tolerations = later("tolerations", "Tolerations")
    Volumes = later("volumes", "Volumes")
    Jobs, Workers = later("workers", "Jobs"), later("workers", "Workers")


class App(Model):
    """One app in one environment."""

    name: AppName = Field(
        description="The app's name, and its file's: `apps/<name>.yaml`.",
        examples=["shop"],
        json_schema_extra=becomes(
            "Becomes the name of all its objects and the label that selects its pods, so it cannot "
            "be changed later; other apps reach it at `http://<name>.<team>`."
        ),
    )
    team: TeamName = Field(
        description="Who answers for it; also the namespace it runs in.",
        examples=["sales"],
        json_schema_extra=becomes("Becomes that namespace, with its quota and default-deny."),
    )
    description: Text | None = Field(
        None,
        description="What it is for; becomes the annotation `kubernetes.io/description`.",
        examples=["Web front end of the book shop"],
        json_schema_extra=becomes(
            "It stands on the Deployment or CronJob, for `kubectl describe`."
        ),
    )
    labels: Labels = NOTHING
    annotations: Annotations = NOTHING
    links: Links = NOTHING
    contact: Contact = None
    image: Image = Field(
        description="What runs, with a tag or digest.",
        examples=["ghcr.io/acme/shop:1.4.2"],
        json_schema_extra=becomes(
            "Becomes the container's image as it is written; a tag is also the label "
            "`app.kubernetes.io/version`."
        ),
    )
    image_pull_secrets: Annotated[list[ObjectName], Field(max_length=10)] = Field(
        NONE,
        description="Secrets of the team's namespace that open the image's registry.",
        examples=[["registry-credentials"]],
        json_schema_extra=becomes(
            "Becomes `imagePullSecrets`. An ECR registry of the same account needs none."
        ),
    )
    command: Command = None
    args: Args = None
    port: Port | None = Field(
        None,
        description="Where it listens for HTTP. Without one it is a worker.",
        examples=[8080],
        json_schema_extra=becomes(
            "Becomes the container's port, its probes, and the target of a ClusterIP Service on "
            "port 80."
        ),
    )
    ports: Ports = NOTHING
    env: Env = NOTHING
    env_from: EnvFroms = NONE
    secrets: Secrets = NOTHING
    files: Files = NOTHING
    volumes: Volumes = NOTHING
    init: Inits = NOTHING
    sidecars: Sidecars = NOTHING
    health: HealthField = None
    lifecycle: LifecycleField = None
    schedule: ScheduleField = None
    replicas: ReplicasField = Replicas(min=2)
    disruption_budget: DisruptionBudgetField = None
    rollout: RolloutField = None
    spread: SpreadField = None
    node_selector: NodeSelector = NOTHING
    tolerations: Tolerations = NONE
    architecture: Architecture = None
    resources: ResourcesField = Resources()
    run_as_user: UserId = Field(
        10001,
        description="The user id of the container's process.",
        examples=[101],
        json_schema_extra=becomes(
            "Becomes `runAsUser` of the pod, and `runAsGroup` and `fsGroup` where nothing else is "
            "said; never 0. An environment may have another default."
        ),
    )
    run_as_group: GroupId | None = Field(
        None,
        description="The group id of the container's process; `runAsUser` by default.",
        examples=[82],
        json_schema_extra=becomes(
            "Becomes `runAsGroup` of the pod; 0 for images made for any user, whose files the "
            "group 0 owns."
        ),
    )
    fs_group: FsGroupId | None = Field(
        None,
        description="The group that owns the volumes; `runAsUser` by default.",
        examples=[2000],
        json_schema_extra=becomes("Becomes `fsGroup` of the pod."),
    )
    read_only_root_filesystem: bool = Field(
        True,
        description="`false`: the container may write to its image's folders; better, name those "
        "folders as `volumes`.",
        examples=[False],
        json_schema_extra=becomes(
            "Becomes `readOnlyRootFilesystem` of the container, and of others with the same image."
        ),
    )
    expose: Exposes | None = Field(
        None,
        description="The public entrance, if it has one; several are a list.",
        examples=[{"host": "shop"}],
        json_schema_extra=becomes(
            "Becomes an Ingress behind the shared load balancer, and CloudFront, certificate and "
            "Route 53 in front of it. Without it nobody outside the cluster reaches the app. A "
            "mapping is merged with that of another layer, a list replaces it."
        ),
    )
    calls: Annotated[list[AppName], Field(max_length=100)] = Field(
        NONE,
        description="Apps that it sends requests to.",
        examples=[["catalog-api", "pricing"]],
        json_schema_extra=becomes(
            "Becomes a rule in the NetworkPolicy of this app and one in that of each app called: "
            "all other traffic is refused. The app's own workers and jobs reach it without."
        ),
    )
    callers: Annotated[list[AppName], Field(max_length=100)] | None = Field(
        None,
        description="The only apps that may list it in their `calls`; without it any app may.",
        examples=[["storefront", "order-mailer"]],
        json_schema_extra=becomes(
            "Nothing is made of it: a call from any other app is refused before it opens a "
            "NetworkPolicy."
        ),
    )
    egress: Egresses = NONE
    permissions: PermissionsField = None
    metrics: MetricsField = None
    workers: Workers = NOTHING
    jobs: Jobs = NOTHING
    patches: Patches = Field(
        NONE,
        description="Changes of the app's own objects for which there is no field.",
        examples=[
            [
                {
                    "target": "Deployment",
                    "merge": {"spec": {"template": {"spec": {"priorityClassName": "high"}}}},
                }
            ]
        ],
        json_schema_extra=becomes(
            "Each changes one object as `kubectl patch` would, never its name or what it selects. "
            "What comes of it is held against schemas and rules before anything is written."
        ),
    )
    manifests: Manifests = Field(
        NONE,
        description="Further objects, of kinds that open no way in.",
        examples=[
            [
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": "shop-dashboard"},
                    "data": {"folder": "Sales"},
                }
            ]
        ],
        json_schema_extra=becomes(
            "Each becomes an object in the team's namespace, as it is written: a ConfigMap, a "
            "PersistentVolumeClaim, a Role and its RoleBinding, or an object of an operator that "
            "docs/patches.md names."
        ),
    )
