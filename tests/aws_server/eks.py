"""EKS Pod Identity associations, which moto lacks. The cluster of one need not exist here.

https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
"""

import json
import time
import uuid
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import ActionResult
from moto.eks import urls
from moto.eks.exceptions import (
    InvalidParameterException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from moto.eks.models import EKSBackend, eks_backends
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends

Json = dict[str, Any]


def install() -> None:
    eks_backends.backend = Clusters
    associations = "{0}/clusters/(?P<name>[^/]+)/pod-identity-associations"
    urls.url_paths[f"{associations}$"] = Requests.dispatch
    urls.url_paths[f"{associations}/(?P<associationId>[^/]+)$"] = Requests.dispatch
    urls.url_paths.update(dict.fromkeys(urls.url_paths, Requests.dispatch))


class Clusters(EKSBackend):
    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.associations: dict[str, Json] = {}

    @property
    def _url_module(self) -> Any:
        return urls

    def associate(self, cluster: str, asked: Json) -> Json:
        self._require_role(asked["roleArn"])
        for other in self.associations.values():
            if _who(other) == (cluster, asked["namespace"], asked["serviceAccount"]):
                raise ResourceInUseException(
                    message=f"Association already exists: {other['associationId']}"
                )
        number = f"a-{uuid.uuid4().hex[:17]}"
        now = time.time()
        self.associations[number] = association = {
            "clusterName": cluster,
            "namespace": asked["namespace"],
            "serviceAccount": asked["serviceAccount"],
            "roleArn": asked["roleArn"],
            "associationArn": f"arn:{self.partition}:eks:{self.region_name}:{self.account_id}"
            f":podidentityassociation/{cluster}/{number}",
            "associationId": number,
            "tags": asked.get("tags") or {},
            "createdAt": now,
            "modifiedAt": now,
        }
        return association

    def association(self, cluster: str, number: str) -> Json:
        association = self.associations.get(number)
        if association is None or association["clusterName"] != cluster:
            raise ResourceNotFoundException(message=f"No association found for ID: {number}.")
        return association

    def change_association(self, cluster: str, number: str, role: str) -> Json:
        association = self.association(cluster, number)
        self._require_role(role)
        association.update(roleArn=role, modifiedAt=time.time())
        return association

    def end_association(self, cluster: str, number: str) -> Json:
        association = self.association(cluster, number)
        del self.associations[number]
        return association

    def tag_resource(self, resource_arn: str, tags: dict[str, str]) -> None:
        if association := self._by_arn(resource_arn):
            association["tags"].update(tags)
        else:
            super().tag_resource(resource_arn, tags)

    def untag_resource(self, resource_arn: str, tag_keys: list[str] | str) -> None:
        keys = [tag_keys] if isinstance(tag_keys, str) else tag_keys
        if association := self._by_arn(resource_arn):
            for key in keys:
                association["tags"].pop(key, None)
        else:
            super().untag_resource(resource_arn, keys)

    def list_tags_for_resource(self, resource_arn: str) -> dict[str, str]:
        if association := self._by_arn(resource_arn):
            tags: dict[str, str] = association["tags"]
            return tags
        return super().list_tags_for_resource(resource_arn)

    def _by_arn(self, arn: str) -> Json | None:
        return next((a for a in self.associations.values() if a["associationArn"] == arn), None)

    def _require_role(self, arn: str) -> None:
        roles = iam_backends[self.account_id][self.partition].roles.values()
        if all(role.arn != arn for role in roles):
            raise InvalidParameterException(message="Role provided in the request does not exist.")


class Requests(EKSResponse):
    @property
    def eks_backend(self) -> Clusters:
        backend = eks_backends[self.current_account][self.region]
        assert isinstance(backend, Clusters)
        return backend

    # Answers are written as JSON here: botocore's model of them depends on its version.

    def create_pod_identity_association(self) -> TYPE_RESPONSE:
        return _answer(self.eks_backend.associate(self.uri_match["name"], json.loads(self.body)))

    def describe_pod_identity_association(self) -> TYPE_RESPONSE:
        return _answer(self.eks_backend.association(*self._named()))

    def update_pod_identity_association(self) -> TYPE_RESPONSE:
        role = json.loads(self.body)["roleArn"]
        return _answer(self.eks_backend.change_association(*self._named(), role))

    def delete_pod_identity_association(self) -> TYPE_RESPONSE:
        return _answer(self.eks_backend.end_association(*self._named()))

    def list_pod_identity_associations(self) -> ActionResult:
        wanted = {"clusterName": self.uri_match["name"]}
        for key in ("namespace", "serviceAccount"):
            if key in self.querystring:
                wanted[key] = self.querystring[key][0]
        found = [
            association
            for association in self.eks_backend.associations.values()
            if wanted.items() <= association.items()
        ]
        return ActionResult({"associations": found})

    def _named(self) -> tuple[str, str]:
        return self.uri_match["name"], self.uri_match["associationId"]


def _who(association: Json) -> tuple[str, str, str]:
    return association["clusterName"], association["namespace"], association["serviceAccount"]


def _answer(association: Json) -> TYPE_RESPONSE:
    return 200, {"Content-Type": "application/json"}, json.dumps({"association": association})
