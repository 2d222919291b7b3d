"""Names that both Kubernetes and Terraform must agree on."""

from compiler.spec.environment import Environment

# The ServiceAccount, in the entrance's namespace, that the role below is given to.
EXTERNAL_DNS = "external-dns"


def external_dns_role(environment: Environment) -> str:
    """The IAM role of external-dns; two environments may share an account."""
    return f"portico-{environment.name}-external-dns"


def external_dns_role_arn(environment: Environment) -> str:
    return f"arn:aws:iam::{environment.aws.account}:role/{external_dns_role(environment)}"
