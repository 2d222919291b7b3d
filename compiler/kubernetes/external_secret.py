"""Secrets that External Secrets Operator makes of what AWS keeps: names only, never a value.

Source: external-secrets.io, ExternalSecret v1 (External Secrets Operator 2.9).
"""

from collections.abc import Iterator

from compiler.kubernetes.metadata import Object, Owner, app_metadata
from compiler.spec.secrets import PULL_KEY, SecretSource, SecretStores

# The type that a Secret must have for the kubelet to read the credentials of registries in it.
_PULL_TYPE = "kubernetes.io/dockerconfigjson"


def external_secrets(
    owner: Owner, secrets: dict[str, SecretSource], stores: SecretStores | None
) -> Iterator[Object]:
    """One ExternalSecret for each of an app's `secrets`, in the order of the spec.

    `stores` are those of the environment, which has one for each of them.
    """
    for name, source in secrets.items():
        yield _external_secret(owner, name, source, stores or SecretStores())


def _external_secret(owner: Owner, name: str, source: SecretSource, stores: SecretStores) -> Object:
    from_parameter = source.parameter_store is not None
    store = stores.parameter_store if from_parameter else stores.secrets_manager
    is_for_pulling = source.key == PULL_KEY
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {**app_metadata(owner), "name": name},
        "spec": {
            "refreshInterval": stores.refresh_interval,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
            "target": {
                "name": name,
                "creationPolicy": "Owner",
                # What vanished in AWS, by mistake or for a moment, stays for running pods.
                "deletionPolicy": "Retain",
                **({"template": {"type": _PULL_TYPE}} if is_for_pulling else {}),
            },
            **_values(source, source.parameter_store or source.secrets_manager or ""),
        },
    }


def _values(source: SecretSource, remote: str) -> Object:
    """The whole text in one key, properties in keys of their own, or every property."""
    if source.key is not None:
        return {"data": [{"secretKey": source.key, "remoteRef": {"key": remote}}]}
    if source.keys is not None:
        return {
            "data": [
                {"secretKey": key, "remoteRef": {"key": remote, "property": wanted}}
                for key, wanted in source.keys.items()
            ]
        }
    return {"dataFrom": [{"extract": {"key": remote}}]}
