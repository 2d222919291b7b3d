"""One difference between two states of an environment, as a reviewer names it."""

from typing import Any, Literal, NamedTuple

from compiler.review.fields import Kind

Surface = Literal["public", "workload", "platform"]


class Subject(NamedTuple):
    """One thing of an environment: a host, a network policy, a Deployment, an IP set."""

    surface: Surface
    app: str
    """The app that it belongs to; empty for what is the platform's."""
    kind: str
    name: str = ""
    """Empty where the app, or the kind alone, says which one it is."""


class Change(NamedTuple):
    """What appears, disappears or changes. `path` is the field; empty for the subject itself.

    `before` is None where something appears, `after` where it disappears.
    """

    environment: str
    subject: Subject
    path: str
    kind: Kind
    before: Any
    after: Any


class Sides(NamedTuple):
    """The same subject before and after; None where it is not there."""

    before: Any
    after: Any
