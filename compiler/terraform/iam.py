"""The IAM role of external-dns: given to its pods only, and good for one hosted zone.

Source: external-dns v0.22 docs/tutorials/aws.md; EKS user guide, "IAM roles for service accounts"
and "EKS Pod Identity".
"""

from compiler.link.estate import Estate
from compiler.link.names import EXTERNAL_DNS, external_dns_role
from compiler.terraform.expression import Block, ref


def iam(estate: Estate) -> Block:
    environment = estate.environment
    name = external_dns_role(environment)
    return {
        "data": {
            "aws_iam_policy_document": {
                "external_dns_trust": {"statement": [_trust(estate)]},
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
            **_association(estate),
        },
    }


def _trust(estate: Estate) -> Block:
    """Who may take the role: the one ServiceAccount of the one cluster."""
    environment = estate.environment
    namespace = environment.load_balancer.namespace
    issuer = environment.cluster.oidc_issuer
    if issuer is None:
        cluster = (
            f"arn:aws:eks:{environment.aws.region}:{environment.aws.account}"
            f":cluster/{environment.cluster.name}"
        )
        return {
            "actions": ["sts:AssumeRole", "sts:TagSession"],
            "principals": {"type": "Service", "identifiers": ["pods.eks.amazonaws.com"]},
            # The service is the same for every cluster of AWS; its session tags say which pod asks.
            "condition": [
                _equals("aws:RequestTag/eks-cluster-arn", cluster),
                _equals("aws:RequestTag/kubernetes-namespace", namespace),
                _equals("aws:RequestTag/kubernetes-service-account", EXTERNAL_DNS),
            ],
        }
    provider = f"arn:aws:iam::{environment.aws.account}:oidc-provider/{issuer}"
    return {
        "actions": ["sts:AssumeRoleWithWebIdentity"],
        "principals": {"type": "Federated", "identifiers": [provider]},
        "condition": [
            _equals(f"{issuer}:aud", "sts.amazonaws.com"),
            _equals(f"{issuer}:sub", f"system:serviceaccount:{namespace}:{EXTERNAL_DNS}"),
        ],
    }


def _equals(variable: str, value: str) -> Block:
    return {"test": "StringEquals", "variable": variable, "values": [value]}


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


def _association(estate: Estate) -> Block:
    environment = estate.environment
    if environment.cluster.oidc_issuer is not None:
        return {}
    return {
        "aws_eks_pod_identity_association": {
            "external_dns": {
                "cluster_name": environment.cluster.name,
                "namespace": environment.load_balancer.namespace,
                "service_account": EXTERNAL_DNS,
                "role_arn": ref("aws_iam_role.external_dns.arn"),
            }
        }
    }
