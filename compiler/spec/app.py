"""The language that app teams write: `apps/<name>.yaml`.

`App` is one app in one environment, after environment defaults and overrides are merged in. What
a file adds around it, the `environments:` map, is taken apart by `link.unit`.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from compiler.spec.model import Model, invalid, short_form
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

    value: Text | None = Field(None, description="The text itself.")
    secret: SecretReference | None = Field(
        None, description="A key of a Secret in the team's namespace, as `name/key`."
    )


def _env_value(value: Any) -> Any:
    if isinstance(value, str):
        return {"value": value}
    if isinstance(value, bool | int | float):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        raise invalid(
            f"an environment variable is text, and {shown} is not",
            f'write it in quotes: "{shown}"',
        )
    if isinstance(value, dict) and len(value) != 1:
        raise invalid(
            "an environment variable is one text, or one key of a Secret",
            "write the text itself, or {secret: name/key}",
        )
    return value


class Health(Model):
    """How Kubernetes learns that the app can take requests."""

    path: UrlPath = Field(description="Answers 2xx or 3xx when the app can take requests.")
    port: Port | None = Field(None, description="The port it is served on; the app's by default.")


class Replicas(Model):
    """A fixed number of pods, or a range for the HorizontalPodAutoscaler."""

    min: Annotated[int, Field(ge=1, le=1000)] = Field(description="The fewest pods.")
    max: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="The most pods; with it, a HorizontalPodAutoscaler sets the number."
    )
    cpu: Annotated[int, Field(ge=1, le=100)] = Field(
        70, description="Percent of the requested CPU at which pods are added."
    )


class Amounts(Model):
    """Amounts of what a container uses, in Kubernetes' quantities."""

    cpu: Cpu | None = Field(None, description="Cores: `250m` or `2`.")
    memory: Memory | None = Field(None, description="Bytes: `256Mi`.")
    ephemeral_storage: Memory | None = Field(
        None,
        alias="ephemeral-storage",
        description="Bytes of local disk: logs, /tmp and the container's own layer.",
    )


class Resources(Model):
    """What a pod is promised (requests) and what it may not exceed (limits)."""

    requests: Amounts = Field(Amounts(), description="What the scheduler sets aside.")
    limits: Amounts = Field(
        Amounts(), description="What the container is throttled or ended above."
    )


class Expose(Model):
    """The app's public entrance: one host, or one path of it."""

    host: Host = Field(
        description="One label (`shop`, below the environment's first domain), a full name in one "
        "of its domains, or `@` for the first domain itself."
    )
    path: UrlPath = Field("/", description="This path and everything below it.")
    cache: Literal["none", "origin"] = Field(
        "none",
        description="`none`, or `origin`: CloudFront keeps what the app's Cache-Control allows, "
        "separately for each host, query string and cookie; an answer that depends on who is "
        "signed in must say `Cache-Control: private`.",
    )
    edge: Literal["cloudfront", "direct"] = Field(
        "cloudfront",
        description="`cloudfront`, or `direct`: a CNAME to the load balancer, with its certificate "
        "if it has one, no cache and no WAF.",
    )


class Egress(Model):
    """One destination outside the cluster that the app may open connections to."""

    cidr: Cidr = Field(description="The address range: `10.20.0.0/16`.")
    port: Port = Field(description="The TCP port.")


class App(Model):
    """One app in one environment."""

    name: AppName = Field(description="The app's name, and its file's: `apps/<name>.yaml`.")
    team: TeamName = Field(description="Who answers for it; also the namespace it runs in.")
    description: Text | None = Field(None, description="One line for people.")
    image: Image = Field(description="What runs, with a tag or digest.")
    command: list[Text] | None = Field(None, description="Replaces the image's entry point.")
    args: list[Text] | None = Field(None, description="Replaces the image's arguments.")
    port: Port | None = Field(
        None, description="Where it listens for HTTP. Without one it is a worker."
    )
    env: dict[EnvName, Annotated[EnvValue, BeforeValidator(_env_value)]] = Field(
        {}, description="Environment variables: text, or `{secret: name/key}`."
    )
    health: Annotated[Health, short_form("path", str)] | None = Field(
        None, description="`/healthz`, or `{path, port}`. Without it, an open port is healthy."
    )
    schedule: Schedule | None = Field(
        None, description="Runs as a job at these times (cron, UTC) instead of all the time."
    )
    replicas: Annotated[Replicas, short_form("min", int)] = Field(
        Replicas(min=2), description="`3`, or `{min, max, cpu}`."
    )
    resources: Resources = Field(Resources(), description="CPU, memory and local disk.")
    run_as_user: UserId = Field(10001, description="The user id of the container's process.")
    expose: Expose | None = Field(None, description="The public entrance, if it has one.")
    calls: list[AppName] = Field([], description="Apps that it sends requests to.")
    egress: list[Egress] = Field([], description="Addresses outside the cluster that it needs.")
