"""PT226: Flux has no door of its own."""

from collections.abc import Iterator

from compiler.policies.kinds import FLUX
from compiler.policies.reading import described, group_of
from compiler.policies.shape import Context, Finding, Object

ID = "PT226"
TITLE = "webhook of Flux"
SEVERITY = "error"
RATIONALE = (
    "A Receiver answers to requests from outside the cluster, and is of use only when something "
    "makes Flux's notification controller public."
)
WHAT = "Refuses a Receiver of Flux's notification controller."
FIX = (
    "Let Flux poll, with a shorter interval of the GitRepository. A platform that does expose the "
    "webhook, through the shared router, records a waiver."
)
KINDS = ("Receiver",)
ONE_DOOR = False

FAILING = """\
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata:
  name: push
  namespace: flux-system
spec:
  type: generic
  secretRef: {name: token}
  resources:
  - {kind: GitRepository, name: flux-system}
"""
PASSING = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: flux-system
  namespace: flux-system
spec:
  interval: 1m
  url: https://git.example.com/estate
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Receiver."""
    if group_of(obj) == f"notification.{FLUX}":
        yield Finding(
            ("kind",),
            f"{described(obj)} opens a path for requests from outside",
            "remove it, and let Flux poll",
        )
