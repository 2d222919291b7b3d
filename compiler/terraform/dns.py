"""Route 53: what every public host's name answers. Terraform owns these names and no others."""

from compiler.link.estate import Estate
from compiler.link.hosts import Host
from compiler.terraform.cdn import distribution_address
from compiler.terraform.expression import Block, address_part, ref


def dns(estate: Estate) -> Block:
    records: dict[str, Block] = {}
    for distribution in estate.distributions:
        address = distribution_address(distribution)
        for host in distribution.hosts:
            for kind in ("A", "AAAA"):
                records[f"{kind.lower()}_{address_part(host.name)}"] = _alias(host, kind, address)
    for host in estate.hosts:
        if host.expose.edge == "direct":
            records[f"cname_{address_part(host.name)}"] = {
                "zone_id": host.domain.hosted_zone_id,
                "name": host.name,
                "type": "CNAME",
                "ttl": 300,
                "records": [estate.environment.load_balancer.dns_name],
            }
    return {"resource": {"aws_route53_record": records}} if records else {}


def _alias(host: Host, kind: str, distribution: str) -> Block:
    return {
        "zone_id": host.domain.hosted_zone_id,
        "name": host.name,
        "type": kind,
        "alias": {
            "name": ref(f"{distribution}.domain_name"),
            "zone_id": ref(f"{distribution}.hosted_zone_id"),
            # CloudFront has no health that Route 53 could evaluate.
            "evaluate_target_health": False,
        },
    }
