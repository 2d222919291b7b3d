"""Who an app's pods are: to the cluster nobody, with no token; to AWS the role that the app has."""

from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import Owner, app_metadata


@cache
def service_account(owner: Owner, role_arn: str | None) -> Constant:
    """With a role the webhook of IAM roles for service accounts gives the pods a token for it; that
    they get none for the API server does not keep it from that."""
    metadata = app_metadata(owner)
    if role_arn is not None:
        annotations = {**metadata["annotations"], "eks.amazonaws.com/role-arn": role_arn}
        metadata = Constant({**metadata, "annotations": annotations})
    return Constant(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": metadata,
            "automountServiceAccountToken": False,
        }
    )
