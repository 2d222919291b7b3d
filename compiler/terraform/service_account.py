"""An IAM role for one ServiceAccount of one cluster: who may take it, and how it comes to the pods.

Source: EKS user guide, "IAM roles for service accounts" and "EKS Pod Identity".
"""

from typing import NamedTuple

from compiler.spec.environment import Environment
from compiler.terraform.expression import Block


class ServiceAccount(NamedTuple):
    namespace: str
    name: str


def trust(environment: Environment, account: ServiceAccount) -> Block:
    """The statement of who may take a role: the one ServiceAccount of the one cluster."""
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
                _equals("aws:RequestTag/kubernetes-namespace", account.namespace),
                _equals("aws:RequestTag/kubernetes-service-account", account.name),
            ],
        }
    provider = f"arn:aws:iam::{environment.aws.account}:oidc-provider/{issuer}"
    return {
        "actions": ["sts:AssumeRoleWithWebIdentity"],
        "principals": {"type": "Federated", "identifiers": [provider]},
        "condition": [
            _equals(f"{issuer}:aud", "sts.amazonaws.com"),
            _equals(f"{issuer}:sub", f"system:serviceaccount:{account.namespace}:{account.name}"),
        ],
    }


def association(environment: Environment, account: ServiceAccount, role_arn: str) -> Block:
    """What gives the role to the pods. IAM roles for service accounts need an annotation instead:
    nothing then."""
    if environment.cluster.oidc_issuer is not None:
        return {}
    return {
        "cluster_name": environment.cluster.name,
        "namespace": account.namespace,
        "service_account": account.name,
        "role_arn": role_arn,
    }


def _equals(variable: str, value: str) -> Block:
    return {"test": "StringEquals", "variable": variable, "values": [value]}
