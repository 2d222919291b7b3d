"""What a person, or another root, needs to know of this one after an apply."""

from compiler.link.estate import Estate
from compiler.terraform.cdn import distribution_address
from compiler.terraform.certificate import certificate_arn
from compiler.terraform.expression import Block, Expression
from compiler.terraform.waf import WEB_ACL_ARN


def outputs(estate: Estate) -> Block:
    return {
        "output": {
            **_app_roles(estate),
            "certificate_arn": {"value": certificate_arn(estate.environment)},
            "distributions": {
                "value": {
                    distribution.name: {
                        "id": Expression(f"{distribution_address(distribution)}.id"),
                        "domain_name": Expression(
                            f"{distribution_address(distribution)}.domain_name"
                        ),
                        "hosts": [host.name for host in distribution.hosts],
                    }
                    for distribution in estate.distributions
                }
            },
            "external_dns_role_arn": {"value": Expression("aws_iam_role.external_dns.arn")},
            "web_acl_arn": {"value": WEB_ACL_ARN},
        }
    }


def _app_roles(estate: Estate) -> Block:
    """For whoever lets a role in elsewhere, as a bucket's own policy does."""
    if not estate.permitted:
        return {}
    from compiler.terraform.app_roles import made_roles

    arns = {app: Expression(f"{address}.arn") for app, address in made_roles(estate).items()}
    return {"app_role_arns": {"value": arns}} if arns else {}
