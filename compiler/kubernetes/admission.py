"""The guard in the API server: what slipped past review is refused there, by the same rules."""

from types import ModuleType

from compiler.kubernetes.load_balancer import shared_identity
from compiler.kubernetes.metadata import Object, platform_metadata
from compiler.link.estate import Estate


def admission_guard(estate: Estate, policies: list[ModuleType]) -> list[Object]:
    """A ValidatingAdmissionPolicy and its binding for each rule that can be said in CEL."""
    shared = shared_identity(estate.environment.load_balancer)
    objects: list[Object] = []
    for policy in policies:
        if not hasattr(policy, "admission"):
            continue
        name = "portico-" + policy.__name__.removeprefix("portico_policy_").replace("_", "-")
        group = "admissionregistration.k8s.io/v1"
        objects += [
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicy",
                "metadata": platform_metadata(name, estate.source),
                "spec": policy.admission(shared),
            },
            {
                "apiVersion": group,
                "kind": "ValidatingAdmissionPolicyBinding",
                "metadata": platform_metadata(name, estate.source),
                "spec": {"policyName": name, "validationActions": ["Deny", "Audit"]},
            },
        ]
    return objects
