"""Every object against the rules of policies/."""

from compiler.check.schema import object_place
from compiler.diagnostics.model import Diagnostic, Rule
from compiler.kubernetes.files import File
from compiler.policies.shape import Policy, Shared


def rule_of(policy: Policy) -> Rule:
    """What a file of `policies/` says about itself."""
    return Rule(
        policy.ID,
        policy.TITLE,
        policy.RATIONALE,
        policy.SEVERITY,
        what=policy.WHAT,
        fix=policy.FIX,
        failing=policy.FAILING,
        passing=policy.PASSING,
    )


def policy_findings(
    policies: list[Policy],
    manifests: dict[str, File],
    texts: dict[str, str],
    shared: Shared,
) -> list[Diagnostic]:
    """What the rules refuse. `shared` is the one Service that may be a load balancer."""
    found: list[Diagnostic] = []
    for policy in policies:
        rule = rule_of(policy)
        for path, file in manifests.items():
            for index, obj in enumerate(file.objects):
                if obj["kind"] not in policy.KINDS:
                    continue
                for finding in policy.findings(obj, shared):
                    place = object_place(path, texts[path], index)
                    found.append(Diagnostic(rule, finding.message, place, help=finding.help))
    return found
