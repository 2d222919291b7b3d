"""The IAM roles of apps: each good for the pods of its app only, and for what its spec says.

Source: IAM user guide, "IAM JSON policy elements reference"; provider 5.100
`aws_iam_policy_document` and `aws_iam_role_policy`.
"""

from compiler.link.estate import Estate
from compiler.link.names import app_role
from compiler.link.unit import Allowed, Permitted, Unit
from compiler.terraform.expression import Block, ref
from compiler.terraform.service_account import ServiceAccount, association, trust


def app_roles(estate: Estate) -> Block:
    """A role for each app with statements, and with EKS Pod Identity what gives pods their role."""
    environment = estate.environment
    documents: Block = {}
    roles: Block = {}
    policies: Block = {}
    associations: Block = {}
    for unit in estate.permitted:
        app, permitted, name = unit.interface, _permitted(unit), _name(unit)
        account = ServiceAccount(app.team, app.name)
        role_arn = permitted.role or ref(f"aws_iam_role.{name}.arn")
        if permitted.role is None:
            documents[f"{name}_trust"] = {"statement": [trust(environment, account)]}
            documents[name] = {"statement": [_statement(one) for one in permitted.statements]}
            roles[name] = _role(unit, permitted)
            policies[name] = {
                "name": "permissions",
                "role": ref(f"aws_iam_role.{name}.name"),
                "policy": ref(f"data.aws_iam_policy_document.{name}.json"),
            }
        if associated := association(environment, account, role_arn):
            associations[name] = associated
    resources = {
        "aws_iam_role": roles,
        "aws_iam_role_policy": policies,
        "aws_eks_pod_identity_association": associations,
    }
    blocks = {
        "data": {"aws_iam_policy_document": documents} if documents else {},
        "resource": {type: named for type, named in resources.items() if named},
    }
    return {kind: types for kind, types in blocks.items() if types}


def made_roles(estate: Estate) -> dict[str, str]:
    """App -> the address of the role that is made for it."""
    return {
        unit.interface.name: f"aws_iam_role.{_name(unit)}"
        for unit in estate.permitted
        if _permitted(unit).role is None
    }


def _permitted(unit: Unit) -> Permitted:
    permitted = unit.interface.permissions
    assert permitted is not None, "an estate says which of its apps have permissions"
    return permitted


def _name(unit: Unit) -> str:
    """What the app's blocks are named; those of the platform itself begin otherwise."""
    return f"app_{unit.interface.name}"


def _role(unit: Unit, permitted: Permitted) -> Block:
    app, environment = unit.interface, unit.environment
    boundary = permitted.boundary or environment.aws.permissions_boundary
    return {
        "name": app_role(environment.name, app.name),
        "description": f"{app.name} of {app.team} in the cluster {environment.cluster.name}",
        "assume_role_policy": ref(f"data.aws_iam_policy_document.{_name(unit)}_trust.json"),
        **({"permissions_boundary": boundary} if boundary is not None else {}),
        "tags": {
            "portico.dev/app": app.name,
            "portico.dev/team": app.team,
            "portico.dev/source": unit.source,
        },
    }


def _statement(statement: Allowed) -> Block:
    conditions = [
        {"test": operator, "variable": key, "values": list(values)}
        for operator, key, values in statement.conditions
    ]
    return {
        "actions": list(statement.actions),
        "resources": list(statement.resources),
        **({"condition": conditions} if conditions else {}),
    }
