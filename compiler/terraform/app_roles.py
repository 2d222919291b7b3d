"""The IAM roles of apps: each good for the pods of its app only, and for what its spec says.

Source: IAM user guide, "IAM JSON policy elements reference"; provider 5.100
`aws_iam_policy_document`.
"""

from compiler.link.estate import Estate
from compiler.link.names import app_role
from compiler.link.unit import Allowed, Interface, Permitted
from compiler.spec.environment import Environment
from compiler.terraform.expression import Block, ref
from compiler.terraform.service_account import ServiceAccount, association, trust


def app_roles(estate: Estate) -> Block:
    environment = estate.environment
    data: Block = {}
    roles: Block = {}
    policies: Block = {}
    associations: Block = {}
    for unit in estate.permitted:
        app = unit.interface
        permissions, name = app.permissions, resource_name(app)
        account = ServiceAccount(app.team, app.name)
        assert permissions is not None
        role_arn: str
        if permissions.role is None:
            role_arn = ref(f"aws_iam_role.{name}.arn")
            data[f"{name}_trust"] = {"statement": [trust(environment, account)]}
            data[name] = {"statement": [_statement(one) for one in permissions.statements]}
            roles[name] = _role(environment, app, permissions, unit.source)
            policies[name] = {
                "name": "permissions",
                "role": ref(f"aws_iam_role.{name}.name"),
                "policy": ref(f"data.aws_iam_policy_document.{name}.json"),
            }
        else:
            role_arn = permissions.role
        if associated := association(environment, account, role_arn):
            associations[name] = associated
    return {
        **({"data": {"aws_iam_policy_document": data}} if data else {}),
        **_resources(
            aws_iam_role=roles,
            aws_iam_role_policy=policies,
            aws_eks_pod_identity_association=associations,
        ),
    }


def resource_name(app: Interface) -> str:
    """What the app's resources are named in Terraform; the platform's own begin otherwise."""
    return f"app_{app.name}"


def _resources(**types: Block) -> Block:
    """The resources, without the types of which there are none."""
    used = {type: blocks for type, blocks in types.items() if blocks}
    return {"resource": used} if used else {}


def _role(
    environment: Environment, app: Interface, permissions: Permitted, source: str
) -> Block:
    boundary = permissions.boundary or environment.aws.permissions_boundary
    return {
        "name": app_role(environment.name, app.name),
        "description": f"{app.name} of {app.team} in the cluster {environment.cluster.name}",
        "assume_role_policy": ref(f"data.aws_iam_policy_document.{resource_name(app)}_trust.json"),
        **({"permissions_boundary": boundary} if boundary is not None else {}),
        "tags": {
            "portico.dev/app": app.name,
            "portico.dev/team": app.team,
            "portico.dev/source": source,
        },
    }


def _statement(statement: Allowed) -> Block:
    return {
        "actions": list(statement.actions),
        "resources": list(statement.resources),
        **(
            {
                "condition": [
                    {"test": operator, "variable": key, "values": list(values)}
                    for operator, key, values in statement.conditions
                ]
            }
            if statement.conditions
            else {}
        ),
    }
