"""PT220: a kind that nobody knows cannot be judged."""

from collections.abc import Iterator

from compiler.policies.kinds import (
    entrance,
    is_known,
    is_known_to_all,
    target_of_external_secret,
)
from compiler.policies.reading import described, group_of
from compiler.policies.shape import Context, Finding, Object

ID = "PT220"
TITLE = "kind that Portico does not know"
SEVERITY = "error"
RATIONALE = (
    "What an object of a custom kind makes is up to its operator: many make Services of type "
    "LoadBalancer. What cannot be judged is refused rather than passed over."
)
WHAT = (
    "Refuses objects of kinds that are neither Kubernetes' own nor Flux's nor let in by the "
    "platform, and an ExternalSecret that makes anything but a Secret."
)
FIX = (
    "If the platform team knows what its operator makes, it lets the kind in: with a waiver, or "
    "for a scan with `--kind group/Kind`. Switches that are known to expose something are refused "
    "even then."
)
KINDS = ("*",)
ONE_DOOR = False

FAILING = """\
apiVersion: rabbitmq.com/v1beta1
kind: RabbitmqCluster
metadata:
  name: orders
  namespace: shop
spec:
  replicas: 3
"""
PASSING = """\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: orders
  namespace: shop
spec:
  secretName: orders-tls
  dnsNames: [orders.shop.svc]
  issuerRef: {name: internal, kind: ClusterIssuer}
"""


def concerns(group: str, kind: str) -> bool:
    """Whether it takes a platform to know the kind."""
    return not is_known_to_all(group, kind)


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one object by its kind alone."""
    if is_known(obj, context.kinds) or entrance(obj):
        return
    if made := target_of_external_secret(obj):
        yield Finding(
            ("spec", "target", "manifest"),
            f"{described(obj)} makes a {made}, of fields that stand in no file",
            "let it make a Secret, which is what it does without `manifest`",
        )
    else:
        yield Finding(
            ("kind",),
            f"{described(obj)} is of a kind that Portico does not know: "
            f"{group_of(obj)}/{obj.get('kind')}",
            "nobody can tell what its operator makes of it; the platform team may let the kind in",
        )
