"""Further objects of an app, written as Kubernetes has them."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from compiler.spec.model import Model, becomes
from compiler.spec.types import Kind, LabelKey, LabelValue, ObjectName, TeamName, Text


class ObjectMeta(Model):
    """What an object is known by. Portico adds the namespace, its labels and its annotations."""

    name: ObjectName = Field(
        description="Its name: best the app's, or one that begins with it.",
        examples=["shop-dashboard"],
        json_schema_extra=becomes("Another app's name cannot be the beginning of it."),
    )
    namespace: TeamName | None = Field(
        None,
        description="The team's namespace, which need not be said.",
        examples=["sales"],
        json_schema_extra=becomes("Every object of an app is in it."),
    )
    labels: dict[LabelKey, LabelValue] = Field(
        {},
        description="Labels, by which others find it.",
        examples=[{"grafana_dashboard": "1"}],
        json_schema_extra=becomes("Added to those that every object of the app has."),
    )
    annotations: dict[LabelKey, Text] = Field(
        {},
        description="Annotations.",
        examples=[{"example.com/folder": "Sales"}],
        json_schema_extra=becomes("Added to those that every object of the app has."),
    )


class Manifest(Model):
    """A further object: these fields, and those of its kind."""

    model_config = ConfigDict(extra="allow")

    api_version: Text = Field(
        description="The API that its kind belongs to.",
        examples=["v1"],
        json_schema_extra=becomes("Becomes its `apiVersion`."),
    )
    kind: Kind = Field(
        description="Its kind, one of those that apps may have.",
        examples=["ConfigMap"],
        json_schema_extra=becomes("docs/patches.md lists them."),
    )
    metadata: ObjectMeta = Field(
        description="Its name, and what else it is known by.",
        examples=[{"name": "shop-dashboard"}],
        json_schema_extra=becomes("Becomes its `metadata`."),
    )

    @property
    def content(self) -> dict[str, Any]:
        """The fields of its kind, in the order that they have in the spec."""
        return self.model_extra or {}


Manifests = Annotated[list[Manifest], Field(max_length=100)]
