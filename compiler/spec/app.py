"""The language that app teams write: `apps/<name>.yaml`.

`App` is one app in one environment, after environment defaults and overrides are merged in. What
a file adds around it, the `environments:` map, is taken apart by `link.unit`.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from compiler.spec.model import Model, ShortForm, becomes, invalid
from compiler.spec.types import (
    AppName,
    Cidr,
    Cpu,
    EnvName,
    Host,
    Image,
    Memory,
    Port,
    Schedule,
    SecretReference,
    TeamName,
    Text,
    UrlPath,
    UserId,
)


class EnvValue(Model):
    """One environment variable: a text, or a key of a Secret of the app's namespace."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    value: Text | None = Field(
        None,
        description="The text itself.",
        examples=["info"],
        json_schema_extra=becomes("Becomes `value`, in plain sight."),
    )
    secret: SecretReference | None = Field(
        None,
        description="A key of a Secret in the team's namespace, as `name/key`.",
        examples=["payment-gateway/api-key"],
        json_schema_extra=becomes(
            "Becomes `valueFrom.secretKeyRef`; the Secret itself is not in this repository."
        ),
    )


def _env_value(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        raise invalid(
            f"an environment variable is text, and {shown} is not",
            f'write it in quotes: "{shown}"',
            is_text=True,
        )
    if isinstance(value, dict) and (len(value) != 1 or None in value.values()):
        raise invalid(
            "an environment variable is one text, or one key of a Secret",
            "write the text itself, or {secret: name/key}",
        )
    return value


class Health(Model):
    """How Kubernetes learns that the app can take requests."""

    path: UrlPath = Field(
        description="Answers 2xx or 3xx when the app can take requests.",
        examples=["/healthz"],
        json_schema_extra=becomes(
            "Becomes the startup probe (every 2 seconds, for 2 minutes) and the readiness probe "
            "(every 5 seconds; out after 3 failures). The liveness probe only opens the app's "
            "port, so that no dependency restarts it."
        ),
    )
    port: Port | None = Field(
        None,
        description="The port it is served on; the app's by default.",
        examples=[8081],
        json_schema_extra=becomes("Becomes the port of these probes; a TCP port number."),
    )


class Replicas(Model):
    """A fixed number of pods, or a range for the HorizontalPodAutoscaler."""

    min: Annotated[int, Field(ge=1, le=1000)] = Field(
        description="The fewest pods; where none should run, leave the environment out.",
        examples=[3],
        json_schema_extra=becomes(
            "Becomes the Deployment's `replicas`; with `max`, the autoscaler's `minReplicas`."
        ),
    )
    max: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="The most pods; with it, a HorizontalPodAutoscaler sets the number.",
        examples=[12],
        json_schema_extra=becomes("Becomes the autoscaler's `maxReplicas`."),
    )
    cpu: Annotated[int, Field(ge=1, le=100)] = Field(
        70,
        description="Percent of the requested CPU at which pods are added.",
        examples=[60],
        json_schema_extra=becomes(
            "Becomes the autoscaler's target `averageUtilization`; without `max` it has no effect."
        ),
    )


class Amounts(Model):
    """Amounts of what a container uses, in Kubernetes' quantities."""

    cpu: Cpu | None = Field(
        None,
        description="Cores: `250m` or `2`.",
        examples=["250m", "2"],
        json_schema_extra=becomes(
            "`250m` is a quarter of one. Becomes `cpu`. Left out: a request of 100m, a limit of 1 "
            "core."
        ),
    )
    memory: Memory | None = Field(
        None,
        description="Bytes: `256Mi`.",
        examples=["256Mi", "2Gi"],
        json_schema_extra=becomes(
            "Becomes `memory`. Left out: a request of 128Mi, a limit of 256Mi."
        ),
    )
    ephemeral_storage: Memory | None = Field(
        None,
        alias="ephemeral-storage",
        description="Bytes of local disk: logs, /tmp and the container's own layer.",
        examples=["1Gi"],
        json_schema_extra=becomes(
            "Becomes `ephemeral-storage`. Left out: a request of 128Mi, a limit of 1Gi."
        ),
    )


class Resources(Model):
    """What a pod is promised (requests) and what it may not exceed (limits)."""

    requests: Amounts = Field(
        Amounts(),
        description="What the scheduler sets aside.",
        examples=[{"cpu": "500m", "memory": "512Mi"}],
        json_schema_extra=becomes(
            "Becomes the container's `resources.requests`. What is left out has a default, and "
            "never more than a limit that is given."
        ),
    )
    limits: Amounts = Field(
        Amounts(),
        description="What the container is throttled or ended above.",
        examples=[{"memory": "1Gi"}],
        json_schema_extra=becomes(
            "Becomes the container's `resources.limits`. What is left out has a default, and never "
            "less than the request."
        ),
    )


class Expose(Model):
    """The app's public entrance: one host, or one path of it."""

    host: Host = Field(
        description="One label (`shop`, below the environment's first domain), a full name in one "
        "of its domains, or `@` for the first domain itself.",
        examples=["shop", "shop.example.com", "@"],
        json_schema_extra=becomes(
            "Becomes the host of an Ingress, a name in Route 53, and a name on the certificate and "
            "on a CloudFront distribution."
        ),
    )
    path: UrlPath = Field(
        "/",
        description="This path and everything below it.",
        examples=["/api"],
        json_schema_extra=becomes(
            "Becomes the path of the Ingress; the app sees it unchanged, and apps of one team may "
            "share a host by path."
        ),
    )
    cache: Literal["none", "origin"] = Field(
        "none",
        description="`none`, or `origin`: CloudFront keeps what the app's Cache-Control allows, "
        "separately for each host, query string and cookie; an answer that depends on who is "
        "signed in must say `Cache-Control: private`.",
        examples=["origin"],
        json_schema_extra=becomes("Decides which CloudFront distribution serves the host."),
    )
    edge: Literal["cloudfront", "direct"] = Field(
        "cloudfront",
        description="`cloudfront`, or `direct`: a CNAME to the load balancer, with its certificate "
        "if it has one, no cache and no WAF.",
        examples=["direct"],
        json_schema_extra=becomes(
            "Decides what the host's name in Route 53 points to: a distribution, or the shared "
            "load balancer."
        ),
    )


class Egress(Model):
    """One destination outside the cluster that the app may open connections to."""

    cidr: Cidr = Field(
        description="The address range: `10.20.0.0/16`.",
        examples=["10.20.0.0/16", "203.0.113.7/32"],
        json_schema_extra=becomes("Becomes an `ipBlock` of the app's NetworkPolicy."),
    )
    port: Port = Field(
        description="The TCP port.",
        examples=[5432],
        json_schema_extra=becomes("Becomes the port of that rule."),
    )


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
    env: dict[
        EnvName, Annotated[EnvValue, BeforeValidator(_env_value), ShortForm("value", str)]
    ] = Field(
        {},
        description="Environment variables: text, or `{secret: name/key}`.",
        examples=[{"LOG_LEVEL": "info", "DB_PASSWORD": {"secret": "shop-db/password"}}],
        json_schema_extra=becomes("Becomes the container's `env`, in the order it has here."),
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
