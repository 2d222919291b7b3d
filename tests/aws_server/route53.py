"""Route 53 refuses records that stand already or cannot stand beside others; moto takes them.

And it answers changes as done, so that nobody waits for them.
https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.route53 import urls
from moto.route53.exceptions import ResourceRecordAlreadyExists, Route53ClientError
from moto.route53.models import FakeZone, RecordSet, Route53Backend, route53_backends
from moto.route53.responses import Route53

_ZONE_ID = re.compile(r"Z[A-Z0-9]{1,31}")


def install() -> None:
    route53_backends.backend = Zones
    urls.url_paths.update(dict.fromkeys(urls.url_paths, Requests.dispatch))


class Zones(Route53Backend):
    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.one_change_at_a_time = threading.Lock()

    @property
    def _url_module(self) -> Any:
        return urls

    def create_hosted_zone(self, *args: Any, **kwargs: Any) -> FakeZone:
        """Here a caller reference that reads as a zone's id becomes its id: AWS chooses one."""
        zone = super().create_hosted_zone(*args, **kwargs)
        if _ZONE_ID.fullmatch(zone.caller_reference):
            del self.zones[zone.resource_id]
            zone.resource_id = zone.caller_reference
            self.zones[zone.resource_id] = zone
        return zone

    def change_resource_record_sets(self, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        with self.one_change_at_a_time:
            _refuse(self.get_hosted_zone(zoneid), change_list)
            super().change_resource_record_sets(zoneid, change_list)


class Requests(Route53):
    # With a ChangeInfo in the answer, Terraform's provider sleeps 10 to 30 s before it asks
    # whether the change is in sync. Without one it goes on.

    def create_hosted_zone(self) -> ActionResult:
        return _without_change(super().create_hosted_zone())

    def delete_hosted_zone(self) -> ActionResult:
        return _without_change(super().delete_hosted_zone())

    def change_resource_record_sets(self) -> ActionResult:
        return _without_change(super().change_resource_record_sets())


def public_records() -> Iterator[RecordSet]:
    """The records that the world sees, of all accounts."""
    for _, _, backend in list(route53_backends.iter_backends()):
        assert isinstance(backend, Zones)
        for zone in list(backend.zones.values()):
            if not zone.private_zone:
                yield from list(zone.rrsets)


def _without_change(answer: ActionResult) -> ActionResult:
    assert isinstance(answer.result, dict)
    answer.result.pop("ChangeInfo", None)
    return answer


def _refuse(zone: FakeZone, changes: list[dict[str, Any]]) -> None:
    """A record that exists is not created again, and a CNAME is alone at its name."""
    standing = {(_name(r.name), str(r.type), r.set_identifier or "") for r in zone.rrsets}
    for change in changes:
        asked = change["ResourceRecordSet"]
        record = (_name(asked["Name"]), asked["Type"], asked.get("SetIdentifier") or "")
        if change["Action"] == "DELETE":
            standing.discard(record)
        elif change["Action"] == "CREATE" and record in standing:
            raise ResourceRecordAlreadyExists(name=f"{record[0]}.", _type=record[1])
        else:
            standing.add(record)
    types = Counter(name for name, kind in {(name, kind) for name, kind, _ in standing})
    for name, kind, _ in standing:
        if kind == "CNAME" and types[name] > 1:
            raise Route53ClientError(
                "InvalidChangeBatch",
                f"RRSet of type CNAME with DNS name {name}. is not permitted as it conflicts with"
                f" other records with the same DNS name in zone {zone.name}",
            )


def _name(name: str) -> str:
    return name.rstrip(".").lower()
