"""Who an app's pods are to the cluster: nobody, with no token to prove it."""

from functools import cache

from compiler.constant import Constant
from compiler.kubernetes.metadata import Owner, app_metadata


@cache
def service_account(owner: Owner) -> Constant:
    return Constant(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": app_metadata(owner),
            "automountServiceAccountToken": False,
        }
    )
