"""The language that app teams write: `apps/<name>.yaml`.

`App` is one app in one environment, after environment defaults and overrides are merged in. What
a file adds around it, the `environments:` map, is taken apart by `link.resolve`. What a field
consists of stands in the module of its concern.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from compiler.spec.env import EnvValue, env_value
from compiler.spec.expose import Expose
from compiler.spec.health import Health
from compiler.spec.model import Model, ShortForm, becomes
from compiler.spec.network import Egress
from compiler.spec.permissions import Permissions
from compiler.spec.resources import Resources
from compiler.spec.scale import Replicas
from compiler.spec.types import AppName, EnvName, Image, Port, Schedule, TeamName, Text, UserId


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
    image: Image = Field(
        description="What runs, with a tag or digest.",
        examples=["ghcr.io/acme/shop:1.4.2"],
        json_schema_extra=becomes(
            "Becomes the container's image as it is written; a tag is also the label "
            "`app.kubernetes.io/version`."
        ),
    )
    command: list[Text] | None = Field(
        None,
        description="Replaces the image's entry point.",
        examples=[["python", "-m", "report"]],
        json_schema_extra=becomes("Becomes the container's `command`, one item for each word."),
    )
    args: list[Text] | None = Field(
        None,
        description="Replaces the image's arguments.",
        examples=[["--queue=orders", "--batch=20"]],
        json_schema_extra=becomes("Becomes the container's `args`, one item for each word."),
    )
    port: Port | None = Field(
        None,
        description="Where it listens for HTTP. Without one it is a worker.",
        examples=[8080],
        json_schema_extra=becomes(
            "Becomes the container's port, its probes, and the target of a ClusterIP Service on "
            "port 80."
        ),
    )
    env: dict[EnvName, Annotated[EnvValue, BeforeValidator(env_value), ShortForm("value", str)]] = (
        Field(
            {},
            description="Environment variables: text, or `{secret: name/key}`.",
            examples=[{"LOG_LEVEL": "info", "DB_PASSWORD": {"secret": "shop-db/password"}}],
            json_schema_extra=becomes("Becomes the container's `env`, in the order it has here."),
        )
    )
    health: Annotated[Health, ShortForm("path", str)] | None = Field(
        None,
        description="`/healthz`, or `{path, port}`. Without it, an open port is healthy.",
        examples=["/healthz", {"path": "/health/ready", "port": 8081}],
        json_schema_extra=becomes("Becomes the startup and readiness probes."),
    )
    schedule: Schedule | None = Field(
        None,
        description="Runs as a job at these times (cron, UTC) instead of all the time.",
        examples=["30 2 * * *"],
        json_schema_extra=becomes(
            "Becomes a CronJob instead of a Deployment: one run at a time, each at most an hour."
        ),
    )
    replicas: Annotated[Replicas, ShortForm("min", int)] = Field(
        Replicas(min=2),
        description="`3`, or `{min, max, cpu}`.",
        examples=[3, {"min": 3, "max": 12}],
        json_schema_extra=becomes(
            "How many pods: becomes the Deployment's `replicas`, or a HorizontalPodAutoscaler. An "
            "environment may have another default."
        ),
    )
    resources: Resources = Field(
        Resources(),
        description="CPU, memory and local disk.",
        examples=[{"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}],
        json_schema_extra=becomes(
            "Becomes the container's `resources`. An environment may have other defaults."
        ),
    )
    run_as_user: UserId = Field(
        10001,
        description="The user id of the container's process.",
        examples=[101],
        json_schema_extra=becomes(
            "Becomes `runAsUser`, `runAsGroup` and `fsGroup` of the pod; never 0. An environment "
            "may have another default."
        ),
    )
    expose: Expose | None = Field(
        None,
        description="The public entrance, if it has one.",
        examples=[{"host": "shop"}],
        json_schema_extra=becomes(
            "Becomes an Ingress behind the shared load balancer, and CloudFront, certificate and "
            "Route 53 in front of it. Without it nobody outside the cluster reaches the app."
        ),
    )
    calls: Annotated[list[AppName], Field(max_length=100)] = Field(
        [],
        description="Apps that it sends requests to.",
        examples=[["catalog-api", "pricing"]],
        json_schema_extra=becomes(
            "Becomes a rule in the NetworkPolicy of this app and one in that of each app called: "
            "all other traffic is refused."
        ),
    )
    egress: Annotated[list[Egress], Field(max_length=100)] = Field(
        [],
        description="Addresses outside the cluster that it needs.",
        examples=[[{"cidr": "10.20.0.0/16", "port": 5432}]],
        json_schema_extra=becomes(
            "Becomes rules of the app's NetworkPolicy: all other traffic is refused."
        ),
    )
    permissions: Annotated[Permissions, ShortForm("role", str)] | None = Field(
        None,
        description="What it may do in AWS: the ARN of a role, or `{statements}`.",
        examples=[
            "arn:aws:iam::123456789012:role/shop",
            {
                "statements": [
                    {"actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::acme-invoices/*"]}
                ]
            },
        ],
        json_schema_extra=becomes(
            "Becomes the IAM role of its pods, by IAM roles for service accounts or EKS Pod "
            "Identity as the environment has it. To reach AWS it needs `egress` to port 443 too."
        ),
    )
