"""Names that both Kubernetes and Terraform must agree on."""

from compiler.link.unit import Interface
from compiler.spec.environment import Environment

# Source: IAM user guide, "IAM and AWS STS quotas".
_MAX_ROLE_NAME = 64
# Hexadecimal digits: 40 bits tell apart all apps that anybody will have.
_MARK = 10

# The ServiceAccount, in the entrance's namespace, that the role below is given to.
EXTERNAL_DNS = "external-dns"


def external_dns_role(environment: Environment) -> str:
    """The IAM role of external-dns; two environments may share an account."""
    return f"portico-{environment.name}-external-dns"


def external_dns_role_arn(environment: Environment) -> str:
    return _arn(environment, external_dns_role(environment))


def app_role(environment: str, app: str) -> str:
    """The IAM role that is made for an app: in an account no other environment has one so named.

    No name has a full stop, so it always tells environment and app apart.
    """
    name = f"portico-{environment}.{app}"
    if len(name) <= _MAX_ROLE_NAME:
        return name
    # Only two long names together are too long. It must not change when other apps come and go.
    from hashlib import sha256

    mark = sha256(name.encode()).hexdigest()[:_MARK]
    return f"{name[: _MAX_ROLE_NAME - _MARK - 1]}.{mark}"


def app_role_arn(environment: Environment, interface: Interface) -> str | None:
    """The IAM role of an app's pods, if it has one."""
    permissions = interface.permissions
    if permissions is None:
        return None
    return permissions.role or _arn(environment, app_role(environment.name, interface.name))


def _arn(environment: Environment, role: str) -> str:
    return f"arn:aws:iam::{environment.aws.account}:role/{role}"
