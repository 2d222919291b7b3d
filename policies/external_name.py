"""PT207: no Service is an alias of a name outside its namespace."""

from collections.abc import Iterator
from typing import Any

from compiler.policies.guard import of_services
from compiler.policies.reading import described, mapping
from compiler.policies.shape import Context, Finding, Object

NAME = "portico-no-external-names"
ID = "PT207"
TITLE = "Service that stands for another name"
SEVERITY = "error"
RATIONALE = (
    "A router that is told to send requests to an ExternalName sends them wherever that name "
    "points: to another team's app past its network policy, to the metadata address of the node, "
    "or to any host of the internet."
)
WHAT = "Refuses a Service of type ExternalName, and the field `externalName` on any other."
FIX = (
    "Call the other app by its own name, with `calls` in the spec. What is outside the cluster is "
    "named in the app's own configuration."
)
KINDS = ("Service",)
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  type: ExternalName
  externalName: instance-data.ec2.internal
"""
PASSING = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  type: ClusterIP
  ports:
  - port: 80
"""


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one Service."""
    spec = mapping(obj, "spec")
    if spec.get("type") == "ExternalName" or spec.get("externalName"):
        yield Finding(
            ("spec", "externalName") if spec.get("externalName") else ("spec", "type"),
            f"{described(obj)} stands for the name {spec.get('externalName')}",
            "call that name itself; a Service sends requests to pods of its own namespace",
        )


def admission(context: Context) -> dict[str, Any]:
    """The same rule for the API server."""
    return of_services(
        (
            "object.spec.type != 'ExternalName'"
            " && (!has(object.spec.externalName) || object.spec.externalName == '')",
            f"a Service must not stand for another name ({ID})",
        ),
    )
