"""PT228: nothing in the cluster changes Services and Ingresses after review."""

from collections.abc import Iterator

from compiler.policies.reading import described, items, mapping, texts
from compiler.policies.shape import Context, Finding, Object

ID = "PT228"
TITLE = "admission that changes Services or Ingresses"
SEVERITY = "error"
RATIONALE = (
    "A mutating webhook or policy can turn every ClusterIP into a LoadBalancer on its way into "
    "the cluster, after everything was judged."
)
WHAT = (
    "Refuses mutating webhooks and mutating admission policies that are called for Services, "
    "Ingresses, endpoints, Gateways or everything."
)
FIX = (
    "Narrow its rules to the resources that it has to change, such as pods. A webhook that has to "
    "change Services needs a waiver with an owner and a date."
)
KINDS = ("MutatingWebhookConfiguration", "MutatingAdmissionPolicy")
ONE_DOOR = False

FAILING = """\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: shop
webhooks:
- name: services.shop.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: {url: "https://shop.example.com/mutate"}
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [services]
"""
PASSING = """\
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: shop
webhooks:
- name: pods.shop.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: {url: "https://shop.example.com/mutate"}
  rules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [pods]
"""

_GUARDED = ("services", "ingresses", "endpoints", "endpointslices", "gateways", "ingressclasses")


def findings(obj: Object, context: Context) -> Iterator[Finding]:
    """Judge one configuration or policy."""
    for index, webhook in items(obj.get("webhooks")):
        for place, rule in items(webhook.get("rules")):
            yield from _judge(obj, rule, ("webhooks", index, "rules", place))
    constraints = mapping(obj, "spec", "matchConstraints")
    for place, rule in items(constraints.get("resourceRules")):
        yield from _judge(obj, rule, ("spec", "matchConstraints", "resourceRules", place))


def _judge(obj: Object, rule: Object, path: tuple[str | int, ...]) -> Iterator[Finding]:
    for resource in texts(rule.get("resources")):
        base = resource.lower().partition("/")[0]
        if base == "*" or base in _GUARDED:
            yield Finding(
                (*path, "resources"),
                f"{described(obj)} changes {'every object' if base == '*' else base} on the way "
                "into the cluster",
                "narrow its rules to the resources that it has to change",
            )
            return
