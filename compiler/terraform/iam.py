"""The IAM role of external-dns: given to its pods only, and good for one hosted zone.

Source: external-dns v0.22 docs/tutorials/aws.md.
"""

from compiler.link.estate import Estate
from compiler.link.names import EXTERNAL_DNS, external_dns_role
from compiler.terraform.expression import Block, ref
from compiler.terraform.service_account import ServiceAccount, association, trust


def iam(estate: Estate) -> Block:
    environment = estate.environment
    name, boundary = external_dns_role(environment), environment.aws.permissions_boundary
    account = ServiceAccount(environment.load_balancer.namespace, EXTERNAL_DNS)
    associated = association(environment, account, ref("aws_iam_role.external_dns.arn"))
    return {
        "data": {
            "aws_iam_policy_document": {
                "external_dns_trust": {"statement": [trust(environment, account)]},
                "external_dns": {"statement": _permissions(estate)},
            }
        },
        "resource": {
            "aws_iam_role": {
                "external_dns": {
                    "name": name,
                    "description": f"external-dns in the cluster {environment.cluster.name}",
                    "assume_role_policy": ref(
                        "data.aws_iam_policy_document.external_dns_trust.json"
                    ),
                    **({"permissions_boundary": boundary} if boundary is not None else {}),
                }
            },
            "aws_iam_policy": {
                "external_dns": {
                    "name": name,
                    "description": f"Write {environment.load_balancer.hosted_zone.name} only",
                    "policy": ref("data.aws_iam_policy_document.external_dns.json"),
                }
            },
            "aws_iam_role_policy_attachment": {
                "external_dns": {
                    "role": ref("aws_iam_role.external_dns.name"),
                    "policy_arn": ref("aws_iam_policy.external_dns.arn"),
                }
            },
            **(
                {"aws_eks_pod_identity_association": {"external_dns": associated}}
                if associated
                else {}
            ),
        },
    }


def _permissions(estate: Estate) -> list[Block]:
    zone = estate.environment.load_balancer.hosted_zone.hosted_zone_id
    return [
        {
            "actions": [
                "route53:ChangeResourceRecordSets",
                "route53:ListResourceRecordSets",
                "route53:ListTagsForResources",
            ],
            "resources": [f"arn:aws:route53:::hostedzone/{zone}"],
        },
        # Has no resource that it could be narrowed to.
        {"actions": ["route53:ListHostedZones"], "resources": ["*"]},
    ]
