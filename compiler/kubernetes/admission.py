"""The guard in the API server: what slipped past review is refused there, by the same rules."""

from compiler.kubernetes.load_balancer import shared_identity
from compiler.kubernetes.metadata import Object, platform_metadata
from compiler.link.estate import Estate
from compiler.policies.shape import Policy


def admission_guard(estate: Estate, policies: list[Policy]) -> list[Object]:
    """A ValidatingAdmissionPolicy and its binding for each rule that can be said in CEL."""
    shared = shared_identity(estate.environment.load_balancer)
    objects: list[Object] = []
    for policy in policies:
        if policy.admission is None:
            continue
        group = "admissionregistration.k8s.io/v1"
        objects += [
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicy",
                "metadata": platform_metadata(policy.NAME, estate.source),
                "spec": policy.admission(shared),
            },
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicyBinding",
                "metadata": platform_metadata(policy.NAME, estate.source),
                "spec": {"policyName": policy.NAME, "validationActions": ["Deny", "Audit"]},
            },
        ]
    return objects
