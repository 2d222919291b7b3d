"""PT229: the guard in the cluster is as strong as it was compiled."""

from collections.abc import Iterator

from compiler.policies.flux import left_alone
from compiler.policies.guard import STAYS
from compiler.policies.reading import described, items, mapping
from compiler.policies.shape import Context, Finding, Object

ID = "PT229"
TITLE = "guard that was weakened"
SEVERITY = "error"
RATIONALE = (
    "Portico's admission policies and quotas refuse in the cluster what slipped past review. One "
    "of the same name that only warns, passes some namespaces over or leaves room for a load "
    "balancer takes their place."
)
WHAT = (
    "Refuses admission policies and bindings named portico-... that do not deny, that fail open, "
    "or that look at parameters or at some objects only, and quotas that leave room for load "
    "balancers or node ports outside the entrance's namespace."
)
FIX = "Remove the object; `portico compile` writes the guard into `rendered/<env>/platform/guard`."
KINDS = ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ResourceQuota")
ONE_DOOR = True

FAILING = """\
apiVersion: v1
kind: ResourceQuota
metadata:
  name: one-door
  namespace: shop
spec:
  hard:
    services.loadbalancers: "1"
"""
PASSING = """\
apiVersion: v1
kind: ResourceQuota
metadata:
  name: one-door
  namespace: shop
spec:
  hard:
    services.loadbalancers: "0"
"""

_OURS = "portico-"
_QUOTAS = ("services.loadbalancers", "services.nodeports")


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one policy, binding or quota."""
    metadata, spec = mapping(obj, "metadata"), mapping(obj, "spec")
    kind = obj.get("kind")
    if kind == "ResourceQuota":
        if not context.is_entrance(metadata.get("namespace")):
            for key in _QUOTAS:
                amount = mapping(spec, "hard").get(key, "0")
                if str(amount) != "0":
                    yield Finding(
                        ("spec", "hard", key),
                        f"{described(obj)} leaves room for {amount} ({key})",
                        'write "0": the way in is the shared load balancer',
                    )
        return
    if not str(metadata.get("name")).startswith(_OURS):
        return
    key = left_alone(obj)
    if key:
        yield Finding(
            ("metadata", "annotations", key),
            f"Flux would not put {described(obj)} right: {key}",
            "remove the annotation",
        )
    if kind == "ValidatingAdmissionPolicyBinding":
        actions = spec.get("validationActions")
        if not isinstance(actions, list) or "Deny" not in actions:
            yield Finding(
                ("spec", "validationActions"),
                f"{described(obj)} does not deny what its policy refuses",
                "write validationActions: [Deny, Audit]",
            )
        narrowing = ["matchResources", "paramRef"]
    else:
        if spec.get("failurePolicy", "Fail") != "Fail":
            yield Finding(
                ("spec", "failurePolicy"),
                f"{described(obj)} lets pass what it cannot judge",
                "write failurePolicy: Fail",
            )
        if not spec.get("validations"):
            yield Finding(
                ("spec",), f"{described(obj)} validates nothing", "let portico compile write it"
            )
        for index, condition in items(spec.get("matchConditions")):
            if condition.get("expression") != STAYS:
                yield Finding(
                    ("spec", "matchConditions", index),
                    f"{described(obj)} passes over what {condition.get('name')} does not fit",
                    "let portico compile write it",
                )
        narrowing = ["paramKind"]
    for field in narrowing:
        if spec.get(field):
            yield Finding(
                ("spec", field),
                f"{described(obj)} looks at some objects only, by {field}",
                f"remove {field}: the guard is for everything",
            )
