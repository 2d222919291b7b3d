"""PT229: the guard in the cluster is as strong as it was compiled."""

from collections.abc import Iterator

from compiler.policies.flux import left_alone
from compiler.policies.reading import described, mapping
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
    "Refuses admission policies and bindings named portico-... that are not as an environment "
    "compiles them, or that Flux leaves alone, and quotas that leave room for load balancers or "
    "node ports outside the entrance's namespace."
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
    compiled = context.guard.get(f"{kind}/{metadata.get('name')}")
    if compiled is None:
        yield Finding(
            ("metadata", "name"),
            f"{described(obj)} has the name of a guard that no environment here compiles",
            "remove it, or choose a name that does not begin with portico-",
        )
    elif spec != compiled:
        yield Finding(
            ("spec",),
            f"{described(obj)} is not as its environment compiles it",
            "run `portico compile`, which writes the guard",
        )
