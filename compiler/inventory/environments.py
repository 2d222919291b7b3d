"""The environments: where each is, and how much is in it."""

from compiler.inventory.listing import Listing
from compiler.link.estate import Estate

_COLUMNS = (
    *("environment", "cluster", "kubernetes", "account", "region", "router", "domains"),
    *("apps", "hosts"),
)


def environments(estates: list[Estate], teams: list[str] | None) -> Listing:
    """All of them; apps and hosts are counted of these teams, or of all."""
    listing = Listing(_COLUMNS, [], [])
    for estate in estates:
        environment = estate.environment
        apps = [u.app.name for u in estate.units if teams is None or u.app.team in teams]
        hosts = [h.name for h in estate.hosts if teams is None or h.team in teams]
        domains = [domain.name for domain in environment.domains]
        listing.rows.append(
            (
                environment.name,
                environment.cluster.name,
                environment.cluster.kubernetes,
                environment.aws.account,
                environment.aws.region,
                environment.router.kind,
                ", ".join(domains),
                str(len(apps)),
                str(len(hosts)),
            )
        )
        listing.data.append(
            {
                "name": environment.name,
                "file": estate.source,
                "cluster": environment.cluster.name,
                "kubernetes": environment.cluster.kubernetes,
                "account": environment.aws.account,
                "region": environment.aws.region,
                "router": environment.router.kind,
                "loadBalancer": {
                    "kind": environment.load_balancer.kind,
                    "dnsName": environment.load_balancer.dns_name,
                },
                "domains": domains,
                "apps": len(apps),
                "hosts": len(hosts),
            }
        )
    return listing
