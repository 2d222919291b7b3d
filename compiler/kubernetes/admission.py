"""The guard in the API server: what slipped past review is refused there, by the same rules."""

from typing import cast

from compiler.kubernetes.context import context_of
from compiler.kubernetes.metadata import Object, platform_metadata
from compiler.link.estate import Estate
from compiler.policies.shape import Context, GuardedPolicy, Policy


def admission_guard(estate: Estate, policies: list[Policy]) -> list[Object]:
    """A ValidatingAdmissionPolicy and its binding for each rule that can be said in CEL."""
    context = context_of(estate)
    objects: list[Object] = []
    for policy in policies:
        if not hasattr(policy, "admission"):
            continue
        policy = cast(GuardedPolicy, policy)
        group = "admissionregistration.k8s.io/v1"
        objects += [
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicy",
                "metadata": platform_metadata(policy.NAME, estate.source),
                "spec": policy.admission(context),
            },
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicyBinding",
                "metadata": platform_metadata(policy.NAME, estate.source),
                "spec": {"policyName": policy.NAME, "validationActions": ["Deny", "Audit"]},
            },
        ]
    return objects


def guarded_context(estate: Estate, policies: list[Policy]) -> Context:
    """What the environment's objects are judged by: its entrance, and the guard as compiled."""
    guard = admission_guard(estate, policies)
    return context_of(estate)._replace(
        guard={f"{obj['kind']}/{obj['metadata']['name']}": obj["spec"] for obj in guard}
    )
