"""Whose an app is, and what people should know of it."""

from typing import Annotated

from pydantic import Field

from compiler.spec.model import becomes
from compiler.spec.types import LabelKey, LabelValue, Name, Text, Url

Labels = Annotated[
    dict[LabelKey, LabelValue],
    Field(
        description="Labels of your own, such as a cost center. A key has no domain before it, or "
        "one of the environment's `domains` or `labelDomains`.",
        examples=[{"cost-center": "4711"}],
        json_schema_extra=becomes(
            "Becomes labels of every object of the app and of its pods, so a change starts new "
            "pods; never a selector."
        ),
    ),
]
Annotations = Annotated[
    dict[LabelKey, Text],
    Field(
        description="Annotations of your own, with keys that no controller acts on: the same as "
        "for `labels`.",
        examples=[{"acme.example/reviewed": "2026-10"}],
        json_schema_extra=becomes(
            "Becomes annotations of the app's workloads: Deployment, StatefulSet, CronJob, Job."
        ),
    ),
]
Links = Annotated[
    dict[Name, Url],
    Field(
        description="Where people find out more: docs, runbook, dashboard.",
        examples=[{"runbook": "https://wiki.acme.example/shop/runbook"}],
        json_schema_extra=becomes(
            "Becomes annotations `portico.dev/link-<name>` of the app's workloads."
        ),
    ),
]
Contact = Annotated[
    Text | None,
    Field(
        description="Whom to ask: a channel, a mail address, a telephone number.",
        examples=["#team-sales"],
        json_schema_extra=becomes(
            "Becomes the annotation `portico.dev/contact` of the app's workloads."
        ),
    ),
]
