"""What the rules hold an environment's objects and resources against."""

from compiler.kubernetes.load_balancer import shared_service
from compiler.kubernetes.routers import pods, router_of
from compiler.link.estate import Estate
from compiler.policies.shape import Claim, Context, Shared


def context_of(estate: Estate) -> Context:
    """The entrance of this environment, as compiled."""
    environment = estate.environment
    balancer = environment.load_balancer
    router = router_of(environment)
    shared = Shared(
        balancer.namespace, balancer.service, shared_service(estate, router), router.selector
    )
    return Context(
        shared=(shared,),
        ingress_classes=frozenset((pods.INGRESS_CLASS,)),
        domains=tuple(domain.name for domain in environment.domains),
        origins=(balancer.dns_name,),
        accounts=(environment.aws.account,),
        sources=frozenset((environment.flux.source,)),
        roles=frozenset(
            (environment.cluster.name, app.team, app.name, app.permissions.role)
            for app in (unit.interface for unit in estate.permitted)
            if app.permissions is not None and app.permissions.role is not None
        ),
        hosts={
            host.name: tuple(
                Claim(unit.interface.team, unit.interface.name, unit.source) for unit in host.units
            )
            for host in estate.hosts
        },
    )
