"""Route 53: what every public host's name answers. Terraform owns these names and no others."""

from compiler.link.estate import Estate
from compiler.link.hosts import Host
from compiler.terraform.cdn import distribution_address
from compiler.terraform.expression import Block, address_part, ref


def dns(estate: Estate) -> Block:
    serving = {
        host.name: distribution_address(distribution)
        for distribution in estate.distributions
        for host in distribution.hosts
    }
    records: dict[str, Block] = {}
    for host in estate.hosts:
        name = address_part(host.name)
        if host.expose.edge == "direct":
            records[f"cname_{name}"] = _cname(host, estate.environment.load_balancer.dns_name)
        else:
            records[f"a_{name}"] = _alias(host, "A", serving[host.name])
            records[f"aaaa_{name}"] = _alias(host, "AAAA", serving[host.name])
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


def _cname(host: Host, load_balancer: str) -> Block:
    return {
        "zone_id": host.domain.hosted_zone_id,
        "name": host.name,
        "type": "CNAME",
        "ttl": 300,
        "records": [load_balancer],
    }
