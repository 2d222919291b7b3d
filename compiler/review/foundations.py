"""What an environment stands on, exchanged under it: the load balancer, Terraform's state."""

from collections.abc import Iterator

from compiler.diagnostics.model import Rule
from compiler.review.risk import Both, Risk

SECOND_LOAD_BALANCER = Rule(
    "PT166",
    "shared load balancer under another name",
    "Under another name it is another Service: AWS makes a second load balancer, and Flux is told "
    "to keep the first, which nobody pays attention to and everybody pays for.",
    what="Refuses another namespace or another name for the one Service that is a load balancer.",
    fix="Keep both. Where they must change, plan it: make the new one, wait until its DNS name "
    "points at it, then delete the old Service by hand.",
    failing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
loadBalancer:
  service: public
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
""",
    passing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
loadBalancer:
  service: service-public-loadbalancer
  idleTimeout: 90
  dnsName: lb.acme-edge.example
  hostedZone: {name: acme-edge.example, hostedZoneId: Z0000000EDGE}
  access: {cloudfrontSecurityGroups: [sg-0123456789abcdef0]}
""",
)
STATE_IS_LOST = Rule(
    "PT167",
    "environment that Terraform no longer knows",
    "Without its state Terraform makes everything anew: distributions whose names are taken, "
    "records that are there. What is live is changed by nobody any more.",
    what="Refuses another bucket or region for Terraform's state, and another AWS account.",
    fix="Keep them. To move the state, copy it first, as `terraform init -migrate-state` does; "
    "another account is better another environment.",
    failing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ...
terraform: {stateBucket: acme-state, stateRegion: eu-west-1}
""",
    passing="""\
-- before/environments/dev.yaml --
# ...
-- after/environments/dev.yaml --
# ... the same bucket, written in one line
terraform: {stateBucket: acme-terraform, stateRegion: eu-west-1}
""",
)


def foundations(both: Both) -> Iterator[Risk]:
    before, after = both.before.estate.environment, both.after.estate.environment
    was, becomes = before.load_balancer, after.load_balancer
    for field in ("namespace", "service"):
        if getattr(was, field) != getattr(becomes, field):
            yield Risk(
                both.environment,
                SECOND_LOAD_BALANCER,
                f"the load balancer {was.namespace}/{was.service} stays, and a second one, "
                f"{becomes.namespace}/{becomes.service}, is made",
                both.after.place("loadBalancer", field),
                "keep the namespace and the name, or plan how the old one is deleted",
            )
            break
    moved: list[tuple[str, str, str, tuple[str, ...]]] = [
        ("account", before.aws.account, after.aws.account, ("aws", "account")),
        (
            "bucket of the state",
            before.terraform.state_bucket,
            after.terraform.state_bucket,
            ("terraform", "stateBucket"),
        ),
        (
            "region of the state",
            before.terraform.state_region,
            after.terraform.state_region,
            ("terraform", "stateRegion"),
        ),
    ]
    for what, old, new, path in moved:
        if old != new:
            yield Risk(
                both.environment,
                STATE_IS_LOST,
                f"Terraform forgets what it made: the {what} changes from {old} to {new}",
                both.after.place(*path),
                "keep it, or move the state before the merge",
            )
